"""Everything that a run saw, as its sweeps look at it, and what a sweep comes to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import declared_number, listed, mappings
from jidi.judge.rules.transitions import instant
from jidi.language.compared import ABSENT, json_equal
from jidi.language.differing import differences
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, header_value
from jidi.model.journal import (
    CasePlan,
    CasesCut,
    CaseSummary,
    DriveRecord,
    ExcessFigures,
    ExchangeRecord,
    JournalRecord,
)
from jidi.model.urls import host_and_port, url_parts
from jidi.model.verdict import Difference

_Made = TypeVar("_Made")
GENERATED: Final = "generated"
"""Scenario of requests that a generator made up."""
_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
IN_PLACE: Final = frozenset({429, 500, 502, 503, 504})
"""Statuses of answers that stand in the place of another, which nobody then saw."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that does not hold: in a few words, with the JSON Pointer at which answers differ,
    the exchanges that show it in the order in which they matter, and what differs there.
    """

    what: str
    exchanges: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one sweep saw: how many things it could judge, and what does not hold of them."""

    looked: int
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True)
class RunView:
    """The records of a run, each exchange read once however many sweeps look at it.

    ``told`` says where other checks found something wrong: rows by direction and operation;
    ``rows`` are those to which a fault may belong that its schema puts there.
    """

    records: Sequence[JournalRecord]
    told: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()
    _made: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def answers(self) -> tuple[ExchangeView, ...]:
        """Every answer of the candidate to a request of the kit, in journal order."""
        return tuple(
            view
            for view in self._exchanges
            if view.record.direction == "sent" and view.record.response is not None
        )

    @cached_property
    def sent(self) -> tuple[ExchangeView, ...]:
        """Every request of the kit, answered or not."""
        return tuple(view for view in self._exchanges if view.record.direction == "sent")

    @cached_property
    def pushes(self) -> tuple[ExchangeView, ...]:
        """What the candidate pushed to receivers of the kit, each attempt."""
        return tuple(view for view in self._unnamed if not self._at_courier(view))

    @cached_property
    def strays(self) -> tuple[ExchangeView, ...]:
        """What the candidate asked of played couriers and that is no operation of theirs."""
        return tuple(view for view in self._unnamed if self._at_courier(view))

    @cached_property
    def arrivals(self) -> tuple[ExchangeView, ...]:
        """What the candidate asked of couriers that the kit plays, each attempt."""
        return tuple(
            view
            for view in self._exchanges
            if view.record.direction == "received" and view.record.operation
        )

    @cached_property
    def drives(self) -> tuple[DriveRecord, ...]:
        """Every action that the candidate was asked to do through its driver."""
        return tuple(record for record in self.records if isinstance(record, DriveRecord))

    def begun(self, record: DriveRecord) -> datetime | None:
        """When an action was asked for, by the clock of requests. Its line is written down when
        everything about it has been made harmless, which may be long after.
        """
        written, offset = instant(record.at), self._clocks.get(record.scenario)
        if offset is not None:
            return datetime.fromtimestamp(offset + record.started, UTC)
        return None if written is None else written - timedelta(seconds=_took(record))

    @cached_property
    def _clocks(self) -> Mapping[str, float]:
        """By scenario, what lies between the clock that counts seconds and that of the wall: the
        one run of a scenario goes by one clock, and a resumed run has several.
        """
        found: dict[str, float] = {}
        for view in self._exchanges:
            wall = instant(view.record.started_at)
            if wall is not None:
                own = wall.timestamp() - view.record.started
                found[view.record.scenario] = min(own, found.get(view.record.scenario, own))
        return found

    def apart(self, first: str, second: str) -> bool:
        """Whether generated requests were sent between two exchanges. Their links lead to whatever
        a list shows, they may change it, and the journal does not hold them all (ADR 39).
        """
        return self._windows.get(first) != self._windows.get(second)

    @cached_property
    def _windows(self) -> Mapping[str, int]:
        """By exchange, how much had been told of generated requests when it began: what came to
        played couriers is written down late, so that its place in the journal says nothing.
        """
        told = sorted(
            at
            for record in self.records
            if isinstance(record, CasePlan | CaseSummary | ExcessFigures | CasesCut)
            and (at := instant(record.at)) is not None
        )
        begun = {
            record.id: instant(record.started_at)
            for record in self.records
            if isinstance(record, ExchangeRecord)
        }
        return {name: bisect_right(told, at) for name, at in begun.items() if at is not None}

    @cached_property
    def _exchanges(self) -> tuple[ExchangeView, ...]:
        return tuple(
            ExchangeView(record) for record in self.records if isinstance(record, ExchangeRecord)
        )

    @cached_property
    def _unnamed(self) -> tuple[ExchangeView, ...]:
        return tuple(
            view
            for view in self._exchanges
            if view.record.direction == "received" and not view.record.operation
        )

    @cached_property
    def _couriers(self) -> frozenset[str]:
        return frozenset(view.record.receiver for view in self.arrivals)

    def _at_courier(self, view: ExchangeView) -> bool:
        return view.record.receiver in self._couriers

    def once(self, name: str, make: Callable[[], _Made]) -> _Made:
        """What ``make`` gives, which is asked for it once for all sweeps."""
        if name not in self._made:
            self._made[name] = make()
        return cast("_Made", self._made[name])

    def told_by_another(self, view: ExchangeView, row: str) -> bool:
        """Whether a check of another requirement than ``row`` found something wrong with what the
        candidate said in such exchanges.
        """
        return self.told_there(whose(view.record), row)

    def told_there(self, place: tuple[str, str], row: str) -> bool:
        """The same of exchanges of a direction and an operation."""
        return bool(self.told.get(place, frozenset()) - {row})

    def of(self, operations: Iterable[str]) -> tuple[ExchangeView, ...]:
        """The answers to these operations."""
        wanted = frozenset(operations)
        return tuple(view for view in self.answers if view.record.operation in wanted)


