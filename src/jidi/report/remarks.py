"""What a reader of a verdict must know beside it: why it may differ from what the progress said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from jidi.judge.seen import presence_of
from jidi.model.run import RunRecord
from jidi.model.text import Text
from jidi.model.verdict import Outcome
from jidi.wording import sentence

_SHOWN: Final = 3
_OF_THE_RUN: Final = ("sweep/", "generated/")
"""How the names of checks begin that are made when all scenarios are over."""


def remarks(record: RunRecord) -> tuple[Text, ...]:
    """Sentences on the whole run, most of them absent: that the candidate stopped answering for
    good, that repeats did not agree, that something failed outside the scenarios, whose checks
    alone the progress counts, and that something failed which only warns.
    """
    return tuple(_remarks(record))


def _remarks(record: RunRecord) -> Iterator[Text]:
    if not record.header.is_of_recording:
        gone = presence_of(record.journal, record.header.target.base_url)
        if gone.since:
            yield sentence("run/the-candidate-stopped-answering-at-and-did", since=gone.since)
    unstable = _checks(record, Outcome.UNSTABLE)
    if unstable:
        yield sentence(
            "report/repeats-differ",
            count=len(unstable),
            names=_named(unstable, ", "),
            names_zh=_named(unstable, "、"),
        )
    failed = _checks(record, Outcome.FAIL)
    beside = [name for name in failed if name.startswith(_OF_THE_RUN)]
    if beside and not record.header.is_of_recording:
        yield sentence(
            "report/failed-beside-scenarios",
            count=len(beside),
            names=_named(beside, ", "),
            names_zh=_named(beside, "、"),
        )
    soft = [name for name in _softened(record) if name not in beside]
    if soft:
        yield sentence(
            "report/failed-but-warns",
            count=len(soft),
            names=_named(soft, ", "),
            names_zh=_named(soft, "、"),
        )


def _checks(record: RunRecord, outcome: Outcome) -> list[str]:
    """Names of the checks with that outcome, each once."""
    found = (
        check.check
        for verdict in record.verdict.requirements
        for check in verdict.checks
        if check.outcome is outcome
    )
    return list(dict.fromkeys(found))


def _softened(record: RunRecord) -> Iterable[str]:
    """Checks that failed, of requirements that warn."""
    found = (
        check.check
        for verdict in record.verdict.requirements
        if verdict.outcome is Outcome.WARN
        for check in verdict.checks
        if check.outcome is Outcome.FAIL
    )
    return dict.fromkeys(found)


def _named(names: Sequence[str], between: str) -> str:
    """The first of them."""
    return between.join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
