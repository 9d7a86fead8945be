"""What a named judgement comes to."""

from __future__ import annotations

from dataclasses import dataclass

from jidi.model.text import Text
from jidi.model.verdict import Difference, Outcome


@dataclass(frozen=True, slots=True)
class Ruling:
    """Outcome of a named judgement; ``reason`` is a stable slug, empty on a pass;
    ``differences`` and ``place`` as in a verdict, where the judgement knows them.
    """

    outcome: Outcome
    reason: str
    expected: Text
    actual: Text
    differences: tuple[Difference, ...] = ()
    place: str | None = None


def ruling(fault: str, expected: Text, actual: str, actual_zh: str = "") -> Ruling:
    """A fail with the slug ``fault``, or a pass when it is empty."""
    return Ruling(
        Outcome.FAIL if fault else Outcome.PASS, fault, expected, Text(actual, actual_zh or actual)
    )
