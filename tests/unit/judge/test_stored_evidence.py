"""A verdict stays what it was: journals of real runs are judged again, every word of it.

A change of a scenario, of the ledger or of what the judge says makes some of these red. Then look
at the difference, and if it is meant, run ``python -m tests.conformance.keep_evidence``, which
writes the verdicts afresh (``--scenario`` and ``--fault`` record anew).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.judge.evidence_form import FOLDER, packed, unpacked
from tests.unit.judge.stored_evidence import (
    Evidence,
    failing,
    judged,
    kept,
    kept_text,
    stored,
    whole,
)

BYTES = 2_000_000
"""What all evidence may weigh."""


def _apart(evidence: list[Evidence]) -> list[Any]:
    """All of it, that marked which fails no requirement for a reason that an earlier one does not
    show.
    """
    seen: set[tuple[str, str]] = set()
    marked = []
    for one in evidence:
        shown = {(check["requirement"], check["reason"]) for check in failing(one.expected)}
        wide = one.broken and shown <= seen
        marked.append(
            pytest.param(one, id=f"{one.role}/{one.name}", marks=[pytest.mark.wide] if wide else [])
        )
        seen |= shown
    return marked


@pytest.mark.parametrize("evidence", _apart(stored()))
def test_stored_journal_is_judged_as_it_was(evidence: Evidence, tmp_path: Path) -> None:
    """Word, outcomes, reasons, expected and actual values in both languages, and the exchanges they
    rest on.
    """
    verdict = whole(judged(evidence.records, tmp_path))
    form, expected = kept(verdict), evidence.expected
    assert form["not-passed"] == expected["not-passed"]
    assert form.get("not-reached") == expected.get("not-reached")
    assert form["word"] == expected["word"]
    assert form["whole"] == expected["whole"], (
        "No outcome changed, but a Chinese word, one that goes with a pass, or what there is to "
        f"judge: see {[row for row in verdict['requirements'] if row['checks']]}"
    )


def test_stored_evidence_holds_broken_and_healthy_partners() -> None:
    """Both kinds, so that an empty folder is no success."""
    kept_evidence = stored()
    words = {evidence.expected["word"] for evidence in kept_evidence}
    assert len(kept_evidence) > 100
    assert words >= {"selection-passed", "selection-failed"}


def test_stored_evidence_stays_light() -> None:
    """Two megabytes for all of it; every file belongs to a piece of evidence and is in its form."""
    files = {path for path in FOLDER.rglob("*") if path.is_file()}
    assert sum(path.stat().st_size for path in files) < BYTES
    known = {path for one in stored() for path in (one.journal, one.verdict)}
    assert files - known == {FOLDER / "dictionary.zstd"}
    for one in stored():
        assert one.verdict.read_text("utf-8") == kept_text(one.expected), one.verdict


@pytest.mark.parametrize("name", ["consignment-accepted", "broken/digest-of-sorted-json"])
def test_stored_form_loses_only_where_numbers_and_clocks_begin(name: str) -> None:
    """What was read and is written again is the same; so is the same run at another hour."""
    records = unpacked(Evidence("courier", name).journal.read_bytes())
    assert unpacked(packed(records)) == records
    later = [
        {
            **record,
            "seq": record["seq"] + 5,
            **{key: record[key] + 777 for key in ("started", "finished") if key in record},
            **({"id": f"y{record['id']}"} if "id" in record else {}),
            **(
                {"observed": {**record["observed"], "origin": record["observed"]["origin"] + 777}}
                if "origin" in record.get("observed", {})
                else {}
            ),
        }
        for record in records
    ]
    assert packed(later) == packed(records)
