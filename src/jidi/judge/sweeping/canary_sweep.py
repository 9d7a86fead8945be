"""The sweep for planted personal values over everything that the candidate sent in a run (PI-07.2):
whose each of them is, and the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from jidi.judge.context import JudgingContext
from jidi.judge.guarding import REASON, guarded
from jidi.judge.personal.canaries import Automaton, Canary, canaries_in, planted_canaries
from jidi.judge.personal.leaks import EXPECTED, Watch, reason_of
from jidi.language.compared import ABSENT
from jidi.language.differing import MOST
from jidi.language.views import ExchangeView
from jidi.model.journal import DriveRecord, ExchangeRecord, JournalRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Difference, Outcome
from jidi.wording import sentence

REQUIREMENT: Final = "PI-07.2"
_HANDED_OVER: Final = frozenset({"createConsignment", "createConsignmentBatch", "amendConsignment"})
_TOLD: Final = 5
_NAME: Final = "sweep/no-canaries"
_COURIERS: Final = {"KITEAST": "east", "KITWEST": "west"}
"""Code to party of the played couriers that live for the whole run; any other one's party is its
code.
"""


def _handed_over(records: Sequence[JournalRecord]) -> Iterator[Canary]:
    """Planted values in the parcels that the kit handed over, with their owner."""
    planted = {canary.value for canary in planted_canaries(records)}
    chosen: dict[str, str] = {}
    for record in records:
        for canary in _ordered(record, chosen):
            if canary.value in planted:
                yield canary
        if (
            isinstance(record, ExchangeRecord)
            and record.direction == "sent"
            and record.operation in _HANDED_OVER
        ):
            body = ExchangeView(record).request.json
            for canary in canaries_in(body) if body is not ABSENT else ():
                if canary.value in planted:
                    yield Canary(
                        canary.value, canary.kind, canary.pi_class, record.party, canary.subject
                    )


def _couriers(records: Sequence[JournalRecord]) -> frozenset[str]:
    """The played couriers of a run in which orders were placed: each sees its own only, also when
    none was for it.
    """
    if not any(
        isinstance(record, DriveRecord) and record.action == "place-order" for record in records
    ):
        return frozenset()
    called = {
        record.party
        for record in records
        if isinstance(record, ExchangeRecord) and record.direction == "received"
    }
    return frozenset(called | set(_COURIERS.values())) - {""}


def _ordered(record: JournalRecord, chosen: dict[str, str]) -> Iterator[Canary]:
    """Personal values of an order that the candidate was asked to send; its owner is the courier
    that ``chosen`` keeps for the order's number. Whether the candidate answered in time does not
    matter: it may have sent the order all the same, and perhaps the person has the name of another.
    """
    if not isinstance(record, DriveRecord) or record.action not in {"place-order", "amend-order"}:
        return
    parameters = record.parameters
    order = parameters.get("order")
    number = str(
        order.get("order_no") if isinstance(order, Mapping) else parameters.get("order_no")
    )
    if record.action == "place-order":
        code = str(parameters.get("courier_code"))
        chosen[number] = _COURIERS.get(code, code)
    for canary in canaries_in(order if isinstance(order, Mapping) else parameters.get("amendment")):
        yield replace(canary, owner=chosen.get(number, ""))


def judge_canaries(
    records: Sequence[JournalRecord], requirements: Mapping[str, object], context: JudgingContext
) -> list[CheckVerdict]:
    """The sweep over everything that the candidate sent in the run: one verdict, or none when
    nobody asked for PI-07.2.
    """
    if REQUIREMENT not in requirements:
        return []
    return guarded(
        lambda: _judged(records, context),
        lambda told: [
            CheckVerdict(_NAME, REQUIREMENT, Outcome.HARNESS_ERROR, REASON, EXPECTED, told)
        ],
    )


def _judged(records: Sequence[JournalRecord], context: JudgingContext) -> list[CheckVerdict]:
    canaries = list(dict.fromkeys(_handed_over(records)))
    sent = [ExchangeView(record) for record in records if isinstance(record, ExchangeRecord)]
    if not canaries or not sent:
        nothing = sentence("judge/no-personal-value-was-planted")
        return [
            CheckVerdict(
                _NAME,
                REQUIREMENT,
                Outcome.NOT_EXERCISED,
                "not-exercised",
                EXPECTED,
                nothing,
            )
        ]
    suppliers = frozenset(canary.owner for canary in canaries if canary.owner) | _couriers(records)
    watch = Watch(Automaton(canaries), context, suppliers)
    found = [(view, leak) for view in sent for leak in watch.leaks(view)]
    if not found:
        en, zh = (
            f"{len(canaries)} values looked for in {len(sent)} messages",
            f"在 {len(sent)} 条报文中检索 {len(canaries)} 个植入值",
        )
        return [CheckVerdict(_NAME, REQUIREMENT, Outcome.PASS, "", EXPECTED, Text(en, zh))]
    told = list(
        dict.fromkeys(
            leak.told(view.record.operation or view.record.direction) for view, leak in found
        )
    )
    actual = sentence(
        "judge/found",
        found=len(found),
        told="; ".join(told[:_TOLD]),
        told_zh="；".join(told[:_TOLD]),
    )
    exchanges = tuple(dict.fromkeys(view.record.id for view, _ in found))[:_TOLD]
    places = dict.fromkeys(leak.pointer for _, leak in found)
    return [
        CheckVerdict(
            _NAME,
            REQUIREMENT,
            Outcome.FAIL,
            reason_of([leak for _, leak in found]),
            EXPECTED,
            actual,
            exchanges,
            tuple(Difference(one, "added", "", "") for one in islice(places, MOST)),
        )
    ]
