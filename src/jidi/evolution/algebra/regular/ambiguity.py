"""How long an engine that tries one way after the other may look for a pattern: in how many ways a
text can be taken for it.

A pattern is made into its positions (after Glushkov), each a set of characters, and which follow
which. Two ways from a position back to itself on one text double with each round: exponential. A
loop that can hand over to another at any character of one text: polynomial (Weber and Seidl 1991).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, TypeVar

from jidi.evolution.algebra.regular.parsing import LAST, IrregularError, Ranges, Tree, parse

Cost = Literal["linear", "polynomial", "exponential", "unknown"]
_MOST_POSITIONS: Final = 2_000
_MOST_STEPS: Final = 1_500_000
"""Steps from a place to a following one, in all that is asked of a pattern."""
_COPIES: Final = 3
"""Repetitions that are written out; more are as good as any number."""
_EXACT_COPIES: Final = 12
"""The same where the number of them is fixed: no freedom, as long as what is repeated has none."""
_MOST_REPEATS: Final = 9_999
Pair = tuple[int, ...]
Node = TypeVar("Node", bound=Hashable)


@lru_cache(maxsize=2_000)
def cost(pattern: str) -> Cost:
    """What looking for ``pattern`` costs in the length of the text, at worst; ``unknown`` when it
    is not regular or too large to be told.
    """
    try:
        tree, budget = parse(pattern, most_repeats=_MOST_REPEATS), _Budget()
        looping = _Positions(tree, bounded_loops=True)
        if looping.skipping or _doubles(looping, budget):
            return "exponential"
        plain = _Positions(tree, bounded_loops=False)
        return "polynomial" if _hands_over(plain, budget) else "linear"
    except (IrregularError, RecursionError):
        return "unknown"


@dataclass(slots=True)
class _Budget:
    """How much may still be looked at of a pattern; a short pattern can ask for a long look."""

    left: int = _MOST_STEPS

    def take(self) -> None:
        """One step.

        Raises:
            IrregularError: none is left.
        """
        self.left -= 1
        if self.left < 0:
            raise IrregularError("too many ways")


@dataclass(slots=True)
class _Part:
    """What a part of a pattern begins with (and in how many ways), ends with, and whether it may be
    empty.
    """

    empty: bool
    first: Counter[int] = field(default_factory=Counter)
    last: frozenset[int] = frozenset()


class _Positions:
    """The positions of a pattern, what follows each, and in how many ways. ``bounded_loops`` says
    whether a bounded repetition counts as a loop. After a position of ``sure`` a match is certain.
    ``skipping``: something that may be empty must be there many times, so that which of them are
    empty is free.
    """

    def __init__(self, tree: Tree, *, bounded_loops: bool) -> None:
        self._bounded_loops = bounded_loops
        self.skipping = False
        self.ranges: list[Ranges] = []
        self.follow: list[Counter[int]] = []
        whole = self._built(tree)
        self._masks: list[int] = []
        self.sure = frozenset() if _ends(tree, -1, "end") else whole.last
        if not _ends(tree, 0, "start"):
            before = self._position(((0, LAST),))
            self.follow[before].update([before])
            self.follow[before].update(whole.first)
        self._masks = _masks(self.ranges)

    def _position(self, ranges: Ranges) -> int:
        if len(self.ranges) >= _MOST_POSITIONS:
            raise IrregularError("too many positions")
        self.ranges.append(ranges)
        self.follow.append(Counter())
        return len(self.ranges) - 1

    def _built(self, tree: Tree) -> _Part:
        match tree:
            case ("chars", ranges):
                here = self._position(ranges)
                return _Part(False, Counter([here]), frozenset([here]))
            case ("cat", parts):
                return self._joined(self._built(part) for part in parts)
            case ("alt", branches):
                return _either([self._built(branch) for branch in branches])
            case ("rep", inner, low, high):
                return self._repeated(inner, low, high)
        return _Part(True)

    def _joined(self, parts: Iterable[_Part]) -> _Part:
        whole = _Part(True)
        for part in parts:
            for one in whole.last:
                self.follow[one].update(part.first)
            first = whole.first + part.first if whole.empty else whole.first
            last = whole.last | part.last if part.empty else part.last
            whole = _Part(whole.empty and part.empty, first, last)
        return whole

    def _repeated(self, inner: Tree, low: int, high: int | None) -> _Part:
        copies = _EXACT_COPIES if low == high else _COPIES
        parts = [self._built(inner) for _ in range(min(low, copies))]
        if low > _EXACT_COPIES:
            self.skipping |= parts[0].empty and bool(parts[0].first)
        if low == high:
            free = self._bounded_loops and low > _EXACT_COPIES
            return self._joined([*parts, self._loop(inner)] if free else parts)
        if high is None or (self._bounded_loops and high > _COPIES):
            return self._joined([*parts, self._loop(inner)])
        return self._joined([*parts, self._optional(inner, min(high - low, _COPIES))])

    def _loop(self, inner: Tree) -> _Part:
        part = self._built(inner)
        for one in part.last:
            self.follow[one].update(part.first)
        return _Part(True, part.first, part.last)

    def _optional(self, inner: Tree, times: int) -> _Part:
        """The inner part up to ``times`` times, each within the one before, so that there is one
        way for each number.
        """
        if times <= 0:
            return _Part(True)
        part = self._joined([self._built(inner), self._optional(inner, times - 1)])
        return _Part(True, part.first, part.last)

    def together(self, *positions: int) -> Iterator[tuple[int, ...]]:
        """Where positions can go to on one and the same character, all at once."""
        yield from self._steps(positions, -1)

    def share(self, one: int, other: int) -> bool:
        """Whether two positions take one and the same character."""
        return bool(self._masks[one] & self._masks[other])

    def _steps(self, positions: tuple[int, ...], mask: int) -> Iterator[tuple[int, ...]]:
        if not positions:
            yield ()
            return
        for one in self.follow[positions[0]]:
            shared = mask & self._masks[one]
            if shared:
                for rest in self._steps(positions[1:], shared):
                    yield (one, *rest)


def _either(parts: list[_Part]) -> _Part:
    first: Counter[int] = Counter()
    for part in parts:
        first.update(part.first)
    last = frozenset().union(*(part.last for part in parts))
    return _Part(any(part.empty for part in parts), first, last)


def _ends(tree: Tree, at: int, anchor: str) -> bool:
    """Whether every text of ``tree`` begins (0) or ends (-1) with an anchor."""
    match tree:
        case ("cat", parts):
            return bool(parts) and _ends(parts[at], at, anchor)
        case ("alt", branches):
            return all(_ends(branch, at, anchor) for branch in branches)
    return bool(tree[0] == anchor)


def _masks(ranges: Iterable[Ranges]) -> list[int]:
    """For each set of characters a number: a bit for each class that no set tells apart."""
    sets = list(ranges)
    cuts = sorted({cut for one in sets for low, high in one for cut in (low, high + 1)})
    places = {cut: index for index, cut in enumerate(cuts)}
    return [sum((1 << places[high + 1]) - (1 << places[low]) for low, high in one) for one in sets]


def _doubles(positions: _Positions, budget: _Budget) -> bool:
    """Whether a position comes back to itself in two ways on one text."""
    count = range(len(positions.ranges))
    for one in count:
        for other, ways in positions.follow[one].items():
            if ways > 1 and one in _reached([other], lambda here: positions.follow[here], budget):
                return True

    def following(pair: Pair) -> list[Pair]:
        return [(min(two), max(two)) for two in positions.together(*pair)]

    same: list[Pair] = [(one, one) for one in count]
    seen = _reached(same, following, budget)
    apart = [pair for pair in seen if pair[0] != pair[1]]
    if not apart:
        return False
    return any(
        any(
            (one, one) in _reached([pair], following, budget)
            for pair in _reached(same[one : one + 1], following, budget)
            if pair[0] != pair[1]
        )
        for one in count
        if one in _reached(positions.follow[one], lambda here: positions.follow[here], budget)
    )


def _hands_over(positions: _Positions, budget: _Budget) -> bool:
    """Whether a loop can hand over to another at any character of one text, and fail after it."""
    looping = [
        one
        for one in range(len(positions.ranges))
        if one in _reached(positions.follow[one], lambda here: positions.follow[here], budget)
    ]
    for one in looping:
        for other in looping:
            if one == other or other in positions.sure:
                continue
            if not positions.share(one, other):
                continue
            start: Pair = (one, one, other)
            reached = _reached([start], lambda here: positions.together(*here), budget)
            if (one, other, other) in reached:
                return True
    return False


def _reached(
    starts: Iterable[Node], following: Callable[[Node], Iterable[Node]], budget: _Budget
) -> set[Node]:
    """Everything that can be reached, the starts included.

    Raises:
        IrregularError: it is too much.
    """
    seen = set(starts)
    todo = deque(seen)
    while todo:
        for one in following(todo.popleft()):
            budget.take()
            if one not in seen:
                seen.add(one)
                todo.append(one)
    return seen
