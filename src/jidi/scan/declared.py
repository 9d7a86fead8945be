"""What the published schemas say about the places of a record: compiled once per schema and place,
asked of the validators only where it matters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jidi.registry import Registry
from jidi.registry.tree import Class, Node, SchemaTree, branches, strongest_class
from jidi.scan.intake.parts import Number, Pairs
from jidi.scan.kinds.fields import Role

_ROLE_OF_PROFILE: Final[Mapping[str, Role]] = {
    "name": "name",
    "phone": "phone",
    "address-detail": "address",
}
_DECLARED: Final = frozenset({"direct", "quasi"})
_MOST: Final = 20_000
"""How many places are kept; a record may be as deep as it likes."""

NOTHING: Final = Class("none")
UNDECLARED: Final = Class("undeclared")
ANY: Final = Class("direct", "name")
"""What a place of which the class depends on the record may be in the end."""


class Place:
    """One place of a schema: what applies there, by conditions or always, and the class that
    follows; ``sure``: whatever the record, if only it holds.
    """

    __slots__ = ("_below", "_nodes", "pi_class", "profile", "sure")

    def __init__(
        self, tree: SchemaTree, nodes: list[tuple[Node, bool]], around: Place | None
    ) -> None:
        self._nodes = [
            (part, conditional or depends)
            for node, conditional in nodes
            for part, depends in _parts(tree, node)
        ]
        self._below: dict[str | None, Place] = {}
        self.pi_class: str
        self.profile: str
        self.sure: bool
        always = strongest_class(node for node, conditional in self._nodes if not conditional)
        perhaps = strongest_class(node for node, _ in self._nodes)
        inherited = Class(around.pi_class, around.profile) if around is not None else UNDECLARED
        self.pi_class, self.profile = always or inherited
        self.sure = (perhaps or inherited) == (self.pi_class, self.profile) and (
            always is not None or around is None or around.sure
        )

    def below(self, tree: SchemaTree, step: str, *, item: bool) -> Place:
        """The place of a member, or of an item of an array."""
        key = None if item else step
        place = self._below.get(key) if key is not None else None
        if place is None:
            place = self._made(tree, step, item=item)
            if key is not None and len(self._below) < _MOST:
                self._below[key] = place
        return place

    def _made(self, tree: SchemaTree, step: str, *, item: bool) -> Place:
        nodes = [
            (child, conditional)
            for node, conditional in self._nodes
            for child in (node.item_schemas(int(step)) if item else node.member_schemas(step))
        ]
        if nodes or item or self.pi_class != "none":
            place = Place(tree, nodes, self)
            certain = any(not conditional for _, conditional in nodes)
            place.sure = place.sure and (item or certain or not nodes or self.pi_class != "none")
            return place
        place = Place(tree, [], None)
        place.sure = self.sure
        return place


class Judged:
    """One record beside the schemas that its members show, the most fitting first."""

    def __init__(self, declared: Declared, record: Any, schemas: list[str]) -> None:
        self._declared = declared
        self._record = record
        self._schemas = schemas
        self._chosen: str | None = None
        self._exact: dict[str, Class] | None = None

    def likely(self, path: tuple[str, ...]) -> Class | None:
        """Class and profile of a place if the record holds; ``None`` where that depends on it."""
        first, *others = self._schemas
        said = self._declared.place(first, path, self._record)
        if any(self._declared.place(name, path, self._record) != said for name in others):
            return None
        return said

    def holds(self) -> bool:
        """Whether the record is valid under one of them, asked of the validators once."""
        if self._chosen is None:
            valid = self._declared.is_valid
            names = (name for name in self._schemas if valid(name, self._record))
            self._chosen = next(names, "")
        return bool(self._chosen)

    def exactly(self, path: tuple[str, ...]) -> Class:
        """The class of a place of a record that holds, along the schemas that apply to it."""
        if self._exact is None:
            self._exact = self._declared.exact(self._chosen or "", self._record)
        return self._exact.get(pointer_of(path), NOTHING)


class Declared:
    """What the schemas of a registry say about records, by the members that these have."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._tree = registry.tree
        self._shapes: list[tuple[str, frozenset[str], frozenset[str]]] | None = None
        self._candidates: dict[frozenset[str], list[str]] = {}
        self._places: dict[str, Place] = {}
        self._by_path: dict[tuple[str, tuple[str, ...]], Class | None] = {}

    def of(self, record: Any) -> Judged | None:
        """The record beside the schemas that fit it; ``None`` without any."""
        if not isinstance(record, dict) or not record:
            return None
        names = self._fitting(frozenset(record))
        return Judged(self, record, names) if names else None

    def is_valid(self, schema: str, record: Any) -> bool:
        """Whether a record as it was read holds; one with twin members does not."""
        try:
            return self._registry.is_valid(schema, _plain(record))
        except _TwinsError:
            return False

    def exact(self, schema: str, record: Any) -> dict[str, Class]:
        """Classes by pointer, along the schemas that apply to the record."""
        return {
            value.pointer: Class(value.pi_class, value.mask_profile)
            for value in self._registry.personal_values(schema, _plain(record), undeclared=True)
        }

    def place(self, schema: str, path: tuple[str, ...], record: Any) -> Class | None:
        """Class and profile of a place; ``None`` where conditions decide."""
        key = (schema, path)
        if key not in self._by_path:
            if len(self._by_path) > _MOST:
                self._by_path.clear()
            self._by_path[key] = self._found(schema, path, record)
        return self._by_path[key]

    def _found(self, schema: str, path: tuple[str, ...], record: Any) -> Class | None:
        place = self._places.get(schema)
        if place is None:
            root = self._registry.unconditional(schema)[0]
            place = self._places[schema] = Place(self._tree, [(root, False)], None)
        value = record
        for step in path:
            if isinstance(value, Pairs):  # of two members of one name either may be meant
                return None
            item = isinstance(value, list)
            place = place.below(self._tree, step, item=item)
            value = value[int(step)] if item else value[step]
        return Class(place.pi_class, place.profile) if place.sure else None

    def _fitting(self, given: frozenset[str]) -> list[str]:
        found = self._candidates.get(given)
        if found is None:
            if len(self._candidates) > _MOST:
                self._candidates.clear()
            found = self._candidates[given] = self._ranked(given)
        return found

    def _ranked(self, given: frozenset[str]) -> list[str]:
        if self._shapes is None:
            self._shapes = [_shape(self._registry, name) for name in self._registry.message_names]
        fitting = [
            (len(given - members) - len(given & members), -len(given & required), name)
            for name, required, members in self._shapes
            if required <= given and given & members
        ]
        return [name for *_, name in sorted(fitting)]