def whose(record: ExchangeRecord) -> tuple[str, str]:
    """Direction and operation of an exchange, by which its like are told."""
    return record.direction, record.operation


Rule = Callable[[Mapping[str, Any], RunView, JudgingContext], Outlook]
"""A rule of a sweep: its arguments with ``req``, the requirement of the sweep; the run; and what
judging needs beside it.
"""


def each(views: Iterable[ExchangeView], fault: Callable[[ExchangeView], str | Breach]) -> Outlook:
    """The outlook of a rule that looks at one answer at a time; ``fault`` says in a few words what
    is wrong with it, and where if it knows, or nothing.
    """
    seen = tuple(views)
    found = [(view, told) for view in seen if (told := fault(view))]
    breaches = (
        told if isinstance(told, Breach) else Breach(told, (view.record.id,))
        for view, told in found
    )
    return Outlook(len(seen), tuple(breaches))


def unlike_at(pointer: str, wanted: Any, seen: Any) -> tuple[Difference, ...]:
    """Where two values differ that stand at ``pointer`` of an answer."""
    return tuple(replace(one, pointer=pointer + one.pointer) for one in differences(wanted, seen))


def place_of(view: ExchangeView) -> str:
    """What was asked, for a sentence: the operation, or method and path."""
    request = view.record.request
    named = view.record.operation or url_parts(request.url).path
    return f"{request.method} {named}"


def succeeded(view: ExchangeView) -> bool:
    """Whether the answer is one of class 2xx that was kept whole."""
    response = view.record.response
    whole = response is not None and not response.body.truncated
    return whole and 200 <= (view.status or 0) < 300


def header(view: ExchangeView, name: str) -> str | None:
    """The first value of a header of the answer, or ``None``."""
    response = view.record.response
    value = ABSENT if response is None else header_value(response.headers, name)
    return value if isinstance(value, str) else None


