"""Objects: which members there may be, what holds of each, how many there are and which must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from jidi.evolution.algebra.branches import Branch
from jidi.evolution.algebra.evaluating import Evaluator
from jidi.evolution.algebra.form_graph import Form, Forms, Literal
from jidi.evolution.algebra.keys import Key
from jidi.evolution.algebra.outcomes import EMPTY, UNKNOWN, Outcome, Solve

_MOST_KINDS: Final = 64
"""Kinds of names that nobody wrote out, told apart by what is said of them."""
_MOST_MEMBERS: Final = 200
Goal = tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Names that are not written out and of which the same is said: a goal for such a name, and
    one for the value of such a member.
    """

    named: Goal
    value: Goal


@dataclass(slots=True)
class Plan:
    """Members of an object to be built."""

    members: dict[str, list[Form]] = field(default_factory=dict)
    values: dict[str, Key] = field(default_factory=dict)


class Objects:
    """What a branch says of objects."""

    def __init__(self, branch: Branch, solve: Solve, evaluator: Evaluator) -> None:
        self._solve = solve
        self._holds = evaluator.holds
        self._forms = branch.forms
        self.least = 0
        self.most: int | None = None
        self.each: list[tuple[Form, Form]] = []
        self.some: list[tuple[Form, Form]] = []
        self.must: dict[str, list[Form]] = {}
        for form, sign in branch.facts.items():
            if sign:
                self._noted(form)
        self.known = self._written_out()
        self._kinds: list[Kind] | None = None

    def _noted(self, form: Form) -> None:
        match form.kind, form.args:
            case "min_members", (bound,):
                self.least = max(self.least, bound)
            case "max_members", (bound,):
                self.most = bound if self.most is None else min(bound, self.most)
            case "required", (name,):
                self.must.setdefault(name, [])
            case "each_member", (named, inner):
                self.each.append((named, inner))
            case "some_member", (named, inner):
                self._demanded(named, inner)

    def _demanded(self, named: Form, inner: Form) -> None:
        """A demand of one name is of that member; others are kept as they are."""
        names = named.args if named.kind == "enum" else ()
        if len(names) == 1 and names[0][0] == "str":
            self.must.setdefault(names[0][1], []).append(inner)
        else:
            self.some.append((named, inner))

    def _written_out(self) -> list[str]:
        names = dict.fromkeys(self.must)
        for named, _ in (*self.each, *self.some):
            names.update(dict.fromkeys(_names_in(named)))
        return list(names)

    def goal(self, name: str) -> Goal:
        """What holds of the value of the member ``name``."""
        held = [(inner, True) for named, inner in self.each if self._holds(named, ("str", name))]
        return (*held, *((inner, True) for inner in self.must.get(name, ())))

    def outcome(self) -> Outcome:
        """Whether there is such an object, and some."""
        if self.most is not None and max(self.least, len(self.must)) > self.most:
            return EMPTY
        if any(self._solve(self.goal(name)).empty for name in self.must):
            return EMPTY
        if any(self._nowhere(named, inner) for named, inner in self.some):
            return EMPTY
        if self._too_few():
            return EMPTY
        built = self._built()
        return UNKNOWN if built is None else Outcome(empty=False, values=(built,))

    def _full(self) -> bool:
        """Whether no member can be added to those that must be."""
        return self.most is not None and len(self.must) >= self.most

    def _candidates(self) -> Iterable[str]:
        return self.must if self._full() else self.known

    def _nowhere(self, named: Form, inner: Form) -> bool:
        """Whether no member can be what one of them must."""
        for name in self._candidates():
            if self._holds(named, ("str", name)) is False:
                continue
            if not self._solve((*self.goal(name), (inner, True))).empty:
                return False
        return self._full() or not any(True for _ in self._new_members(named, inner))

    def _new_members(self, named: Form, inner: Form) -> Iterator[tuple[Key | None, Kind]]:
        """Kinds of names that are not written out in which there may be such a member, each with
        an example of a name.
        """
        for kind in self.kinds():
            name = self._solve((*kind.named, (named, True)))
            if name.empty or self._solve((*kind.value, (inner, True))).empty:
                continue
            yield name.value, kind

    def kinds(self) -> list[Kind]:
        """Kinds of names that are not written out; together they are all such names."""
        if self._kinds is None:
            self._kinds = self._told_apart()
        return self._kinds

    def _told_apart(self) -> list[Kind]:
        forms = self._forms
        new = [
            (forms.type("string"), True),
            (forms.enum(("str", name) for name in self.known), False),
        ]
        kinds = [Kind(tuple(new), ())]
        for named, inner in self.each:
            simple = without_names(forms, named)
            if simple is forms.false:
                continue
            split = [part for kind in kinds for part in self._split(kind, simple, inner)]
            if len(split) > _MOST_KINDS:
                continue  # what is left out makes nothing empty that is not
            kinds = split
        return [kind for kind in kinds if not self._solve(kind.named).empty]

    def _split(self, kind: Kind, named: Form, inner: Form) -> list[Kind]:
        if named is self._forms.true or (named, True) in kind.named:
            return [Kind(kind.named, (*kind.value, (inner, True)))]
        if (named, False) in kind.named:
            return [kind]
        parts = [
            Kind((*kind.named, (named, True)), (*kind.value, (inner, True))),
            Kind((*kind.named, (named, False)), kind.value),
        ]
        return [part for part in parts if not self._solve(part.named).empty]

    def _too_few(self) -> bool:
        if self.least <= len(self.must):
            return False
        free = [name for name in self.known if not self._solve(self.goal(name)).empty]
        if len(free) >= self.least:
            return False
        return all(self._solve(kind.value).empty for kind in self.kinds())

    def _built(self) -> Key | None:
        """An object: the members that must be, those that are demanded, and as many more as there
        must be.
        """
        if self.least > _MOST_MEMBERS:
            return None
        plan = Plan({name: [] for name in self.must})
        for named, inner in self.some:
            name = self._seat(named, inner, plan)
            if name is None:
                return None
            plan.members.setdefault(name, []).append(inner)
        self._filled_up(plan)
        for name, forms in plan.members.items():
            value = self._solve((*self.goal(name), *((form, True) for form in forms))).value
            if value is None:
                return None
            plan.values[name] = value
        return ("obj", tuple(sorted(plan.values.items())))

    def _seat(self, named: Form, inner: Form, plan: Plan) -> str | None:
        """The name of a member that shall be what one must: one of the plan when no more may be."""
        room = self.most is None or len(plan.members) < self.most
        names = [*plan.members, *self.known] if not room else [*self.known, *plan.members]
        for name in names:
            if (name in plan.members or room) and self._holds(named, ("str", name)):
                asked = [(form, True) for form in plan.members.get(name, ())]
                if self._solve((*self.goal(name), *asked, (inner, True))).value is not None:
                    return name
        return self._new_name(named, inner, plan) if room else None

    def _new_name(self, named: Form, inner: Form, plan: Plan) -> str | None:
        for _, kind in self._new_members(named, inner):
            name = self._fresh(kind, plan, ((named, True),))
            if name is not None:
                return name
        return None

    def _fresh(self, kind: Kind, plan: Plan, more: Goal = ()) -> str | None:
        taken = (self._forms.enum(("str", name) for name in plan.members), False)
        found = self._solve((*kind.named, *more, *((taken,) if plan.members else ()))).value
        return None if found is None else str(found[1])

    def _filled_up(self, plan: Plan) -> None:
        for name in self.known:
            if len(plan.members) >= self.least:
                return
            if name not in plan.members and self._solve(self.goal(name)).value is not None:
                plan.members[name] = []
        for kind in self.kinds():
            while len(plan.members) < self.least and self._solve(kind.value).value is not None:
                fresh = self._fresh(kind, plan)
                if fresh is None:
                    break
                plan.members[fresh] = []


def _names_in(named: Form) -> Iterator[str]:
    """Names that a form of names writes out."""
    if named.kind == "enum":
        yield from (one[1] for one in named.args if one[0] == "str")
    elif named.kind in ("all", "any", "one", "not", "ite"):
        for inner in named.args:
            yield from _names_in(inner)


def without_names(forms: Forms, named: Form) -> Form:
    """What a form of names says of a text that is none of those written out in any of them."""
    match named.kind:
        case "enum":
            return forms.false
        case "not":
            return forms.negated(without_names(forms, named.args[0]))
        case "any":
            parts = [without_names(forms, one) for one in named.args]
            return forms.true if forms.true in parts else forms.any_of(parts)
        case "all":
            parts = [without_names(forms, one) for one in named.args]
            return forms.false if forms.false in parts else forms.all_of(parts)
        case "type":
            return forms.true if "string" in named.args else forms.false
    return named
