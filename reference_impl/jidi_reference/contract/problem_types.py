"""The closed list of problem types, as the code list has it."""

from __future__ import annotations

from typing import Any

from jidi_reference.contract.bundle import Bundle
from jidi_reference.domain.problems import Problem


class ProblemTypes:
    """Turns a ``Problem`` into its RFC 9457 document."""

    def __init__(self, bundle: Bundle) -> None:
        """Index ``codelists/problem-types.json`` by code."""
        self._base = bundle.base_uri + "problems/"
        self._types = {
            entry["code"]: entry for entry in bundle.code_lists["problem-types"]["codes"]
        }

    def status(self, problem: Problem) -> int:
        """The first, usual HTTP status that the list gives the type."""
        return int(self._types[problem.slug]["status"][0])

    def document(self, problem: Problem) -> dict[str, Any]:
        """The body of ``application/problem+json``."""
        content = problem.content
        fixed = {
            "type": self._base + content.slug,
            "title": self._types[content.slug]["en"],
            "status": self.status(problem),
        }
        detail = {"detail": content.detail} if content.detail else {}
        errors = (
            {"errors": [fault.document() for fault in content.faults]} if content.faults else {}
        )
        return {**fixed, **detail, **errors, **content.extensions}
