"""Whether a form holds of a value: yes, no, or (``None``) not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from jidi.evolution.algebra.form_graph import VALUED, Form, Forms, Literal
from jidi.evolution.algebra.keys import Key, kind_of
from jidi.evolution.algebra.regular.automata import automaton

Answer = bool | None
FormatHolds = Callable[[str, str], Answer]
"""Whether a text is of a format, as the validators say; ``None`` where they differ."""
_DEEPEST: Final = 120


class Evaluator:
    """Evaluates forms of one :class:`Forms`. Formats are asked of ``format_holds``, patterns that
    are not regular of ``pattern_holds``.
    """

    def __init__(self, forms: Forms, format_holds: FormatHolds, pattern_holds: FormatHolds) -> None:
        self._forms = forms
        self._format_holds = format_holds
        self._pattern_holds = pattern_holds
        self._depth = 0

    def satisfied(self, literals: Iterable[Literal], value: Key) -> Answer:
        """Whether every literal holds of ``value``."""
        return _every(
            held if sign or held is None else not held
            for held, sign in ((self.holds(form, value), sign) for form, sign in literals)
        )

    def holds(self, form: Form, value: Key) -> Answer:
        """Whether ``form`` holds of ``value``."""
        types = VALUED.get(form.kind)
        if types is not None and kind_of(value) not in types:
            return True
        if self._depth > _DEEPEST:
            return None
        self._depth += 1
        try:
            asked: Callable[..., Answer] = getattr(self, f"_{form.kind}")
            return asked(value, *form.args)
        finally:
            self._depth -= 1

    def _true(self, _value: Key) -> Answer:
        return True

    def _false(self, _value: Key) -> Answer:
        return False

    def _opaque(self, _value: Key, *_told: object) -> Answer:
        return None

    def _all(self, value: Key, *forms: Form) -> Answer:
        return _every(self.holds(one, value) for one in forms)

    def _any(self, value: Key, *forms: Form) -> Answer:
        return _some(self.holds(one, value) for one in forms)

    def _one(self, value: Key, *forms: Form) -> Answer:
        held = [self.holds(one, value) for one in forms]
        if held.count(True) > 1:
            return False
        return None if None in held else held.count(True) == 1

    def _not(self, value: Key, form: Form) -> Answer:
        held = self.holds(form, value)
        return None if held is None else not held

    def _ite(self, value: Key, condition: Form, then: Form, otherwise: Form) -> Answer:
        held = self.holds(condition, value)
        if held is not None:
            return self.holds(then if held else otherwise, value)
        both = self.holds(then, value), self.holds(otherwise, value)
        return both[0] if both[0] == both[1] else None

    def _ref(self, value: Key, name: Any) -> Answer:
        return self.holds(self._forms.targets[name], value)

    def _type(self, value: Key, *types: str) -> Answer:
        return kind_of(value) in types

    def _enum(self, value: Key, *keys: Key) -> Answer:
        return value in keys

    def _minimum(self, value: Key, bound: Any, exclusive: bool) -> Answer:
        return bool(value[1] > bound or (value[1] == bound and not exclusive))

    def _maximum(self, value: Key, bound: Any, exclusive: bool) -> Answer:
        return bool(value[1] < bound or (value[1] == bound and not exclusive))

    def _multiple(self, value: Key, step: Any) -> Answer:
        return bool((value[1] / step).denominator == 1)

    def _min_length(self, value: Key, bound: int) -> Answer:
        return len(value[1]) >= bound

    def _max_length(self, value: Key, bound: int) -> Answer:
        return len(value[1]) <= bound

    def _pattern(self, value: Key, pattern: str) -> Answer:
        found = automaton(pattern)
        return self._pattern_holds(pattern, value[1]) if found is None else found.matches(value[1])

    def _format(self, value: Key, name: str) -> Answer:
        return self._format_holds(name, value[1])

    def _min_items(self, value: Key, bound: int) -> Answer:
        return len(value[1]) >= bound

    def _max_items(self, value: Key, bound: int) -> Answer:
        return len(value[1]) <= bound

    def _each_item(self, value: Key, low: int, high: int | None, form: Form) -> Answer:
        return _every(self.holds(form, item) for item in value[1][low:high])

    def _some_item(self, value: Key, low: int, high: int | None, form: Form) -> Answer:
        if value[0] != "arr":
            return False
        return _some(self.holds(form, item) for item in value[1][low:high])

    def _contains(self, value: Key, form: Form, least: int, most: int | None) -> Answer:
        enough = self._at_least(value, form, least)
        return enough if most is None else _every((enough, self._at_most(value, form, most)))

    def _at_least(self, value: Key, form: Form, least: int) -> Answer:
        held = [self.holds(form, item) for item in value[1]]
        if held.count(True) >= least:
            return True
        return None if held.count(True) + held.count(None) >= least else False

    def _at_most(self, value: Key, form: Form, most: int) -> Answer:
        more = self._at_least(value, form, most + 1)
        return None if more is None else not more

    def _unique(self, value: Key) -> Answer:
        return len(set(value[1])) == len(value[1])

    def _min_members(self, value: Key, bound: int) -> Answer:
        return len(value[1]) >= bound

    def _max_members(self, value: Key, bound: int) -> Answer:
        return len(value[1]) <= bound

    def _required(self, value: Key, name: str) -> Answer:
        return any(name == one for one, _ in value[1])

    def _each_member(self, value: Key, named: Form, form: Form) -> Answer:
        return _every(
            self._implied(self.holds(named, ("str", name)), form, member)
            for name, member in value[1]
        )

    def _implied(self, condition: Answer, form: Form, value: Key) -> Answer:
        if condition is False:
            return True
        held = self.holds(form, value)
        return held if condition or held else None

    def _some_member(self, value: Key, named: Form, form: Form) -> Answer:
        if value[0] != "obj":
            return False
        return _some(
            _every((self.holds(named, ("str", name)), self.holds(form, member)))
            for name, member in value[1]
        )

    def _each_name(self, value: Key, form: Form) -> Answer:
        return _every(self.holds(form, ("str", name)) for name, _ in value[1])

    def _rest_members(self, value: Key, base: Form, form: Form) -> Answer:
        named = self._known_members(base, value)
        return _every(
            self._implied(
                _denied(_some(self.holds(one, ("str", name)) for one in named)), form, member
            )
            for name, member in value[1]
        )

    def _known_members(self, form: Form, value: Key) -> list[Form]:
        """Forms of the names of members that ``form`` has evaluated of ``value``."""
        match form.kind:
            case "each_member":
                return [form.args[0]]
            case "rest_members":
                return [self._forms.true, *self._known_members(form.args[0], value)]
        found: list[Form] = []
        for inner in self._taking_part(form, value):
            known = self._known_members(inner, value)
            held = self.holds(inner, value)
            if held is None:
                known = [self._forms.make("opaque", "of an unknown branch")] if known else []
            found += known if held is not False else []
        return found

    def _rest_items(self, value: Key, base: Form, form: Form) -> Answer:
        upto, containing = self._known_items(base, value)
        if upto is None:
            return True
        return _every(
            _some((self.holds(form, item), *(self.holds(one, item) for one in containing)))
            for item in value[1][upto:]
        )

    def _known_items(self, form: Form, value: Key) -> tuple[int | None, list[Form]]:
        """How many items ``form`` has evaluated from the first on (``None``: all), and what items
        behind them match that it has evaluated, too.
        """
        match form.kind:
            case "each_item":
                return form.args[1], []
            case "contains":
                return 0, [form.args[0]]
            case "rest_items":
                return None, []
        upto, containing = 0, list[Form]()
        for inner in self._taking_part(form, value):
            if self.holds(inner, value) is False:
                continue
            more, also = self._known_items(inner, value)
            if more is None:
                return None, []
            upto, containing = max(upto, more), [*containing, *also]
        return upto, containing

    def _taking_part(self, form: Form, value: Key) -> tuple[Form, ...]:
        """Forms within ``form`` that speak of the same value and whose annotations count."""
        match form.kind:
            case "all" | "any" | "one":
                return form.args
            case "ref":
                return (self._forms.targets[form.args[0]],)
            case "ite":
                condition, then, otherwise = form.args
                held = self.holds(condition, value)
                return (condition, then) if held else (otherwise,)
        return ()


def _every(held: Iterable[Answer]) -> Answer:
    result: Answer = True
    for one in held:
        if one is False:
            return False
        result = result if one else None
    return result


def _some(held: Iterable[Answer]) -> Answer:
    return _denied(_every(_denied(one) for one in held))


def _denied(held: Answer) -> Answer:
    return None if held is None else not held
