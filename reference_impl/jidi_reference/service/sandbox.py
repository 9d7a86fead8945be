"""Sandbox control: what makes a test system act. It is not there in production."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from jidi_reference.domain.problems import Problem
from jidi_reference.service import bulk_operations, officers, privacy_requests, tokens
from jidi_reference.service.context import Context
from jidi_reference.service.scans import record_scan
from jidi_reference.storage import accounts
from jidi_reference.storage.privacy_tables import documents, person_codes, recipient_tokens, waybill_numbers
from jidi_reference.storage.tables import consignments, deliveries, events, idempotency, subscriptions


def perform(context: Context, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Do a sandbox action whose parameters are valid, and return its result.

    Raises:
        Problem: ``not-found``, ``state-conflict`` or ``validation-failed``, as the action has it.
    """
    if action not in _ACTIONS:  # one that means something only to another role
        raise Problem.unknown()
    return _ACTIONS[action](context, parameters)


def _provision(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    client_id = f"client-{secrets.token_hex(8)}"
    role, committed = parameters.get("role", "platform"), parameters.get("deidentification_commitment", True)
    who = tokens.Registration(client_id, parameters["name"], tuple(parameters["scopes"]), role, committed)
    return {"client_id": client_id, "client_secret": tokens.register_client(context, who)}


def _issue_token(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"access_token": tokens.issue_dud(context, parameters.get("party"), parameters["variant"])}


def _record_scan(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    event = record_scan(context, parameters)
    return {name: event[name] for name in ("event_id", "sequence", "recorded_at")}


def _advance_clock(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    context.clock.advance(parameters["seconds"])
    context.wake()
    return {}


def _issue_operator_token(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    scopes = tuple(parameters["scopes"])
    return {"access_token": tokens.issue_operator_token(context, parameters["party"], parameters["operator_id"], scopes)}


def _dismiss_operator(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A person leaves: every token dies and every open bulk operation is cancelled, in one commit."""
    with context.database.write() as connection:
        client = accounts.find_client(connection, parameters["party"])
        if client is None:
            raise Problem.unknown()
        accounts.forget_operator(connection, client.party, parameters["operator_id"])
        bulk_operations.cancel_of(connection, client.party, parameters["operator_id"])
    return {}


def _person_code(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"person_code": privacy_requests.make_code(context, parameters)}


def _change_officer(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"notice_id": officers.record_change(context, parameters)}


def _reset(context: Context, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget what partners brought in; clients and tokens stay, and positions go on, so that old cursors stay harmless.

    Audit records stay too: there is no way to delete one, not even this.
    """
    with context.database.write() as connection:
        for table in (deliveries, subscriptions, events, consignments, idempotency, documents, waybill_numbers, recipient_tokens, person_codes):
            connection.execute(delete(table))
    context.clock.reset()
    return {}


_ACTIONS = {
    "provision-partner": _provision,
    "issue-token": _issue_token,
    "record-scan": _record_scan,
    "advance-clock": _advance_clock,
    "issue-operator-token": _issue_operator_token,
    "dismiss-operator": _dismiss_operator,
    "person-code": _person_code,
    "change-officer": _change_officer,
    "reset": _reset,
}
