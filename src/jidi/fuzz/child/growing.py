"""Request schemas in a form from which data grow quickly: patterns of free text are narrowed to a
subset that a generator can draw directly.

Only what the child generates from is narrowed. What counts is always judged by the registry with
the published schemas, so a narrowed pattern can hide no fault and invent none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

PREFIX = "growing."
SCHEMAS = "#/components/schemas/"
# A handful, because a generator walks through every character of a class.
HAN = "王李张欧阳吉祥杭州市文三路龥"
NARROWER = (
    (f"^[A-Za-z0-9{HAN}]+$", ("A9王", "7", "龥x")),
    (f"^[A-Za-z{HAN}]+$", ("Az王", "龥", "x")),
    (f"^[A-Za-z{HAN}]\\*{{1,3}}$", ("王*", "x***", "龥**")),
)
"""Patterns, from wide to narrow, with samples: one stands in for a published pattern that all its
samples match.
"""


def with_growing_bodies(document: dict[str, Any]) -> dict[str, Any]:
    """``document`` with every request body referring to a narrowed copy of its schema.

    Answers keep the published ones but for patterns of free text, whose compiled form alone takes
    more memory than all the rest of a child.
    """
    schemas = document.get("components", {}).get("schemas", {})
    copies = {PREFIX + name: _walk(schema, _narrowed) for name, schema in schemas.items()}
    document["components"]["schemas"] = {
        **{name: _walk(schema, _light) for name, schema in schemas.items()},
        **copies,
    }
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                operation["requestBody"] = _walk(operation["requestBody"], _narrowed)
    return document


def _walk(value: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _walk(item, change) for name, item in change(value).items()}
    return value


def _narrowed(schema: Mapping[str, Any]) -> dict[str, Any]:
    variants = _variants(schema)
    if variants:
        return {"anyOf": variants}
    changed = _without_references(schema)
    pattern, reference = schema.get("pattern"), schema.get("$ref")
    branches = _branches(schema.get("allOf"))
    if branches:
        del changed["allOf"]
        changed["anyOf"] = branches
    if schema.get("format") == "date-time":
        # The plugin gives this format a strategy of its own; taking the long pattern apart costs
        # seconds.
        changed.pop("pattern", None)
    elif isinstance(pattern, str) and "[^" in pattern:
        changed["pattern"] = _narrower(pattern)
    if isinstance(reference, str) and reference.startswith(SCHEMAS):
        changed["$ref"] = SCHEMAS + PREFIX + reference.removeprefix(SCHEMAS)
    return changed


def _without_references(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without the optional properties whose value must name something that exists: made-up
    ones would be refused for their own sake.
    """
    properties, required = schema.get("properties"), schema.get("required", ())
    if not isinstance(properties, dict):
        return dict(schema)
    kept = {
        name: rule
        for name, rule in properties.items()
        if name in required or not (isinstance(rule, dict) and "x-refers-to" in rule)
    }
    return {**schema, "properties": kept}


def _light(schema: Mapping[str, Any]) -> dict[str, Any]:
    free = isinstance(schema.get("pattern"), str) and "[^" in schema["pattern"]
    return {name: item for name, item in schema.items() if not (free and name == "pattern")}


def _variants(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One closed schema for each value of the member that decides which others there are; empty
    when no condition of this kind is there.
    """
    conditions = [
        part
        for part in schema.get("allOf", [])
        if isinstance(part, dict) and "if" in part and "then" in part
    ]
    deciding = {
        name
        for part in conditions
        for name, rule in part["if"].get("properties", {}).items()
        if "const" in rule
    }
    if len(deciding) != 1 or len(conditions) != len(schema["allOf"]):
        return []
    name = deciding.pop()
    values = schema.get("properties", {}).get(name, {}).get("enum", [])
    return [_variant(schema, conditions, name, value) for value in values]


def _variant(
    schema: Mapping[str, Any], conditions: list[dict[str, Any]], name: str, value: Any
) -> dict[str, Any]:
    variant = {key: item for key, item in schema.items() if key != "allOf"}
    properties = {**schema["properties"], name: {"const": value}}
    required = list(schema.get("required", []))
    for condition in conditions:
        then = condition["then"]
        allowed = then.get("properties", {}).get(name, {}).get("enum")
        if condition["if"].get("properties", {}).get(name, {}).get("const") == value:
            required += then.get("required", [])
            properties |= {
                key: {**properties.get(key, {}), **rule}
                for key, rule in then.get("properties", {}).items()
            }
        elif allowed is not None and value not in allowed:
            for absent in condition["if"].get("required", []):
                properties.pop(absent, None)
    return {**variant, "properties": properties, "required": list(dict.fromkeys(required))}


def _branches(parts: Any) -> list[Any]:
    """``then`` and ``else`` of a lone condition that always applies one of two schemas; the
    coverage phase finds no value through the condition.
    """
    lone = (
        parts[0]
        if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], dict)
        else {}
    )
    found = [
        lone[name]
        for name in ("then", "else")
        if isinstance(lone.get(name), dict) and "$ref" in lone[name]
    ]
    return found if len(found) == 2 else []


@cache
def _narrower(pattern: str) -> str:
    """The widest of :data:`NARROWER` that seems to lie within ``pattern``, or the pattern
    itself.
    """
    return next(
        (
            narrow
            for narrow, samples in NARROWER
            if all(re.search(pattern, sample) for sample in samples)
        ),
        pattern,
    )
