"""Counts without personal data; small cells are suppressed (DS-04.1)."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from jidi_reference.domain.clock import CHINA, timestamp, unix_seconds
from jidi_reference.domain.lifecycle import ACTUAL, CORRECTION
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service.context import Caller, Context, Published
from jidi_reference.service.ports.events import EventFilter, EventRow

_MAX_DAYS = 31
_DEFAULT_DAYS = 7
_CHUNK = 1000
_FIRST: list[EventRow] = []
_FIRST_DAY = date(2000, 1, 1)  # dates of the standard begin here
Cell = tuple[str, str, str]


def show(context: Context, caller: Caller, first: str | None, last: str | None) -> Published:
    """How many of the caller's waybills came into a state at a node, by day of China.

    Raises:
        Problem: ``parameter-invalid`` for dates that are none, in the wrong order, or too far
            apart.
    """
    now = context.clock.now()
    today = datetime.fromtimestamp(now, CHINA).date()
    to_day = _date("to", last) or today
    from_day = _date("from", first) or max(_FIRST_DAY, to_day - timedelta(days=_DEFAULT_DAYS - 1))
    if not timedelta(0) <= to_day - from_day < timedelta(days=_MAX_DAYS):
        raise _invalid("to", f"a day from the day of from on, at most {_MAX_DAYS} days in all")
    least = context.settings.limits.minimum_cell
    cells = [
        _cell(cell, len(waybills), least)
        for cell, waybills in sorted(_counted(context, caller, from_day, to_day).items())
    ]
    period = {"from": from_day.isoformat(), "to": to_day.isoformat()}
    return {**period, "minimum_cell": least, "generated_at": timestamp(now), "cells": cells}


def _counted(
    context: Context, caller: Caller, from_day: date, to_day: date
) -> dict[Cell, set[str]]:
    cells: dict[Cell, set[str]] = defaultdict(set)
    voided = set()
    for event in _events(context, caller, from_day):
        if event["event_code"] == CORRECTION:
            voided |= {event["corrects"]["event_id"]} if event["corrects"]["voids"] else set()
    for event in _events(context, caller, from_day):
        day = datetime.fromtimestamp(unix_seconds(event["occurred_at"]), CHINA).date()
        counts = (
            event["event_code"] != CORRECTION
            and event["classifier"] == ACTUAL
            and event["event_id"] not in voided
        )
        if counts and from_day <= day <= to_day:
            cells[
                day.isoformat(), event["state"], event.get("facility", {}).get("facility_id", "")
            ].add(event["waybill_no"])
    return cells


def _events(context: Context, caller: Caller, from_day: date) -> list[dict[str, Any]]:
    """Events recorded from a day on: none happened on or after it and was recorded before."""
    since = datetime.combine(from_day, time(), CHINA).timestamp()
    found: list[dict[str, Any]] = []
    with context.storage.read() as unit:
        for feed in (
            unit.events.feed,
            unit.received.feed,
        ):  # what was given to a platform, what came from a courier: no caller is both
            after, rows = 0, _FIRST
            while rows is _FIRST or len(rows) == _CHUNK:
                rows = feed([caller.party], EventFilter(recorded_from=since), after, _CHUNK)
                found += [json.loads(row.body) for row in rows]
                after = rows[-1].position if rows else after
    return found


def _cell(cell: Cell, count: int, least: int) -> dict[str, Any]:
    day, state, node = cell
    place = {"node": node} if node else {}
    return {
        "day": day,
        "state": state,
        **place,
        **({"count": count} if count >= least else {"suppressed": True}),
    }


def _date(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _invalid(name, "a date such as 2026-11-21")


def _invalid(name: str, detail: str) -> Problem:
    return Problem(
        "parameter-invalid",
        f"{name}: {detail}.",
        faults=[Fault("parameter-invalid", detail, where="query", name=name)],
    )
