"""Checks of an answer as a whole: status, schema, media type, headers, signs of internals."""

from __future__ import annotations

from typing import Final

from jidi.judge.checks.finding import (
    Finding,
    Question,
    answer_of,
    both,
    failed,
    last_of,
    passed,
)
from jidi.judge.personal.internals import signs
from jidi.judge.rules.document_rules import DocumentFault, document_faults
from jidi.language.compared import ABSENT, show
from jidi.language.conditions import status_matches
from jidi.language.differing import MOST
from jidi.language.views import ExchangeView, media_type
from jidi.model.step import Call, Push
from jidi.model.verdict import Difference
from jidi.wording import sentence


def status_finding(question: Question) -> Finding:
    """The status of the last answer, or of every one that was sent at once."""
    wanted = question.argument
    expected = sentence("judge/status", wanted=show(wanted))
    seen = (
        [view.status for view in question.view.exchanges]
        if isinstance(question.step.deed, Call | Push) and question.step.deed.at_once
        else [last_of(question).status]
    )
    actual = both(", ".join(str(status) for status in dict.fromkeys(seen)))
    if all(status_matches(status, wanted) for status in seen):
        return passed(expected, actual)
    return failed("status", expected, actual)


def schema_finding(question: Question) -> Finding:
    """Bodies under a schema with its rules."""
    name = question.argument
    expected = sentence("judge/a-body-that-is-valid-under-the", name=name)
    faults: list[DocumentFault] = []
    for view in (
        question.view.exchanges
        if question.step.kind == "receive" or _paged(question)
        else [last_of(question)]
    ):
        faults.extend(_schema_faults(question, view, name))
    if faults:
        told = "; ".join(map(_in_words, faults[:5]))
        places = (Difference(one.pointer, "format", one.keyword, "") for one in faults[:MOST])
        return failed("schema", expected, both(told), tuple(places))
    return passed(expected, sentence("judge/valid"))


def _in_words(fault: DocumentFault) -> str:
    return fault.told if fault is _NO_JSON else f"{fault.pointer or '/'}: {fault.told}"


_NO_JSON: Final = DocumentFault("", "json", "not one JSON document / 不是单个 JSON 文档")


def _paged(question: Question) -> bool:
    deed = question.step.deed
    return isinstance(deed, Call) and deed.pages is not None


def _schema_faults(question: Question, view: ExchangeView, name: str) -> list[DocumentFault]:
    message = view.request if question.step.kind == "receive" else view.response
    instance = ABSENT if message is None else message.json
    if instance is ABSENT:
        return [_NO_JSON]
    return list(document_faults(question.context.book, name, instance, view.record.redactions))


def media_type_finding(question: Question) -> Finding:
    """The media type of the answer."""
    headers, _, _ = answer_of(question)
    wanted = question.argument_list
    shown = " or ".join(map(str, wanted)), " 或 ".join(map(str, wanted))
    said = [value for name, value in headers if name.lower() == "content-type"]
    seen = ", ".join(dict.fromkeys(said))
    expected = sentence("judge/media-type", shown=shown[0], shown_zh=shown[1])
    if media_type(headers) in wanted:
        return passed(expected, both(seen))
    return failed("media-type", expected, both(seen or "(none)"))


def internals_finding(question: Question) -> Finding:
    """Signs of the inside of a system in the answer."""
    headers, text, _ = answer_of(question)
    found = signs(headers, text)
    expected = sentence("judge/nothing-of-the-inside-of-the-system")
    return (
        failed("internals", expected, both(", ".join(found)))
        if found
        else passed(expected, sentence("judge/none"))
    )


def absent_header_finding(question: Question) -> Finding:
    """Headers that must not be there."""
    headers, _, _ = answer_of(question)
    wanted = [str(one).lower() for one in question.argument_list]
    expected = sentence("judge/no-header", wanted=", ".join(wanted), wanted_zh="、".join(wanted))
    found = next((value for name, value in headers if name.lower() in wanted), None)
    return (
        passed(expected, sentence("judge/absent"))
        if found is None
        else failed("header-present", expected, both(found))
    )
