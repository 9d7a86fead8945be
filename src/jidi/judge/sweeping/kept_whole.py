"""The sweep for what is kept: what was accepted is read back as it was sent (DS-01.2, DS-01.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import listed, mappings
from jidi.judge.rules.transitions import instant
from jidi.judge.sweeping.sightings import (
    GENERATED,
    Breach,
    Outlook,
    Rule,
    RunView,
    objects,
    succeeded,
    unlike_at,
    withheld,
)
from jidi.language.compared import ABSENT, json_equal, show
from jidi.language.views import ExchangeView
from jidi.model.urls import url_parts
from jidi.registry.pointers import encode_step

CONSIGNMENT: Final = "consignment"
"""The schema of what is handed over."""
_READS: Final = ("getConsignment", "listConsignments", "amendConsignment", "cancelConsignment")
_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Change:
    """A member that was sent anew: from when it may show (its request was sent), from when it must
    (``None``: it was not seen to be taken).
    """

    value: Any
    begun: datetime
    done: datetime | None


@dataclass
class Kept:
    """What was sent for one consignment: the document, the exchange, and later changes."""

    sent: Mapping[str, Any]
    exchange: str
    waybill_no: str
    spoilt: bool = False
    changes: dict[str, list[_Change]] = field(default_factory=dict)

    def allowed(self, member: str, since: datetime, until: datetime) -> list[Any]:
        """Every value that the member may have in an answer of that time."""
        changes = self.changes.get(member, [])
        values = [] if _outdated(changes, since, None) else [self.sent.get(member, ABSENT)]
        return values + [
            one.value
            for one in changes
            if one.begun <= until and not _outdated(changes, since, one)
        ]


def _outdated(changes: Iterable[_Change], since: datetime, one: _Change | None) -> bool:
    """Whether a later change had taken the place of ``one`` (``None``: of what was sent at
    first).
    """
    return any(
        later.done is not None
        and later.done <= since
        and (one is None or (one.done is not None and one.done <= later.begun))
        for later in changes
        if later is not one
    )


def consignment_kept(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Each consignment that was taken is told, wherever it is told whole, with every value that was
    sent: as a JSON value and to the letter. ``amended`` says which are looked at: those that
    somebody asked to amend (DS-01.8), where what was changed shows and all else is as it was sent,
    or the others (DS-01.2).

    Only what is valid is held against the answers. Where several bodies were taken under one id,
    an invalid amendment was taken, the person asked for a change, or generated requests were sent
    between both, which may amend whatever lists show, nothing is said.
    """
    kept = {
        identity: own
        for identity, own in taken(run, context).items()
        if own.waybill_no not in by_persons(run)
    }
    touched = _amended(run, kept, context)
    kept = {
        identity: own
        for identity, own in kept.items()
        if (identity in touched) == given["amended"] and not own.spoilt
    }
    looked, breaches = 0, []
    for view in run.of(_READS):
        for pointer, record in _records(view):
            own = kept.get(record["consignment_id"])
            if own is None or run.apart(own.exchange, view.record.id):
                continue
            looked += 1
            breaches += [
                Breach(
                    f"{own.exchange} and {view.record.id} differ at "
                    f"{pointer}/consignment/{member}: {show(sent)[:120]} / {show(told)[:120]}",
                    (own.exchange, view.record.id),
                    unlike_at(f"{pointer}/consignment/{encode_step(member)}", sent, told),
                )
                for member, sent, told in _changed(own, record["consignment"], view)
            ]
    return Outlook(looked, tuple(breaches))


