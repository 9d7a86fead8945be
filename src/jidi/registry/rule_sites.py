"""Where a schema names rules that it cannot express itself (``x-rules``): found once per schema,
then cheap for each instance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jidi.model.text import Text
from jidi.registry import pointers
from jidi.registry.fast.shortcuts import Glance
from jidi.registry.tree import Node, SchemaTree, Validity, branches
from jidi.registry.values import RuleSite

RuleChecker = Callable[[str, Any, str, Any], Text | str | None]
_Near = tuple[str, Glance | None, str, "Plan"]
_EACH = object()


@dataclass(frozen=True, slots=True)
class _Guard:
    """A condition on the value at depth ``depth`` of a path: the subschema must hold, or must
    not.
    """

    depth: int
    node: Node
    holds: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """One place in the schema that names a rule: the path to it in an instance, and what must hold
    on the way.
    """

    path: tuple[Any, ...]
    rule: str
    requirement: str
    guards: tuple[_Guard, ...]
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class _Visit:
    path: tuple[Any, ...] = ()
    requirement: str = ""
    guards: tuple[_Guard, ...] = ()
    seen: frozenset[str] = frozenset()

    def below(self, step: Any) -> _Visit:
        """The visit of a member, or of each item, of what is visited now."""
        return replace(self, path=(*self.path, step))


class RulePlans:
    """Plans of all schemas, made when first asked for. A schema that refers to itself is followed
    once.
    """

    def __init__(self, tree: SchemaTree, valid: Validity) -> None:
        self._tree = tree
        self._valid = valid
        self._plans: dict[str, tuple[Plan, ...]] = {}

    def plan(self, uri: str) -> tuple[Plan, ...]:
        """Every place at or below the document ``uri`` that names a rule."""
        if uri not in self._plans:
            self._plans[uri] = tuple(self._visit(self._tree.root(uri), _Visit()))
        return self._plans[uri]

    def judge(
        self, uri: str, checker: RuleChecker, glances: Mapping[str, Glance]
    ) -> Callable[[Any], bool]:
        """The question whether no rule is broken in an instance, for loops: makes no site for a
        place that a glance settles.
        """
        near: list[_Near] = []
        far: list[tuple[Any, Plan]] = []
        for plan in self.plan(uri):
            if len(plan.path) == 1 and plan.path[0] is not _EACH and not plan.guards:
                name, _, argument = plan.rule.partition(":")
                near.append((plan.path[0], glances.get(name), argument, plan))
            else:
                far.append((plan.path[0] if plan.path else _EACH, plan))

        quick = [
            (member, glance or _never, argument, plan) for member, glance, argument, plan in near
        ]
        heads = frozenset(head for head, _ in far)
        anywhere = _EACH in heads

        def holds(instance: Any) -> bool:
            if not isinstance(instance, dict):
                return not any(
                    _broken(site, checker)
                    for plan in self.plan(uri)
                    for site in self._sites(plan, instance)
                )
            for member, glance, argument, plan in quick:
                if member in instance:
                    value = instance[member]
                    if not glance(value, instance, argument) and checker(
                        plan.rule, value, plan.pointer, instance
                    ):
                        return False
            if anywhere or not heads.isdisjoint(instance):
                return not any(
                    _broken(site, checker)
                    for _, plan in far
                    for site in self._sites(plan, instance)
                )
            return True

        return holds

    def sites(self, uri: str, instance: Any) -> Iterator[RuleSite]:
        """The places of ``instance`` that the plans lead to."""
        for plan in self.plan(uri):
            yield from self._sites(plan, instance)

    def _sites(self, plan: Plan, instance: Any) -> Iterator[RuleSite]:
        if (
            isinstance(instance, dict)
            and plan.path
            and plan.path[0] is not _EACH
            and plan.path[0] not in instance
        ):
            return
        for path, values in _reach(instance, plan.path):
            if all(
                self._valid(guard.node, values[guard.depth]) is guard.holds for guard in plan.guards
            ):
                parent = values[-2] if len(values) > 1 else None
                yield RuleSite(
                    pointers.encode(path), plan.rule, values[-1], parent, plan.requirement
                )

    def _visit(self, node: Node, visit: _Visit) -> Iterator[Plan]:
        if not isinstance(node.schema, dict) or node.location in visit.seen:
            return
        requirement = node.get("x-requirement") or visit.requirement
        visit = _Visit(visit.path, requirement, visit.guards, visit.seen | {node.location})
        for rule in node.get("x-rules") or ():
            pointer = pointers.encode(step for step in visit.path if step is not _EACH)
            yield Plan(visit.path, rule, requirement, visit.guards, pointer)
        for part, guards in self._inplace(node, len(visit.path)):
            yield from self._visit(
                part, _Visit(visit.path, requirement, visit.guards + guards, visit.seen)
            )
        yield from self._visit_children(node, visit)

    def _visit_children(self, node: Node, visit: _Visit) -> Iterator[Plan]:
        """Members and items, which stand a step further down."""
        for name in node.get("properties") or ():
            yield from self._visit(node.child("properties", name), visit.below(name))
        if isinstance(node.get("items"), dict):
            yield from self._visit(node.child("items"), visit.below(_EACH))

    def _inplace(self, node: Node, depth: int) -> Iterator[tuple[Node, tuple[_Guard, ...]]]:
        target = self._tree.referred(node)
        if target is not None:
            yield target, ()
        for part in branches(node, "allOf"):
            yield part, ()
        for keyword in ("oneOf", "anyOf"):
            for part in branches(node, keyword):
                yield part, (_Guard(depth, part, holds=True),)
        for outcome, holds in (("then", True), ("else", False)):
            if node.get(outcome) is not None and node.get("if") is not None:
                yield node.child(outcome), (_Guard(depth, node.child("if"), holds),)


def _never(_value: Any, _parent: Any, _argument: str) -> bool:
    return False


def _broken(site: RuleSite, checker: RuleChecker) -> bool:
    return bool(checker(site.rule, site.value, site.pointer, site.parent))


def _reach(instance: Any, path: tuple[Any, ...]) -> Iterator[tuple[pointers.Path, tuple[Any, ...]]]:
    """Each place that ``path`` leads to, with the values on the way, the instance first."""
    found: list[tuple[pointers.Path, tuple[Any, ...]]] = [((), (instance,))]
    for step in path:
        found = [
            ((*place, key), (*values, value))
            for place, values in found
            for key, value in _steps(values[-1], step)
        ]
    yield from found


def _steps(value: Any, step: Any) -> Iterator[tuple[str | int, Any]]:
    if step is _EACH:
        if isinstance(value, list):
            yield from enumerate(value)
    elif isinstance(value, dict) and step in value:
        yield step, value[step]
