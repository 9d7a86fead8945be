"""Sandbox control: what makes a test system act. It is not there in production."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from jidi_reference.service import tokens
from jidi_reference.service.context import Context
from jidi_reference.service.scans import record_scan
from jidi_reference.storage.tables import consignments, deliveries, events, idempotency, subscriptions


def perform(context: Context, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Do a sandbox action whose parameters are valid, and return its result.

    Raises:
        Problem: ``not-found``, ``state-conflict`` or ``validation-failed``, as the action has it.
    """
    return _ACTIONS[action](context, parameters)


def _provision(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    client_id = f"client-{secrets.token_hex(8)}"
    return {"client_id": client_id, "client_secret": tokens.register_client(context, client_id, parameters["name"], parameters["scopes"])}


def _issue_token(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"access_token": tokens.issue_dud(context, parameters.get("party"), parameters["variant"])}


def _record_scan(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    event = record_scan(context, parameters)
    return {name: event[name] for name in ("event_id", "sequence", "recorded_at")}


def _advance_clock(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    context.clock.advance(parameters["seconds"])
    context.wake()
    return {}


def _reset(context: Context, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget what partners brought in; clients and tokens stay, and positions go on, so that old cursors stay harmless."""
    with context.database.write() as connection:
        for table in (deliveries, subscriptions, events, consignments, idempotency):
            connection.execute(delete(table))
    context.clock.reset()
    return {}


_ACTIONS = {
    "provision-partner": _provision,
    "issue-token": _issue_token,
    "record-scan": _record_scan,
    "advance-clock": _advance_clock,
    "reset": _reset,
}
