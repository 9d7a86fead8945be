"""A run looked at here and now: its evidence made, judged, and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jidi.certificate.evidence import (
    MANIFEST,
    RUN,
    Evidence,
    Settled,
    manifest_of,
    read_bounded,
    too_large,
)
from jidi.certificate.forms.plain_zip import LARGEST, packed
from jidi.certificate.pinned import kit_facts, rules_facts, rules_files
from jidi.certificate.settling import settled
from jidi.certificate.statements import shown_by
from jidi.drive.keeping import JOURNAL
from jidi.keys import canonical
from jidi.model.journal.codec import encode
from jidi.model.run import RunRecord
from jidi.report.formats.run_json import run_json
from jidi.run.stored import as_given, case_of, record_from


def evidence_of(directory: Path, attachments: Mapping[str, bytes]) -> bytes:
    """The archive of the run in ``directory``, with what was attached, by its name.

    Raises:
        RunDirectoryError: there is no run, or it was changed.
        OperatorError: it is too large.
    """
    journal = read_bounded(directory / JOURNAL, LARGEST)
    record = record_from(Path(JOURNAL), journal)  # wherever it lies, it says the same
    parts = {
        JOURNAL: journal,
        RUN: run_json(record),
        **rules_files(record),
        **attachments,
    }
    data = packed({MANIFEST: manifest_of(parts, facts_of(record)), **parts})
    if len(data) > LARGEST:
        raise too_large(directory, LARGEST)
    return data


def facts_of(record: RunRecord) -> dict[str, Any]:
    """What this kit says in a manifest beside the digests of the parts."""
    return {
        "kit": kit_facts(record),
        "rules": rules_facts(record.header.standard_version),
        "seed": str(record.header.seed),
        "target": encode(record.header.target),
    }


@dataclass(frozen=True, slots=True)
class Look:
    """What the evidence of a run comes to."""

    record: RunRecord
    settled: Settled
    evidence: Evidence

    def shown(self) -> dict[str, Any]:
        """What a certificate says that it shows.

        Raises:
            RunDirectoryError: journal or manifest are not as the kit writes them.
        """
        with as_given(Path(JOURNAL)):
            told = shown_by(self.record, self.settled, self.evidence)
            canonical(told)  # what has no one form cannot be signed, and it is the journal's
            return told


def look(evidence: Evidence, at: datetime) -> Look:
    """Judge the journal of the evidence; waivers and attestations count at the moment ``at``.

    Raises:
        RunDirectoryError: the journal is not one.
        AttachmentError: waivers or attestations cannot be used.
    """
    record = judged(evidence)
    return Look(record, settled(record, case_of(record.header), evidence, at), evidence)


def judged(evidence: Evidence) -> RunRecord:
    """The run of the evidence, judged here and now from its journal.

    Raises:
        RunDirectoryError: the journal is not one.
    """
    with as_given(Path(JOURNAL)):
        return record_from(Path(JOURNAL), evidence.journal)
