"""What a rule finds, and what a linter says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from jidi.model.text import Text

Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says of a place: ``pointer`` leads to it in the file."""

    rule: str
    file: str
    pointer: str
    message: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """The same with its severity and its line, from 1; ``None`` where it is not known."""

    found: Found
    severity: Severity
    line: int | None

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """By file and line."""
        one = self.found
        return one.file, self.line or 0, one.pointer, one.rule, one.message.en

    def as_json(self) -> dict[str, Any]:
        """One finding for machines."""
        one = self.found
        return {
            "file": one.file,
            "line": self.line,
            "pointer": one.pointer,
            "rule": one.rule,
            "severity": self.severity,
            "message": one.message.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Linted:
    """Everything that was found, in order, and how much was looked at; ``undecided`` are questions
    of satisfiability that had no answer.
    """

    findings: tuple[Finding, ...]
    rules: str
    files: int
    schemas: int
    undecided: int

    def count(self, severity: Severity) -> int:
        """Findings of a severity."""
        return sum(one.severity == severity for one in self.findings)

    def exit_code(self, fail_on: Severity) -> int:
        """1 when something was found that is as severe as ``fail_on`` or more, else 0."""
        worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return int(any(self.count(one) for one in worst))

    def as_json(self) -> dict[str, Any]:
        """All of it for machines."""
        return {
            "rules": self.rules,
            "files": self.files,
            "schemas": self.schemas,
            "undecided": self.undecided,
            **{f"{one}s" if one != "info" else one: self.count(one) for one in SEVERITIES},
            "findings": [one.as_json() for one in self.findings],
        }
