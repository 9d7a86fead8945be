"""The documents of one side, and what a reference in them leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urljoin

from jidi.registry.strangers.two_engines import Documents

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ONE: Final = frozenset(
    {
        "additionalProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems",
        "items", "contains", "not", "if", "then", "else", "contentSchema",
    }
)  # fmt: skip
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS: Final = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_DEEPEST: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a document: the URI of the resource in which it lies, the pointer from there, and
    what stands there.
    """

    base: str
    pointer: str
    value: Any

    @property
    def name(self) -> str:
        """The place as a URI."""
        return f"{self.base}#{self.pointer}"


def parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The schemas that stand in a schema, each with the pointer to it."""
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield f"/{escaped(keyword)}", value
        elif keyword in _LISTS and isinstance(value, list):
            for index, item in enumerate(value):
                yield f"/{keyword}/{index}", item
        elif keyword in _MAPS and isinstance(value, dict):
            for name, item in value.items():
                yield f"/{escaped(keyword)}/{escaped(name)}", item


def joined(base: str, reference: str) -> str:
    """The URI that a reference means where it stands; what cannot be taken apart leads nowhere."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def bare(uri: str) -> str:
    """A URI without its fragment."""
    return uri.partition("#")[0]


def escaped(step: str) -> str:
    """One step of a JSON Pointer as it is written."""
    return step.replace("~", "~0").replace("/", "~1")


class Library:
    """Documents by URI, the resources and anchors within them, and which of them is the root."""

    def __init__(self, documents: Mapping[str, Any], root: str) -> None:
        self.documents = dict(documents)
        self.root = root
        self.resources: dict[str, Place] = {}
        self.anchors: dict[tuple[str, str], Place] = {}
        self.dynamic: dict[tuple[str, str], Place] = {}
        self.foreign: dict[str, str] = {}
        self.references: list[tuple[str, str]] = []
        for uri, document in documents.items():
            self._read(bare(uri), document)

    def _read(self, uri: str, document: Any) -> None:
        """Index a document, of an OpenAPI document the schemas of its components."""
        self._indexed(Place(uri, "", document), 0)
        components = document.get("components") if isinstance(document, dict) else None
        schemas = components.get("schemas") if isinstance(components, dict) else None
        for name, schema in schemas.items() if isinstance(schemas, dict) else ():
            self._indexed(Place(uri, f"/components/schemas/{escaped(name)}", schema), 1)

    def with_root(self, uri: str, document: Any) -> Library:
        """The same library with one document more, which is its root."""
        other = copy(self)
        other.documents = {**self.documents, uri: document}
        other.resources = {**self.resources, uri: Place(uri, "", document)}
        other.root = uri
        return other

    def _indexed(self, place: Place, depth: int) -> None:
        value = place.value
        if depth > _DEEPEST:
            return
        if not place.pointer:
            self.resources.setdefault(place.base, place)
        if not isinstance(value, dict):
            return
        place = self._entered(place)
        if place.value is value and not place.pointer:
            self.resources.setdefault(place.base, place)
        self._noted(place)
        for pointer, inner in parts(value):
            self._indexed(Place(place.base, place.pointer + pointer, inner), depth + 1)

    def _noted(self, place: Place) -> None:
        dialect = place.value.get("$schema")
        if isinstance(dialect, str) and dialect.rstrip("#") != DIALECT:
            self.foreign.setdefault(place.base, dialect)
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(place.value.get(keyword), str):
                self.references.append((place.base, place.value[keyword]))
        for keyword in ("$anchor", "$dynamicAnchor"):
            name = place.value.get(keyword)
            if isinstance(name, str):
                self.anchors.setdefault((place.base, name), place)
                if keyword == "$dynamicAnchor":
                    self.dynamic.setdefault((place.base, name), place)

    @staticmethod
    def _entered(place: Place) -> Place:
        """``place``, as a resource of its own where it has an ``$id``."""
        own = place.value.get("$id") if isinstance(place.value, dict) else None
        if not isinstance(own, str):
            return place
        base = bare(joined(place.base, own))
        return Place(base, "", place.value)

    def entered(self, place: Place) -> Place:
        """``place``, as a resource of its own where it has an ``$id``."""
        return self._entered(place)

    @property
    def start(self) -> Place:
        """The schema that is meant."""
        found = self.found(self.root)
        return found if found is not None else Place(self.root, "", True)

    def found(self, uri: str, base: str = "") -> Place | None:
        """What a reference leads to; ``None`` when it is not among the documents."""
        address, _, fragment = (joined(base, uri) if base else uri).partition("#")
        if base and uri.startswith("#"):
            address = bare(base)
        resource = self.resources.get(address)
        if resource is None:
            return None
        fragment = unquote(fragment)
        if not fragment:
            return resource
        if not fragment.startswith("/"):
            return self.anchors.get((resource.base, fragment))
        return self._walked(resource, fragment)

    def _walked(self, place: Place, pointer: str) -> Place | None:
        for written in pointer.split("/")[1:]:
            step = written.replace("~1", "/").replace("~0", "~")
            value = place.value
            if isinstance(value, dict) and step in value:
                inner = value[step]
            elif isinstance(value, list) and step.isascii() and step.isdigit():
                index = int(step[:9])
                if index >= len(value):
                    return None
                inner = value[index]
            else:
                return None
            place = self._entered(Place(place.base, f"{place.pointer}/{escaped(step)}", inner))
        return place

    def dynamically(self, base: str, reference: str) -> Place | None:
        """What ``$dynamicRef`` leads to where that does not depend on the way; else ``None``.

        The outermost resource that has the anchor is the one that is meant, and the outermost of
        all is the root.
        """
        first = self.found(reference, base)
        name = reference.partition("#")[2]
        if first is None or (first.base, name) not in self.dynamic:
            return first
        outermost = self.dynamic.get((self.start.base, name))
        if outermost is not None:
            return outermost
        among = [place for (_, other), place in self.dynamic.items() if other == name]
        return among[0] if len(among) == 1 else None

    def for_engines(self) -> Documents:
        """The same for validators."""
        return Documents(self.documents, self.root)
