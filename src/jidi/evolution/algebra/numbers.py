"""Numbers between bounds that are multiples of some steps and not of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice
from math import ceil, floor, gcd, lcm
from typing import Final

from jidi.evolution.algebra.branches import Branch
from jidi.evolution.algebra.keys import Key
from jidi.evolution.algebra.outcomes import EMPTY, UNKNOWN, Outcome

_MOST_TRIED: Final = 2_000
_SHOWN: Final = 4
_WIDE: Final = Fraction(10**6)


class Numbers:
    """What a branch says of numbers, whole ones or (``whole`` is false) those that are not."""

    def __init__(self, branch: Branch, *, whole: bool) -> None:
        self.low: Fraction | None = None
        self.high: Fraction | None = None
        self.open_low = self.open_high = False
        self.steps: list[Fraction] = [Fraction(1)] if whole else []
        self.not_steps: list[Fraction] = [] if whole else [Fraction(1)]
        self.excluded = frozenset(key[1] for key in branch.excluded if key[0] == "num")
        for form, sign in branch.facts.items():
            match form.kind, form.args:
                case "minimum", (bound, exclusive) if sign:
                    self._above(bound, exclusive=exclusive)
                case "maximum", (bound, exclusive) if sign:
                    self._below(bound, exclusive=exclusive)
                case "multiple", (step,):
                    (self.steps if sign else self.not_steps).append(step)

    def _above(self, bound: Fraction, *, exclusive: bool) -> None:
        if self.low is None or (bound, exclusive) > (self.low, self.open_low):
            self.low, self.open_low = bound, exclusive

    def _below(self, bound: Fraction, *, exclusive: bool) -> None:
        if self.high is None or (-bound, exclusive) > (-self.high, self.open_high):
            self.high, self.open_high = bound, exclusive

    def outcome(self) -> Outcome:
        """Whether there is such a number, and a few of them."""
        if self._nothing_between():
            return EMPTY
        if not self.steps:
            return self._dense()
        step = _least_common(self.steps)
        if any((step / other).denominator == 1 for other in self.not_steps):
            return EMPTY
        tried = list(islice(self._multiples(step), _MOST_TRIED))
        found = [number for number in tried if self._good(number)]
        count = self.count(step)
        if not found:
            return EMPTY if count is not None and count <= len(tried) else UNKNOWN
        return _values(found)

    def count(self, step: Fraction) -> int | None:
        """How many multiples of ``step`` lie between the bounds; ``None``: without end."""
        if self.low is None or self.high is None:
            return None
        return max(0, self._last(step) - self._first(step) + 1)

    def at_most(self) -> int | None:
        """A number that the number of such numbers does not exceed; ``None``: not known."""
        if self._nothing_between():
            return 0
        if not self.steps:
            return 1 if self.low == self.high and self.low is not None else None
        return self.count(_least_common(self.steps))

    def _nothing_between(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def _good(self, number: Fraction) -> bool:
        return number not in self.excluded and all(
            (number / step).denominator != 1 for step in self.not_steps
        )

    def _first(self, step: Fraction) -> int:
        quotient = (self.low or Fraction(0)) / step
        return floor(quotient) + 1 if self.open_low else ceil(quotient)

    def _last(self, step: Fraction) -> int:
        quotient = (self.high or Fraction(0)) / step
        return ceil(quotient) - 1 if self.open_high else floor(quotient)

    def _multiples(self, step: Fraction) -> Iterator[Fraction]:
        """Multiples of ``step`` between the bounds: those next to a bound first, from both ends."""
        if self.low is not None and self.high is not None:
            first, last = self._first(step), self._last(step)
            for index in range((last - first) // 2 + 1):
                yield (first + index) * step
                if first + index != last - index:
                    yield (last - index) * step
            return
        start = self._first(step) if self.high is None else self._last(step)
        direction = 1 if self.high is None else -1
        index = start
        while True:
            yield index * step
            index += direction

    def _dense(self) -> Outcome:
        if self.low is not None and self.low == self.high:
            return _values([self.low]) if self._good(self.low) else EMPTY
        found = [number for number in self._between() if self._good(number)]
        return _values(found[:_SHOWN]) if found else UNKNOWN

    def _between(self) -> Iterator[Fraction]:
        low, high = self.low, self.high
        if low is not None and not self.open_low:
            yield low
        if high is not None and not self.open_high:
            yield high
        yield from self._near(low if low is not None else Fraction(0) if high is None else high - 1)

    def _near(self, start: Fraction) -> Iterator[Fraction]:
        """Numbers of few digits between the bounds, from ``start`` on."""
        width = min(self.high - start, Fraction(1)) if self.high is not None else Fraction(1)
        scale = 1
        while Fraction(1, scale) > width:
            scale *= 10
        for places in (10, 100, 1_000, 10**6):
            unit = Fraction(1, scale * places)
            base = floor(start / unit)
            for index in (1, 2, 3, 5, 7, 9):
                number = (base + index) * unit
                if self._inside(number):
                    yield number

    def _inside(self, number: Fraction) -> bool:
        above = self.low is None or number > self.low or (number == self.low and not self.open_low)
        below = (
            self.high is None or number < self.high or (number == self.high and not self.open_high)
        )
        return above and below


def _values(numbers: Iterable[Fraction]) -> Outcome:
    keys: tuple[Key, ...] = tuple(("num", number) for number in islice(numbers, _SHOWN))
    return Outcome(empty=False, values=keys)


def _least_common(steps: Iterable[Fraction]) -> Fraction:
    """The least number that is a multiple of every step."""
    upper, lower = 1, 0
    for step in steps:
        upper, lower = lcm(upper, step.numerator), gcd(lower, step.denominator)
    return Fraction(upper, lower)
