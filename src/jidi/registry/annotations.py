"""Walks an instance along its schema and gathers what the schema's annotations say about each
value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jidi.registry import pointers
from jidi.registry.tree import Class, Node, SchemaTree, Validity, strongest_class
from jidi.registry.values import PersonalValue

UNDECLARED = "undeclared"


_UNDECLARED: Final = Class(UNDECLARED)
_Key = tuple[tuple[str, pointers.Path], ...]
_DEPENDENT = ("oneOf", "anyOf", "if", "dependentSchemas")
"""Keywords by which it depends on the instance what applies to it."""


class _Applied:
    """Schemas that apply to a value at once: the class that they give, and what applies below.
    Everything is worked out once; names that no schema knows are not remembered.
    """

    __slots__ = ("class_", "items", "members", "nodes", "tuples")

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.class_ = strongest_class(nodes)
        self.members: dict[str, _Spot] = {}
        self.items: _Spot | None = None
        self.tuples = any(node.get("prefixItems") is not None for node in nodes)


class _Spot:
    """Schemas that a value is held against; ``fixed`` is what applies where no instance decides."""

    __slots__ = ("fixed", "nodes")

    def __init__(self, nodes: list[Node], fixed: _Applied | None) -> None:
        self.nodes = nodes
        self.fixed = fixed


class PersonalValues:
    """Finds personal values by ``x-pi-class`` along the schemas that apply to the actual instance.
    The schemas are walked once, whatever the number of instances.
    """

    def __init__(self, tree: SchemaTree, valid: Validity) -> None:
        self._tree = tree
        self._valid = valid
        self._spots: dict[_Key, _Spot] = {}
        self._applied: dict[_Key, _Applied] = {}

    def find(
        self, root: Node, instance: Any, *, undeclared: bool = False
    ) -> Iterator[PersonalValue]:
        """Values that are no objects or arrays, in document order.

        A value without a class of its own takes that of the nearest value around it, so that a text
        where an object was expected, or a member that nobody declared inside a personal object, is
        personal too. With ``undeclared`` also those for which no class was found at all.
        """
        for found in self._visit(self._spot([root]), instance, "", _UNDECLARED):
            if found.pi_class != "none" and (undeclared or found.pi_class != UNDECLARED):
                yield found

    def _visit(
        self, spot: _Spot, instance: Any, pointer: str, around: Class
    ) -> Iterator[PersonalValue]:
        applied = spot.fixed or self._chosen(spot, instance)
        here = applied.class_ or around
        if isinstance(instance, dict):
            for name, value in instance.items():
                below = applied.members.get(name) or self._member(applied, name)
                known = below.nodes or here.pi_class != "none"
                yield from self._visit(
                    below,
                    value,
                    f"{pointer}/{pointers.encode_step(name)}",
                    here if known else _UNDECLARED,
                )
        elif isinstance(instance, list):
            for index, value in enumerate(instance):
                below = self._item(applied, index)
                yield from self._visit(below, value, f"{pointer}/{index}", here)
        else:
            yield PersonalValue(pointer, here.pi_class, here.mask_profile, instance)

    def _chosen(self, spot: _Spot, instance: Any) -> _Applied:
        nodes = [
            part
            for node in spot.nodes
            for part in self._tree.applicable(node, instance, self._valid)
        ]
        return self._all(nodes)

    def _all(self, nodes: list[Node]) -> _Applied:
        key = _key(nodes)
        if key not in self._applied:
            self._applied[key] = _Applied(nodes)
        return self._applied[key]

    def _spot(self, nodes: list[Node]) -> _Spot:
        key = _key(nodes)
        if key not in self._spots:
            static = [part for node in nodes for part in self._tree.unconditional(node)]
            depends = any(node.get(word) is not None for node in static for word in _DEPENDENT)
            self._spots[key] = _Spot(nodes, None if depends else self._all(static))
        return self._spots[key]

    def _member(self, applied: _Applied, name: str) -> _Spot:
        below = [child for node in applied.nodes for child in node.member_schemas(name)]
        spot = self._spot(below)
        if any(name in (node.get("properties") or ()) for node in applied.nodes):
            applied.members[name] = spot
        return spot

    def _item(self, applied: _Applied, index: int) -> _Spot:
        if applied.items is not None:
            return applied.items
        below = [child for node in applied.nodes for child in node.item_schemas(index)]
        spot = self._spot(below)
        if not applied.tuples:
            applied.items = spot
        return spot


def _key(nodes: list[Node]) -> _Key:
    return tuple((node.uri, node.path) for node in nodes)
