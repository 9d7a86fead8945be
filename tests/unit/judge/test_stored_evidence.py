"""A verdict stays what it was: journals of real runs are judged again, every word of it.

A change of a scenario, of the ledger or of what the judge says makes some of these red. Then look
at the difference, and if it is meant, run
``python -m tests.conformance.keep_evidence``, which writes the verdicts afresh (and with ``--from
DIR`` the journals).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.judge.stored_evidence import Evidence, judged, stored, whole


def _apart(kept: list[Evidence]) -> list[Any]:
    """All of them, those marked that fail no requirement for a reason that an earlier one does not
    show.
    """
    seen: set[tuple[str, str]] = set()
    marked = []
    for evidence in kept:
        rows = evidence.expected["requirements"]
        shown = {
            (row["id"], check["reason"])
            for row in rows
            for check in row["checks"]
            if check["outcome"] == "fail"
        }
        marked.append(
            pytest.param(
                evidence, id=evidence.name, marks=[pytest.mark.wide] if shown <= seen else []
            )
        )
        seen |= shown
    return marked


@pytest.mark.parametrize("evidence", _apart(stored()))
def test_stored_journal_is_judged_as_it_was(evidence: Evidence, tmp_path: Path) -> None:
    """Word, outcomes, reasons, expected and actual values in both languages, and the exchanges they
    rest on.
    """
    assert whole(judged(evidence.records, tmp_path)) == evidence.expected


def test_stored_evidence_holds_broken_and_healthy_partners() -> None:
    """Both kinds, so that an empty folder is no success."""
    kept = stored()
    words = {evidence.expected["word"] for evidence in kept}
    assert len(kept) > 100
    assert words >= {"selection-passed", "selection-failed"}
