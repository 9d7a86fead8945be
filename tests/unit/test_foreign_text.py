"""What strangers write is read in one place each, and never becomes a pattern."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jidi
from jidi.drive.keeping.planted import KnownTexts

HOME = Path(jidi.__file__).parent
PATTERNS_OF_OUR_OWN = {
    "counterparty/courier_rules.py": "paths of the contract",
    "fuzz/child/growing.py": "patterns of the contract's schemas",
    "fuzz/child/shaping.py": "patterns of the declaration and of the contract's schemas",
    "judge/personal/leaks.py": "the table of places",
    "language/matchers.py": "the operand of `matches`, which scenarios write out",
    "passive/matching.py": "paths of the contract",
    "registry/annotations.py": "patterns of the schemas",
    "registry/faults.py": "patterns of the schemas",
    "registry/linting/ecma_patterns.py": "patterns of the schemas, to see whether they are any",
}
"""Modules that make patterns out of data of the kit's own, and what data that is."""
_MAKERS = frozenset(
    {"compile", "sub", "subn", "match", "fullmatch", "search", "split", "findall", "finditer"}
)


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the kit by its path below the package."""
    for path in sorted(HOME.rglob("*.py")):
        yield path.relative_to(HOME).as_posix(), ast.parse(path.read_text("utf-8"))


def constants(module: ast.Module) -> set[str]:
    """Names that the module gives a value once and for all."""
    made = {
        node.id
        for statement in module.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    taken = [name for one in module.body if isinstance(one, ast.ImportFrom) for name in one.names]
    return made | {name.name for name in taken if name.name.isupper()}


def is_constant(node: ast.expr, known: set[str]) -> bool:
    """Whether a pattern is written out in the source."""
    inner: list[ast.expr]
    match node:
        case ast.Constant():
            inner = []
        case ast.Name(id=name) if name in known:
            inner = []
        case ast.JoinedStr(values=inner) | ast.Call(func=ast.Attribute(attr="escape"), args=inner):
            pass
        case ast.FormattedValue(value=value) | ast.Attribute(value=value, attr="pattern"):
            inner = [value]
        case ast.BinOp(left=left, right=right):
            inner = [left, right]
        case _:
            return False
    return all(is_constant(one, known) for one in inner)


def made_patterns(module: ast.Module) -> Iterator[ast.Call]:
    """Calls that make a pattern out of something that the source does not write out."""
    known = constants(module)
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[first, *_]):
                if name in _MAKERS and not is_constant(first, known):
                    yield node


def test_no_pattern_is_made_of_what_a_stranger_wrote() -> None:
    """Every pattern is written out, or made of the kit's own data in a module named above."""
    found = {name for name, module in sources() if any(made_patterns(module))}
    assert found == set(PATTERNS_OF_OUR_OWN)
    assert not [name for name, module in sources() if "import regex" in ast.unparse(module)]


def test_the_look_for_patterns_sees_them() -> None:
    """Escaped or not, by whatever function."""
    for text in ("re.compile(re.escape(x))", "re.sub('a' + x, '', y)", "re.search(f'{x}', y)"):
        assert [*made_patterns(ast.parse(f"import re\n{text}"))], text
    assert not [*made_patterns(ast.parse("import re\nA = 'b'\nre.sub(f'{A}+' + A, '', x)"))]


MASKS: dict[str, tuple[str, Any]] = {
    "stars-in-plenty": ("h*" + "a*" * 14 + "b", "a" * 300),
    "long-run": ("*" * 5_000 + "x", "a" * 499),
    "every-sign": ("a*＊×•●█" * 60 + "z", "a" * 499),
    "pattern-signs": (".*(a+)+*$" * 20 + "!", "a" * 499),
    "brackets": ("[a-z]*" * 50, "a" * 499),
    "quantifiers": ("a{1,99}*" * 40, "a" * 499),
}


@pytest.mark.parametrize("name", MASKS)
def test_masks_made_for_it_do_not_hold_the_kit(name: str) -> None:
    """Each mask is tried on many texts that nearly fit."""
    mask, near = MASKS[name]
    known = KnownTexts([f"h{near}{number}" for number in range(300)])
    begun = time.process_time()
    assert not known.contains(mask)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("mask", "fits"),
    [
        ("王*", True),
        ("*小明", True),
        ("王*明", True),
        ("王小*明", False),
        ("李*", False),
        ("王**明", True),
    ],
)
def test_a_mask_hides_something_and_fits_the_rest(mask: str, fits: bool) -> None:
    """Of what the kit itself sent."""
    assert KnownTexts(["王小明"]).contains(mask) is fits
