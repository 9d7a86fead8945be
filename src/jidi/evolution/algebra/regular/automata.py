"""Automata of patterns, made state by state as words are tried; a text is matched in time linear in
its length.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from jidi.evolution.algebra.regular.parsing import LAST, IrregularError, Ranges, Tree, parse

_MOST_STATES: Final = 6_000
State = frozenset[int]


class Automaton:
    """Recognises the texts in which a pattern is found anywhere, as the keyword ``pattern`` asks.

    Raises:
        IrregularError: the pattern is not read, or has too many states.
    """

    def __init__(self, pattern: str) -> None:
        self._moves: list[list[tuple[Ranges, int]]] = []
        self._free: list[list[int]] = []
        self._at_start: list[list[int]] = []
        self._at_end: list[list[int]] = []
        first, last = self._state(), self._state()
        everything = ((0, LAST),)
        self._moves[first].append((everything, first))
        self._moves[last].append((everything, last))
        self._last = last
        entry = self._state()
        self._free[first].append(entry)
        self._free[self._built(parse(pattern), entry)].append(last)
        self._steps: dict[tuple[State, int], State] = {}
        self.start = self._closure({first}, at_start=True, at_end=False)
        self._empty_ends = last in self._closure({first}, at_start=True, at_end=True)
        self.cuts = frozenset(
            cut for moves in self._moves for ranges, _ in moves for low, high in ranges
            for cut in (low, high + 1)
        )  # fmt: skip

    def _state(self) -> int:
        if len(self._moves) >= _MOST_STATES:
            raise IrregularError("too many states")
        for edges in (self._free, self._at_start, self._at_end):
            edges.append([])
        self._moves.append([])
        return len(self._moves) - 1

    def _built(self, tree: Tree, entry: int) -> int:
        """The state behind ``tree`` when it is entered at ``entry``."""
        match tree:
            case ("cat", parts):
                for part in parts:
                    entry = self._built(part, entry)
                return entry
            case ("rep", inner, low, high):
                return self._repeated(inner, entry, low, high)
        end = self._state()
        match tree:
            case ("chars", ranges):
                self._moves[entry].append((ranges, end))
            case ("alt", branches):
                for branch in branches:
                    begin = self._state()
                    self._free[entry].append(begin)
                    self._free[self._built(branch, begin)].append(end)
            case ("start",):
                self._at_start[entry].append(end)
            case _:
                self._at_end[entry].append(end)
        return end

    def _repeated(self, inner: Tree, entry: int, low: int, high: int | None) -> int:
        for _ in range(low):
            entry = self._built(inner, entry)
        if high is None:
            loop = self._state()
            self._free[entry].append(loop)
            self._free[self._built(inner, loop)].append(loop)
            return loop
        end = self._state()
        for _ in range(high - low):
            self._free[entry].append(end)
            begin = self._state()
            self._free[entry].append(begin)
            entry = self._built(inner, begin)
        self._free[entry].append(end)
        return end

    def _closure(self, states: set[int], *, at_start: bool, at_end: bool) -> State:
        found, todo = set(states), list(states)
        while todo:
            one = todo.pop()
            edges = [self._free[one]]
            edges += [self._at_start[one]] if at_start else []
            edges += [self._at_end[one]] if at_end else []
            for following in (state for edge in edges for state in edge):
                if following not in found:
                    found.add(following)
                    todo.append(following)
        return frozenset(found)

    def step(self, state: State, sign: int) -> State:
        """The state after one more character, whose code is ``sign``."""
        found = self._steps.get((state, sign))
        if found is None:
            reached = {
                target
                for one in state
                for ranges, target in self._moves[one]
                if any(low <= sign <= high for low, high in ranges)
            }
            found = self._closure(reached, at_start=False, at_end=False)
            if len(self._steps) < 200_000:
                self._steps[state, sign] = found
        return found

    def accepts(self, state: State, *, empty: bool) -> bool:
        """Whether a text that ends here is recognised; ``empty`` says that it has no character."""
        if self._last in state or (empty and self._empty_ends):
            return True
        return self._last in self._closure(set(state), at_start=False, at_end=True)

    def matches(self, text: str) -> bool:
        """Whether the pattern is found in ``text``."""
        state = self.start
        for sign in text:
            state = self.step(state, ord(sign))
        return self.accepts(state, empty=not text)


@lru_cache(maxsize=2_000)
def automaton(pattern: str) -> Automaton | None:
    """The automaton of a pattern; ``None`` when it is not read."""
    try:
        return Automaton(pattern)
    except (IrregularError, RecursionError):
        return None
