"""Walks an instance along its schema and gathers what the schema's annotations say about each
value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jidi.registry import pointers
from jidi.registry.tree import Node, SchemaTree, Validity
from jidi.registry.values import PersonalValue

UNDECLARED = "undeclared"
_STRENGTH = {"none": 0, "pseudonym": 1, "quasi": 2, "direct": 3}


@dataclass(frozen=True, slots=True)
class _Class:
    pi_class: str = UNDECLARED
    mask_profile: str = ""


@dataclass(frozen=True, slots=True)
class PersonalValues:
    """Finds personal values by ``x-pi-class`` along the schemas that apply to the actual
    instance.
    """

    tree: SchemaTree
    valid: Validity

    def find(
        self, root: Node, instance: Any, *, undeclared: bool = False
    ) -> Iterator[PersonalValue]:
        """Values that are no objects or arrays, in document order.

        A value without a class of its own takes that of the nearest value around it, so that a text
        where an object was expected, or a member that nobody
        declared inside a personal object, is personal too. With ``undeclared`` also those for which
        no class was found at all.
        """
        for found in self._visit([root], instance, (), _Class()):
            if found.pi_class != "none" and (undeclared or found.pi_class != UNDECLARED):
                yield found

    def _visit(
        self, nodes: list[Node], instance: Any, path: pointers.Path, around: _Class
    ) -> Iterator[PersonalValue]:
        applied = [
            part for node in nodes for part in self.tree.applicable(node, instance, self.valid)
        ]
        here = self._class(applied, around)
        if isinstance(instance, dict):
            for name, value in instance.items():
                below = [child for node in applied for child in _member_schemas(node, name)]
                yield from self._visit(
                    below,
                    value,
                    (*path, name),
                    here if below or here.pi_class != "none" else _Class(),
                )
        elif isinstance(instance, list):
            for index, value in enumerate(instance):
                below = [child for node in applied for child in _item_schemas(node, index)]
                yield from self._visit(below, value, (*path, index), here)
        else:
            yield PersonalValue(pointers.encode(path), here.pi_class, here.mask_profile, instance)

    def _class(self, nodes: list[Node], around: _Class) -> _Class:
        """The strongest class that a node here gives, else that of the value around."""
        classed = [node for node in nodes if node.get("x-pi-class") in _STRENGTH]
        if not classed:
            return around
        strongest = max(classed, key=lambda node: _STRENGTH[node.get("x-pi-class")])
        return _Class(strongest.get("x-pi-class"), strongest.get("x-mask-profile") or "")


def _member_schemas(node: Node, name: str) -> Iterator[Node]:
    properties = node.get("properties")
    known = isinstance(properties, dict) and name in properties
    if known:
        yield node.child("properties", name)
    for pattern in node.get("patternProperties") or ():
        if re.search(pattern, name):
            known = True
            yield node.child("patternProperties", pattern)
    if not known and isinstance(node.get("additionalProperties"), dict):
        yield node.child("additionalProperties")


def _item_schemas(node: Node, index: int) -> Iterator[Node]:
    prefix = node.get("prefixItems")
    if isinstance(prefix, list) and index < len(prefix):
        yield node.child("prefixItems", index)
    elif isinstance(node.get("items"), dict):
        yield node.child("items")
