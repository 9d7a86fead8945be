"""Writes ``run.json``, the report for programs. Its schema is
``conformance/meta/run.schema.json``.
"""

from __future__ import annotations

import json
from typing import Any

from jidi.model.journal.codec import encode
from jidi.model.run import RunRecord
from jidi.model.verdict import FAILING, CheckVerdict, RequirementVerdict
from jidi.report import overview
from jidi.report.causes import cause
from jidi.report.escaping import well_formed
from jidi.report.next_steps import next_commands


def run_json(record: RunRecord) -> bytes:
    """UTF-8, keys sorted, two spaces of indentation, a line feed at the end: what ``jq -S .``
    prints, so that two runs can be compared.

    The member ``verdict`` is byte-identical for one candidate, profile and seed.
    """
    text = json.dumps(
        well_formed(as_document(record)),
        ensure_ascii=False,
        sort_keys=True,
        indent=2,
        allow_nan=False,
        default=str,
    )
    return (text + "\n").encode("utf-8")


def as_document(record: RunRecord) -> dict[str, Any]:
    """The document before it is written."""
    return {
        "jidi-run": 1,
        "verdict": record.verdict.as_json(),
        "run": encode(record.header),
        "started_at": record.started_at,
        "finished_at": overview.finished_at(record) or None,
        "requirements": [_requirement(record, verdict) for verdict in record.verdict.requirements],
        "counts": {outcome.value: count for outcome, count in overview.counts(record).items()},
        "totals": {
            **dict(zip(("exercised", "binding"), overview.exercised(record), strict=True)),
            "exchanges": len(record.exchanges),
            "generated_cases": overview.generated_cases(record),
        },
    }


def _requirement(record: RunRecord, verdict: RequirementVerdict) -> dict[str, Any]:
    return {
        "id": verdict.requirement,
        "clause": overview.clause_of(verdict.requirement),
        "modality": overview.modality(record, verdict.requirement),
        "level": record.verdict.level,
        "text": overview.row_sentence(record, verdict.requirement).as_json(),
        "outcome": verdict.outcome.value,
        "reason": verdict.reason.as_json(),
        "checks": [_check(record, check) for check in verdict.checks],
    }


def _check(record: RunRecord, check: CheckVerdict) -> dict[str, Any]:
    return {
        "check": check.check,
        "outcome": check.outcome.value,
        "reason": check.reason,
        "expected": check.expected.as_json(),
        "actual": check.actual.as_json(),
        "exchanges": list(check.exchanges),
        "differences": [one.as_json() for one in check.differences],
        "cause": cause(check) if check.outcome in FAILING else "",
        "members": list(check.members) if check.outcome in FAILING else [],
        "next": list(next_commands(record, check)) if check.outcome in FAILING else [],
    }
