"""Modules that state law say at their top which rules they hold to, and where these come from."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from jidi.run.data import load_data

ROOT: Final = Path(__file__).parents[2]
LAWS: Final = {
    "src/jidi/judge": (
        "joining",
        "repeats",
        "token_answers",
        "verdicts",
        "personal/canaries",
        "personal/leaks",
        "personal/masks",
        "rules/chains",
        "rules/signatures",
        "rules/transitions",
    ),
    "src/jidi/drive/keeping": ("redaction",),
    "src/jidi/run": ("certify",),
    "reference_impl/jidi_reference": ("service/idempotent", "domain/chain", "domain/masking"),
}
PLACES: Final = [f"{folder}/{name}.py" for folder, names in LAWS.items() for name in names]
CLAUSE: Final = re.compile(r"\b(?:DS|PI)-\d\d\.\d+")
DECISION: Final = re.compile(r"\bADR (\d+)")


@pytest.mark.parametrize("place", PLACES)
def test_law_is_listed_with_its_clauses(place: str) -> None:
    """At least two rules, and requirements or decisions that there are."""
    told = ast.get_docstring(ast.parse((ROOT / place).read_text("utf-8"))) or ""
    clauses, decisions = set(CLAUSE.findall(told)), set(DECISION.findall(told))
    assert told.count("\n- ") >= 2
    assert clauses | decisions
    assert clauses <= set(load_data("1.0")[1].requirements)
    assert all([*(ROOT / "docs" / "adr").glob(f"{int(number):04}-*.md")] for number in decisions)
