"""Named judgements of what platforms and integrators pass on: consignments down to the courier,
events up to the platform (DS-01, DS-02).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.foreign_arguments import mappings, names_of
from jidi.judge.rules.transitions import instant
from jidi.judge.ruling import Ruling, ruling
from jidi.language.compared import ABSENT, json_equal
from jidi.language.views import StepView
from jidi.model.text import Text
from jidi.wording import sentence

_MASK: Final = re.compile(r"[*＊×•●█]")
_TIME: Final = "ordered_at"
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_SHOWN: Final = 5
_Fault = tuple[str, str]
"""Reason and pointer."""


def order_carried(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """A consignment carries its order member by member, and nothing else (DS-01.1); with
    ``members`` only those are looked at (DS-01.4).

    ``ordered_at`` is looked at only when it is named. Times are compared as moments, everything
    else as JSON values.
    """
    expected = sentence("judge/the-members-of-the-order-value-by")
    order, arrived = given["order"], given["arrived"]
    if not isinstance(order, Mapping) or not isinstance(arrived, Mapping):
        return ruling("field-missing", expected, "not a JSON object", "不是 JSON 对象")
    named = given.get("members")
    wanted = (
        [name for name in order if name != _TIME] if named is None else names_of(given, "members")
    )
    faults = [
        fault
        for name in wanted
        for fault in _carried(order.get(name, ABSENT), arrived.get(name, ABSENT), f"/{name}")
    ]
    if named is None:
        faults += [("field-added", f"/{name}") for name in arrived if name not in order]
    return _of_faults(faults, expected, f"{len(wanted)} carried")


def _carried_members(
    ordered: Mapping[str, Any], arrived: Mapping[str, Any], pointer: str
) -> Iterator[_Fault]:
    if _masked(arrived) and not _masked(ordered) and "recipient_token" not in arrived:
        yield "masked-without-token", pointer
        return
    for name in ordered:
        yield from _carried(ordered[name], arrived.get(name, ABSENT), f"{pointer}/{name}")
    yield from (("field-added", f"{pointer}/{name}") for name in arrived if name not in ordered)


def _carried(ordered: Any, arrived: Any, pointer: str) -> Iterator[_Fault]:
    """Faults of one member, the nearest to the value first."""
    if ordered is ABSENT:
        return
    if isinstance(ordered, Mapping) and isinstance(arrived, Mapping) and arrived:
        yield from _carried_members(ordered, arrived, pointer)
    elif isinstance(ordered, list) and isinstance(arrived, list) and len(ordered) == len(arrived):
        for index, (one, other) in enumerate(zip(ordered, arrived, strict=True)):
            yield from _carried(one, other, f"{pointer}/{index}")
    elif (reason := _value_fault(ordered, arrived, pointer)) != "":
        yield reason, pointer


def _value_fault(ordered: Any, arrived: Any, pointer: str) -> str:
    if arrived is ABSENT:
        return "field-missing"
    if json_equal(ordered, arrived) or _same_moment(ordered, arrived):
        return ""
    if any(json_equal(arrived, empty) for empty in _EMPTY):
        return "field-empty"
    if isinstance(arrived, str) and not arrived.strip():
        return "field-blank"
    if isinstance(arrived, str) and _MASK.search(arrived):
        return "masked-without-token"
    return "forged-time" if pointer == f"/{_TIME}" else "field-altered"


def _masked(value: Mapping[str, Any]) -> bool:
    """Whether a text in ``value`` itself shows marks of masking."""
    return any(isinstance(item, str) and _MASK.search(item) for item in value.values())


def _same_moment(one: Any, other: Any) -> bool:
    left, right = instant(one), instant(other)
    return left is not None and left == right


def passed_on(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """What arrives is the same JSON value as what was sent; members named in ``may-add`` may stand
    beside it (DS-01.6).
    """
    expected = sentence("judge/the-same-json-value-as-was-sent")
    sent, arrived, added = given["sent"], given["arrived"], given.get("may-add", ())
    if isinstance(sent, Mapping) and isinstance(arrived, Mapping):
        arrived = {
            name: value for name, value in arrived.items() if name in sent or name not in added
        }
    return _of_faults(list(_unlike(sent, arrived, "")), expected, "the same")


def _unlike_value(sent: Any, arrived: Any, pointer: str) -> Iterator[_Fault]:
    if sent is arrived:
        return
    if sent is ABSENT or arrived is ABSENT:
        yield ("field-added" if sent is ABSENT else "field-missing"), pointer
    elif not json_equal(sent, arrived):
        yield "field-altered", pointer


def _unlike(sent: Any, arrived: Any, pointer: str) -> Iterator[_Fault]:
    if isinstance(sent, Mapping) and isinstance(arrived, Mapping):
        for name in {**sent, **arrived}:
            yield from _unlike(
                sent.get(name, ABSENT), arrived.get(name, ABSENT), f"{pointer}/{name}"
            )
    elif isinstance(sent, list) and isinstance(arrived, list):
        pairs = zip_longest(sent, arrived, fillvalue=ABSENT)
        for index, (one, other) in enumerate(pairs):
            yield from _unlike(one, other, f"{pointer}/{index}")
    else:
        yield from _unlike_value(sent, arrived, pointer or "/")


def same_members(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """Two lists of like objects hold the same members, whatever the values (DS-02.6); two objects
    the same set of pointers (DS-01.5).
    """
    expected = sentence("judge/the-same-fields-for-both-partners")
    one, other = given["one"], given["other"]
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        unlike = sorted(set(_pointers(one)) ^ set(_pointers(other)))
        return ruling(
            "fields-withheld" if unlike else "",
            expected,
            ", ".join(unlike[:_SHOWN]) or f"{len(set(_pointers(one)))} alike",
        )
    sides = [
        [sorted(map(str, item)) for item in side if isinstance(item, Mapping)]
        if isinstance(side, list)
        else []
        for side in (one, other)
    ]
    for index, (left, right) in enumerate(zip_longest(*sides, fillvalue=[])):
        unlike = sorted(set(left) ^ set(right))
        if unlike:
            return ruling("fields-withheld", expected, f"item {index}: {', '.join(unlike)}")
    return ruling("" if sides[0] else "empty", expected, f"{len(sides[0])} alike")


def _pointers(value: Any, pointer: str = "") -> Iterator[str]:
    """Pointers of all members; items of a list share one, for how many there are is a value."""
    pairs: Sequence[tuple[str, Any]] = ()
    if isinstance(value, Mapping):
        pairs = [(str(name), item) for name, item in value.items()]
    elif isinstance(value, list):
        pairs = [("-", item) for item in value]
    for name, item in pairs:
        yield f"{pointer}/{name}"
        yield from _pointers(item, f"{pointer}/{name}")


def same_request(_given: Mapping[str, Any], view: StepView, _context: JudgingContext) -> Ruling:
    """Every attempt has the same idempotency key and the same bytes (DS-01.7)."""
    expected = sentence("judge/one-idempotency-key-and-one-body-to")
    keys = [
        exchange.request.attribute("headers").get("idempotency-key") for exchange in view.exchanges
    ]
    digests = {exchange.request.attribute("digest") for exchange in view.exchanges}
    shown = f"{len(keys)} attempts, {len(set(keys))} keys, {len(digests)} bodies"
    if not all(keys) or not keys:
        return ruling("key-missing", expected, shown)
    return ruling(
        "new-key-on-retry" if len(set(keys)) > 1 else "bytes-changed" if len(digests) > 1 else "",
        expected,
        shown,
    )


def in_sequence(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """First deliveries of each waybill's events come in the order of their sequence (DS-01.6)."""
    expected = sentence("judge/events-of-each-waybill-in-the-order")
    highest: dict[str, int] = {}
    seen: set[str] = set()
    for event in mappings(given["events"]):
        identifier, waybill, sequence = (
            str(event.get("event_id")),
            str(event.get("waybill_no")),
            event.get("sequence"),
        )
        if identifier in seen or not isinstance(sequence, int):
            continue
        seen.add(identifier)
        if sequence < highest.get(waybill, 0):
            return ruling(
                "out-of-order", expected, f"{waybill}: {sequence} after {highest.get(waybill, 0)}"
            )
        highest[waybill] = sequence
    return ruling(
        "" if seen else "no-events", expected, f"{len(seen)} events of {len(highest)} waybills"
    )


def _of_faults(faults: Sequence[_Fault], expected: Text, fine: str) -> Ruling:
    shown = "; ".join(f"{pointer}: {reason}" for reason, pointer in faults[:_SHOWN])
    return ruling(faults[0][0] if faults else "", expected, shown or fine)


NETWORK_RULES: Final[
    Mapping[str, Callable[[Mapping[str, Any], StepView, JudgingContext], Ruling]]
] = {
    "in-sequence": in_sequence,
    "order-carried": order_carried,
    "passed-on": passed_on,
    "same-members": same_members,
    "same-request": same_request,
}
"""Named judgements about networks, by the name that scenarios use."""
