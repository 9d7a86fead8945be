"""Arrays: what holds of their items, how many there are, and what some of them must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from jidi.evolution.algebra.branches import Branch
from jidi.evolution.algebra.form_graph import Form, Literal
from jidi.evolution.algebra.keys import Key
from jidi.evolution.algebra.outcomes import EMPTY, UNKNOWN, Outcome, Solve

_FARTHEST: Final = 24
"""Places that are looked at one by one; the next stands for all that follow."""
_LONGEST: Final = 300
Goal = tuple[Literal, ...]
Counted = Callable[[Goal], int | None]
"""How many values a goal has at most; ``None`` when it is not known."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that an item between two places must be; ``places`` are those where it can be."""

    form: Form
    places: tuple[int, ...]


class Arrays:
    """What a branch says of arrays; ``values_at_most`` tells how many values a goal has at most."""

    def __init__(self, branch: Branch, solve: Solve, counted: Counted) -> None:
        self._solve = solve
        self._counted = counted
        self._forms = branch.forms
        self.least = 0
        self.most: int | None = None
        self.unique: bool | None = None
        self.each: list[tuple[int, int | None, Form]] = []
        self.some: list[tuple[int, int | None, Form]] = []
        self._at_least: dict[Form, int] = {}
        self.at_most: list[tuple[Form, int]] = []
        for form, sign in branch.facts.items():
            self._noted(form, sign=sign)
        edges = [edge for low, high, _ in (*self.each, *self.some) for edge in (low, high or 0)]
        self.horizon = min(max(edges, default=0), _FARTHEST)
        self.crowded = max(edges, default=0) > _FARTHEST

    def _noted(self, form: Form, *, sign: bool) -> None:
        match form.kind, form.args:
            case "min_items", (bound,) if sign:
                self.least = max(self.least, bound)
            case "max_items", (bound,) if sign:
                self._no_more_than(bound)
            case "unique", ():
                self.unique = sign
            case "each_item", (low, high, inner) if sign:
                self.each.append((low, high, inner))
            case "some_item", (low, high, inner) if sign:
                self.some.append((low, high, inner))
            case "at_least", (inner, least) if sign and least:
                self._at_least[inner] = max(least, self._at_least.get(inner, 0))
            case "at_most", (inner, most) if sign:
                self.at_most.append((inner, most))

    def _no_more_than(self, bound: int) -> None:
        self.most = bound if self.most is None else min(bound, self.most)

    def goal(self, place: int) -> Goal:
        """What holds of the item at ``place``."""
        held = [
            (inner, True)
            for low, high, inner in self.each
            if low <= place and (high is None or place < high)
        ]
        return (*held, *((inner, False) for inner, most in self.at_most if most == 0))

    def outcome(self) -> Outcome:
        """Whether there is such an array, and one."""
        if self.crowded:
            return UNKNOWN
        if self._too_short() or (self.unique and self._too_alike()) or self._too_many():
            return EMPTY
        demands = self._demands()
        if demands is None or self._too_short() or self._lacks_twins():
            return EMPTY
        built = self._built(demands)
        return UNKNOWN if built is None else Outcome(empty=False, values=(built,))

    def _places(self, low: int = 0, high: int | None = None) -> Iterator[int]:
        """Places between two that an array may have, the horizon for all behind it."""
        end = self.horizon + 1 if self.most is None else min(self.most, self.horizon + 1)
        last = end if high is None else min(high, end)
        first = min(low, self.horizon)
        yield from range(first, last)

    def _too_short(self) -> bool:
        for place in self._places():
            if self._solve(self.goal(place)).empty:
                self._no_more_than(place)
                break
        return self.most is not None and self.least > self.most

    def _too_alike(self) -> bool:
        """Whether distinct items are fewer than there must be."""
        goals = [self.goal(place) for place in self._places()]
        counts = [self._counted(goal) for goal in goals]
        self._told_the_same(goals, counts)
        if all(goal == goals[0] for goal in goals) and counts and counts[0] is not None:
            self._no_more_than(counts[0])
        known = [count for count in counts if count is not None]
        if counts and len(known) == len(counts):
            self._no_more_than(sum(known))
        return self.most is not None and self.least > self.most

    def _told_the_same(self, goals: list[Goal], counts: list[int | None]) -> None:
        """Of places that can have one value only, and the same, there is but the first."""
        seen: set[Key] = set()
        for place, (goal, count) in enumerate(zip(goals, counts, strict=True)):
            value = self._solve(goal).value if count == 1 else None
            if value in seen:
                self._no_more_than(place)
                return
            seen |= {value} if value is not None else set()

    def _lacks_twins(self) -> bool:
        """Whether two items must be equal and no two can."""
        if self.unique is not False:
            return False
        self.least = max(self.least, 2)
        if self.most is not None and self.most < self.least:
            return True
        places = list(self._places())
        pairs = [(one, other) for one in places for other in places if one < other]
        if self.most is None or self.most > self.horizon + 1:
            pairs.append((self.horizon, self.horizon))
        return all(self._solve({*self.goal(one), *self.goal(other)}).empty for one, other in pairs)

    def _too_many(self) -> bool:
        """Whether more items match something than may."""
        return any(
            self._forced(form, most) or self._outnumbered(form, most)
            for form, most in self.at_most
            if most
        )

    def _forced(self, form: Form, most: int) -> bool:
        free = [
            place
            for place in self._places()
            if not self._solve((*self.goal(place), (form, False))).empty
        ]
        if self.horizon not in free:
            self._no_more_than(most + len(free))
        sure = [place for place in range(min(self.least, self.horizon)) if place not in free]
        return len(sure) > most or (self.most is not None and self.least > self.most)

    def _outnumbered(self, form: Form, most: int) -> bool:
        """Whether what must be there more often than ``most`` always matches ``form``."""
        return any(
            least > most
            and all(
                self._solve((*self.goal(place), (other, True), (form, False))).empty
                for place in self._places()
            )
            for other, least in self._at_least.items()
        )

    def _demands(self) -> list[Demand] | None:
        """What must be somewhere and where it can be; ``None`` when it can be nowhere."""
        found: list[Demand] = []
        for low, high, inner in self.some:
            places = self._possible(inner, low, high)
            if not places:
                return None
            self.least = max(self.least, max(low, places[0]) + 1)
            found.append(Demand(inner, places))
        for inner, least in self._at_least.items():
            places = self._possible(inner, 0, None)
            endless = self.horizon in places
            if not places or (not endless and len(places) < least):
                return None
            if self.most is not None and self.most < least:
                return None
            self.least = max(self.least, least)
            if least <= _FARTHEST:
                found += [Demand(inner, places)] * least
        return found

    def _possible(self, inner: Form, low: int, high: int | None) -> tuple[int, ...]:
        return tuple(
            place
            for place in self._places(low, high)
            if not self._solve((*self.goal(place), (inner, True))).empty
        )

    def _built(self, demands: list[Demand]) -> Key | None:
        """An array: each demand at a place of its own where there is one, the rest as it comes."""
        if self.least > _LONGEST:
            return None
        asked: dict[int, list[Form]] = {}
        for demand in demands:
            place = self._seat(demand, asked)
            asked.setdefault(place, []).append(demand.form)
        length = max([self.least, *(place + 1 for place in asked)])
        items: list[Key] = []
        for place in range(length):
            value = self._item(place, asked.get(place, ()), items)
            if value is None:
                return None
            items.append(value)
        if self.unique is False and len(items) > 1:
            items = self._with_twins(items)
        return ("arr", tuple(items))

    def _seat(self, demand: Demand, asked: dict[int, list[Form]]) -> int:
        for place in demand.places:
            if place not in asked:
                return place
        if self.horizon in demand.places:
            return max(self.horizon, *(place + 1 for place in asked))
        return demand.places[0]

    def _item(self, place: int, forms: Iterable[Form], before: list[Key]) -> Key | None:
        base = [*self.goal(min(place, self.horizon)), *((form, True) for form in forms)]
        if self.unique and before:
            base.append((self._forms.enum(before), False))
        sparing = [(form, False) for form, most in self.at_most if most and form not in forms]
        for goal in ([*base, *sparing], base) if sparing else (base,):
            value = self._solve(goal).value
            if value is not None:
                return value
        return None

    def _with_twins(self, items: list[Key]) -> list[Key]:
        for one in range(len(items)):
            for other in range(one + 1, len(items)):
                value = self._solve(
                    {
                        *self.goal(min(one, self.horizon)),
                        *self.goal(min(other, self.horizon)),
                        *((form, False) for form, most in self.at_most if most),
                    }
                ).value
                if value is not None:
                    items[one] = items[other] = value
                    return items
        return items
