"""Passive mode as a whole: recording in, run directory and verdict out."""

from __future__ import annotations

import platform
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from jidi import __version__
from jidi.catalogue import Catalogue
from jidi.drive.keeping import JOURNAL, CleanRecord, JournalWriter, Redactor
from jidi.drive.keeping.findings import Findings
from jidi.errors import RunDirectoryError
from jidi.fuzz.declared import requirement_columns
from jidi.judge import Case
from jidi.judge.context import JudgingContext
from jidi.judge.seen import guarded
from jidi.model.journal import (
    ExchangeRecord,
    HeaderTarget,
    JournalRecord,
    NoteRecord,
    RecordedBy,
    RunFinished,
    RunHeader,
    RunStarted,
)
from jidi.model.journal.codec import encode
from jidi.model.roles import Level
from jidi.model.run import RunRecord
from jidi.model.verdict import RunVerdict
from jidi.passive.facts import FactFinder
from jidi.passive.matching import Candidate, Match, Matcher, find_candidate
from jidi.passive.message_forms import request_schema, response_schema
from jidi.passive.reading.entries import Entry
from jidi.passive.reading.recordings import Recording, read_recording
from jidi.passive.rules import recording_verdict
from jidi.passive.rules.observations import RecordedContext
from jidi.passive.survey import Survey, match_of, survey_of
from jidi.passive.withholding import raw_record, withheld_record
from jidi.registry import Registry
from jidi.run.data import load_data
from jidi.run.planning.judging_data import judging_context
from jidi.run.planning.rules import Rules
from jidi.run.planning.selection import Selection
from jidi.run.stored import load_record, rules_for
from jidi.wording import sentence
from jidi.wording.failing import REASON as JUDGEMENT_FAILED

_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class PassiveOptions:
    """What is known about a recording. ``role`` and ``base_url`` empty: as its discovery document
    says; ``form`` empty: told from its content.
    """

    out: Path
    role: str = ""
    level: Level = "core"
    base_url: str = ""
    form: str = ""


def judge_recording(
    records: Sequence[JournalRecord], case: Case, context: JudgingContext
) -> RunVerdict:
    """The verdict over a stored recording: see :func:`.recording_verdict.judge_recording`."""
    recording = recording_verdict.recording_of(records)
    editions = frozenset(recording.editions if recording is not None else ())
    rows = frozenset(case.requirements)
    recorded = RecordedContext(context, requirement_columns(), rows, editions)
    return recording_verdict.judge_recording(records, case, recorded)


def judge_file(path: Path, options: PassiveOptions) -> RunRecord:
    """Read, redact and judge the recording in ``path``; the run directory ``options.out`` then
    holds ``journal.ndjson``.

    Raises:
        OperatorError: the recording cannot be read, nothing says whom it is about, or the run
            directory cannot be used.
    """
    if (options.out / JOURNAL).exists():
        raise RunDirectoryError(
            sentence("passive/already-holds-a-run", out=options.out),
            next_step=sentence("passive/choose-another-out-directory"),
        )
    registry, catalogue = load_data(_VERSION)
    with closing(read_recording(path, options.form)) as recording:
        candidate = find_candidate(
            recording.discoveries(), options.role, options.base_url, _VERSION
        )
        matcher = Matcher(candidate, registry.operations())
        survey = survey_of(recording, matcher, registry)
        redactor = survey.redactor(registry)
        rules = rules_for(catalogue, _role(candidate), options.level, Selection())
        # The name of the file is the operator's own; what it holds is not.
        recorded = RecordedBy(
            file=path.name,
            format=recording.format,
            digest=recording.digest,
            editions=tuple(registry.earlier_digests()),
            **survey.figures,
        )
        header = structs.replace(
            _header(rules, candidate, (registry, catalogue), redactor), recording=recorded
        )
        with JournalWriter(options.out / JOURNAL, redactor) as journal:
            journal.write(CleanRecord(encode(RunStarted(run=header))))
            for trouble in recording.passed.troubles:
                journal.write(redactor.record(NoteRecord(text=f"passed over: {trouble}")))
            context = judging_context(
                registry, structs.replace(header, discovery=candidate.discovery)
            )
            finder = FactFinder(registry, context, survey.handed, by_kit=recording.by_kit)
            whole = True
            for record in _records(_kept(recording, survey), matcher, finder, redactor):
                whole = whole and record["kind"] == "exchange"
                journal.write(record)
            reason = "completed" if whole else JUDGEMENT_FAILED
            journal.write(redactor.record(RunFinished(reason=reason)))
    return load_record(options.out, judge_recording)


def _role(candidate: Candidate) -> Any:
    return candidate.role


def _header(
    rules: Rules, candidate: Candidate, data: tuple[Registry, Catalogue], redactor: Redactor
) -> RunHeader:
    profile, nonce = rules.profile, secrets.token_hex(6)
    return RunHeader(
        id=f"run-{nonce}",
        kit_version=__version__,
        python=platform.python_version(),
        standard_version=_VERSION,
        seed=0,
        nonce=nonce,
        target=HeaderTarget(
            name="recording",
            role=_role(candidate),
            base_url=redactor.credentials(candidate.base_url),
            driver="none",
        ),
        level=profile.level,
        profile=profile.as_header(),
        bounds=tuple(bound.as_header() for bound in profile.bounds),
        ledger_digest=data[1].ledger_digest,
        schema_bundle_digest=data[0].bundle_digest(),
        selection=Selection().as_header(),
        generated=False,
        repeat=1,
        discovery=_cleaned(candidate.discovery, redactor),
    )


def _cleaned(value: Any, redactor: Redactor) -> Any:
    """A discovery document names people to ask; in a report about a recording nobody is named."""
    if isinstance(value, str):
        return redactor.text(value, "discovery", Findings())
    if isinstance(value, Mapping):
        return {
            redactor.text(name, "discovery", Findings()): _cleaned(item, redactor)
            for name, item in value.items()
        }
    return [_cleaned(item, redactor) for item in value] if isinstance(value, list) else value


def _kept(recording: Recording, survey: Survey) -> Iterator[Entry]:
    """The entries that could be looked at."""
    return (entry for number, entry in enumerate(recording) if number not in survey.skipped)


def _records(
    entries: Iterable[Entry], matcher: Matcher, finder: FactFinder, redactor: Redactor
) -> Iterator[CleanRecord]:
    """A record for each exchange of the candidate; a note for one that could not be made."""
    matched = (
        (match, entry) for entry in entries if (match := match_of(matcher, entry)) is not None
    )
    for number, (match, entry) in enumerate(matched, 1):
        raw = raw_record(entry, match, number)
        yield guarded(
            lambda: _withheld(raw, match, entry, finder, redactor),  # noqa: B023 - called at once
            lambda told: redactor.record(NoteRecord(text=f"not kept: {told.en}")),
        )


def _withheld(
    raw: ExchangeRecord, match: Match, entry: Entry, finder: FactFinder, redactor: Redactor
) -> CleanRecord:
    response = entry.exchange.response
    answered = response_schema(match, response.status, entry.media[1]) if response else ""
    schemas = (request_schema(match), answered)
    facts = finder.facts(match, entry, raw)
    return CleanRecord(encode(withheld_record(raw, match, schemas, facts, redactor)))
