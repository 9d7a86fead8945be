"""What all reports ask of a run record: articles, counts, totals, run facts, the exchanges of a
check.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jidi.model.journal import (
    CaseFinding,
    CaseSummary,
    ExcessFigures,
    ExchangeRecord,
    JournalRecord,
)
from jidi.model.journal.codec import encode
from jidi.model.requirement import Requirement
from jidi.model.run import RunRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome, RequirementVerdict
from jidi.report.wording import LEVEL_WORDS, OUTCOMES_TO_SHOW, ROLE_WORDS, RUN_WORDS, WORDING, both
from jidi.wording import sentence

_EMPTY = Text("", "")
_HEADER_LABELS = {
    "kit_version": "kit",
    "seed": "seed",
    "id": "run-id",
    "python": "python",
    "standard_version": "standard",
    "ledger_digest": "ledger-digest",
    "schema_bundle_digest": "schema-digest",
    "target.driver": "driver",
    "target.name": "candidate",
}
# What the verdict says already, what only the judge needs (hundreds of words are among it), and the
# discovery document, which has a place of its own.
_SHOWN_ELSEWHERE = frozenset(
    {"level", "profile", "bounds", "nonce", "generated", "discovery", "words"}
)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a document with the verdicts on its requirements, in ledger order."""

    clause: str
    title: Text
    verdicts: tuple[RequirementVerdict, ...]

    def count(self, outcome: Outcome) -> int:
        """How many requirements of the article show as ``outcome``."""
        return sum(1 for verdict in self.verdicts if shown(verdict.outcome) is outcome)


def shown(outcome: Outcome) -> Outcome:
    """The outcome as people see it: no evidence at all is *not exercised* (contract, section 5)."""
    return Outcome.NOT_EXERCISED if outcome is Outcome.NONE else outcome


def clause_of(requirement_id: str) -> str:
    """Article of a requirement id: ``DS-01`` of ``DS-01.2``."""
    return requirement_id.split(".", 1)[0]


def articles(record: RunRecord) -> tuple[Article, ...]:
    """The articles that the verdict touches, in the order in which it names them."""
    grouped: dict[str, list[RequirementVerdict]] = {}
    for verdict in record.verdict.requirements:
        grouped.setdefault(clause_of(verdict.requirement), []).append(verdict)
    return tuple(
        Article(clause, _article_title(record, verdicts), tuple(verdicts))
        for clause, verdicts in grouped.items()
    )


def _article_title(record: RunRecord, verdicts: list[RequirementVerdict]) -> Text:
    known = (record.requirements.get(verdict.requirement) for verdict in verdicts)
    return next((requirement.title for requirement in known if requirement is not None), _EMPTY)


def row_sentence(record: RunRecord, requirement_id: str) -> Text:
    """What the requirement says; empty when the ledger at hand does not hold it."""
    requirement: Requirement | None = record.requirements.get(requirement_id)
    return requirement.text if requirement is not None else _EMPTY


def modality(record: RunRecord, requirement_id: str) -> str:
    """Modality of the requirement, ``MUST`` when the ledger at hand does not hold it."""
    requirement = record.requirements.get(requirement_id)
    return requirement.modality if requirement is not None else "MUST"


def counts(record: RunRecord) -> dict[Outcome, int]:
    """How many requirements show as each outcome, worst outcome first, zeros included."""
    found = Counter(shown(verdict.outcome) for verdict in record.verdict.requirements)
    return {outcome: found[outcome] for outcome in OUTCOMES_TO_SHOW}


def with_outcome(record: RunRecord, *outcomes: Outcome) -> tuple[RequirementVerdict, ...]:
    """The requirement verdicts that show as one of ``outcomes``, in ledger order."""
    return tuple(
        verdict for verdict in record.verdict.requirements if shown(verdict.outcome) in outcomes
    )


def deciding(verdict: RequirementVerdict) -> tuple[CheckVerdict, ...]:
    """The checks on which the outcome of the requirement rests: those that came to the same.

    A warning rests on failed checks too, since SHOULD turns a fail into a warning.
    """
    wanted = {verdict.outcome} | (
        {Outcome.FAIL} if verdict.outcome in (Outcome.WARN, Outcome.WAIVED) else set()
    )
    return tuple(check for check in verdict.checks if check.outcome in wanted)


def exchange_of(record: RunRecord, check: CheckVerdict) -> ExchangeRecord | None:
    """The first exchange of ``check`` that the journal holds: the one that matters most."""
    return next(
        (record.exchanges[name] for name in check.exchanges if name in record.exchanges), None
    )


def why_not(verdict: RequirementVerdict) -> Text:
    """Why a requirement was not judged: its own reason, else those of its checks, else that there
    was none.
    """
    if verdict.reason.en or verdict.reason.zh:
        return verdict.reason
    decided = deciding(verdict) or verdict.checks
    told = next((check for check in decided if check.actual.en or check.actual.zh), None)
    if told is not None:
        return sentence("report/why-not", check=told.check, actual=told.actual)
    slugs = list(dict.fromkeys(check.reason for check in decided if check.reason))
    if slugs:
        return Text(", ".join(slugs), "、".join(slugs))
    return WORDING["no-reason"] if verdict.checks else WORDING["no-checks"]


def generated_cases(record: RunRecord) -> int:
    """How many generated cases the summaries of the phase (journal records of kind ``generated``)
    tell of; its plan counts none.
    """
    return sum(_cases(entry) for entry in record.journal)


def _cases(entry: JournalRecord) -> int:
    if isinstance(entry, CaseSummary):
        return entry.cases
    if isinstance(entry, ExcessFigures):
        return sum(figures.cases for figures in entry.operations.values())
    return 0


def observations(record: RunRecord) -> tuple[CaseFinding, ...]:
    """Findings of the generated phase that bear on no requirement: for people to look at, without
    weight in the verdict.
    """
    return tuple(
        entry
        for entry in record.journal
        if isinstance(entry, CaseFinding) and entry.state == "observation"
    )


def observed(finding: CaseFinding) -> Text:
    """What was observed, in both languages."""
    return finding.actual if finding.actual.en else _same(finding.check)


def finished_at(record: RunRecord) -> str:
    """When the run ended; empty when it was broken off, though the journal has a last record even
    then.
    """
    return record.finished_at if record.verdict.complete else ""


def seconds(record: RunRecord) -> float | None:
    """Length of the run in seconds, ``None`` when it did not finish or its times cannot be read."""
    try:
        return (
            datetime.fromisoformat(finished_at(record)) - datetime.fromisoformat(record.started_at)
        ).total_seconds()
    except (ValueError, TypeError):
        return None


_EXERCISED: Final = frozenset(
    {Outcome.PASS, Outcome.WARN, Outcome.WAIVED, Outcome.UNSTABLE, Outcome.FAIL}
)


def exercised(record: RunRecord) -> tuple[int, int]:
    """Of how many binding requirements something was seen, and how many there are: what was
    attested, did not apply or came to nothing was not.
    """
    binding = [
        verdict
        for verdict in record.verdict.requirements
        if modality(record, verdict.requirement) == "MUST"
    ]
    return sum(verdict.outcome in _EXERCISED for verdict in binding), len(binding)


def exercised_line(record: RunRecord) -> Text:
    """The same in a sentence."""
    part, whole = exercised(record)
    return both("exercised", part=part, whole=whole)


def verdict_line(record: RunRecord) -> Text:
    """The one line that says it all: ``conformant, level core``."""
    word, level = RUN_WORDS[record.verdict.word], LEVEL_WORDS[record.verdict.level]
    place = both("level", level=record.verdict.level)
    return sentence(
        "report/verdict-line",
        word=word,
        en=place.en,
        chinese_zh=Text(place.en, both("level", level=level.zh).zh).zh,
    )


def facts(record: RunRecord) -> list[tuple[Text, Text]]:
    """Facts of the run, labelled, in reading order; what else the header holds follows under its
    own name.
    """
    header = {
        name: value for name, value in encode(record.header).items() if name not in _SHOWN_ELSEWHERE
    }
    role = ROLE_WORDS[record.verdict.role]
    took = seconds(record)
    unfinished = WORDING["never-finished"]
    found: list[tuple[Text, Text]] = [
        *_target_facts(header.pop("target")),
        (WORDING["role"], role),
        (WORDING["profile"], _same(record.verdict.profile or record.profile.id)),
        (WORDING["profile-digest"], _same(record.profile.digest)),
        (WORDING["started"], _same(record.started_at)),
        (WORDING["finished"], _same(finished_at(record)) if finished_at(record) else unfinished),
        (WORDING["duration"], _same(f"{took:.1f} s") if took is not None else unfinished),
        (WORDING["exchanges"], _same(f"{len(record.exchanges):,}")),
        (WORDING["generated"], _same(f"{generated_cases(record):,}")),
    ]
    found += [(_header_label(name), _same(value)) for name, value in _flat(header)]
    return [(label, value) for label, value in found if value.en]


def _same(value: object) -> Text:
    return Text(str(value), str(value))


def _target_facts(target: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    rest = dict(target)
    named = [
        (WORDING["candidate"], _same(rest.pop("name"))),
        (WORDING["address"], _same(rest.pop("base_url"))),
    ]
    rest.pop("role")
    return named + [(_header_label(f"target.{name}"), _same(value)) for name, value in _flat(rest)]


def _header_label(name: str) -> Text:
    return WORDING[_HEADER_LABELS[name]] if name in _HEADER_LABELS else _same(name)


def _flat(value: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Members of a nested mapping as dotted names with printable values, in order; empty ones are
    left out.
    """
    found: list[tuple[str, str]] = []
    for name, member in value.items():
        if isinstance(member, Mapping):
            found += _flat(member, f"{prefix}{name}.")
        elif member not in (None, "", [], ()):
            found.append(
                (
                    f"{prefix}{name}",
                    member
                    if isinstance(member, str)
                    else json.dumps(member, ensure_ascii=False, default=str),
                )
            )
    return found
