"""Schemas with many conditions on a few code values: one validator for each combination of these,
with the conditions already answered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from jidi.registry.engines import CompiledEngine
from jidi.registry.tree import Node

Check = Callable[[Any], bool]
MAX_VARIANTS = 256
_ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "$comment",
        "examples",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
    }
)
_CONDITION = frozenset({"if", "then", "else"})
_REBASING = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef")


def checked_by_variants(engine: CompiledEngine, root: Node) -> Check:
    """The question whether an instance holds under the document ``root``, asked of the variant for
    its code values where there are such.

    The answer is that of the document itself: a condition such as "if ``event_code`` is DELIVERED"
    has one answer once the code is known.
    """
    whole: Check = engine.validator(root.location).is_valid
    schema = root.schema
    if not isinstance(schema, dict) or "unevaluatedProperties" in schema or not _can_move(schema):
        return whole
    names = sorted(_discriminators(schema))
    return _Variants(engine, root, names, whole).holds if names else whole


class _Variants:
    """Variants of one document, made when their combination of values is first met."""

    def __init__(self, engine: CompiledEngine, root: Node, names: list[str], whole: Check) -> None:
        self._engine = engine
        self._root = root
        self._names = names
        self._whole = whole
        self._key: Callable[[Any], Any] = itemgetter(*names)
        self._made: dict[Any, Check] = {}

    def holds(self, instance: Any) -> bool:
        """Whether ``instance`` is valid."""
        try:
            check = self._made[self._key(instance)]
        except (LookupError, TypeError):  # a combination not met so far, or none at all
            check = self._new(instance)
        return check(instance)

    def _new(self, instance: Any) -> Check:
        if not isinstance(instance, dict) or len(self._made) >= MAX_VARIANTS:
            return self._whole
        known = {name: instance.get(name) for name in self._names}
        texts = {
            name: value
            for name, value in known.items()
            if isinstance(value, str) and self._accepts(name, value)
        }
        if len(texts) < len(known):
            return self._whole
        variant = specialise(self._root.schema, texts, self._accepts)
        variant["$id"] = f"{self._root.uri}?variant={len(self._made)}"
        check = self._made[self._key(instance)] = self._engine.compiled(variant).is_valid
        return check

    def _accepts(self, name: str, value: str) -> bool:
        return self._engine.valid(self._root.child("properties", name), value)


def _only_names(part: Any, properties: Mapping[str, Any]) -> bool:
    """Whether a subschema asks for members, and for nothing but members of ``properties``."""
    if not isinstance(part, dict) or not set(part) <= {"required", "properties"}:
        return False
    return set(part.get("properties") or ()) <= set(properties)


def specialise(
    schema: Mapping[str, Any], known: Mapping[str, str], accepts: Callable[[str, str], bool]
) -> dict[str, Any]:
    """``schema`` for instances whose members ``known`` have these values, each of which its own
    property schema allows.

    ``accepts(name, value)`` says whether the property schema of ``name`` in ``schema`` allows
    ``value``.
    """
    result = dict(schema)
    properties = {
        name: True if name in known else part for name, part in schema["properties"].items()
    }
    required = list(schema.get("required") or ())
    rest: list[Any] = []
    for part in (_answered(part, known) for part in schema["allOf"]):
        if _only_names(part, properties):
            required += part.get("required") or ()
            for name, wanted in (part.get("properties") or {}).items():
                properties[name] = _both(name, properties[name], wanted, accepts)
        elif part is not True:
            rest.append(part)
    result.update(properties=properties, required=list(dict.fromkeys(required)))
    del result["allOf"]
    return {**result, "allOf": rest} if rest else result


def _both(name: str, schema: Any, wanted: Any, accepts: Callable[[str, str], bool]) -> Any:
    value = wanted.get("const") if isinstance(wanted, dict) and set(wanted) == {"const"} else None
    if (
        isinstance(value, str)
        and isinstance(schema, dict)
        and "allOf" not in schema
        and accepts(name, value)
    ):
        return wanted
    return {"allOf": [schema, wanted]}


def _answered(part: Any, known: Mapping[str, str]) -> Any:
    """One branch of ``allOf`` with what is known left out; ``True`` when nothing remains to be
    asked.
    """
    if not isinstance(part, dict) or "if" not in part:
        return _simplified(part, known)
    if set(_assertions(part)) - _CONDITION:
        return part
    test = _simplified(part["if"], known)
    outcomes = {name: _simplified(part.get(name, True), known) for name in ("then", "else")}
    if isinstance(test, bool):
        return outcomes["then" if test else "else"]
    left = {name: outcome for name, outcome in outcomes.items() if outcome is not True}
    return {"if": test, **left} if left else True


def _simplified(schema: Any, known: Mapping[str, str]) -> Any:
    """The subschema at the same place without what ``known`` settles; one of another form than
    names and code values is left as it is.
    """
    if not isinstance(schema, dict) or set(_assertions(schema)) - {"properties", "required"}:
        return schema
    properties = schema.get("properties") or {}
    answers = {
        name: _allows(part, known[name]) if name in known else None
        for name, part in properties.items()
    }
    if False in answers.values():
        return False
    left = {
        "properties": {name: properties[name] for name, said in answers.items() if said is None},
        "required": _without(schema.get("required"), known),
    }
    return {name: value for name, value in left.items() if value} or True


def _without(names: Sequence[str] | None, known: Container[str]) -> list[str]:
    return [name for name in names or () if name not in known]


def _allows(schema: Any, value: str) -> bool | None:
    """Whether a list of texts holds ``value``; ``None`` when ``schema`` is no such list."""
    texts = _texts(schema)
    return None if texts is None else value in texts


def _texts(schema: Any) -> list[str] | None:
    keywords = _assertions(schema) if isinstance(schema, dict) else []
    if keywords not in (["const"], ["enum"]):
        return None
    values = schema["enum"] if keywords == ["enum"] else [schema["const"]]
    return values if all(isinstance(value, str) for value in values) else None


def _assertions(schema: Mapping[str, Any]) -> list[str]:
    return [name for name in schema if name not in _ANNOTATIONS and not name.startswith("x-")]


def _discriminators(schema: Mapping[str, Any]) -> set[str]:
    """Required members of text on whose values conditions depend."""
    tests = [
        part["if"]
        for part in schema.get("allOf") or ()
        if isinstance(part, dict) and isinstance(part.get("if"), dict)
    ]
    named = {
        name
        for test in tests
        for name, part in (test.get("properties") or {}).items()
        if _texts(part) is not None
    }
    return named & set(schema.get("required") or ()) & set(schema.get("properties") or ())


def _can_move(schema: Mapping[str, Any]) -> bool:
    """Whether the document means the same under another name: nothing in it leads back to the parts
    that a variant changes.
    """
    inner = [part for value in schema.values() for part in _objects(value)]
    if any(name in part for part in inner for name in _REBASING):
        return False
    references = [part.get("$ref") for part in (schema, *inner)]
    return not any(
        isinstance(reference, str)
        and reference.startswith("#")
        and not reference.startswith("#/$defs/")
        for reference in references
    )


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _objects(item)
