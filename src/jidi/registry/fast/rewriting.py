"""Schemas rewritten to the same meaning in a form that is quicker to ask: only for the yes-or-no
question in loops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jidi.registry.tree import Node, SchemaTree, branches

_OPENING = ("additionalProperties", "unevaluatedProperties", "patternProperties")
_IN_PLACE = ("if", "then", "else")


def quicken(tree: SchemaTree, documents: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``documents`` in which ``unevaluatedProperties: false`` reads
    ``additionalProperties: false`` wherever that means the same.

    It does when no subschema at the same place knows a member that ``properties`` beside it does
    not know: then nothing else could have evaluated one.
    An engine must evaluate each subschema a second time for the former; for an event with its many
    conditions that is most of the work.
    """
    return {uri: _copy(tree, tree.root(uri)) for uri in documents}


def _copy(tree: SchemaTree, node: Node) -> Any:
    schema = node.schema
    if isinstance(schema, list):
        return [_copy(tree, node.child(index)) for index in range(len(schema))]
    if not isinstance(schema, dict):
        return schema
    copy = {name: _copy(tree, node.child(name)) for name in schema}
    if (
        schema.get("unevaluatedProperties") is False
        and "additionalProperties" not in schema
        and _alone(tree, node)
    ):
        del copy["unevaluatedProperties"]
        copy["additionalProperties"] = False
    return copy


def _alone(tree: SchemaTree, node: Node) -> bool:
    known = node.get("properties")
    if not isinstance(known, dict):
        return False
    return all(
        set(part.get("properties") or ()) <= set(known)
        and not any(name in part.schema for name in _OPENING)
        for part in _beside(tree, node)
    )


def _beside(tree: SchemaTree, node: Node) -> Iterator[Node]:
    """Every subschema at the same place in the instance, whether it would apply or not."""
    target = tree.referred(node)
    parts = [target] if target is not None else []
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts += branches(node, keyword)
    parts += [node.child(keyword) for keyword in _IN_PLACE if node.get(keyword) is not None]
    parts += [node.child("dependentSchemas", name) for name in node.get("dependentSchemas") or ()]
    for part in parts:
        if isinstance(part.schema, dict):
            yield part
            yield from _beside(tree, part)
