"""Checks: each subject of the scenario language as a pure function of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from jidi.judge.checks.answer_checks import (
    absent_header_finding,
    internals_finding,
    media_type_finding,
    schema_finding,
    status_finding,
)
from jidi.judge.checks.arrival_checks import signature_finding, transitions_finding
from jidi.judge.checks.finding import (
    CANARIES_ROOT,
    NO_TEXT,
    Finding,
    Question,
    both,
    failed,
    passed,
)
from jidi.judge.checks.lookups import canaries_finding, rule_finding, value_finding
from jidi.judge.checks.problems import pointers_finding, problem_finding
from jidi.judge.rules.named import NAMED

__all__ = [
    "CANARIES_ROOT",
    "NO_TEXT",
    "SUBJECTS",
    "Finding",
    "Question",
    "both",
    "failed",
    "passed",
    "problem_finding",
]

SUBJECTS: Final[Mapping[str, Callable[[Question], Finding]]] = {
    "status": status_finding,
    "schema": schema_finding,
    "media-type": media_type_finding,
    "problem": problem_finding,
    "pointers": pointers_finding,
    "signature": signature_finding,
    "transitions": transitions_finding,
    "internals": internals_finding,
    "canaries": canaries_finding,
    "absent-header": absent_header_finding,
    "value": value_finding,
    "rule": partial(rule_finding, NAMED),
}
"""Every subject but ``in-time`` and ``quiet``, which belong to the waits."""
