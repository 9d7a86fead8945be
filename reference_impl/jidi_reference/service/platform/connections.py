"""Connections to couriers: credentials both ways, one subscription, rotation of its secret (sandbox
control).
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jidi_reference.contract.bundle import VERSION
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Problem
from jidi_reference.service import tokens
from jidi_reference.service.addresses import objection
from jidi_reference.service.context import Context
from jidi_reference.service.integrator import numbers as integrator_numbers
from jidi_reference.service.platform import sending
from jidi_reference.service.platform.calls import (
    CourierCall,
    call,
    document,
    token_in,
    token_request,
)
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest
from jidi_reference.service.ports.couriers import CourierRow
from jidi_reference.settings import API_PATH

CORE_SCOPES = ("consignments:read", "events:read", "status:read", "statistics:read")
PRIVACY_SCOPES = (
    "agreements:write",
    "consents:write",
    "privacy-requests:write",
    "privacy-requests:read",
    "bulk:request",
    "bulk:approve",
    "audit:read",
)

_FIRST_NUMBERS = 200


@dataclass(frozen=True)
class Found:
    """What a courier's discovery says."""

    base_url: str
    token_endpoint: str
    capabilities: Mapping[str, Any]


def connect(context: Context, wish: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """Connect a courier, in place of any connection it had; the credentials that it gets here.

    Raises:
        Problem: ``state-conflict`` when its discovery, token endpoint or subscription cannot be
            used.
    """
    code = wish["courier_code"]
    found = discover(context, code, wish["discovery_url"])
    row = CourierRow(
        courier_code=code,
        party=f"courier:{code}",
        our_client=f"courier-{secrets.token_hex(8)}",
        base_url=found.base_url,
        token_endpoint=found.token_endpoint,
        client_id=wish["client_id"],
        client_secret=wish["client_secret"],
        subscription_id="",
        secret=_new_secret(),
        next_secret=None,
        old_secret=None,
        old_secret_until=None,
        takes_tokens=found.capabilities.get("recipient_tokens") is True,
        connected_at=context.clock.now(),
    )
    _get_token(context, row)
    row = replace(
        row, subscription_id=_subscribe(context, row, f"{origin}{API_PATH}/shipment-events/{code}")
    )
    secret = _replace(context, row)
    if context.settings.role == "integrator" and not integrator_numbers.refill(
        context, row, _FIRST_NUMBERS
    ):
        raise Problem.conflict("The courier allocated no waybill numbers.")
    context.wake()
    return {"client_id": row.our_client, "client_secret": secret}


def discover(context: Context, courier_code: str, discovery_url: str) -> Found:
    """Read a courier's discovery.

    Raises:
        Problem: ``state-conflict`` when it is not there, is no courier's, or names no address that
            may be called.
    """
    limit = context.settings.limits.push_timeout_s
    _check_address(context, "discovery_url", discovery_url)
    answer = sending.send(
        OutboundRequest(courier_code, "getDiscovery", "GET", discovery_url, {}, None, limit)
    )
    told = document(answer)
    versions = [
        entry
        for entry in told.get("versions", [])
        if isinstance(entry, dict) and entry.get("version") == VERSION
    ]
    if answer.status != 200 or not versions or context.contract.faults("discovery", told):
        raise Problem.conflict(f"The discovery document cannot be used (status {answer.status}).")
    base_url, token_endpoint = (
        str(versions[0]["base_url"]).rstrip("/"),
        str(told.get("token_endpoint", "")),
    )
    _check_address(context, "base_url", base_url)
    _check_address(context, "token_endpoint", token_endpoint)
    return Found(base_url, token_endpoint, told["capabilities"])


def rotate_secret(context: Context, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Agree a fresh secret; from the moment it is sent both are good, and the old one no longer
    than the overlap.

    Raises:
        Problem: ``not-found`` for an unknown courier; ``state-conflict`` when it does not take the
            new secret.
    """
    code = wish["courier_code"]
    with context.turns.hold(f"secret {code}"):
        fresh = _new_secret()
        with context.storage.write() as unit:
            row = unit.couriers.find(code)
            if row is None:
                raise Problem.unknown()
            unit.couriers.change(code, next_secret=fresh)
        body = json.dumps({"secret": fresh, "overlap_s": wish["overlap_s"]}).encode()
        path = f"/subscriptions/{row.subscription_id}/secret-rotation"
        answer = call(context, row, CourierCall("rotateSubscriptionSecret", "POST", path, body))
        _conclude_rotation(context, row, answer, (fresh, wish["overlap_s"]))
    return {}


def _conclude_rotation(
    context: Context, row: CourierRow, answer: OutboundAnswer, agreed: tuple[str, float]
) -> None:
    fresh, overlap_s = agreed
    with context.storage.write() as unit:
        if answer.status == 200:
            until = context.clock.now() + overlap_s
            values = {
                "secret": fresh,
                "next_secret": None,
                "old_secret": row.secret,
                "old_secret_until": until,
            }
            unit.couriers.change(row.courier_code, **values)
        elif 400 <= answer.status < 500:
            unit.couriers.change(row.courier_code, next_secret=None)
    if (
        answer.status != 200
    ):  # without an answer it may have been taken: then it stays good until the next rotation
        raise Problem.conflict(f"The courier did not take the new secret (status {answer.status}).")


def _check_address(context: Context, name: str, url: str) -> None:
    reason = objection(url, context.settings.callback_hosts)
    if reason:
        raise Problem.conflict(f"{name}: {reason}.")


def _get_token(context: Context, row: CourierRow) -> None:
    """A token for the new connection before there is one.

    Raises:
        Problem: ``state-conflict`` when the token endpoint gives none.
    """
    client, limit = (row.client_id, row.client_secret), context.settings.limits.push_timeout_s
    answer = sending.send(token_request(row.courier_code, row.token_endpoint, client, limit))
    token = token_in(answer)
    if token is None:
        raise Problem.conflict(
            f"The courier's token endpoint gave no token (status {answer.status})."
        )
    context.courier_tokens[row.courier_code, row.client_id] = token


def _subscribe(context: Context, row: CourierRow, callback_url: str) -> str:
    body = json.dumps({"callback_url": callback_url, "secret": row.secret}).encode()
    answer = call(
        context,
        row,
        CourierCall("createSubscription", "POST", "/subscriptions", body, new_id("key")),
    )
    subscription_id = document(answer).get("subscription_id")
    if answer.status not in (200, 201) or not context.contract.fits("id", subscription_id):
        raise Problem.conflict(
            f"The courier did not take the subscription (status {answer.status})."
        )
    return str(subscription_id)


def _replace(context: Context, row: CourierRow) -> str:
    """Store the connection and the courier's fresh credentials; those it had are dead, and what is
    pending goes to the new address.
    """
    private = PRIVACY_SCOPES if context.settings.level == "privacy" else ()
    with context.storage.read() as unit:
        before = unit.couriers.find(row.courier_code)
    secret = tokens.register_client(
        context, tokens.Registration(row.our_client, row.party, (*CORE_SCOPES, *private), "courier")
    )
    with context.storage.write() as unit:
        unit.couriers.save(row)
        unit.dispatches.make_due(row.courier_code)
        unit.number_pool.forget(row.courier_code)
        if before is not None:
            unit.accounts.forget_client(before.our_client)
    if (
        before is not None and before.base_url == row.base_url
    ):  # else the old place is no longer the courier's
        call(
            context,
            before,
            CourierCall("deleteSubscription", "DELETE", f"/subscriptions/{before.subscription_id}"),
        )
    return secret


def _new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()
