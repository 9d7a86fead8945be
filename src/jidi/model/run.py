"""A finished (or broken-off) run as reports see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jidi.model.journal import ExchangeRecord, JournalRecord, RunHeader
from jidi.model.profile import Profile
from jidi.model.requirement import Requirement
from jidi.model.scenario import Scenario
from jidi.model.verdict import RunVerdict


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Everything that a report may show: the header of the run, its verdict, and the evidence.

    ``header`` is the ``run`` member of the journal's first record (kit version, seed, target,
    digests, selection); ``exchanges`` maps exchange ids to journal records in journal order;
    ``requirements`` and ``scenarios`` are the ledger rows and scenario instances that the verdict
    names.
    """

    directory: Path
    header: RunHeader
    started_at: str
    finished_at: str
    verdict: RunVerdict
    profile: Profile
    requirements: Mapping[str, Requirement]
    scenarios: Mapping[str, Scenario]
    exchanges: Mapping[str, ExchangeRecord]
    journal: tuple[JournalRecord, ...]
