"""Checks of what arrives by itself: signatures of pushes, courses of events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from jidi.judge.checks.finding import (
    Finding,
    Question,
    both,
    failed,
    passed,
)
from jidi.judge.rules.signatures import (
    MISMATCH,
    STAMP,
    Window,
    ahead_of,
    fault_of,
    secrets_of,
    sign,
    usual_mistake,
)
from jidi.judge.rules.transitions import course_faults, instant
from jidi.language.compared import show
from jidi.language.views import ExchangeView, body_bytes
from jidi.model.text import Text
from jidi.model.verdict import Outcome
from jidi.wording import family, sentence


def signature_finding(question: Question) -> Finding:
    """Signatures over the raw bytes of every push."""
    secrets = secrets_of(question.argument)
    expected = sentence("judge/every-push-carries-a-standard-webhooks-v1")
    faults = [
        fault
        for view in question.view.exchanges
        if (fault := _signature_fault(question, view, secrets))
    ]
    if faults:
        told = both(", ".join(dict.fromkeys(faults)))
        return failed("signature", expected, _and_values(told, question, secrets))
    return passed(
        expected,
        sentence("judge/verified", exchanges=len(question.view.exchanges)),
    )


def _signature_fault(question: Question, view: ExchangeView, secrets: Sequence[str]) -> str:
    """Computed again from the evidence; only where redaction changed the bytes the finding made
    before it has to stand in.
    """
    if view.record.redactions:
        return str(view.record.facts.get("signatures", {}).get(question.check.id, "no-fact"))
    arrived = instant(view.record.started_at)
    at = arrived.timestamp() if arrived else 0.0
    return fault_of(
        view.request.attribute("headers"),
        body_bytes(view.request.body),
        secrets,
        Window(at, question.context.skew_s, ahead_of(view.record.facts)),
    )


def _and_values(told: Text, question: Question, secrets: Sequence[str]) -> Text:
    """The fault with the signature that came, the right one, and the usual mistake that explains
    it, where the evidence holds the bytes.
    """
    wrong = next(
        (
            view
            for view in question.view.exchanges
            if _signature_fault(question, view, secrets) == MISMATCH and not view.record.redactions
        ),
        None,
    )
    if wrong is None or not secrets:
        return told
    headers = wrong.request.attribute("headers")
    body = body_bytes(wrong.request.body)
    right = sign(secrets[0], headers["webhook-id"], headers[STAMP], body)
    mistake = usual_mistake(headers, body, secrets)
    return sentence(
        "judge/signature-values",
        told=told,
        given=show(headers["webhook-signature"], _SHOWN),
        right=right,
        mistake=_MISTAKES[mistake] if mistake else Text("", ""),
    )


_MISTAKES: Final = family("judge", "mistake-")
_SHOWN: Final = 60


def _courses(events: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    """Events of each waybill in the order of their numbers."""
    by_waybill: dict[str, list[Mapping[str, Any]]] = {}
    for event in sorted(
        events, key=lambda one: one["sequence"] if isinstance(one.get("sequence"), int) else 0
    ):
        by_waybill.setdefault(str(event.get("waybill_no")), []).append(event)
    return by_waybill.values()


def transitions_finding(question: Question) -> Finding:
    """A legal course of states of every waybill."""
    given = question.argument if isinstance(question.argument, list) else []
    events = [event for event in given if isinstance(event, Mapping)]
    expected = sentence("judge/a-legal-course-of-states")
    if not events:
        return failed("no-events", expected, sentence("judge/no-events-at-all"))
    faults = [
        fault
        for course in _courses(events)
        for fault in course_faults(course, question.context.table)
    ]
    errors = [fault for fault in faults if fault.severity == "error"]
    shown = errors or faults
    actual = Text(
        "; ".join(fault.text.en for fault in shown[:5]) or "legal",
        "；".join(fault.text.zh for fault in shown[:5]) or "合法",
    )
    if errors:
        return failed(errors[0].slug, expected, actual)
    return (
        Finding(Outcome.WARN, faults[0].slug, expected, actual)
        if faults
        else passed(expected, actual)
    )