def version_of(view: ExchangeView, discovery: Any) -> Mapping[str, Any] | None:
    """The entry of discovery's versions below whose address a request went, or ``None``."""
    entries = point(discovery, "/versions")
    url = view.record.request.url
    for entry in entries if isinstance(entries, list) else []:
        base = point(entry, "/base_url")
        if isinstance(base, str) and base and below(url, base):
            return cast("Mapping[str, Any]", entry)
    return None


def below(url: str, base: str) -> bool:
    """Whether an address lies below another, whatever its letter case of scheme and host."""
    one, other = url_parts(url), url_parts(base)
    root = other.path.rstrip("/")
    return host_and_port(one) == host_and_port(other) and (
        one.path == root or one.path.startswith(f"{root}/")
    )


def withheld(value: Any) -> bool:
    """Whether a part of a JSON value was withheld when it was written down: of such nobody can say
    what it was.
    """
    if isinstance(value, str):
        return "⟦" in value
    if isinstance(value, Mapping):
        return any(withheld(item) or withheld(name) for name, item in value.items())
    return isinstance(value, list | tuple) and any(withheld(item) for item in value)


def objects(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in a JSON value with its JSON Pointer, the outermost first."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        at, one = waiting.pop()
        if isinstance(one, Mapping):
            yield at, one
            waiting += [(f"{at}/{_escaped(name)}", item) for name, item in reversed([*one.items()])]
        elif isinstance(one, list):
            waiting += [(f"{at}/{index}", item) for index, item in reversed([*enumerate(one)])]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _took(record: DriveRecord) -> float:
    return max(0.0, record.finished - record.started)


def query(view: ExchangeView) -> dict[str, str]:
    """What was asked for in the address; nothing where a parameter was said twice."""
    pairs = parse_qsl(url_parts(view.record.request.url).query, keep_blank_values=True)
    return dict(pairs) if len(dict(pairs)) == len(pairs) else {}


def is_whole(view: ExchangeView) -> bool:
    """Whether a page begins with the beginning and ends with the end."""
    body = view.response.json if view.response is not None else ABSENT
    return "cursor" not in query(view) and point(body, "/next_cursor") is None


OF_THE_RUN: Final = frozenset({"platform-a", "platform-b", "east", "west"})
"""Parties that are one and the same for a whole run; every other is one of its scenario."""


def life_of(view: ExchangeView) -> str:
    """The scenario with which the party of an exchange ends; empty: it lives for the whole run."""
    return "" if view.record.party in OF_THE_RUN else view.record.scenario


EVENTS_BY: Final = "event_availability_s"
SPARE_S: Final = 3.0
"""Seconds beyond what is declared, in which nothing is said: events that wait for an earlier one
may be held for a moment.
"""


def shown_since(view: ExchangeView, context: JudgingContext) -> datetime:
    """The last moment of which a list must hold everything that happened: the declared time, and a
    little more, before it was asked for.
    """
    limits = point(context.discovery, "/limits")
    declared = {EVENTS_BY: SPARE_S, **(limits if isinstance(limits, Mapping) else {})}
    return span(view)[0] - timedelta(seconds=declared_number(declared, EVENTS_BY) + SPARE_S)


def span(view: ExchangeView) -> tuple[datetime, datetime]:
    """When a request was sent and when its answer was there, by the kit's clock."""
    begun = instant(view.record.started_at) or _NEVER
    return begun, begun + timedelta(seconds=max(0.0, view.elapsed))


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


def by_persons(run: RunView) -> frozenset[str]:
    """Numbers of waybills about which a person asked for something, such as a correction."""
    bodies = (view.request.json for view in run.sent)
    return frozenset(
        str(body.get("waybill_no"))
        for body, view in zip(bodies, run.sent, strict=True)
        if view.record.operation == "createPrivacyRequest" and isinstance(body, Mapping)
    )


def alike(left: Any, right: Any) -> bool:
    """Whether two values mean the same: as JSON, or as a moment; what was withheld of one of them
    says nothing.
    """
    if withheld((left, right)) or json_equal(left, right):
        return True
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    moment = instant(left)
    return moment is not None and moment == instant(right)
