"""Where a pointer or a query may lead in documents that hold under published schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from jsonpath import JSONPath
from jsonpath.filter import (
    BaseExpression,
    RelativeFilterQuery,
)
from jsonpath.segments import JSONPathChildSegment
from jsonpath.selectors import (
    Filter,
    IndexSelector,
    NameSelector,
    SliceSelector,
    WildcardSelector,
)

from jidi.registry import Registry, pointers
from jidi.registry.bundle import SCHEMA_SUFFIX

_SAME_PLACE: Final = ("allOf", "anyOf", "oneOf")
_BRANCHES: Final = ("then", "else")
_ITEM: Final = object()
"""Any item of an array, or any member of an object."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a schema, and the name of the document that it stands in."""

    document: str
    schema: Any


Places = tuple[Place, ...]
"""What may stand at one spot of a document, any of several; ``None`` for anything at all, empty for
nothing that a schema knows.
"""


class Reach:
    """Follows pointers through the schemas of a registry.

    A name counts as known when some schema of the spot declares it. A spot at which no member is
    declared at all is free, and everything below it is possible.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def document(self, names: Iterable[str | None]) -> Places | None:
        """The root of documents under any of the schemas ``names``; free when one is not known."""
        listed = list(dict.fromkeys(names))
        if not listed or any(name not in self._registry.schema_names for name in listed):
            return None
        return tuple(Place(str(name), self._registry.schema(str(name))) for name in listed)

    def pointer(self, places: Places | None, pointer: str) -> Places | None:
        """What may stand at an RFC 6901 pointer below ``places``."""
        for token in pointers.decode(pointer):
            places = self._step(places, token)
        return places

    def items(self, places: Places | None) -> Places | None:
        """What may stand in an array (or as a member) at ``places``."""
        return self._step(places, _ITEM)

    def lost(self, places: Places | None, query: Any) -> str:
        """The first name in a compiled query that leads nowhere, or an empty text."""
        if not isinstance(query, JSONPath):
            return ""
        for segment in query.segments:
            if places is None or not isinstance(segment, JSONPathChildSegment):
                return ""
            found: list[Place] = []
            for selector in segment.selectors:
                below, lost = self._selected(places, selector)
                if lost or below is None:
                    return lost
                found += below
            places = tuple(found)
        return ""

    def _selected(self, places: Places, selector: Any) -> tuple[Places | None, str]:
        if isinstance(selector, NameSelector):
            below = self._step(places, selector.name)
            return below, "" if below is None or below else selector.name
        if isinstance(selector, IndexSelector | SliceSelector | WildcardSelector):
            return self.items(places), ""
        if isinstance(selector, Filter):
            below = self.items(places)
            for part in _queries(selector.expression):
                if lost := self.lost(below, part):
                    return below, lost
            return below, ""
        return None, ""

    def _step(self, places: Places | None, token: object) -> Places | None:
        if places is None:
            return None
        found: list[Place] = []
        for place in self._flat(places):
            below = _below(place.schema, token)
            if below is None:
                continue
            if below is True or below == {}:
                return None
            found.append(Place(place.document, below))
        if not found and self._free(places):
            return None
        return tuple(found)

    def _free(self, places: Places) -> bool:
        """Whether nothing is said about what may stand below."""
        said = {"properties", "patternProperties", "items", "prefixItems", "enum", "const"}
        scalar = {"string", "number", "integer", "boolean", "null"}
        flat = list(self._flat(places))
        kinds = {kind for place in flat for kind in _kinds(place.schema)}
        if any(said & set(place.schema) for place in flat):
            return False
        return not kinds or not kinds <= scalar

    def _flat(self, places: Iterable[Place], depth: int = 0) -> Iterator[Place]:
        """Every schema that speaks of the spot: through references and applicators."""
        for place in places:
            schema = place.schema
            if not isinstance(schema, dict) or depth > 20:
                continue
            yield place
            below = [
                Place(place.document, one) for word in _SAME_PLACE for one in schema.get(word, ())
            ]
            below += [Place(place.document, schema[word]) for word in _BRANCHES if word in schema]
            if "$ref" in schema:
                below.append(self._referred(place.document, str(schema["$ref"])))
            yield from self._flat(below, depth + 1)

    def _referred(self, document: str, reference: str) -> Place:
        file, _, fragment = reference.partition("#")
        name = file.rpartition("/")[2].removesuffix(SCHEMA_SUFFIX) or document
        found = pointers.lookup(self._registry.schema(name), pointers.decode(fragment))
        return Place(name, {} if found is pointers.MISSING else found)


def _kinds(schema: Any) -> tuple[str, ...]:
    kinds = schema.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def _below(schema: Any, token: object) -> Any:
    """The schema of one member or item, or ``None`` where ``schema`` does not say it."""
    if token is _ITEM:
        return schema.get("items", schema.get("additionalProperties"))
    properties = schema.get("properties", {})
    if token in properties:
        return properties[token]
    if str(token).isdecimal() and "items" in schema:
        return schema["items"]
    patterns = schema.get("patternProperties")
    if patterns:
        return next(iter(patterns.values()))
    extra = schema.get("additionalProperties")
    return extra if isinstance(extra, dict) else None


def _queries(expression: BaseExpression) -> Iterator[Any]:
    """Queries inside a filter that speak of the item which is looked at."""
    if isinstance(expression, RelativeFilterQuery):
        yield expression.path
        return
    for child in expression.children():
        yield from _queries(child)
