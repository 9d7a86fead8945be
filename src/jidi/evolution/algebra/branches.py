"""One branch of a search: what must hold of one value, taken apart as far as there is no choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Final

from jidi.evolution.algebra.evaluated import Cases, CasesOf, TooManyCasesError
from jidi.evolution.algebra.form_graph import TYPES, VALUED, Form, Forms, Literal
from jidi.evolution.algebra.keys import Key

Choice = tuple[tuple[Literal, ...], ...]
"""Several ways, one of which must hold: each is a list of literals."""
_MOST_PAIRS: Final = 24
_HAVING: Final = {"some_member": frozenset({"object"}), "some_item": frozenset({"array"})}
"""Types of the values of which forms may hold that hold of some values only."""


class Branch:
    """Literals about one value that hold together, without those that say it in other words.

    ``types`` are those that the value may still have, ``finite`` the only values it may be (or
    ``None``), ``excluded`` values that it is not, ``choices`` what is still open, ``facts`` all
    literals. ``closed`` says that nothing is left. Literals that are too large to take apart are
    left out, so that what is shown to be empty is empty.
    """

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self.types = TYPES
        self.facts: dict[Form, bool] = {}
        self.finite: frozenset[Key] | None = None
        self.excluded: frozenset[Key] = frozenset()
        self.choices: list[Choice] = []
        self.closed = False

    def with_literals(self, literals: Iterable[Literal]) -> Branch:
        """This branch and ``literals``."""
        other = Branch(self.forms)
        other.types, other.facts = self.types, dict(self.facts)
        other.finite, other.excluded = self.finite, self.excluded
        other.choices = list(self.choices)
        other.closed = self.closed
        other.add(literals)
        return other

    def add(self, literals: Iterable[Literal]) -> None:
        """Take apart ``literals`` and what follows, choices with one way left included."""
        self._add(literals)
        while not self.closed:
            single = self._settled()
            if single is None:
                return
            self._add(single)

    def _add(self, literals: Iterable[Literal]) -> None:
        todo = list(literals)
        while todo and not self.closed:
            form, sign = todo.pop()
            known = self.facts.get(form)
            if known is None:
                self.facts[form] = sign
                todo.extend(self._taken_apart(form, sign=sign))
            elif known is not sign:
                self.closed = True
        if not self.types:
            self.closed = True

    def _settled(self) -> tuple[Literal, ...] | None:
        """Drop ways that cannot be gone and choices that are made; the way of a choice that has no
        other, or ``None``.
        """
        open_choices: list[Choice] = []
        single: tuple[Literal, ...] | None = None
        for choice in self.choices:
            ways = tuple(way for way in choice if not self._contradicts(way))
            if any(all(self.facts.get(form) is sign for form, sign in way) for way in ways):
                continue
            if len(ways) <= 1 and single is None:
                single = ways[0] if ways else ((self.forms.false, True),)
            else:
                open_choices.append(ways)
        self.choices = open_choices
        return single

    def _contradicts(self, way: tuple[Literal, ...]) -> bool:
        return any(
            self.facts.get(form, sign) is not sign or not self.types & possible(form, sign=sign)
            for form, sign in way
        )

    def _narrow(self, types: frozenset[str]) -> list[Literal]:
        self.types &= types
        return []

    def _choose(self, *ways: Iterable[Literal]) -> list[Literal]:
        self.choices.append(tuple(tuple(way) for way in ways))
        return []

    def _taken_apart(self, form: Form, *, sign: bool) -> list[Literal]:
        """What ``form`` says in other words; what it says of types, values and choices is noted."""
        apart: Callable[[Form, bool], list[Literal]] | None = getattr(self, f"_{form.kind}", None)
        if apart is not None:
            return apart(form, sign)
        types = VALUED.get(form.kind)
        if types is not None and not sign:
            self._narrow(types)
            return self._denied(form)
        return []

    def _true(self, _form: Form, sign: bool) -> list[Literal]:
        return [] if sign else self._narrow(frozenset())

    def _false(self, _form: Form, sign: bool) -> list[Literal]:
        return self._narrow(frozenset()) if sign else []

    def _all(self, form: Form, sign: bool) -> list[Literal]:
        if sign:
            return [(one, True) for one in form.args]
        return self._choose(*([(one, False)] for one in form.args))

    def _any(self, form: Form, sign: bool) -> list[Literal]:
        if not sign:
            return [(one, False) for one in form.args]
        return self._choose(*([(one, True)] for one in form.args))

    def _not(self, form: Form, sign: bool) -> list[Literal]:
        return [(form.args[0], not sign)]

    def _one(self, form: Form, sign: bool) -> list[Literal]:
        forms = form.args
        if sign:
            return self._choose(*([(one, one is chosen) for one in forms] for chosen in forms))
        if len(forms) > _MOST_PAIRS:
            return []
        return self._choose(
            [(one, False) for one in forms],
            *([(one, True), (other, True)] for one, other in combinations(forms, 2)),
        )

    def _ite(self, form: Form, sign: bool) -> list[Literal]:
        condition, then, otherwise = form.args
        return self._choose(
            [(condition, True), (then, sign)], [(condition, False), (otherwise, sign)]
        )

    def _ref(self, form: Form, sign: bool) -> list[Literal]:
        return [(self.forms.targets[form.args[0]], sign)]

    def _type(self, form: Form, sign: bool) -> list[Literal]:
        return self._narrow(frozenset(form.args) if sign else TYPES - frozenset(form.args))

    def _enum(self, form: Form, sign: bool) -> list[Literal]:
        values = frozenset(form.args)
        if sign:
            self.finite = values if self.finite is None else self.finite & values
        else:
            self.excluded |= values
        if self.finite is not None:
            self.finite -= self.excluded
            self.closed = self.closed or not self.finite
        return []

    def _some_member(self, form: Form, sign: bool) -> list[Literal]:
        if sign:
            return self._narrow(frozenset({"object"}))
        named, inner = form.args
        return [(self.forms.make("each_member", named, self.forms.negated(inner)), True)]

    def _some_item(self, form: Form, sign: bool) -> list[Literal]:
        if sign:
            return self._narrow(frozenset({"array"}))
        low, high, inner = form.args
        return [(self.forms.make("each_item", low, high, self.forms.negated(inner)), True)]

    def _required(self, form: Form, sign: bool) -> list[Literal]:
        if not sign:
            return [*self._narrow(frozenset({"object"})), (self.forms.has(form.args[0]), False)]
        if self.types == {"object"}:
            return [(self.forms.has(form.args[0]), True)]
        return []

    def _each_name(self, form: Form, sign: bool) -> list[Literal]:
        forms = self.forms
        same = forms.make("each_member", forms.negated(form.args[0]), forms.false)
        return [(same, sign)]

    def _contains(self, form: Form, sign: bool) -> list[Literal]:
        inner, least, most = form.args
        enough = self.forms.make("at_least", inner, least)
        if most is None:
            return [(enough, sign)]
        few = self.forms.make("at_most", inner, most)
        if sign:
            return [(enough, True), (few, True)]
        return self._choose([(enough, False)], [(few, False)])

    def _rest_members(self, form: Form, sign: bool) -> list[Literal]:
        return self._rest(form, Cases(self.forms).members, "object", sign=sign)

    def _rest_items(self, form: Form, sign: bool) -> list[Literal]:
        return self._rest(form, Cases(self.forms).items, "array", sign=sign)

    def _rest(self, form: Form, cases: CasesOf, kind: str, *, sign: bool) -> list[Literal]:
        base, inner = form.args
        try:
            found = list(cases(base, inner))
        except TooManyCasesError:
            return [] if sign else self._narrow(frozenset({kind}))
        if not sign:
            self._narrow(frozenset({kind}))
        ways = [[*literals, (rest, sign)] for literals, rest in found]
        # The cases are all there are where the base holds; where it does not, anything may be.
        others = [[(self.forms.type(kind), False)], [(base, False)]] if sign else []
        self._choose(*others, *ways)
        return [] if sign else [(base, True)]

    def _denied(self, form: Form) -> list[Literal]:
        """What it means that a form about values of some types does not hold of one of them."""
        bounded = self._denied_bound(form)
        return self._denied_parts(form) if bounded is None else bounded

    def _denied_bound(self, form: Form) -> list[Literal] | None:
        make = self.forms.make
        match form.kind, form.args:
            case ("minimum" | "maximum") as kind, (bound, exclusive):
                other = "maximum" if kind == "minimum" else "minimum"
                return [(make(other, bound, not exclusive), True)]
            case ("min_length" | "min_items" | "min_members") as kind, (bound,):
                return self._below(kind.replace("min", "max"), bound)
            case ("max_length" | "max_items" | "max_members") as kind, (bound,):
                return [(make(kind.replace("max", "min"), bound + 1), True)]
        return None

    def _denied_parts(self, form: Form) -> list[Literal]:
        make = self.forms.make
        match form.kind, form.args:
            case "at_least", (inner, least):
                return self._fewer(inner, least)
            case "at_most", (inner, most):
                return [(make("at_least", inner, most + 1), True)]
            case "each_item", (low, high, inner):
                return [(make("some_item", low, high, self.forms.negated(inner)), True)]
            case "each_member", (named, inner):
                return [(make("some_member", named, self.forms.negated(inner)), True)]
        return []

    def _below(self, kind: str, bound: int) -> list[Literal]:
        if bound == 0:
            return self._narrow(frozenset())
        return [(self.forms.make(kind, bound - 1), True)]

    def _fewer(self, inner: Form, least: int) -> list[Literal]:
        if least == 0:
            return self._narrow(frozenset())
        return [(self.forms.make("at_most", inner, least - 1), True)]


def possible(form: Form, *, sign: bool) -> frozenset[str]:
    """Types of which ``form`` may hold (or not hold), told without looking within it."""
    match form.kind:
        case "type":
            return frozenset(form.args) if sign else TYPES - frozenset(form.args)
        case "not":
            return possible(form.args[0], sign=not sign)
        case "all" if sign:
            typed = [one for one in form.args if one.kind in ("type", "not", "some_member")]
            return TYPES.intersection(*(possible(one, sign=True) for one in typed))
    known = _HAVING if sign else VALUED
    return known.get(form.kind, TYPES)
