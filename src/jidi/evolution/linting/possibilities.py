"""What no value can ever be: schemas, cases and values that are proven to be impossible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jidi.evolution.algebra.form_graph import Form, Forms, Literal
from jidi.evolution.algebra.keys import UncountableError, key
from jidi.evolution.algebra.outcomes import UNKNOWN, Outcome
from jidi.evolution.algebra.solver import OutOfTimeError, Solver
from jidi.evolution.linting.lint_findings import Found
from jidi.evolution.linting.nodes import Node, Side
from jidi.evolution.schemas.compiling import Compiler
from jidi.evolution.schemas.effects import evaluator_of
from jidi.evolution.schemas.library import Place
from jidi.evolution.schemas.merging import Merged
from jidi.wording import sentence

_SECONDS: Final = 0.5
_MOST_VALUES: Final = 300
_CASES: Final = ("anyOf", "oneOf")
_CONDITION: Final = ("if", "then", "else")
_DEEPEST: Final = 12


class Possibilities:
    """Asks of every schema whether there is a value for it; ``undecided`` counts the questions
    that had no answer.
    """

    def __init__(self, side: Side, *, asserted: bool) -> None:
        self._side = side
        self._drafts = Forms()
        self._compiler = Compiler(side.library, self._drafts, "new", asserted=asserted)
        for node in side.nodes:
            self._compiler.compiled(node.place)
        self._merged = Merged(self._drafts)
        self._nodes: dict[str, Node] = {}
        self.undecided = 0

    def findings(self) -> Iterator[Found]:
        """Findings about every schema; one within another that is impossible is named alone."""
        for file in self._side.roots:
            yield from self._in_file([node for node in self._side.nodes if node.file == file])

    def _in_file(self, nodes: list[Node]) -> Iterator[Found]:
        wrong: set[str] = set()
        self._nodes = {node.pointer: node for node in nodes}
        for node in sorted(nodes, key=lambda one: (-one.pointer.count("/"), one.pointer)):
            within = any(one.startswith(f"{node.pointer}/") for one in wrong)
            if isinstance(node.value, dict) and not within:
                for found in self._of(node):
                    wrong.add(found.pointer)
                    yield found

    def _of(self, node: Node) -> Iterator[Found]:
        own: list[Literal] = [(self._form(node.place), True)]
        keyword = _keyword(node)
        if self._is_empty(own):
            if keyword not in (*_CASES, "then", "else", "if"):
                told = sentence("evolution/lint-unsatisfiable")
                yield Found("unsatisfiable", node.file, node.pointer, told)
            elif keyword in ("then", "else"):
                told = sentence("evolution/lint-dead-branch")
                yield Found("dead-branch", node.file, node.pointer, told)
            return
        around = self._around(node, 0)
        literals = [*own, *around]
        if around and self._is_empty(around):
            return
        if around and self._is_empty(literals):
            if keyword in ("then", "else"):
                told = sentence("evolution/lint-dead-branch")
                yield Found("dead-branch", node.file, node.pointer, told)
            return
        yield from self._cases(node, literals)
        yield from self._condition(node, [self._apart_from(node, *_CONDITION), *around])
        yield from self._values(node, literals)

    def _around(self, node: Node, depth: int) -> list[Literal]:
        """What else is said of a value of which a schema speaks as a case of another."""
        keyword = _keyword(node)
        if depth > _DEEPEST or keyword not in ("allOf", *_CASES, "then", "else"):
            return []
        steps = 1 if keyword in ("then", "else") else 2
        parent = self._nodes.get(node.pointer.rsplit("/", steps)[0])
        if parent is None:
            return []
        outer = self._around(parent, depth + 1)
        if keyword not in ("then", "else"):
            return [self._apart_from(parent, keyword), *outer]
        inner = self._inner(parent, "/if", parent.told.get("if", True))
        return [self._apart_from(parent, *_CONDITION), *outer, (inner, keyword == "then")]

    def _apart_from(self, node: Node, *keywords: str) -> Literal:
        """What a schema says beside some of its keywords."""
        names = frozenset(node.told) - frozenset(keywords)
        said = self._drafts.all_of(self._compiler.said(node.place, names))
        return self._merged.renamed(said), True

    def _cases(self, node: Node, literals: list[Literal]) -> Iterator[Found]:
        for keyword in _CASES:
            listed = node.told.get(keyword)
            for index, case in enumerate(listed if isinstance(listed, list) else ()):
                if case is False:
                    continue
                inner = self._inner(node, f"/{keyword}/{index}", case)
                if self._is_empty([*literals, (inner, True)]):
                    at = f"{node.pointer}/{keyword}/{index}"
                    yield Found(
                        "dead-branch", node.file, at, sentence("evolution/lint-dead-branch")
                    )

    def _condition(self, node: Node, literals: list[Literal]) -> Iterator[Found]:
        if "if" not in node.told or isinstance(node.told["if"], bool):
            return
        inner = self._inner(node, "/if", node.told["if"])
        at = f"{node.pointer}/if"
        if self._is_empty([*literals, (inner, True)]) and node.told.get("then") is not False:
            told = sentence("evolution/lint-never")
            yield Found("constant-condition", node.file, at, told)
        elif self._is_empty([*literals, (inner, False)]) and node.told.get("else") is not False:
            told = sentence("evolution/lint-always")
            yield Found("constant-condition", node.file, at, told)

    def _values(self, node: Node, literals: list[Literal]) -> Iterator[Found]:
        forms = self._forms
        values = node.told.get("enum")
        for index, value in enumerate(values[:_MOST_VALUES] if isinstance(values, list) else ()):
            try:
                form = forms.enum([key(value)])
            except UncountableError:
                continue
            if self._is_empty([*literals, (form, True)]):
                at = f"{node.pointer}/enum/{index}"
                yield Found("dead-value", node.file, at, sentence("evolution/lint-dead-value"))
        types = node.told.get("type")
        for index, kind in enumerate(types if isinstance(types, list) else ()):
            names = ("integer", "fraction") if kind == "number" else (str(kind),)
            if self._is_empty([*literals, (forms.type(*names), True)]):
                at = f"{node.pointer}/type/{index}"
                yield Found("dead-value", node.file, at, sentence("evolution/lint-dead-type"))

    @property
    def _forms(self) -> Forms:
        return self._merged.forms

    def _form(self, place: Place) -> Form:
        return self._merged.renamed(self._compiler.compiled(place))

    def _inner(self, node: Node, pointer: str, value: Any) -> Form:
        place = node.place
        return self._form(Place(place.base, place.pointer + pointer, value))

    def _is_empty(self, literals: list[Literal]) -> bool:
        outcome: Outcome = UNKNOWN
        try:
            solver = Solver(self._forms, evaluator_of(self._forms), _SECONDS)
            outcome = solver.solve(literals)
        except (OutOfTimeError, RecursionError):
            pass
        self.undecided += not outcome.empty and not outcome.values
        return outcome.empty


def _keyword(node: Node) -> str:
    """The keyword under which a schema stands as a case, condition or part of another; empty for
    others.
    """
    if node.standing != "other" or not node.pointer:
        return ""
    steps = node.pointer.rsplit("/", 2)
    last = steps[-1]
    if last in ("then", "else", "if"):
        return last
    return (
        steps[-2] if len(steps) == 3 and last.isdigit() and steps[-2] in (*_CASES, "allOf") else ""
    )
