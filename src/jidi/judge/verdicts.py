"""The verdict of a run: journal, ledger and profile in, one verdict out.

Rules, in the order in which they decide (ADR 2, ADR 9):

- One MUST of the profile that failed, or came out differently from try to try: not conformant
  (DS-10.1: the published texts are followed as they are, and not in a variant).
- A judgement that could not be made: a fault of the kit, which speaks for nobody (ADR 16).
- A run that did not come to its end, no MUST at all, or one without evidence: inconclusive. What
  was not seen is never passed.
- A part of the profile, or a run without generated cases: the selection passed, nothing more.
- Whatever came over clear text on loopback: conformant in a laboratory, and no more, since nothing
  was seen of how the candidate is reached (DS-08.1).
- Otherwise conformant; with waivers, where a failure is tolerated for a time.

What does not apply because discovery lacks a capability that the profile needs is not exercised.

A requirement is as bad as the worst of its checks (:mod:`jidi.judge.joining`); SHOULD never denies
a verdict. Attested requirements hold by their attestation, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jidi.judge.case_findings import judge_generated
from jidi.judge.checks import NO_TEXT
from jidi.judge.checks.in_place import judge_in_place
from jidi.judge.context import JudgingContext
from jidi.judge.joining import fold, settle
from jidi.judge.presence import presence
from jidi.judge.repeats import by_repeat, once_more, settle_later, settle_repeats
from jidi.judge.scenario_verdicts import absent_verdicts, judge_scenario
from jidi.judge.sweeping.canary_sweep import judge_canaries
from jidi.judge.sweeping.sightings import whose
from jidi.judge.sweeps import AFTER_ALL, Already, judge_sweeps
from jidi.judge.token_answers import judge_tokens
from jidi.model.journal import (
    ExchangeRecord,
    JournalRecord,
    PlannedScenario,
    PlanRecord,
    PlayedRecord,
    RunFinished,
)
from jidi.model.profile import NO_CAPABILITY, Profile
from jidi.model.requirement import Requirement
from jidi.model.scenario import Scenario, Sweep
from jidi.model.verdict import (
    FAILING,
    CheckVerdict,
    Outcome,
    RequirementVerdict,
    RunVerdict,
    RunWord,
)
from jidi.wording import sentence

_PLANNED_OUT: Final[Mapping[str, Outcome]] = {
    "not-applicable": Outcome.NOT_APPLICABLE,
    "not-exercised": Outcome.NOT_EXERCISED,
    "config-error": Outcome.CONFIG_ERROR,
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: the profile, the rows asked for, and the scenario instances that exist for
    the role, and what must hold over the whole of a run.

    ``whole`` is false for a run without the generated phase, which shows a part only and never
    certifies. ``repeat`` is how often each scenario was played in a row.
    """

    profile: Profile
    requirements: Mapping[str, Requirement]
    selected: bool
    scenarios: Mapping[str, Scenario]
    sweeps: tuple[Sweep, ...]
    whole: bool = True
    repeat: int = 1


def judge_run(records: Sequence[JournalRecord], case: Case, context: JudgingContext) -> RunVerdict:
    """The verdict over ``case`` from the journal alone. A journal without its end is judged as far
    as it goes and is never conformant.
    """
    complete = any(
        isinstance(record, RunFinished) and record.reason == "completed" for record in records
    )
    base_url = str(context.target.get("base_url", ""))
    context = replace(context, gone=presence(records, base_url))
    by_requirement: dict[str, list[CheckVerdict]] = {name: [] for name in case.requirements}
    found = list(_all_checks(records, case, context, complete=complete))
    for verdict in _with_contract(found, records, case, context):
        if verdict.requirement in by_requirement:
            by_requirement[verdict.requirement].append(_as_needed(verdict, case.profile))
    settled = tuple(
        _requirement(case.requirements[name], checks) for name, checks in by_requirement.items()
    )
    return RunVerdict(
        _seen_from(base_url, _word(settled, case, complete=complete)),
        case.profile.role,
        case.profile.level,
        case.profile.id,
        complete,
        case.selected,
        settled,
    )


def _all_checks(
    records: Sequence[JournalRecord], case: Case, context: JudgingContext, *, complete: bool
) -> Iterable[CheckVerdict]:
    by_scenario: dict[str, list[PlayedRecord]] = {}
    for record in records:
        if isinstance(record, PlayedRecord):
            by_scenario.setdefault(record.scenario, []).append(record)
    plan = next(
        (record for record in records if isinstance(record, PlanRecord)), PlanRecord(scenarios=())
    )
    for entry in plan.scenarios:
        if entry.id in case.scenarios:
            early, later = once_more(by_scenario.get(entry.id, []), case.repeat)
            playings = (early, later if later or entry.id in plan.again else None)
            scenario = case.scenarios[entry.id]
            yield from _of_scenario(scenario, entry, playings, context, complete=complete)
    asked = [sweep for sweep in _asked(case) if sweep.rule not in AFTER_ALL]
    yield from judge_sweeps(records, asked, context, narrowed=_narrowed(case))
    played = [(one, by_scenario.get(name, [])) for name, one in case.scenarios.items()]
    yield from judge_in_place(played, context)
    yield from judge_tokens(records, case.requirements)
    yield from judge_canaries(records, case.requirements, context)
    yield from judge_generated(records)


