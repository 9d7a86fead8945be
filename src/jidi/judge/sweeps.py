"""Sweeps: what must hold of every answer in the run, whatever the scenario; one verdict each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from jidi.judge.guarding import REASON, guarded
from jidi.judge.personal.internals import signs
from jidi.language.expressions import ABSENT
from jidi.language.matchers import show
from jidi.language.views import ExchangeView
from jidi.model.journal import ExchangeRecord, JournalRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Sweep:
    """One rule over all answers; ``fault`` gives what is wrong with one answer, or an empty
    string.
    """

    id: str
    requirement: str
    expected: Text
    fault: Callable[[ExchangeView], str]


def _server_error(view: ExchangeView) -> str:
    status = view.status or 0
    return (
        f"{status} on {view.record['request']['method']} "
        f"{view.record['operation'] or view.record['request']['url']}"
        if status >= 500 and status != 503
        else ""
    )


def _internals(view: ExchangeView) -> str:
    response = view.response
    if response is None:
        return ""
    text = response.attribute("text")
    return ", ".join(signs(response.headers, "" if text is ABSENT else text))


def _clear_text_redirect(view: ExchangeView) -> str:
    location = (
        view.response.attribute("headers").get("location", "") if view.response is not None else ""
    )
    secure = view.record["request"]["url"].startswith("https:")
    return (
        location
        if secure and 300 <= (view.status or 0) < 400 and location.lower().startswith("http:")
        else ""
    )


SWEEPS: Final[tuple[Sweep, ...]] = (
    Sweep(
        "no-server-error",
        "DS-08.4",
        sentence("judge/no-answer-of-class-5xx-other-than"),
        _server_error,
    ),
    Sweep(
        "no-internals",
        "DS-08.4",
        sentence("judge/no-answer-that-shows-the-inside-of"),
        _internals,
    ),
    Sweep(
        "no-clear-text-redirect",
        "DS-08.1",
        sentence("judge/no-redirect-from-https-to-http"),
        _clear_text_redirect,
    ),
)
"""Every sweep, in the order of its requirement."""


def judge_sweeps(
    records: Sequence[JournalRecord], requirements: Mapping[str, object]
) -> list[CheckVerdict]:
    """One verdict for each sweep whose requirement is asked for. A sweep over no answer at all is
    not-exercised.

    The redirect sweep says nothing where no https answer was seen: then it is not-applicable.
    """
    views = [
        ExchangeView(cast("ExchangeRecord", record))
        for record in records
        if record["kind"] == "exchange"
        and record["direction"] == "sent"
        and record["response"] is not None
        and not record.get("of_driver")
    ]
    return [
        guarded(lambda: _judge(sweep, views), lambda told: _unjudged(sweep, told))  # noqa: B023 - called at once
        for sweep in SWEEPS
        if sweep.requirement in requirements
    ]


def _unjudged(sweep: Sweep, told: Text) -> CheckVerdict:
    return CheckVerdict(
        f"sweep/{sweep.id}", sweep.requirement, Outcome.HARNESS_ERROR, REASON, sweep.expected, told
    )


def _judge(sweep: Sweep, views: Sequence[ExchangeView]) -> CheckVerdict:
    name = f"sweep/{sweep.id}"
    if sweep.requirement == "DS-08.1":
        views = [view for view in views if view.record["request"]["url"].startswith("https:")]
        if not views:
            return CheckVerdict(
                name,
                sweep.requirement,
                Outcome.NOT_APPLICABLE,
                "loopback-clear-text",
                sweep.expected,
                sentence("judge/no-https-address"),
            )
    if not views:
        return CheckVerdict(
            name,
            sweep.requirement,
            Outcome.NOT_EXERCISED,
            "not-exercised",
            sweep.expected,
            sentence("judge/no-answer-was-seen"),
        )
    bad = [(view, fault) for view in views if (fault := sweep.fault(view))]
    if not bad:
        return CheckVerdict(
            name,
            sweep.requirement,
            Outcome.PASS,
            "",
            sweep.expected,
            sentence("judge/answers", views=len(views)),
        )
    kinds = list(dict.fromkeys(fault for _, fault in bad))
    actual = sentence("judge/of", bad=len(bad), views=len(views), kinds=show(kinds[:_SHOWN]))
    exchanges = tuple(view.record["id"] for view, _ in bad[:_SHOWN])
    return CheckVerdict(
        name, sweep.requirement, Outcome.FAIL, sweep.id, sweep.expected, actual, exchanges
    )
