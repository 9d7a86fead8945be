"""Verdicts of the generated checks, from the journal alone.

The phase writes a plan of what it declares, one summary for each child, the figures of the
excess-field table, and each finding with its replay. Here these become exactly one verdict for each
declared check. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jidi.model.journal import (
    CaseFinding,
    CaseNeed,
    CasePlan,
    CasesCut,
    CaseSummary,
    ExcessFigures,
    JournalRecord,
    ModeFigures,
)
from jidi.model.journal.case_records import DeclaredCheck
from jidi.model.profile import NO_CAPABILITY
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence

SHOWN_EXCHANGES = 10
CLEAN_STOPS = frozenset({"completed"})


@dataclass(slots=True)
class _Tally:
    """What was sent to one operation, over all children."""

    cases: int = 0
    accepted: int = 0
    negative: int = 0
    probe: int = 0
    excess: int = 0
    broken_off: str = ""

    def evidence(self, needs: CaseNeed) -> int:
        figures: dict[CaseNeed, int] = {
            "any": self.cases,
            "accepted": self.accepted,
            "negative": self.negative,
            "probe": self.probe,
            "excess": self.excess,
            "refused": self.cases,
        }
        return figures[needs]


@dataclass(slots=True)
class _Evidence:
    """All that the journal says about the phase."""

    plan: list[DeclaredCheck] | None = None
    tallies: dict[str, _Tally] = field(default_factory=dict)
    findings: dict[tuple[str, str], list[CaseFinding]] = field(default_factory=dict)

    def tally(self, operation: str) -> _Tally:
        return self.tallies.setdefault(operation, _Tally())


def judge_generated(
    records: Iterable[JournalRecord], declared: Sequence[DeclaredCheck] | None = None
) -> tuple[CheckVerdict, ...]:
    """One verdict for each declared check, in the order declared.

    ``declared`` defaults to the plan that the phase itself wrote; with neither there is nothing to
    judge and the answer is empty. A check whose operation was never served, or whose child was
    broken off, is not-exercised, never passed (no vacuous pass); a confirmed finding is a fail all
    the same. A finding that its replay did not show again is a warning.
    """
    evidence = _collect(records)
    checks = declared if declared is not None else evidence.plan or ()
    return tuple(_verdict(check, evidence) for check in checks)


def observations(records: Iterable[JournalRecord]) -> tuple[CaseFinding, ...]:
    """Findings that bear on no requirement, for people to look at; they never decide a verdict."""
    return tuple(
        record
        for record in records
        if isinstance(record, CaseFinding) and record.state == "observation"
    )


def _collect(records: Iterable[JournalRecord]) -> _Evidence:
    evidence = _Evidence()
    for record in records:
        if isinstance(record, CaseFinding):
            evidence.findings.setdefault((record.operation, record.check), []).append(record)
        else:
            _take_summary(evidence, record)
    return evidence


def _take_summary(evidence: _Evidence, record: JournalRecord) -> None:
    if isinstance(record, CasePlan):
        evidence.plan = [DeclaredCheck.of(planned) for planned in record.checks]
    elif isinstance(record, ExcessFigures):
        for operation, figures in record.operations.items():
            evidence.tally(operation).excess += figures.cases
    elif isinstance(record, CasesCut):
        for operation in record.scope:
            evidence.tally(operation).broken_off = record.stop
    elif isinstance(record, CaseSummary):
        for operation in record.scope:
            _add(evidence.tally(operation), record.operations.get(operation, {}), record.stop)


def _add(tally: _Tally, modes: Mapping[str, ModeFigures], stop: str) -> None:
    counts = {mode: figures.cases for mode, figures in modes.items()}
    tally.cases += sum(counts.values())
    tally.accepted += modes["positive"].accepted if "positive" in modes else 0
    tally.negative += counts.get("negative", 0)
    tally.probe += counts.get("probe", 0)
    if stop not in CLEAN_STOPS:
        tally.broken_off = stop


def _verdict(check: DeclaredCheck, evidence: _Evidence) -> CheckVerdict:
    if check.capability:
        actual = sentence(
            "judge/the-candidate-does-not-declare-the-capability", capability=check.capability
        )
        return _of(check, Outcome.NOT_APPLICABLE, f"{NO_CAPABILITY}{check.capability}", actual)
    found = evidence.findings.get((check.operation, check.kind), [])
    confirmed = [record for record in found if record.state == "confirmed"]
    if confirmed:
        return _failed(check, confirmed)
    missing = _missing(check, evidence.tally(check.operation))
    if missing is not None:
        return _of(check, Outcome.NOT_EXERCISED, *missing)
    unstable = [record for record in found if record.state == "unstable"]
    if unstable:
        actual = sentence("judge/seen-once-not-again-in-the-replay", text=unstable[0].actual)
        return _of(check, Outcome.WARN, "not-reproduced", actual, _exchanges(unstable))
    return _of(check, Outcome.PASS, "", Text("", ""))


def _failed(check: DeclaredCheck, confirmed: Sequence[CaseFinding]) -> CheckVerdict:
    first = confirmed[0]
    exchanges = _exchanges(confirmed)
    return CheckVerdict(
        check.check,
        check.requirement,
        Outcome.FAIL,
        first.source,
        first.expected,
        first.actual,
        exchanges,
    )


def _exchanges(findings: Sequence[CaseFinding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record.exchange for record in findings if record.exchange))[
        :SHOWN_EXCHANGES
    ]


def _missing(check: DeclaredCheck, tally: _Tally) -> tuple[str, Text] | None:
    if tally.broken_off:
        text = sentence("judge/generation-was-broken-off", broken_off=tally.broken_off)
        return "generation-broken-off", text
    if tally.cases + tally.excess == 0:
        return "no-cases", sentence("judge/no-request-was-generated-for", operation=check.operation)
    if check.needs not in {"excess", "refused"} and tally.accepted == 0:
        text = sentence("judge/none-of-the-valid-requests-to-succeeded", operation=check.operation)
        return "never-accepted", text
    if tally.evidence(check.needs) == 0:
        return f"no-{check.needs}-cases", sentence(
            "judge/no-request-of-the-kind-this-check", needs=check.needs
        )
    return None


def _of(
    check: DeclaredCheck,
    outcome: Outcome,
    reason: str,
    actual: Text,
    exchanges: tuple[str, ...] = (),
) -> CheckVerdict:
    return CheckVerdict(
        check.check, check.requirement, outcome, reason, check.title, actual, exchanges
    )