def _records(view: ExchangeView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The records of whole consignments in an answer of success."""
    if not succeeded(view) or view.response is None or view.response.json is ABSENT:
        return
    for pointer, one in objects(view.response.json):
        if isinstance(one.get("consignment_id"), str) and isinstance(
            one.get("consignment"), Mapping
        ):
            yield pointer, one


def _changed(
    own: Kept, told: Mapping[str, Any], view: ExchangeView
) -> Iterator[tuple[str, Any, Any]]:
    """Members that are told with another value than any they may have; a number that the courier
    gave may stand beside them.
    """
    since, until = span(view)
    for member in {**own.sent, **told}:
        values = own.allowed(member, since, until)
        shown = told.get(member, ABSENT)
        if member == "waybill_no":
            continue  # told beside it, which another sweep looks at
        unknown = any(withheld(value) for value in values)
        if not unknown and not any(json_equal(value, shown) for value in values):
            yield member, values[0], shown


def span(view: ExchangeView) -> tuple[datetime, datetime]:
    """When a request was sent and when its answer was there, by the kit's clock."""
    begun = instant(view.record.started_at) or _NEVER
    return begun, begun + timedelta(seconds=max(0.0, view.elapsed))


def taken(run: RunView, context: JudgingContext) -> dict[str, Kept]:
    """Every consignment that was taken, by its id."""
    found: dict[str, Kept] = {}
    twice: set[str] = set()
    for view in run.of(["createConsignment", "createConsignmentBatch"]):
        if view.record.scenario == GENERATED or not succeeded(view):
            continue
        for identity, waybill, sent in receipts(view):
            known = found.setdefault(identity, Kept(sent, view.record.id, waybill))
            if not json_equal(known.sent, sent):
                twice.add(identity)
    return {
        identity: one
        for identity, one in found.items()
        if identity not in twice and not context.book.validate(CONSIGNMENT, one.sent, request=True)
    }


def receipts(view: ExchangeView) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Id and waybill number of each receipt in an answer, with the consignment to which it
    belongs.
    """
    sent, told = view.request.json, view.response.json if view.response is not None else ABSENT
    if not isinstance(sent, Mapping) or not isinstance(told, Mapping):
        return
    batch = listed(sent.get("consignments"))
    pairs = [(told, sent)] + [
        (item.get("receipt"), batch[item["index"]])
        for item in mappings(told.get("items"))
        if _within(item.get("index"), batch)
    ]
    for receipt, own in pairs:
        identity = receipt.get("consignment_id") if isinstance(receipt, Mapping) else None
        if isinstance(receipt, Mapping) and isinstance(identity, str):
            yield identity, str(receipt.get("waybill_no")), own


def _within(index: Any, batch: list[Any]) -> bool:
    whole = isinstance(index, int) and not isinstance(index, bool)
    return whole and 0 <= index < len(batch) and isinstance(batch[index], Mapping)


def _amended(run: RunView, kept: Mapping[str, Kept], context: JudgingContext) -> frozenset[str]:
    """Note every amendment that was asked for, and give the ids; a refusal of class 4xx changes
    nothing, and of what was not answered nobody knows.
    """
    touched = set()
    for view in run.sent:
        own = kept.get(last_segment(view))
        if view.record.operation != "amendConsignment" or own is None:
            continue
        touched.add(last_segment(view))
        refused = view.status is not None and 400 <= view.status < 500
        if not refused:
            _note(own, view, context)
    return frozenset(touched)


def _note(own: Kept, view: ExchangeView, context: JudgingContext) -> None:
    body = view.request.json
    if not isinstance(body, Mapping) or context.book.validate("amendment", body, request=True):
        own.spoilt = True
        return
    begun, done = span(view)
    for member, value in body.items():
        change = _Change(value, begun, done if succeeded(view) else None)
        own.changes.setdefault(member, []).append(change)


def by_persons(run: RunView) -> frozenset[str]:
    """Numbers of waybills about which a person asked for something, such as a correction."""
    bodies = (view.request.json for view in run.sent)
    return frozenset(
        str(body.get("waybill_no"))
        for body, view in zip(bodies, run.sent, strict=True)
        if view.record.operation == "createPrivacyRequest" and isinstance(body, Mapping)
    )


def last_segment(view: ExchangeView) -> str:
    """The id at the end of an address."""
    return url_parts(view.record.request.url).path.rstrip("/").rpartition("/")[2]


KEEPING_RULES: Final[Mapping[str, Rule]] = {"consignment-kept": consignment_kept}
"""The rule on what is kept, by its word."""
