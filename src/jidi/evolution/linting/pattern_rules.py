"""Patterns: whether every engine reads them, alike and in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jidi.evolution.algebra.regular.ambiguity import cost
from jidi.evolution.algebra.regular.automata import Automaton, automaton
from jidi.evolution.algebra.regular.shortest_text import TooManyError, Wanted, shortest
from jidi.evolution.linting.lint_findings import Found
from jidi.evolution.linting.nodes import Node, Side
from jidi.evolution.schemas.library import escaped
from jidi.registry.linting.ecma_patterns import does_compile, is_anchored, unlike
from jidi.registry.strangers.two_engines import pattern_holds
from jidi.report.escaping import one_line
from jidi.wording import family, sentence

_UNLIKE: Final = family("evolution", "lint-unlike-")
_ADDED: Final = ("\n", "\r", "\u2028", "\u0660", "\uff11", "\u00e9", "\u4e2d", "\U0001f600", " ")
_LONGEST: Final = 4_000


def pattern_rules(side: Side) -> Iterator[Found]:
    """Findings about every pattern, of values and of names."""
    for node in side.nodes:
        pattern = node.told.get("pattern")
        if isinstance(pattern, str):
            yield from _of(node, f"{node.pointer}/pattern", pattern, whole=not node.case)
        named = node.told.get("patternProperties")
        for name in named if isinstance(named, dict) else ():
            at = f"{node.pointer}/patternProperties/{escaped(name)}"
            yield from _of(node, at, name, whole=not node.case)


def _of(node: Node, at: str, pattern: str, *, whole: bool) -> Iterator[Found]:
    if len(pattern) > _LONGEST or not does_compile(pattern):
        told = sentence("evolution/lint-pattern-syntax")
        yield Found("pattern-syntax", node.file, at, told)
        return
    sign = unlike(pattern)
    if sign:
        told = sentence("evolution/lint-pattern-portable", what=_UNLIKE[sign])
        yield Found("pattern-portable", node.file, at, told)
    else:
        yield from _differing(node, at, pattern)
    expected = cost(pattern)
    if expected == "exponential":
        yield Found("pattern-exponential", node.file, at, sentence("evolution/lint-exponential"))
    elif expected == "polynomial":
        yield Found("pattern-linear", node.file, at, sentence("evolution/lint-polynomial"))
    elif expected == "unknown" and not sign:
        yield Found("pattern-linear", node.file, at, sentence("evolution/lint-cost-unknown"))
    if whole and not is_anchored(pattern):
        yield Found("pattern-anchored", node.file, at, sentence("evolution/lint-loose"))


def _differing(node: Node, at: str, pattern: str) -> Iterator[Found]:
    """A text that ECMA-262 finds and the engine of this kit does not, or the reverse."""
    found = automaton(pattern)
    for text in _tried(found) if found is not None else ():
        here = pattern_holds(pattern, text)
        if here is not None and found is not None and here is not found.matches(text):
            told = sentence("evolution/lint-pattern-differs", text=one_line(ascii(text)))
            yield Found("pattern-portable", node.file, at, told)
            return


def _tried(found: Automaton) -> Iterator[str]:
    """Texts on which engines might differ: the shortest that match and do not, with a sign more."""
    for wanted in (
        Wanted(found=(found,)),
        Wanted(missed=(found,)),
        Wanted(found=(found,), least=2),
    ):
        try:
            text = shortest(wanted)
        except TooManyError:
            continue
        if text is not None:
            yield text
            for sign in _ADDED:
                yield text + sign
                yield text[:-1] + sign
