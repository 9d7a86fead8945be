"""What an OpenAPI document describes: its operations, with references to objects followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from jidi.evolution.schemas.library import Library, Place, escaped

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FARTHEST: Final = 30
_DEEPEST_CALLBACK: Final = 3


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: its ``key`` is the same in both documents when it is the same operation;
    ``pushed`` says that the provider of the document sends it. ``item`` is the path item.
    """

    key: str
    name: str
    place: Place
    item: Place
    path: str
    pushed: bool


class Document:
    """An OpenAPI document within a library."""

    def __init__(self, library: Library, uri: str) -> None:
        self.library = library
        self.uri = uri
        self.place = Place(uri, "", library.documents[uri])

    def operations(self) -> Iterator[Described]:
        """Every operation, in the order of the document; webhooks and callbacks are pushed."""
        for path, item in self.members(self.at(self.place, "paths")):
            yield from self._of_item(path, self.followed(item), f"{_bare(path)}", depth=0)
        for name, item in self.members(self.at(self.place, "webhooks")):
            yield from self._of_item(
                name, self.followed(item), f"webhook {name}", depth=0, pushed=True
            )

    def _of_item(
        self, path: str, item: Place, key: str, *, depth: int, pushed: bool = False
    ) -> Iterator[Described]:
        for method in METHODS:
            place = self.at(item, method)
            if not isinstance(place.value, dict):
                continue
            name = f"{method.upper()} {path}"
            yield Described(f"{method} {key}", name, place, item, path, pushed)
            if depth < _DEEPEST_CALLBACK:
                yield from self._callbacks(f"{method} {key}", place, depth + 1)

    def _callbacks(self, key: str, operation: Place, depth: int) -> Iterator[Described]:
        for name, callback in self.members(self.at(operation, "callbacks")):
            for expression, item in self.members(self.followed(callback)):
                yield from self._of_item(
                    expression, self.followed(item), f"{key} callback {name} {expression}",
                    depth=depth, pushed=True,
                )  # fmt: skip

    @staticmethod
    def at(place: Place, *steps: str | int) -> Place:
        """The member or item behind ``steps``; its value is ``None`` where there is none."""
        value, pointer = place.value, place.pointer
        for step in steps:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                value = None
            pointer = f"{pointer}/{escaped(str(step))}"
        return Place(place.base, pointer, value)

    def members(self, place: Place) -> Iterator[tuple[str, Place]]:
        """Members of a table but for extensions."""
        for name in place.value if isinstance(place.value, dict) else ():
            if not name.startswith("x-"):
                yield name, self.at(place, name)

    def items(self, place: Place) -> Iterator[Place]:
        """Items of a list, references in it followed."""
        count = len(place.value) if isinstance(place.value, list) else 0
        for index in range(count):
            yield self.followed(self.at(place, index))

    def followed(self, place: Place) -> Place:
        """The object that a reference object means."""
        for _ in range(_FARTHEST):
            uri = place.value.get("$ref") if isinstance(place.value, dict) else None
            found = self.library.found(uri, place.base) if isinstance(uri, str) else None
            if found is None:
                return place
            place = found
        return place


def reference(place: Place) -> dict[str, str]:
    """A schema that is the one at ``place``."""
    return {"$ref": f"{place.base}#{quote(place.pointer, safe='/~')}"}


def path_names(path: str) -> list[str]:
    """Names of the parameters of a path, as they follow."""
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _bare(path: str) -> str:
    """A path whose parameters have no names."""
    first, *rest = path.split("{")
    return first + "".join("{}" + part.partition("}")[2] for part in rest)


def table(value: Any) -> Mapping[str, Any]:
    """``value`` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