def role_of_class(pi_class: str, profile: str) -> Role | None:
    """The role of a place that a schema declares as personal, else ``None``."""
    return _ROLE_OF_PROFILE.get(profile, "other") if pi_class in _DECLARED else None


def pointer_of(path: tuple[str, ...]) -> str:
    """RFC 6901."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


class _TwinsError(Exception):
    """Two members of one object have one name."""


def _plain(value: Any) -> Any:
    """A value as a parser gives it."""
    if isinstance(value, Pairs):
        raise _TwinsError
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return json.loads(value) if isinstance(value, Number) else value


def _shape(registry: Registry, name: str) -> tuple[str, frozenset[str], frozenset[str]]:
    required: set[str] = set()
    members: set[str] = set()
    for node in registry.unconditional(name):
        required.update(node.get("required") or ())
        members.update(node.get("properties") or ())
    return name, frozenset(required), frozenset(members)


def _parts(tree: SchemaTree, node: Node, conditional: bool = False) -> Iterator[tuple[Node, bool]]:
    """The node and every subschema in place, and whether it depends on the record."""
    yield node, conditional
    target = tree.referred(node)
    for part in ([target] if target is not None else []) + branches(node, "allOf"):
        yield from _parts(tree, part, conditional)
    choices = branches(node, "oneOf") + branches(node, "anyOf")
    choices += [node.child(word) for word in ("if", "then", "else") if node.get(word) is not None]
    dependent = node.get("dependentSchemas")
    if isinstance(dependent, dict):
        choices += [node.child("dependentSchemas", name) for name in dependent]
    for part in choices:
        yield from _parts(tree, part, conditional=True)
