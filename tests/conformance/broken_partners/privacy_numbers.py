"""Couriers that break PI-13.1 and PI-13.3: waybill numbers, and who gets any."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Json,
    Told,
    Wrap,
    both,
    documents,
)

from jidi_reference.service.ports.numbers import RETURNED, USED, VOIDED

_CREATE: Final = ("createConsignment",)
_ALLOCATE: Final = ("allocateWaybillNumbers",)
_BATCH: Final = ("createConsignmentBatch",)
_USED: Final = "waybill-number-used"
_ROUND_S: Final = 0.3


def _accepting(*states: str, foreign: bool = False) -> Wrap:
    """Numbers in these states are taken up too, or those of another holder."""

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def use(unit: Any, caller: Any, waybill_no: str, consignment_id: str, now: float) -> None:
            row = unit.waybill_numbers.find(waybill_no, None, lock=True)
            if row is not None and (row.state in states or (foreign and row.owner != caller.party)):
                unit.waybill_numbers.close(waybill_no, USED, now, consignment_id)
                return
            healthy(unit, caller, waybill_no, consignment_id, now)

        return use

    return Inside("numbers.use", make)


def _unknown_taken() -> Wrap:
    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def use(unit: Any, caller: Any, waybill_no: str, consignment_id: str, now: float) -> None:
            if unit.waybill_numbers.find(waybill_no, None) is not None:
                healthy(unit, caller, waybill_no, consignment_id, now)

        return use

    return Inside("numbers.use", make)


class _UsedAgain:
    """Accepts a used number after all and gives the parcel another one; with ``at_once`` only in
    the moment after its first use.
    """

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once
        self.racing: dict[str, int] = {}

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        body = asked.json
        number = str(body.get("waybill_no", "")) if isinstance(body, dict) else ""
        if not number:
            return await forward(asked)
        self.racing[number] = self.racing.get(number, 0) + 1
        try:
            await asyncio.sleep(_ROUND_S if self.at_once else 0)
            crowded = self.racing[number] > 1
            answer = await forward(asked)
        finally:
            self.racing[number] -= 1
        if answer.problem != _USED or not (crowded or not self.at_once):
            return answer
        return await forward(
            asked.with_json({name: value for name, value in body.items() if name != "waybill_no"})
        )


def _refused_yet_stored() -> Wrap:
    """The refusal of a used number leaves the consignment behind."""

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if answer.problem == _USED:
            body = {name: value for name, value in asked.json.items() if name != "waybill_no"}
            await forward(
                asked.with_header(
                    "idempotency-key", asked.header("idempotency-key") + "-again"
                ).with_json(body)
            )
        return answer

    return Around(_CREATE, handler)


async def _twice_in_batch(asked: Asked, forward: Forward) -> Told:
    body, seen = asked.json, set()
    items = body.get("consignments") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return await forward(asked)
    made = []
    for item in items:
        number = str(item.get("waybill_no", ""))
        made.append(
            {name: value for name, value in item.items() if name != "waybill_no"}
            if number in seen
            else item
        )
        seen |= {number} - {""}
    return await forward(
        asked if made == items else asked.with_json({**body, "consignments": made})
    )


class _Doubled:
    """Gives callers who ask at the same time a number in common; with ``across``, what one party
    holds to another.
    """

    def __init__(self, *, across: bool) -> None:
        self.across = across
        self.earlier: dict[str, list[list[str]]] = {}
        self.waiting = 0

    async def __call__(self, asked: Asked, forward: Forward) -> Told:
        self.waiting += 1
        await asyncio.sleep(0 if self.across else _ROUND_S)
        crowded = self.waiting > 1
        answer = await forward(asked)
        self.waiting -= 1
        if answer.status != 201:
            return answer
        fresh = answer.json["waybill_nos"]
        shared = self._shared(asked.party, len(fresh)) if self.across or crowded else []
        self.earlier.setdefault(asked.party, []).append(fresh)
        return answer.with_json({**answer.json, "waybill_nos": [*shared, *fresh[len(shared) :]]})

    def _shared(self, party: str, count: int) -> list[str]:
        """Numbers of earlier answers: of another party the first of each, of the same one that of
        the first answer as long as this.
        """
        if self.across:
            others = [
                numbers[0]
                for holder, answers in self.earlier.items()
                if holder != party
                for numbers in answers
            ]
            return others[-(count - 1) :] if count > 1 else []
        return [numbers[0] for numbers in self.earlier.get(party, []) if len(numbers) == count][:1]


def _given_again_at_once(state: str) -> Wrap:
    """Closed numbers of a state are handed out again without waiting."""

    def make(healthy: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def give_again(stored: Any, grant: Any, count: int, _closed_before: float) -> list[str]:
            return healthy(stored, grant, count, grant.now + 1)

        return give_again

    return both(
        Inside("numbers.give-again", make),
        Inside(
            "numbers.voided" if state == RETURNED else "numbers.returned",
            lambda _one: "NEVER",
        ),
    )


_OPEN: ContextVar[bool] = ContextVar("jidi_open", default=False)


def _committed(*operations: str) -> Wrap:
    """These operations do not ask for the commitment to de-identify."""

    async def opened(asked: Asked, forward: Forward) -> Told:
        token = _OPEN.set(True)
        try:
            return await forward(asked)
        finally:
            _OPEN.reset(token)

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def authenticate(context: Any, token: str) -> Any:
            caller = healthy(context, token)
            return replace(caller, committed=True) if caller is not None and _OPEN.get() else caller

        return authenticate

    return both(Inside("caller.authenticate", make), Around(operations, opened))


def _review_passed(document: Json) -> Json:
    return {**document, "state": "PASSED"}


def _fault(
    name: str,
    clause: tuple[str, str],
    about: str,
    caught_by: tuple[str, ...],
    wrap: Wrap,
    **more: Any,
) -> Fault:
    return Fault(
        name,
        *clause,
        about,
        caught_by,
        wrap,
        level="privacy",
        areas=("numbers", "token", "canary"),
        **more,
    )


_FOREIGN: Final = ("PI-13.1", "foreign-number-accepted")
_VOID: Final = ("PI-13.1", "void-number-accepted")
_REUSED: Final = ("PI-13.1", "reused-number-accepted")
_DOUBLE: Final = ("PI-13.1", "double-allocation")
_UNCOMMITTED: Final = ("PI-13.3", "numbers-for-non-compliant")

FAULTS: Final = (
    _fault(
        "number-of-another-holder",
        _FOREIGN,
        "A number that another partner holds is taken.",
        (
            "number-foreign/foreign/foreign-number-refused#status",
            "number-foreign/nothing-stored/nothing-stored#count",
        ),
        _accepting(foreign=True),
    ),
    _fault(
        "number-of-nobody",
        _FOREIGN,
        "A number that nobody was given is taken.",
        ("number-foreign/unknown/unknown-number-refused#status",),
        _unknown_taken(),
    ),
    _fault(
        "number-voided-accepted",
        _VOID,
        "A voided number is taken.",
        ("number-life/use-void/void-number-refused#status",),
        _accepting(VOIDED),
    ),
    _fault(
        "number-returned-accepted",
        _VOID,
        "A returned number is taken.",
        ("number-life/use-returned/returned-number-refused#status",),
        _accepting(RETURNED),
    ),
    _fault(
        "number-voided-given-again",
        _VOID,
        "A voided number is given out again at once.",
        ("number-life/next/void-not-given-again",),
        _given_again_at_once(VOIDED),
    ),
    _fault(
        "number-returned-given-again",
        _VOID,
        "A returned number is given out again at once.",
        ("number-life/next/returned-not-given-again",),
        _given_again_at_once(RETURNED),
    ),
    _fault(
        "number-used-accepted",
        _REUSED,
        "A second consignment with a used number is accepted and quietly gets another number.",
        (
            "number-life/use-twice/used-number-refused#status",
            "number-life/reuse-cancelled/number-of-cancelled-refused#status",
        ),
        Around(_CREATE, _UsedAgain(at_once=False)),
    ),
    _fault(
        "number-used-accepted-at-once",
        _REUSED,
        "Of several uses at the same time more than one is accepted.",
        ("number-use-race/race/exactly-one#count", "number-use-race/list/one-stored#count"),
        Around(_CREATE, _UsedAgain(at_once=True)),
    ),
    _fault(
        "number-used-refused-yet-stored",
        _REUSED,
        "A consignment with a used number is refused, and stored.",
        ("number-life/not-stored/refused-not-stored#count",),
        _refused_yet_stored(),
    ),
    _fault(
        "number-twice-in-batch",
        _REUSED,
        "In a batch one number serves two items.",
        ("number-in-batch/batch/by-item#equals",),
        Around(_BATCH, _twice_in_batch),
    ),
    _fault(
        "number-allocated-twice-at-once",
        _DOUBLE,
        "Those who ask at the same time get a number in common.",
        ("number-allocation-race/race/no-number-twice",),
        Around(_ALLOCATE, _Doubled(across=False)),
    ),
    _fault(
        "number-allocated-to-two-holders",
        _DOUBLE,
        "A number that one partner holds is given to another.",
        ("number-allocation-race/other/none-of-another-holder",),
        Around(_ALLOCATE, _Doubled(across=True)),
    ),
    _fault(
        "numbers-for-uncommitted",
        _UNCOMMITTED,
        "A partner that did not commit to de-identify gets numbers.",
        ("commitment-missing/numbers/numbers-refused#status",),
        _committed(*_ALLOCATE),
    ),
    _fault(
        "service-for-uncommitted",
        _UNCOMMITTED,
        "Such a partner may place consignments.",
        ("commitment-missing/place/service-refused#status",),
        _committed(*_CREATE),
    ),
    _fault(
        "reading-for-uncommitted",
        _UNCOMMITTED,
        "Such a partner may read consignments.",
        ("commitment-missing/list/reading-refused#status",),
        _committed("listConsignments"),
    ),
    _fault(
        "feed-for-uncommitted",
        _UNCOMMITTED,
        "Such a partner may read the feed.",
        ("commitment-missing/feed/feed-refused#status",),
        _committed("listEvents"),
    ),
    _fault(
        "review-of-uncommitted-passed",
        _UNCOMMITTED,
        "The review says that such a partner passed.",
        ("commitment-missing/review/rejected#equals",),
        documents(("getAccessReview",), _review_passed),
    ),
)
"""Faults of PI-13.1 and PI-13.3."""
