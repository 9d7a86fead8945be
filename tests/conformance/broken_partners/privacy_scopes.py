"""Couriers that break PI-05.1 and DS-04.1: scopes that open too much, and telling statistics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.privacy_leaks import (
    Person,
    Put,
    clear_name,
    clear_phone,
    hashed,
    leaking,
    member,
)
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    both,
    requests_of,
)

_SWEPT: Final = {"PI-07.2": "what is shown where it may not be shown is planted personal data too"}
_AREAS: Final = {
    "PI-05.1": ("leastprivilege", "label", "canary"),
    "DS-04.1": ("statistics", "canary"),
}

_OPERATION: ContextVar[str] = ContextVar("jidi_operation", default="")


def _opened(operation: str, scope: str, by: str) -> Wrap:
    """A token that has only the scope ``by`` opens ``operation``, which asks for ``scope``."""

    async def noted(asked: Asked, forward: Forward) -> Told:
        token = _OPERATION.set(asked.operation)
        try:
            return await forward(asked)
        finally:
            _OPERATION.reset(token)

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def authenticate(context: Any, token: str) -> Any:
            caller = healthy(context, token)
            fits = caller is not None and _OPERATION.get() == operation and caller.scopes == {by}
            return replace(caller, scopes=caller.scopes | {scope}) if fits else caller

        return authenticate

    return both(Inside("caller.authenticate", make), Around((operation,), noted))


def _exempt_for_all() -> Wrap:
    """Under an exemption the clear label is given to whoever may read labels."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def exemption(context: Any, unit: Any, caller: Any, row: Any, exemption_id: str) -> Any:
            return healthy(
                context,
                unit,
                replace(caller, scopes=caller.scopes | {"consignments:read"}),
                row,
                exemption_id,
            )

        return exemption

    return Inside("label.exemption", make)


def _cells(change: Callable[[Mapping[str, Any], int, int], dict[str, Any]]) -> Wrap:
    """``change`` gets the healthy cell, the count and the minimum."""

    def make(healthy: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        return lambda cell, count, least: change(healthy(cell, count, least), count, least)

    return Inside("statistics.cell", make)


def _shown(cell: Mapping[str, Any], count: int, _least: int) -> dict[str, Any]:
    return {**{name: value for name, value in cell.items() if name != "suppressed"}, "count": count}


def _shown_too(cell: Mapping[str, Any], count: int, _least: int) -> dict[str, Any]:
    return {**cell, "count": count}


def _shown_from_two(cell: Mapping[str, Any], count: int, least: int) -> dict[str, Any]:
    return _shown(cell, count, least) if count >= 2 else dict(cell)


def _of_person(spelt: Callable[[Person], str]) -> Put:
    """A cell for one person."""

    def put(_asked: Asked, answer: Told, person: Person) -> Told:
        figures = answer.json
        own = [{**cell, "node": spelt(person)} for cell in figures["cells"][:1]]
        return answer.with_json({**figures, "cells": [*figures["cells"], *own]})

    return put


def _by(name: str) -> Wrap:
    """Statistics overlook a filter instead of refusing it."""

    def change(asked: Asked) -> Asked:
        return replace(asked, query="") if name in asked.query else asked

    return requests_of(("getStatistics",), change)


def _fault(
    name: str,
    clause: tuple[str, str],
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    **more: Any,
) -> Fault:
    return Fault(
        name, *clause, about, caught_by, wrap, level="privacy", areas=_AREAS[clause[0]], **more
    )


_TRACKING: Final = ("PI-05.1", "tracking-reads-recipient")
_LABEL: Final = ("PI-05.1", "label-reads-clear-data")
_STATISTICS: Final = ("DS-04.1", "canary-in-statistics")
_SMALL: Final = ("DS-04.1", "small-cell-shown")

FAULTS: Final = (
    _fault(
        "tracking-shows-recipient",
        _TRACKING,
        "The shipment names its recipient.",
        ("scope-parcel[tracking]/shipment/tracking-reads-no-person",),
        leaking(("getShipment",), (200,), member("recipient_name", clear_name)),
        also=_SWEPT,
    ),
    *(
        _fault(
            f"tracking-opens-{what}",
            _TRACKING,
            f"The scope for tracking opens {operation}.",
            (f"scope-parcel[tracking]/{step}#status",),
            _opened(operation, scope, "events:read"),
        )
        for what, operation, scope, step in (
            ("record", "getConsignment", "consignments:read", "record/record"),
            ("list", "listConsignments", "consignments:read", "list/list"),
            ("resolution", "resolveRecipientToken", "tokens:resolve", "resolve/resolution"),
        )
    ),
    *(
        _fault(
            f"label-scope-opens-{what}",
            _LABEL,
            f"The scope for labels opens {operation}.",
            (f"scope-parcel[label]/{step}#status",),
            _opened(operation, scope, "labels:read"),
        )
        for what, operation, scope, step in (
            ("record", "getConsignment", "consignments:read", "record/record"),
            ("resolution", "resolveRecipientToken", "tokens:resolve", "resolve/resolution"),
        )
    ),
    _fault(
        "label-scope-reads-clear-label",
        _LABEL,
        "Under an exemption the scope for labels is enough for the clear one.",
        ("label-clear-needs-record/clear/refused#status",),
        _exempt_for_all(),
    ),
    _fault(
        "statistics-by-phone",
        _STATISTICS,
        "Statistics hold a cell for one number.",
        ("statistics-suppressed/figures/nobody-named",),
        leaking(("getStatistics",), (200,), _of_person(clear_phone)),
        also=_SWEPT,
    ),
    _fault(
        "statistics-by-hash",
        _STATISTICS,
        "Statistics hold a cell for the hash of one number.",
        ("statistics-suppressed/figures/nobody-named",),
        leaking(("getStatistics",), (200,), _of_person(hashed("sha256"))),
        also=_SWEPT,
    ),
    _fault(
        "statistics-small-cell",
        _SMALL,
        "No cell is suppressed.",
        (
            "statistics-suppressed/figures/small-cell-suppressed",
            "statistics-suppressed/figures/small-cell-not-counted",
        ),
        _cells(_shown),
    ),
    _fault(
        "statistics-small-cell-beside",
        _SMALL,
        "A suppressed cell holds its count all the same.",
        ("statistics-suppressed/figures/small-cell-not-counted",),
        _cells(_shown_too),
    ),
    _fault(
        "statistics-minimum-of-two",
        _SMALL,
        "Cells of two are shown, although a larger minimum is declared.",
        ("statistics-suppressed/figures/every-count-large-enough",),
        _cells(_shown_from_two),
    ),
    _fault(
        "statistics-by-waybill",
        _SMALL,
        "Statistics take a waybill number as a filter.",
        ("statistics-range[by-waybill]/figures/refused#status",),
        _by("waybill_no"),
    ),
    _fault(
        "statistics-by-hour",
        _SMALL,
        "Statistics can be had for a single hour.",
        ("statistics-range[by-hour]/figures/refused#status",),
        _by("T10"),
    ),
)
"""Faults of PI-05.1 and DS-04.1."""
