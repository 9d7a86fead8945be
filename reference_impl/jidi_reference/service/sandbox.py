"""Sandbox control: what makes a test system act. It is not there in production."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service import tokens
from jidi_reference.service.context import Context
from jidi_reference.service.courier.scans import record_scan
from jidi_reference.service.governance import bulk_operations, officers, privacy_requests
from jidi_reference.service.platform import connections as platform_connections
from jidi_reference.service.platform import orders as platform_orders


def perform(
    context: Context, action: str, parameters: Mapping[str, Any], origin: str = ""
) -> dict[str, Any]:
    """Do a sandbox action whose parameters are valid, and return its result; ``origin`` is the
    partner's own address.

    Raises:
        Problem: ``not-found``, ``state-conflict`` or ``validation-failed``, as the action has it.
    """
    actions = _ACTIONS | _OF_ROLE[context.settings.role]
    if action == "connect-courier" and context.settings.role != "courier":
        return platform_connections.connect(context, parameters, origin)
    if action not in actions:  # one that means something only to another role
        raise Problem.unknown()
    return actions[action](context, parameters)


def _provision(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    client_id = f"client-{secrets.token_hex(8)}"
    role, committed = (
        parameters.get("role", "platform"),
        parameters.get("deidentification_commitment", True),
    )
    if "courier_code" in parameters and context.settings.role != "integrator":
        raise Problem.invalid(
            [
                Fault(
                    "courier-code",
                    "only an integrator sends a partner's consignments to a courier",
                    "/parameters/courier_code",
                )
            ]
        )
    scopes, courier_code = tuple(parameters["scopes"]), parameters.get("courier_code", "")
    who = tokens.Registration(client_id, parameters["name"], scopes, role, committed, courier_code)
    return {"client_id": client_id, "client_secret": tokens.register_client(context, who)}


def _issue_token(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "access_token": tokens.issue_dud(context, parameters.get("party"), parameters["variant"])
    }


def _record_scan(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    event = record_scan(context, parameters)
    return {name: event[name] for name in ("event_id", "sequence", "recorded_at")}


def _advance_clock(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    context.clock.advance(parameters["seconds"])
    context.wake()
    return _read_clock(context, parameters)


def _read_clock(context: Context, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"ahead_s": context.clock.ahead_s}


def _issue_operator_token(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    scopes = tuple(parameters["scopes"])
    return {
        "access_token": tokens.issue_operator_token(
            context, parameters["party"], parameters["operator_id"], scopes
        )
    }


def _dismiss_operator(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A person leaves: every token dies and every open bulk operation is cancelled, in one
    commit.
    """
    with context.storage.write() as unit:
        client = unit.accounts.find_client(parameters["party"])
        if client is None:
            raise Problem.unknown()
        unit.accounts.forget_operator(client.party, parameters["operator_id"])
        bulk_operations.cancel_of(unit, client.party, parameters["operator_id"])
    return {}


def _person_code(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"person_code": privacy_requests.make_code(context, parameters)}


def _change_officer(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"notice_id": officers.record_change(context, parameters)}


def _reset(context: Context, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget what partners brought in; clients and tokens stay, and positions go on, so that old
    cursors stay harmless.

    Audit records stay too: there is no way to delete one, not even this.
    """
    with context.storage.write() as unit:
        unit.forget_everything()
    context.clock.reset()
    return {}


_OF_ROLE: dict[str, dict[str, Callable[[Context, Mapping[str, Any]], dict[str, Any]]]] = {
    "courier": {"record-scan": _record_scan},
    "platform": {
        "place-order": platform_orders.place,
        "amend-order": platform_orders.amend,
        "cancel-order": platform_orders.cancel,
        "rotate-secret": platform_connections.rotate_secret,
    },
    "integrator": {"rotate-secret": platform_connections.rotate_secret},
}
_ACTIONS: dict[str, Callable[[Context, Mapping[str, Any]], dict[str, Any]]] = {
    "provision-partner": _provision,
    "issue-token": _issue_token,
    "advance-clock": _advance_clock,
    "read-clock": _read_clock,
    "issue-operator-token": _issue_operator_token,
    "dismiss-operator": _dismiss_operator,
    "person-code": _person_code,
    "change-officer": _change_officer,
    "reset": _reset,
}
