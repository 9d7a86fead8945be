"""A verdict stays what it was: journals of real runs are judged again, every word of it.

A change of a scenario, of the ledger or of what the judge says makes some of these red. Then look at the difference, and if it is meant, run
``python -m tests.conformance.keep_evidence``, which writes the verdicts afresh (and with ``--from DIR`` the journals).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.judge.stored_evidence import Evidence, judged, stored, whole


@pytest.mark.parametrize("evidence", stored(), ids=lambda evidence: evidence.name)
def test_stored_journal_is_judged_as_it_was(evidence: Evidence, tmp_path: Path) -> None:
    """Word, outcomes, reasons, expected and actual values in both languages, and the exchanges they rest on."""
    assert whole(judged(evidence.records, tmp_path)) == evidence.expected


def test_stored_evidence_holds_broken_and_healthy_partners() -> None:
    """Both kinds, so that an empty folder is no success."""
    kept = stored()
    words = {evidence.expected["word"] for evidence in kept}
    assert len(kept) > 100
    assert words >= {"selection-passed", "selection-failed"}
