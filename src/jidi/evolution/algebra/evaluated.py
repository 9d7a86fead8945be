"""What ``unevaluatedProperties`` and ``unevaluatedItems`` are about, case by case: which branches
hold decides which members and items are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from jidi.evolution.algebra.form_graph import Form, Forms, Literal

_MOST_CASES: Final = 300
_MOST_BRANCHES: Final = 7
_DEEPEST: Final = 12


class TooManyCasesError(Exception):
    """There are more cases than are looked at."""


@dataclass(frozen=True, slots=True)
class Case:
    """What must hold for the case, and what is evaluated in it: members whose names match one of
    ``names``; items up to ``upto`` (``None``: all) and those that match one of ``containing``.
    """

    literals: tuple[Literal, ...] = ()
    names: tuple[Form, ...] = ()
    upto: int | None = 0
    containing: tuple[Form, ...] = ()


class Cases:
    """Finds the cases of a form that holds."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._sure = Case()

    def members(self, base: Form, form: Form) -> Iterator[tuple[tuple[Literal, ...], Form]]:
        """For each case of ``base`` what it rests on, and the form that ``rest_members`` comes to.

        Raises:
            TooManyCasesError: see the class.
        """
        forms = self._forms
        self._sure = self._surely(base, 0)
        for case in self._cases(base, 0):
            rest = forms.negated(forms.any_of(case.names))
            yield case.literals, forms.make("each_member", rest, form)

    def items(self, base: Form, form: Form) -> Iterator[tuple[tuple[Literal, ...], Form]]:
        """As :meth:`members`, for ``rest_items``.

        Raises:
            TooManyCasesError: see the class.
        """
        forms = self._forms
        self._sure = self._surely(base, 0)
        for case in self._cases(base, 0):
            if case.upto is None:
                yield case.literals, forms.true
            else:
                allowed = forms.any_of((form, *case.containing))
                yield case.literals, forms.make("each_item", case.upto, None, allowed)

    def _surely(self, form: Form, depth: int) -> Case:
        """What is evaluated whichever branches hold."""
        plain = self._plain(form)
        if plain is not None or depth > _DEEPEST:
            return plain or Case()
        if form.kind == "ref":
            return self._surely(self._forms.targets[form.args[0]], depth + 1)
        found = Case()
        for one in form.args if form.kind == "all" else ():
            found = _both(found, self._surely(one, depth + 1))
        return found

    def _telling(self, cases: list[Case]) -> list[Case]:
        """The cases of a choice; one without conditions where none evaluates more than is evaluated
        anyway.
        """
        sure = self._sure
        for case in cases:
            more = case.upto is None or (sure.upto is not None and case.upto > sure.upto)
            if more and sure.upto is not None:
                return cases
            if set(case.names) - set(sure.names) or set(case.containing) - set(sure.containing):
                return cases
        return [Case()]

    def _cases(self, form: Form, depth: int) -> list[Case]:
        if depth > _DEEPEST:
            raise TooManyCasesError
        plain = self._plain(form)
        if plain is not None:
            return [plain]
        if form.kind == "ref":
            return self._cases(self._forms.targets[form.args[0]], depth + 1)
        if form.kind == "all":
            return self._joined_of(form.args, depth + 1)
        if form.kind == "ite":
            return self._telling(self._conditional(form, depth + 1))
        if form.kind in ("any", "one"):
            return self._telling(self._branches(form, depth + 1))
        return [Case()]

    def _plain(self, form: Form) -> Case | None:
        """The only case of a form that evaluates something by itself."""
        match form.kind:
            case "each_member":
                return Case(names=(form.args[0],))
            case "rest_members":
                return Case(names=(self._forms.true,))
            case "each_item" | "rest_items":
                return Case(upto=form.args[1] if form.kind == "each_item" else None)
            case "contains":
                return Case(containing=(form.args[0],))
        return None

    def _conditional(self, form: Form, depth: int) -> list[Case]:
        condition, then, otherwise = form.args
        held = _with(((condition, True), (then, True)), self._joined_of((condition, then), depth))
        return held + _with(((condition, False), (otherwise, True)), self._cases(otherwise, depth))

    def _joined_of(self, forms: Iterable[Form], depth: int) -> list[Case]:
        return _joined([self._cases(one, depth) for one in forms])

    def _branches(self, form: Form, depth: int) -> list[Case]:
        telling = [one for one in form.args if _tells(self._telling(self._cases(one, depth)))]
        others = tuple(one for one in form.args if one not in telling)
        if len(telling) > _MOST_BRANCHES:
            raise TooManyCasesError
        if not telling:
            return [Case()]
        found: list[Case] = []
        for signs in product((True, False), repeat=len(telling)):
            if form.kind == "one" and sum(signs) > 1:
                continue
            literals = list(zip(telling, signs, strict=True))
            if not any(signs):
                literals.append((self._forms.any_of(others), True))
            held = [one for one, sign in zip(telling, signs, strict=True) if sign]
            found += _with(tuple(literals), self._joined_of(held, depth))
        return found


def _with(literals: tuple[Literal, ...], cases: list[Case]) -> list[Case]:
    return [
        Case((*literals, *case.literals), case.names, case.upto, case.containing) for case in cases
    ]


def _joined(parts: list[list[Case]]) -> list[Case]:
    joined = [Case()]
    for part in parts:
        joined = [_both(one, other) for one in joined for other in part]
        if len(joined) > _MOST_CASES:
            raise TooManyCasesError
    return joined


def _both(one: Case, other: Case) -> Case:
    upto = None if one.upto is None or other.upto is None else max(one.upto, other.upto)
    return Case(
        one.literals + other.literals,
        tuple(dict.fromkeys(one.names + other.names)),
        upto,
        tuple(dict.fromkeys(one.containing + other.containing)),
    )


def _tells(cases: list[Case]) -> bool:
    return any(case.names or case.upto != 0 or case.containing for case in cases)


CasesOf = Callable[[Form, Form], Iterator[tuple[tuple[Literal, ...], Form]]]
"""Either question of :class:`Cases`."""
