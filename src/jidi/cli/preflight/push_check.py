"""Whether the candidate can be made to act, and whether its pushes arrive."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jidi.cli.preflight.advice import Finding
from jidi.cli.preflight.courier_check import check_couriers
from jidi.cli.preflight.discovery_check import Discovery
from jidi.drive import Client, make_driver
from jidi.drive.endpoint import Endpoint
from jidi.drive.receiver import Receiver
from jidi.errors import DataError, TargetError
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.model.target import Party, Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.wording import sentence

_PATIENCE_S = 5.0
_LONGEST_S = 60.0


def check_driver(client: Client, target: Target) -> Finding:
    """Whether the driver answers; asked for an expired token, which changes nothing."""
    subject = sentence("cli/check-driver-driver")
    kind = target.driver.kind
    if kind == "none":
        detail = sentence("cli/none-what-needs-a-scan-is-not")
        return Finding(
            subject,
            "note",
            detail,
            sentence("cli/add-driver-to-the-target-file"),
        )
    if kind == "manual":
        return Finding(
            subject,
            "note",
            sentence("cli/manual-a-person-is-asked-during-the"),
        )
    outcome = make_driver(target, client.send, client.credentials.learn).act(
        "issue-token", {"variant": "expired"}
    )
    if outcome.result is not None:
        return Finding(subject, "ok", sentence("cli/answers", kind=kind))
    told = sentence("cli/check-driver", kind=kind, failure=outcome.failure)
    if outcome.unsupported:
        return Finding(
            subject,
            "note",
            told,
            sentence("cli/what-needs-this-action-is-not-exercised"),
        )
    return Finding(
        subject,
        "mend",
        told,
        sentence("cli/mend-driver-in-the-target-file"),
    )


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One subscription, one consignment and one scan, to see one push; the subscription is deleted
    again.
    """

    client: Client
    target: Target
    registry: Registry
    discovery: Discovery

    def run(self, receiver: Receiver) -> Finding:
        """What came of it; tries one party after the other until one may subscribe."""
        subject = sentence("cli/push")
        by_hand = sentence("cli/without-a-driver-check-by-hand-from")
        base_url = self.discovery.base_url(self.registry.version)
        endpoint = receiver.open("doctor")
        for party in self.target.parties:
            answer = self._post(
                party,
                f"{base_url}/subscriptions",
                "createSubscription",
                _subscription(endpoint.url),
            )
            if answer.response is None or answer.response.status not in {200, 201}:
                continue
            subscription_id = _member(answer, "subscription_id")
            try:
                return self._provoke(party, base_url, endpoint)
            finally:
                self.client.send(
                    Outgoing(
                        "DELETE",
                        f"{base_url}/subscriptions/{subscription_id}",
                        party=party.name,
                        operation="deleteSubscription",
                    )
                )
        return Finding(
            subject,
            "mend",
            sentence("cli/no-party-may-subscribe-to", url=endpoint.url),
            by_hand,
        )

    def _provoke(self, party: Party, base_url: str, endpoint: Endpoint) -> Finding:
        subject = sentence("cli/push")
        placed = self._post(
            party, f"{base_url}/consignments", "createConsignment", self._consignment()
        )
        waybill_no = _member(placed, "waybill_no")
        if not waybill_no:
            status = str(placed.response.status) if placed.response else ""
            refused = sentence(
                "cli/a-test-consignment-was-not-accepted",
                status=status or "no answer",
                status_zh=status or "无应答",
            )
            return Finding(subject, "note", refused)
        outcome = make_driver(self.target, self.client.send).act(
            "record-scan", {"waybill_no": waybill_no, "event_code": "ACCEPTED"}
        )
        if outcome.result is None:
            return Finding(
                subject,
                "note",
                sentence("cli/no-scan-could-be-made", failure=outcome.failure),
            )
        began = time.monotonic()
        patience = min(
            _LONGEST_S, _PATIENCE_S + 2 * self.discovery.limit("push_latency_s", _PATIENCE_S)
        )
        if endpoint.wait(bool, began + patience):
            return Finding(
                subject,
                "ok",
                sentence("cli/arrived-s-after-a-scan", monotonic=time.monotonic() - began),
            )
        return Finding(
            subject,
            "mend",
            sentence("cli/none-arrived-at-within-s-of-a", url=endpoint.url, patience=patience),
            sentence("cli/set-receiver-public-url-to-an-address"),
        )

    def _consignment(self) -> dict[str, Any]:
        examples = self.registry.examples("valid", "consignment")
        if not examples:
            raise DataError(
                "There is no valid example of a consignment.", next_step="Install jidi again."
            )
        return {**examples[0].instance, "order_no": f"DOCTOR-{secrets.token_hex(8)}"}

    def _post(self, party: Party, url: str, operation: str, body: dict[str, Any]) -> Exchange:
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            ("Idempotency-Key", f"doctor-{secrets.token_hex(16)}"),
        )
        return self.client.send(
            Outgoing(
                "POST",
                url,
                headers,
                json.dumps(body, ensure_ascii=False).encode(),
                party.name,
                operation=operation,
            )
        )


def check_pushes(rehearsal: Rehearsal, *, rehearse: bool) -> Iterator[Finding]:
    """Whether the receiver can listen, is reached under its public address, and, with ``rehearse``,
    gets a push that the candidate was made to send.
    """
    subject = sentence("cli/receiver")
    receiver = Receiver(rehearsal.target.receiver)
    try:
        receiver.start()
    except TargetError as error:
        yield Finding(
            subject,
            "mend",
            Text(error.message, error.zh),
            Text(error.next_step, error.zh_next_step),
        )
        return
    try:
        probe = receiver.probe()
        if probe.ok:
            yield Finding(
                subject,
                "ok",
                sentence("cli/listens-and-is-reached-at", url=probe.url),
            )
        else:
            how = sentence("cli/from-here-that-may-be-normal-from")
            seen = sentence("cli/check-pushes", url=probe.url, detail=probe.detail)
            yield Finding(
                subject,
                "note",
                seen,
                sentence("cli/check-pushes-check-pushes", how=how, url=probe.url),
            )
        if rehearsal.target.role != "courier":
            yield check_couriers(rehearsal.client, rehearsal.target, rehearsal.registry, receiver)
        elif rehearse:
            yield rehearsal.run(receiver)
        else:
            detail = sentence("cli/not-tried-for-want-of-a-party")
            yield Finding(sentence("cli/push"), "note", detail)
    finally:
        receiver.stop()


def _subscription(callback_url: str) -> dict[str, str]:
    return {
        "callback_url": callback_url,
        "secret": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _member(exchange: Exchange, name: str) -> str:
    """A text member of a JSON answer, or empty."""
    try:
        answer = read_loosely(exchange.response.body) if exchange.response else None
    except (ValueError, RecursionError):
        return ""
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""
