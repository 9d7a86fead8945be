"""Schemas as one tree of nodes: follow references, find what applies to an instance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from jidi.errors import DataError
from jidi.registry import pointers

Validity = Callable[["Node", Any], bool]


@dataclass(frozen=True, slots=True)
class Node:
    """One schema, or a container of schemas, with the document (absolute ``$id``) and the path in
    it where it stands.
    """

    uri: str
    path: pointers.Path
    schema: Any

    def child(self, *steps: str | int) -> Node:
        """The node below; its ``schema`` is ``MISSING`` when nothing stands there."""
        return Node(self.uri, (*self.path, *steps), pointers.lookup(self.schema, steps))

    def get(self, keyword: str) -> Any:
        """Value of a keyword, ``None`` when the node is no object or lacks it."""
        return self.schema.get(keyword) if isinstance(self.schema, dict) else None

    @property
    def location(self) -> str:
        """Absolute URI with a pointer as fragment."""
        return f"{self.uri}#{pointers.encode(self.path)}"

    def member_schemas(self, name: str) -> Iterator[Node]:
        """What this node itself asks of a member of that name, whether or not there is one."""
        properties = self.get("properties")
        known = isinstance(properties, dict) and name in properties
        if known:
            yield self.child("properties", name)
        for pattern in self.get("patternProperties") or ():
            if re.search(pattern, name):
                known = True
                yield self.child("patternProperties", pattern)
        if not known and isinstance(self.get("additionalProperties"), dict):
            yield self.child("additionalProperties")

    def item_schemas(self, index: int) -> Iterator[Node]:
        """What this node itself asks of the item at ``index``, from 0."""
        prefix = self.get("prefixItems")
        if isinstance(prefix, list) and index < len(prefix):
            yield self.child("prefixItems", index)
        elif isinstance(self.get("items"), dict):
            yield self.child("items")


@dataclass(frozen=True, slots=True)
class _Parts:
    """In-place subschemas of a node: those that always apply, ``oneOf`` and ``anyOf``, ``if`` with
    ``then`` and ``else``, and those that a member brings with it.
    """

    always: list[Node]
    choices: list[list[Node]]
    condition: tuple[Node, Node | None, Node | None] | None
    dependent: dict[str, Node]


class SchemaTree:
    """All documents of one version, by absolute ``$id``."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents
        self._targets: dict[tuple[str, str], Node] = {}
        self._parts: dict[tuple[str, pointers.Path], _Parts] = {}

    def root(self, uri: str) -> Node:
        """Top of one document.

        Raises:
            DataError: no document has this ``$id``.
        """
        if uri not in self._documents:
            raise DataError(
                f"No schema has the $id {uri}.", next_step="Correct the $ref, or add the schema."
            )
        return Node(uri, (), self._documents[uri])

    def resolve(self, node: Node, reference: str) -> Node:
        """What a ``$ref`` written in ``node`` means.

        Raises:
            DataError: it leads nowhere.
        """
        known = self._targets.get((node.uri, reference))
        if known is not None:
            return known
        uri, fragment = urldefrag(urljoin(node.uri, reference))
        target = self.root(uri).child(*pointers.decode(unquote(fragment)))
        if target.schema is pointers.MISSING:
            raise DataError(
                f"The reference {reference} in {node.location} leads nowhere.",
                next_step="Correct the $ref.",
            )
        self._targets[node.uri, reference] = target
        return target

    def referred(self, node: Node) -> Node | None:
        """Target of the node's own ``$ref``, or ``None``."""
        reference = node.get("$ref")
        return self.resolve(node, reference) if isinstance(reference, str) else None

    def unconditional(self, node: Node) -> Iterator[Node]:
        """The node and what it takes in by ``$ref`` and ``allOf``, whatever the instance."""
        yield node
        target = self.referred(node)
        for part in ([target] if target is not None else []) + branches(node, "allOf"):
            yield from self.unconditional(part)

    def applicable(self, node: Node, instance: Any, valid: Validity) -> Iterator[Node]:
        """The node and each in-place subschema that applies to ``instance``.

        Of ``oneOf`` and ``anyOf`` those branches apply that hold; when none does, all of them might
        have been meant, so all are given.
        """
        yield node
        parts = self._parts.get((node.uri, node.path)) or self._taken_apart(node)
        for part in parts.always:
            yield from self.applicable(part, instance, valid)
        for choice in parts.choices:
            holding = [part for part in choice if valid(part, instance)]
            for part in holding or choice:
                yield from self.applicable(part, instance, valid)
        for part in (*_outcomes(parts, instance, valid), *_brought(parts, instance)):
            yield from self.applicable(part, instance, valid)

    def _taken_apart(self, node: Node) -> _Parts:
        target = self.referred(node)
        dependent = node.get("dependentSchemas")
        parts = _Parts(
            ([target] if target is not None else []) + branches(node, "allOf"),
            [choice for word in ("oneOf", "anyOf") if (choice := branches(node, word))],
            (node.child("if"), _below(node, "then"), _below(node, "else"))
            if node.get("if") is not None
            else None,
            {name: node.child("dependentSchemas", name) for name in dependent}
            if isinstance(dependent, dict)
            else {},
        )
        self._parts[node.uri, node.path] = parts
        return parts


def _brought(parts: _Parts, instance: Any) -> Iterator[Node]:
    """What the members of ``instance`` bring with them."""
    if parts.dependent and isinstance(instance, dict):
        yield from (part for name, part in parts.dependent.items() if name in instance)


def _outcomes(parts: _Parts, instance: Any, valid: Validity) -> Iterator[Node]:
    """``if`` where it holds, with the one of ``then`` and ``else`` that follows from it."""
    if parts.condition is None:
        return
    condition, then, otherwise = parts.condition
    holds = valid(condition, instance)
    if holds:
        yield condition
    outcome = then if holds else otherwise
    if outcome is not None:
        yield outcome


def _below(node: Node, keyword: str) -> Node | None:
    return node.child(keyword) if node.get(keyword) is not None else None


def branches(node: Node, keyword: str) -> list[Node]:
    """The alternatives or parts below ``allOf``, ``oneOf`` or ``anyOf``."""
    value = node.get(keyword)
    return (
        [node.child(keyword, index) for index in range(len(value))]
        if isinstance(value, list)
        else []
    )


class Class(NamedTuple):
    """A class of personal information and the profile of its mask, empty where it has none."""

    pi_class: str
    mask_profile: str = ""


_STRENGTH: Final = {"none": 0, "pseudonym": 1, "quasi": 2, "direct": 3}


def strongest_class(nodes: Iterable[Node]) -> Class | None:
    """The strongest class that a node here gives; ``None`` when none does."""
    classed = [node for node in nodes if node.get("x-pi-class") in _STRENGTH]
    if not classed:
        return None
    strongest = max(classed, key=lambda node: _STRENGTH[node.get("x-pi-class")])
    return Class(strongest.get("x-pi-class"), strongest.get("x-mask-profile") or "")
