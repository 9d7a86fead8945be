"""The kit's own code as trees, for tests that look at how it is written: read when first asked
for, and once for all of them.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
KIT: Final = ROOT / "src" / "jidi"


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the kit by its path below ``src/jidi``, in that order."""
    return {
        str(path.relative_to(KIT)): ast.parse(path.read_text("utf-8"))
        for path in sorted(KIT.rglob("*.py"))
    }


@cache
def calls(function: str) -> tuple[tuple[str, ast.Call], ...]:
    """Every call of a plain name in the kit, with the module in which it stands."""
    return tuple(
        (name, node)
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == function
    )
