"""No function has more than ten ways through it, with operands of ``and`` and ``or`` counted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from tests.complexity import measured, measured_below

ROOT: Final = Path(__file__).parents[2]
MOST: Final = 10
"""As for ruff's C901 in ``pyproject.toml``, which leaves such operands out."""


@pytest.mark.parametrize("place", ["src/jidi", "reference_impl/jidi_reference"])
def test_functions_have_at_most_ten_ways_through_them(place: str) -> None:
    """Of the kit and of the reference partner."""
    found = measured_below(ROOT / place)
    assert len(found) > 100
    assert [one for one in found if one.complexity > MOST] == []


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        ("return a", 1),
        ("return a and b and c or d", 4),
        ("return a if b else c", 2),
        ("if a:\n  return b\n elif c:\n  return d", 3),
        ("for a in b:\n  while c:\n   pass", 3),
        ("return [a for a in b if a if c]", 3),
        ("try:\n  a()\n except B:\n  pass\n except C:\n  pass", 3),
        ("match a:\n  case 1:\n   pass\n  case b if c:\n   pass\n  case _:\n   pass", 3),
        ("def g():\n  return a or b\n return g", 1),
        ("return lambda: a or b", 2),
    ],
)
def test_ways_are_counted(body: str, complexity: int) -> None:
    """Branches, loops, handlers and cases, operands and conditions; what stands in a function of
    its own counts there.
    """
    found = {one.place: one.complexity for one in measured(f"def f():\n {body}\n")}
    assert found[":f"] == complexity
