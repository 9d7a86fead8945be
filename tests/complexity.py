"""How many ways lead through a function, with what ruff's C901 leaves out: operands of ``and`` and
``or``, conditional expressions, and conditions of comprehensions.

A function starts at one. One more counts: each branch, loop, handler and ``case``; each operand of
``and`` or ``or`` after the first; each conditional expression; each condition of a comprehension.
Functions and classes inside a function count for themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler)


@dataclass(frozen=True, order=True)
class Measured:
    """The complexity of one function, most complex last when sorted."""

    complexity: int
    place: str
    line: int


def measured(source: str, place: str = "") -> Iterator[Measured]:
    """Every function of ``source``, in the order of the tree."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield Measured(1 + sum(map(_weight, _own(node))), f"{place}:{node.name}", node.lineno)


def measured_below(root: Path) -> list[Measured]:
    """Every function of the modules below ``root``, the most complex first."""
    found = (
        one
        for path in sorted(root.rglob("*.py"))
        for one in measured(path.read_text("utf-8"), path.relative_to(root).as_posix())
    )
    return sorted(found, reverse=True)


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of the body that belong to no function or class within."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def _weight(node: ast.AST) -> int:
    match node:
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return len(node.ifs)
        case ast.match_case():
            return int(not _is_rest(node))
        case _:
            return int(isinstance(node, BRANCHES))


def _is_rest(case: ast.match_case) -> bool:
    """``case _``: what is left is no branch of its own."""
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern
