"""Looks for a value of which some things hold and others do not, or shows that there is none.

Everything is taken apart branch by branch; a branch without a value is closed by what is said of
numbers, strings, arrays and objects. What holds of a part of a value is a question of its own,
asked again. A question that is asked while it is still open, of a part of what it was asked about,
has no answer that is smaller than itself, so it has none at all: recursive schemas end.

What is too large to be looked at is left out. That makes more values possible, never fewer: an
answer of :data:`~.outcomes.EMPTY` is a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import process_time
from typing import Final

from jidi.evolution.algebra.arrays import Arrays
from jidi.evolution.algebra.branches import Branch, Choice
from jidi.evolution.algebra.evaluating import Evaluator
from jidi.evolution.algebra.form_graph import NUMBERS, Forms, Literal
from jidi.evolution.algebra.keys import NULL, Key
from jidi.evolution.algebra.numbers import Numbers
from jidi.evolution.algebra.objects import Objects
from jidi.evolution.algebra.outcomes import EMPTY, UNKNOWN, Outcome
from jidi.evolution.algebra.strings import Strings

_DEEPEST: Final = 45
_LOOKING_AHEAD: Final = 6
"""Branches of one question after which choices are looked at together."""
_MOST_AHEAD: Final = 24
_MOST_BRANCHES: Final = 400
"""Of one question."""
_MOST_STEPS: Final = 60_000
"""Of one search: the same on every machine, before any time is up."""
Goal = frozenset[Literal]
Accept = Callable[[Key], bool]
_SIMPLE: Final[tuple[tuple[str, tuple[Key, ...]], ...]] = (
    ("null", (NULL,)),
    ("boolean", (("bool", True), ("bool", False))),
)


class OutOfTimeError(Exception):
    """The search took longer than it may."""


class Solver:
    """Answers questions about the forms of one :class:`.form_graph.Forms`, each at most once."""

    def __init__(self, forms: Forms, evaluator: Evaluator, seconds: float) -> None:
        self.forms = forms
        self._evaluator = evaluator
        self._until = process_time() + seconds
        self._steps = 0
        self._known: dict[Goal, Outcome] = {}
        self._open: dict[Goal, int] = {}
        self._lowest = _DEEPEST
        self.too_large = False

    def solve(self, literals: Iterable[Literal]) -> Outcome:
        """A value of which all ``literals`` hold, :data:`EMPTY` when there surely is none.

        Raises:
            OutOfTimeError: see the class.
        """
        goal = frozenset(one for one in literals if one != (self.forms.true, True))
        found = self._known.get(goal)
        if found is not None:
            return found
        depth = self._open.get(goal)
        if depth is not None:
            self._lowest = min(self._lowest, depth)
            return EMPTY
        if len(self._open) >= _DEEPEST:
            self.too_large = True
            return UNKNOWN
        return self._asked(goal)

    def _asked(self, goal: Goal) -> Outcome:
        depth = len(self._open)
        before, self._lowest = self._lowest, _DEEPEST
        self._open[goal] = depth
        try:
            outcome = _Question(self, goal, _anything).answer()
        finally:
            del self._open[goal]
        if self._lowest >= depth or outcome.values:
            self._known[goal] = outcome
        self._lowest = min(before, self._lowest if self._lowest < depth else _DEEPEST)
        return outcome

    def search(self, literals: Iterable[Literal], accept: Accept) -> Outcome:
        """As :meth:`solve`, going on until ``accept`` takes a value.

        Raises:
            OutOfTimeError: see the class.
        """
        goal = frozenset(literals)
        self._open[goal] = len(self._open)
        try:
            return _Question(self, goal, accept).answer()
        finally:
            del self._open[goal]

    def tick(self) -> None:
        """Called at every branch.

        Raises:
            OutOfTimeError: see the class.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS or process_time() > self._until:
            raise OutOfTimeError

    def counted(self, goal: Iterable[Literal]) -> int | None:
        """How many values a goal has at most; ``None`` when it is not known."""
        branch = Branch(self.forms)
        branch.add(goal)
        if branch.closed:
            return 0
        if branch.finite is not None:
            return len(branch.finite)
        sizes: list[int | None] = [
            {"null": 1, "boolean": 2}.get(kind)
            or (Numbers(branch, whole=kind == "integer").at_most() if kind in NUMBERS else None)
            for kind in branch.types
        ]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None

    def satisfied(self, goal: Iterable[Literal], value: Key) -> bool | None:
        """Whether all of ``goal`` holds of ``value``; ``None`` when that is not known."""
        return self._evaluator.satisfied(goal, value)

    def of_type(self, branch: Branch, kind: str) -> Outcome:
        """What a branch, its choices left aside, comes to among the values of one type."""
        for name, values in _SIMPLE:
            if kind == name:
                left = tuple(one for one in values if one not in branch.excluded)
                return Outcome(empty=False, values=left) if left else EMPTY
        if kind in NUMBERS:
            return Numbers(branch, whole=kind == "integer").outcome()
        if kind == "string":
            return Strings(branch).outcome(branch, self._evaluator)
        if kind == "array":
            return Arrays(branch, self.solve, self.counted).outcome()
        return Objects(branch, self.solve, self._evaluator).outcome()


def _anything(_value: Key) -> bool:
    return True


class _Question:
    """One goal; :meth:`answer` goes through its branches."""

    def __init__(self, solver: Solver, goal: Goal, accept: Accept) -> None:
        self._solver = solver
        self._goal = goal
        self._accept = accept
        self._branches = 0

    def answer(self) -> Outcome:
        branch = Branch(self._solver.forms)
        branch.add(sorted(self._goal, key=lambda one: one[0].number))
        return self._explored(branch)

    def _explored(self, branch: Branch) -> Outcome:
        self._solver.tick()
        self._branches += 1
        if branch.closed:
            return EMPTY
        if self._branches > _MOST_BRANCHES:
            self._solver.too_large = True
            return UNKNOWN
        if branch.finite is not None:
            return self._of_finite(branch)
        outcome = self._of_types(branch)
        if outcome.empty or outcome.values:
            return outcome
        return self._chosen(branch) if branch.choices else UNKNOWN

    def _of_finite(self, branch: Branch) -> Outcome:
        unknown = False
        for value in sorted(branch.finite or (), key=repr):
            held = self._solver.satisfied(self._goal, value)
            if held and self._accept(value):
                return Outcome(empty=False, values=(value,))
            unknown = unknown or held is not False
        return UNKNOWN if unknown else EMPTY

    def _of_types(self, branch: Branch) -> Outcome:
        """The first value that is found by types; types without any are taken out."""
        for kind in sorted(branch.types):
            outcome = self._solver.of_type(branch, kind)
            if outcome.empty:
                branch.types -= {kind}
                continue
            for value in outcome.values:
                if value not in branch.excluded and self._good(value):
                    return Outcome(empty=False, values=(value,))
        if not branch.types:
            return EMPTY
        branch.add(())
        return EMPTY if branch.closed else UNKNOWN

    def _good(self, value: Key) -> bool:
        return bool(self._solver.satisfied(self._goal, value)) and self._accept(value)

    def _chosen(self, branch: Branch) -> Outcome:
        crowded = self._branches > _LOOKING_AHEAD and len(branch.choices) > 1
        if crowded and not self._looked_ahead(branch):
            return EMPTY
        choice = _fewest(branch.choices)
        branch.choices.remove(choice)
        unknown = False
        for way in choice:
            outcome = self._explored(branch.with_literals(way))
            if outcome.values:
                return outcome
            unknown = unknown or not outcome.empty
        return UNKNOWN if unknown else EMPTY

    def _looked_ahead(self, branch: Branch) -> bool:
        """Take out ways that lead nowhere, and those beside one that must be gone; false when a
        choice has no way left.
        """
        left: list[Choice] = []
        for number, choice in enumerate(sorted(branch.choices, key=len)):
            if number >= _MOST_AHEAD:
                left.append(choice)
                continue
            ways = self._open_ways(branch, choice)
            if not ways:
                return False
            left.append(ways)
        branch.choices = left
        return True

    def _open_ways(self, branch: Branch, choice: Choice) -> Choice:
        """Ways of a choice that may lead somewhere; only one where that is gone anyway."""
        ways = []
        for way in choice:
            if len(way) == 1 and self._closes(branch, ((way[0][0], not way[0][1]),)):
                return (way,)
            if not self._closes(branch, way):
                ways.append(way)
        return tuple(ways)

    def _closes(self, branch: Branch, way: tuple[Literal, ...]) -> bool:
        """Whether nothing is left of a branch that goes a way, its other choices left aside."""
        self._solver.tick()
        other = branch.with_literals(way)
        if other.closed:
            return True
        if other.finite is not None:
            return all(
                self._solver.satisfied(other.facts.items(), value) is False
                for value in other.finite
            )
        return all(self._solver.of_type(other, kind).empty for kind in sorted(other.types))


def _fewest(choices: list[Choice]) -> Choice:
    return min(choices, key=len)