def _with_contract(
    found: Sequence[CheckVerdict],
    records: Sequence[JournalRecord],
    case: Case,
    context: JudgingContext,
) -> Iterable[CheckVerdict]:
    """All checks with those that leave alone what another of them tells already."""
    yield from found
    asked = [sweep for sweep in _asked(case) if sweep.rule in AFTER_ALL]
    already = Already(_told(found, records, case), _rows(case))
    yield from judge_sweeps(records, asked, context, narrowed=_narrowed(case), already=already)


def _asked(case: Case) -> list[Sweep]:
    return [sweep for sweep in case.sweeps if sweep.requirement in case.requirements]


def _narrowed(case: Case) -> bool:
    return case.selected or not case.whole


def _told(
    found: Iterable[CheckVerdict], records: Iterable[JournalRecord], case: Case
) -> dict[tuple[str, str], frozenset[str]]:
    """Binding rows with a check that failed, by direction and operation of what shows it."""
    exchanges = {record.id: record for record in records if isinstance(record, ExchangeRecord)}
    told: dict[tuple[str, str], frozenset[str]] = {}
    for check in found:
        row = case.requirements.get(check.requirement)
        if check.outcome in FAILING and row is not None and row.modality == "MUST":
            for record in (exchanges[name] for name in check.exchanges if name in exchanges):
                place = whose(record)
                told[place] = told.get(place, frozenset()) | {row.id}
    return told


def _rows(case: Case) -> frozenset[str]:
    """Rows that every run of the profile holds against what is said."""
    return frozenset(
        sweep.requirement
        for sweep in case.sweeps
        if sweep.rule == "answers-by-contract"
        and not sweep.needs
        and sweep.requirement in case.profile.requirements
    )


def _as_needed(check: CheckVerdict, profile: Profile) -> CheckVerdict:
    """A check that does not apply for lack of a capability that the profile needs was not
    exercised.
    """
    lacking = check.reason.removeprefix(NO_CAPABILITY)
    if check.outcome is not Outcome.NOT_APPLICABLE or lacking not in profile.needed:
        return check
    told = sentence("judge/the-level-needs-the-capability", capability=lacking)
    return replace(check, outcome=Outcome.NOT_EXERCISED, actual=told)


def _of_scenario(
    scenario: Scenario,
    entry: PlannedScenario,
    records: tuple[Sequence[PlayedRecord], Sequence[PlayedRecord] | None],
    context: JudgingContext,
    *,
    complete: bool,
) -> Iterable[CheckVerdict]:
    """What was seen in the playings in a row, and in the one at the end of the run (``None``: none
    was to be; one that was to be and is not there was not exercised).
    """
    outcome = _PLANNED_OUT.get(entry.state)
    if outcome is not None:
        return absent_verdicts(scenario, outcome, entry.reason, entry.text)
    in_a_row, later = records
    playings = [judge_scenario(scenario, playing, context) for playing in by_repeat(in_a_row)]
    settled = [
        settle_repeats(verdicts, complete=complete) for verdicts in zip(*playings, strict=True)
    ]
    if later is None:
        return settled
    again = judge_scenario(scenario, later, context)
    return [
        settle_later(first, second, complete=complete)
        for first, second in zip(settled, again, strict=True)
    ]


def _requirement(requirement: Requirement, checks: Sequence[CheckVerdict]) -> RequirementVerdict:
    outcome = settle(fold(check.outcome for check in checks), requirement.modality)
    reason = NO_TEXT
    if not checks:
        reason = (
            sentence("judge/established-by-attestation-and-none-was")
            if requirement.established == "attested"
            else sentence("judge/no-check-exists-yet-for-this-requirement")
        )
    return RequirementVerdict(requirement.id, outcome, tuple(checks), reason)


_WHOLE: Final[frozenset[RunWord]] = frozenset({"conformant", "conformant-with-waivers"})
_OPEN: Final = frozenset({Outcome.NOT_EXERCISED, Outcome.CONFIG_ERROR})


def _word(settled: Sequence[RequirementVerdict], case: Case, *, complete: bool) -> RunWord:
    binding = [
        verdict.outcome
        for verdict in settled
        if case.requirements[verdict.requirement].modality == "MUST"
    ]
    if not FAILING.isdisjoint(binding):
        return "selection-failed" if case.selected else "not-conformant"
    if Outcome.HARNESS_ERROR in {verdict.outcome for verdict in settled}:
        return "kit-fault"
    if not complete or not binding or not _OPEN.isdisjoint(binding):
        return "inconclusive"
    return _passed(binding, case)


def settle_otherwise(
    verdict: RunVerdict, case: Case, instead: Mapping[str, Outcome], base_url: str
) -> RunVerdict:
    """The verdict where requirements came to something else by what was shown beside the journal:
    a failure is waived, or a document attests what no wire shows. ``base_url`` is where the
    candidate was reached.
    """
    settled = tuple(
        replace(one, outcome=instead[one.requirement]) if one.requirement in instead else one
        for one in verdict.requirements
    )
    word = _seen_from(base_url, _word(settled, case, complete=verdict.complete))
    return replace(verdict, word=word, requirements=settled)


def _seen_from(base_url: str, word: RunWord) -> RunWord:
    """``word``, unless the candidate was reached in clear text, which shows nothing of TLS."""
    in_clear = base_url.lower().startswith("http:")
    return "conformant-in-a-laboratory" if word in _WHOLE and in_clear else word


def _passed(binding: Sequence[Outcome], case: Case) -> RunWord:
    if case.selected or not case.whole:
        return "selection-passed"
    return "conformant-with-waivers" if Outcome.WAIVED in binding else "conformant"
