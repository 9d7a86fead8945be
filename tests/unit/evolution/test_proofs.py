"""The search by itself: what is empty is empty, and what is found holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from jidi.evolution.algebra.evaluating import Evaluator
from jidi.evolution.algebra.form_graph import Form, Forms
from jidi.evolution.algebra.keys import UncountableError, key, plain
from jidi.evolution.algebra.regular.automata import automaton
from jidi.evolution.algebra.regular.shortest_text import Wanted, shortest
from jidi.evolution.algebra.solver import Solver
from jidi.evolution.schemas.compiling import Compiler
from jidi.evolution.schemas.effects import evaluator_of
from jidi.evolution.schemas.library import Library

ROOT = "urn:example:schema"
CONDITIONS = [
    {"if": {"required": ["a"]}, "then": {"properties": {"b": True}}},
    {"if": {"required": ["b"]}, "then": {"properties": {"a": {"type": "string"}}}},
    {"anyOf": [{"required": ["c"]}, {"properties": {"c": True}}]},
]
SCHEMAS: tuple[Any, ...] = (
    {"type": "integer", "multipleOf": 3, "minimum": 1, "maximum": 8},
    {"type": "string", "pattern": "^a*$", "maxLength": 2},
    {"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "maxItems": 2},
    {"type": "array", "contains": {"const": 1}, "unevaluatedItems": {"const": "a"}},
    {"type": "object", "properties": {"a": True}, "allOf": CONDITIONS,
     "unevaluatedProperties": False},
    {"type": "object", "propertyNames": {"enum": ["a", "b"]}, "minProperties": 1},
    {"oneOf": [{"required": ["a"]}, {"type": "object", "maxProperties": 1}]},
    {"dependentSchemas": {"a": {"properties": {"b": {"type": "string"}}, "required": ["b"]}}},
    {"not": {"type": ["string", "number"]}},
)  # fmt: skip
ATOMS = (None, True, 1, 3, 6, 1.5, "", "a", "b", "aaa")


def values() -> Iterator[Any]:
    """A few hundred values over few names."""
    yield from ATOMS
    for size in range(3):
        yield from (list(items) for items in product((1, 2, "a"), repeat=size))
    for names in ((), ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("a", "b", "c")):
        for members in product((1, "a"), repeat=len(names)):
            yield dict(zip(names, members, strict=True))


VALUES = [key(value) for value in values()]


def compiled(schemas: tuple[Any, ...]) -> tuple[Forms, list[Form], Evaluator]:
    """Schemas as forms of one graph."""
    forms = Forms()
    found = []
    for index, schema in enumerate(schemas):
        library = Library({ROOT: schema}, ROOT)
        form = Compiler(library, forms, str(index), asserted=True).compiled(library.start)
        found.append(forms.targets[form.args[0]])
    return forms, found, evaluator_of(forms)


@pytest.mark.parametrize("one", range(len(SCHEMAS)))
def test_what_is_empty_holds_of_no_value(one: int) -> None:
    """Of two schemas, each held or not: no proof is contradicted, and each value found fits."""
    forms, found, evaluator = compiled(SCHEMAS)
    for other, (first, second) in product(range(len(SCHEMAS)), product((True, False), repeat=2)):
        goal = [(found[one], first), (found[other], second)]
        outcome = Solver(forms, evaluator, 20).solve(goal)
        fitting = [value for value in VALUES if evaluator.satisfied(goal, value)]
        assert not (outcome.empty and fitting), (one, other, first, second, plain(fitting[0]))
        assert all(evaluator.satisfied(goal, value) for value in outcome.values)
        assert outcome.empty or outcome.values


def test_form_that_is_unevaluated_is_denied_where_its_base_holds() -> None:
    """A look ahead asks what it means that it holds by itself: then nothing is said of values of
    which the rest of the schema does not hold.
    """
    forms, (form,), evaluator = compiled((SCHEMAS[4],))
    rest = next(one for one in form.args if one.kind == "rest_members")
    base = form.args[0]
    outcome = Solver(forms, evaluator, 20).solve([(rest, True), (base, False)])
    assert not outcome.empty


@pytest.mark.parametrize(
    ("pattern", "found", "missed"),
    [
        ("^a+$", ("a", "aa"), ("", "ab", "a\n")),
        ("b", ("b", "abc"), ("", "ac")),
        ("^$", ("",), ("a",)),
        ("^(?:ab|c){2,3}$", ("abab", "cabc"), ("ab", "abababab")),
        ("^[^a-c]$", ("d", "中"), ("a", "")),
        (r"^\d\w\s$", ("1_ ",), ("aa ",)),
        (r"^\u4e2d\x41\.$", ("中A.",), ("中AB",)),
        ("a|^b$", ("xa", "b"), ("xb",)),
        ("^a{0}$", ("",), ("a",)),
    ],
)
def test_patterns_find_what_they_say(
    pattern: str, found: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    """As ECMA-262 means them."""
    made = automaton(pattern)
    assert made is not None
    assert [text for text in found if not made.matches(text)] == []
    assert [text for text in missed if made.matches(text)] == []


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?<n>a)", r"(a)\1", r"\p{L}", r"\ba", "(", "a**", "[b-a]", "x{3,1}", "*"]
)
def test_patterns_that_are_not_regular_are_not_read(pattern: str) -> None:
    """Whoever asks has no answer, rather than a wrong one."""
    assert automaton(pattern) is None


def test_shortest_text_is_found_or_shown_not_to_be() -> None:
    """Between lengths, found by some patterns and missed by others."""
    even, starts = automaton("^(?:..)*$"), automaton("^a")
    assert even is not None
    assert starts is not None
    assert shortest(Wanted((even, starts), (), 3)) == "aaaa"
    assert shortest(Wanted((even,), (starts,), 1, 2)) == "0a"
    assert shortest(Wanted((even,), (even,))) is None
    assert shortest(Wanted((even,), (), 3, 3)) is None


@pytest.mark.parametrize(
    "value", [None, True, 0, 1.5, 0.1, -3, "a", [1, [2.5]], {"b": {"a": None}}]
)
def test_value_comes_back_from_its_key(value: Any) -> None:
    """Exactly."""
    assert plain(key(value)) == value


def test_equal_values_have_one_key() -> None:
    """1 and 1.0 are one, and true is none of them."""
    assert key(1) == key(1.0) != key(True)
    with pytest.raises(UncountableError):
        key(float("inf"))
