"""Sweeps that hold every answer to the whole of the published contract: what a success says, what a
refusal says, and which statuses there are (DS-01.3, DS-10.1 and the rows of each operation).

One fault turns one row red. A fault belongs to the requirement that the schema names for its place,
and else to that of its operation; and where a check of another requirement has found answers of the
operation wrong already, these sweeps say nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from jidi.judge.context import JudgingContext
from jidi.judge.rules.document_rules import document_faults
from jidi.judge.sweeping.sightings import (
    Breach,
    Outlook,
    Rule,
    RunView,
    each,
    header,
    place_of,
)
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, MessageView
from jidi.model.verdict import Difference

_PUSHED: Final = "push-envelope"
_PROBLEM: Final = "problem"
_TOO_MANY: Final = 429
_OF_ONE_KIND: Final = ("200", "201", "202", "207")
"""Successes with a body, of which one may stand for another (RFC 9110, 15.3)."""
_OF_HTTP: Final = frozenset({304, 400, 408, 411, 414, 417, 421, 426, 431})
"""What a server or a cache says before any operation is asked."""
_NOT_OFFERED: Final = frozenset({404, 405})
_MOST: Final = 100


class _Wrong(NamedTuple):
    """What is wrong with what one exchange says: of which operation, the requirement that the
    schema names, and in a few words.
    """

    view: ExchangeView
    requirement: str
    told: str
    differences: tuple[Difference, ...] = ()


def answers_by_contract(given: Mapping[str, Any], run: RunView, context: JudgingContext) -> Outlook:
    """Every success of these ``operations`` (and every push, for ``pushes``) is a document that is
    valid under the schema of the contract, with its named rules.

    What is no JSON by its media type is another sweep's.
    """
    faults = run.once("bodies", lambda: _bodies(run, context))
    own = frozenset(given["operations"])

    def is_own(view: ExchangeView) -> bool:
        pushed = not view.record.operation and view.record.direction == "received"
        return bool(given.get("pushes")) if pushed else view.record.operation in own

    row, breaches = given["req"], []
    for wrong in faults:
        belongs = wrong.requirement == row or (
            wrong.requirement not in run.rows and is_own(wrong.view)
        )
        if belongs and not run.told_by_another(wrong.view, row):
            breaches.append(Breach(wrong.told, (wrong.view.record.id,), wrong.differences))
    seen = [*run.answers, *run.pushes]
    looked = sum(1 for view in seen if is_own(view) and _schema_of(view, context))
    return Outlook(looked, tuple(breaches))


def _bodies(run: RunView, context: JudgingContext) -> list[_Wrong]:
    found: list[_Wrong] = []
    for view in (*run.answers, *run.pushes):
        if schema := _schema_of(view, context):
            found += _wrong(view, schema, context)
    return found


def _schema_of(view: ExchangeView, context: JudgingContext) -> str:
    """The schema of what the candidate said in an exchange, or nothing where the contract has none
    or it is no success.
    """
    if view.record.direction == "received":
        return _PUSHED
    name, status = view.record.operation, view.status or 0
    if not name or not 200 <= status < 300:
        return ""
    responses = context.book.operation(name).responses
    key = str(status)
    if key not in responses and key in _OF_ONE_KIND:
        key = next((one for one in _OF_ONE_KIND if one in responses), "")
    return responses.get(key) or ""


def _wrong(view: ExchangeView, schema: str, context: JudgingContext) -> Iterator[_Wrong]:
    """What is wrong with a document of the candidate, each kind of fault once."""
    message = view.request if view.record.direction == "received" else view.response
    if message is None or message.body.truncated or not _as_json(message):
        return
    where = f"{view.status} on {place_of(view)}" if view.record.operation else "push"
    if message.json is ABSENT:
        yield _Wrong(view, "", f"{where}: not one JSON document")
        return
    faults = document_faults(context.book, schema, message.json, view.record.redactions)
    for fault in islice(faults, _MOST):
        told = f"{where}: {fault.pointer or '/'}: {fault.told}"
        unlike = (Difference(fault.pointer, "format", fault.keyword, ""),)
        yield _Wrong(view, fault.requirement, told, unlike)


def _as_json(message: MessageView) -> bool:
    """Whether it says that it is JSON, or there is nothing at all."""
    told = message.attribute("headers").get("content-type", "")
    return "json" in told.lower() or not message.body.size


def refusals_by_contract(
    given: Mapping[str, Any], run: RunView, context: JudgingContext
) -> Outlook:
    """Every refusal that the contract has is a valid problem of a published type, which goes with
    its status and names no other.

    Left out is 429, which a gateway may say.
    """

    def meant(view: ExchangeView) -> bool:
        status, name = view.status or 0, view.record.operation
        if not name or not 400 <= status < 500 or status == _TOO_MANY:
            return False
        documented = context.book.operation(name).responses.get(str(status)) == _PROBLEM
        return documented and not run.told_by_another(view, given["req"])

    return each((one for one in run.answers if meant(one)), lambda one: _no_problem(one, context))


def _no_problem(view: ExchangeView, context: JudgingContext) -> str:
    message = view.response
    if message is None or message.body.truncated or not _as_json(message):
        return ""
    found = next((one.told for one in _wrong(view, _PROBLEM, context)), "")
    if found or not isinstance(message.json, Mapping):
        return found
    slug = str(message.json.get("type", "")).removeprefix(context.problem_base)
    where = f"{view.status} on {place_of(view)}"
    if slug not in context.problem_statuses:
        return f"{where}: type {slug[:80]} is not published"
    if view.status not in context.problem_statuses[slug]:
        return f"{where}: type {slug} goes with {list(context.problem_statuses[slug])}"
    told = message.json.get("status", view.status)
    return "" if told == view.status else f"{where}: member status is {str(told)[:20]}"


def statuses_by_contract(
    given: Mapping[str, Any], run: RunView, context: JudgingContext
) -> Outlook:
    """Every answer has a status that the contract has for the operation.

    One success with a body may stand for another, a server may say what HTTP itself says, clear
    text may be sent on to https, and what is nowhere served may be unknown; of class 5xx another
    sweep speaks.
    """
    served = {view.record.operation for view in run.answers if (view.status or 0) // 100 == 2}

    def meant(view: ExchangeView) -> bool:
        name, status = view.record.operation, view.status or 0
        away = status in _NOT_OFFERED and name not in served
        return (
            bool(name)
            and 200 <= status < 500
            and not away
            and not run.told_by_another(view, given["req"])
        )

    def fault(view: ExchangeView) -> str:
        status, responses = (
            view.status or 0,
            context.book.operation(view.record.operation).responses,
        )
        known = {str(status), f"{status // 100}XX", "default"} & responses.keys()
        if known or str(status) in _OF_ONE_KIND or status in _OF_HTTP or _sent_on(view):
            return ""
        return f"{status} on {place_of(view)}"

    return each((view for view in run.answers if meant(view)), fault)


def _sent_on(view: ExchangeView) -> bool:
    """Whether clear text was sent on to https."""
    led = (header(view, "location") or "").lower().startswith("https:")
    clear = view.record.request.url.lower().startswith("http:")
    return clear and led and 300 <= (view.status or 0) < 400


CONTRACT_RULES: Final[Mapping[str, Rule]] = {
    "answers-by-contract": answers_by_contract,
    "refusals-by-contract": refusals_by_contract,
    "statuses-by-contract": statuses_by_contract,
}
"""Rules on the contract as a whole, by their words; they are judged after all else, so that they
know what is told already.
"""
