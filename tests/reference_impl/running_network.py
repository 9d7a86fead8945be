"""Platforms, integrators and couriers of the reference in processes of their own, connected to each
other, without the kit.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from running_courier import (
    CORE_SCOPES,
    Party,
    RunningCourier,
    check_response,
    consignment,
    wait_for,
)

from jidi_reference.domain.signing import signatures
from jidi_reference.network.processes import free_port

COURIER_SCOPES = (*CORE_SCOPES, "waybill-numbers:write")


class Node(RunningCourier):
    """A partner at a fixed port with its own SQLite file, so that it may be killed and found
    again.
    """

    def __init__(
        self, directory: Path, role: str, database_url: str = "", **environment: str
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        # A network is measured by what arrives, so nobody is slowed down for asking often.
        usual = {
            "JIDI_REFERENCE_LIMITS_RATE_PER_SECOND": "1000",
            "JIDI_REFERENCE_LIMITS_RATE_BURST": "5000",
        }
        super().__init__(
            directory,
            database_url or f"sqlite:///{directory / 'data.sqlite'}",
            free_port(),
            **{**usual, **environment},
        )
        self.role = role
        self.callers: dict[str, Party] = {}

    @property
    def direct_url(self) -> str:
        """Its origin, whatever it tells others."""
        return f"http://127.0.0.1:{self._port}"

    def connect(self, code: str, courier: RunningCourier, **parameters: Any) -> Party:
        """Connect a courier (or an integrator, to which this is a platform); what it calls us with.
        ``callers`` has what we call it with.
        """
        made = courier.act(
            "provision-partner",
            name=f"{self.role} {secrets.token_hex(3)}",
            scopes=list(COURIER_SCOPES),
            **parameters,
        ).json()["result"]
        url = f"{courier.base_url}/.well-known/express-data-sharing"
        answer = self.act("connect-courier", courier_code=code, discovery_url=url, **made)
        assert answer.status_code == 200, answer.text
        self.callers[code] = Party(courier.base_url, made["client_id"], made["client_secret"])
        given = answer.json()["result"]
        return Party(self.base_url, given["client_id"], given["client_secret"])

    def order(self, code: str, order_no: str, **changes: Any) -> None:
        """Place an order."""
        answer = self.act(
            "place-order", courier_code=code, order=consignment(order_no=order_no, **changes)
        )
        assert answer.status_code == 200, answer.text


@contextmanager
def started(*nodes: Node) -> Iterator[None]:
    """The nodes run inside, and end in good order whatever happens there."""
    try:
        for node in nodes:
            node.start()
        yield
    finally:
        ended = [node.stop() for node in nodes]
    assert ended == [0] * len(nodes)


def everything(party: Party, operation_id: str, **query: Any) -> list[dict[str, Any]]:
    """All items of a listing, page by page."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = party.call(
            operation_id, params={**query, **({"cursor": cursor} if cursor else {})}
        ).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def outgoing(party: Party, order_no: str) -> dict[str, Any]:
    """The one outgoing consignment of an order."""
    (found,) = everything(party, "listOutgoingConsignments", order_no=order_no)
    return found


def accepted(party: Party, order_no: str, within_s: float = 10) -> dict[str, Any]:
    """The outgoing consignment once its courier has taken it."""

    def look() -> dict[str, Any] | None:
        found = outgoing(party, order_no)
        return found if found["dispatch_state"] == "ACCEPTED" else None

    return dict(wait_for(look, within_s))


class Pusher:
    """Signs and sends pushes in the name of a running courier, with the secret that stands in its
    database.
    """

    def __init__(self, courier: Node) -> None:
        with sqlite3.connect(courier.database_url.removeprefix("sqlite:///")) as database:
            self.url, self.secret = database.execute(
                "SELECT callback_url, secret FROM subscriptions"
            ).fetchone()

    def headers(
        self, message_id: str, body: bytes, *, at: float | None = None, secret: str | None = None
    ) -> dict[str, str]:
        """The three headers of Standard Webhooks."""
        stamp = int(time.time() if at is None else at)
        mark = signatures([secret or self.secret], message_id, stamp, body)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": mark,
            "Content-Type": "application/json",
        }

    def push(self, events: list[Any], message_id: str | None = None) -> requests.Response:
        """A right push."""
        body = envelope(events, message_id)
        return self.send(body, self.headers(body_id(body), body))

    def send(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        """These bytes with these headers; the answer is checked against the contract."""
        answer = requests.post(self.url, data=body, headers=headers, timeout=10)
        check_response("receiveShipmentEvents", answer)
        return answer


def envelope(events: list[Any], message_id: str | None = None) -> bytes:
    """A push-envelope."""
    head = {
        "id": message_id or f"msg_{secrets.token_hex(8)}",
        "type": "shipment.events",
        "time": "2026-11-21T10:00:00+08:00",
    }
    return json.dumps(
        {
            **head,
            "source": "https://courier.example/",
            "spec_version": "1.0",
            "data": {"events": events},
        }
    ).encode()


def body_id(body: bytes) -> str:
    """The id inside an envelope."""
    return str(json.loads(body)["id"])
