"""From the verdict of a run to what may be certified: attestations fill what no wire shows, waivers
tolerate named failures, and neither is taken without need.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from jidi import resources
from jidi.certificate.evidence import ATTESTATIONS, WAIVERS, AttachmentError, Evidence, Settled
from jidi.errors import DataError
from jidi.judge import Case, settle_otherwise
from jidi.model.roles import Level
from jidi.model.run import RunRecord
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.registry.schema_set import SchemaSet

CERTIFIABLE: Final = frozenset(
    {"conformant", "conformant-in-a-laboratory", "conformant-with-waivers"}
)
"""Words about a whole profile that a certificate can be given for."""
SELECTED: Final = "selection-passed"
NO_JUDGEMENT: Final = frozenset({Outcome.HARNESS_ERROR, Outcome.CONFIG_ERROR, Outcome.UNSTABLE})
"""Outcomes of checks that say nothing of the candidate."""
MOST_DAYS: Final = 1096
"""How many days a certificate may hold, at most."""
CAP: Final[Level] = "core"
"""The highest level of a certificate with waivers."""


def settled(record: RunRecord, case: Case, evidence: Evidence, at: datetime) -> Settled:
    """What the run came to with what is attached to its evidence, at the moment ``at``.

    Raises:
        AttachmentError: an entry is of an unknown requirement, over, not needed, or stands twice;
            or the file is not as its schema says; or a waiver would hide what was not seen.
    """
    day = at.astimezone(UTC).date()
    waived = _entries(evidence, WAIVERS, "waivers", day)
    attested = _entries(evidence, ATTESTATIONS, "attestations", day)
    verdicts = {one.requirement: one for one in record.verdict.requirements}
    instead: dict[str, Outcome] = {}
    for row, outcome, needed in (
        *((row, Outcome.WAIVED, Outcome.FAIL) for row in waived),
        *((row, Outcome.ATTESTED, Outcome.NOT_EXERCISED) for row in attested),
    ):
        if row not in verdicts:
            raise AttachmentError("unknown", row)
        by_documents = record.requirements[row].established == "attested"
        if verdicts[row].outcome is not needed or by_documents is (outcome is Outcome.WAIVED):
            raise AttachmentError("unneeded", row)
        if outcome is Outcome.WAIVED and _hides(verdicts[row].checks):
            raise AttachmentError("unseen", row)
        instead[row] = outcome
    base_url = record.header.target.base_url
    verdict = settle_otherwise(record.verdict, case, instead, base_url)
    return Settled(
        verdict.word,
        CAP if waived else verdict.level,
        {one.requirement: one.outcome for one in verdict.requirements},
        min((*waived.values(), *attested.values()), default=None),
    )


def last_end(at: datetime, outcome: Settled) -> datetime:
    """The last moment at which a certificate that is given ``at`` a moment may hold."""
    end = at + timedelta(days=MOST_DAYS)
    if outcome.until is None:
        return end
    return min(end, datetime.combine(outcome.until, time(23, 59, 59), UTC))


def _hides(checks: Sequence[CheckVerdict]) -> bool:
    """Whether something of a requirement was not seen beside its failure, and not because of it: a
    check that was not exercised in a scenario in which none of them failed, or one that is no
    judgement.
    """
    failed = {_scenario(check) for check in checks if check.outcome is Outcome.FAIL}
    return any(
        check.outcome in NO_JUDGEMENT
        or (check.outcome is Outcome.NOT_EXERCISED and _scenario(check) not in failed)
        for check in checks
    )


def _scenario(check: CheckVerdict) -> str:
    return check.check.partition("/")[0]


def _entries(evidence: Evidence, part: str, schema: str, day: date) -> dict[str, date]:
    if part not in evidence.parts:
        return {}
    try:
        value: Any = load_yaml(evidence.parts[part].decode("utf-8"), part)
    except (DataError, UnicodeDecodeError) as error:
        raise AttachmentError("unreadable") from error
    if _schemas().validate(schema, value):
        raise AttachmentError("unreadable")
    found: dict[str, date] = {}
    for entry in value[schema]:
        row, ends = str(entry["requirement"]), date.fromisoformat(str(entry["until"]))
        if row in found:
            raise AttachmentError("twice", row)
        if ends < day:
            raise AttachmentError("stale", row)
        found[row] = ends
    return found


@cache
def _schemas() -> SchemaSet:
    return SchemaSet.read(resources.conformance_root() / "meta")
