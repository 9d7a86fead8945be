"""Every schema of a side, with what is known of its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from jidi.evolution.libraries import documents_of, root_of, uri_of
from jidi.evolution.openapi.apis import is_api
from jidi.evolution.schemas.library import Library, Place, bare, escaped, joined, parts
from jidi.evolution.sides import Source

Standing = Literal["root", "member", "definition", "other"]
_STANDINGS: Final[Mapping[str, Standing]] = {"properties": "member", "$defs": "definition"}
_DEEPEST: Final = 100
_CASES: Final = ("allOf", "anyOf", "oneOf")
_CONDITIONS: Final = frozenset({"if", "then", "else", "not", "contains", *_CASES})
_QUIET: Final = frozenset({"example", "examples", "default", "enum", "const"})


@dataclass(frozen=True, slots=True)
class Node:
    """A schema: its file, the pointer from there, its place in the library, and what it is;
    ``case`` says that it only tells a case or a condition of a schema around it.
    """

    file: str
    pointer: str
    place: Place
    standing: Standing
    case: bool = False

    @property
    def value(self) -> Any:
        """What stands there."""
        return self.place.value

    @property
    def told(self) -> dict[str, Any]:
        """The keywords; none where the schema is ``true`` or ``false``."""
        return self.place.value if isinstance(self.place.value, dict) else {}


class Side:
    """Everything that is looked at: the files, the library of them, and the schemas in them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        first = next(iter(source.files), "")
        documents = {**documents_of(source.beside), **documents_of(source.files)}
        self.library = Library(documents, uri_of(first))
        self._names = {uri_of(name): root_of(name, one) for name, one in source.files.items()}
        self.roots = {name: list(roots_of(name, one)) for name, one in source.files.items()}
        self.nodes = [
            node for name in source.files for root in self.roots[name] for node in self._below(root)
        ]

    def _below(self, node: Node, depth: int = 0) -> Iterator[Node]:
        """The node and all schemas within it."""
        place = self.library.entered(node.place)
        node = replace(node, place=place)
        yield node
        if depth > _DEEPEST or not isinstance(place.value, dict):
            return
        for pointer, inner in parts(place.value):
            keyword = pointer.split("/")[1]
            standing = _STANDINGS.get(keyword, "other")
            yield from self._below(
                Node(
                    node.file,
                    node.pointer + pointer,
                    Place(place.base, place.pointer + pointer, inner),
                    standing,
                    node.case or keyword in _CONDITIONS,
                ),
                depth + 1,
            )

    def name_of(self, place: Place) -> str:
        """The one name of a place, however a reference came there: by the name of the file or by
        its ``$id``.
        """
        return f"{self._names.get(place.base, place.base)}#{place.pointer}"

    def documents_for(self, file: str) -> dict[str, Any]:
        """The documents that a file needs, itself included; all of them when it is not known."""
        documents = self.library.documents
        if is_api(self.source.files[file]):
            return documents
        uses: dict[str, set[str]] = {}
        for base, reference in self.library.references:
            uses.setdefault(base, set()).add(bare(joined(base, reference)))
        start = root_of(file, self.source.files[file])
        needed, todo = {start, uri_of(file)}, [start, uri_of(file)]
        while todo:
            for one in uses.get(todo.pop(), ()):
                if one not in documents and one not in self.library.resources:
                    return documents
                if one not in needed:
                    needed.add(one)
                    todo.append(one)
        if any(one not in documents for one in needed):
            return documents
        return {uri: document for uri, document in documents.items() if uri in needed}


def roots_of(name: str, document: Any) -> Iterator[Node]:
    """The schema of a file, or every schema of an OpenAPI document that stands in no other."""
    if not is_api(document):
        yield Node(name, "", Place(root_of(name, document), "", document), "root")
        return
    for pointer, schema in _of_api(document, "", 0):
        yield Node(name, pointer, Place(uri_of(name), pointer, schema), "other")


def _of_api(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Schemas of an OpenAPI document: those of its components, and every member ``schema``."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _of_api(item, f"{pointer}/{index}", depth + 1)
    for name, inner in value.items() if isinstance(value, dict) else ():
        here = f"{pointer}/{escaped(name)}"
        if here == "/components/schemas":
            yield from ((f"{here}/{escaped(one)}", it) for one, it in _members(inner))
        elif name == "schema":
            yield here, inner
        elif name not in _QUIET and not name.startswith("x-"):
            yield from _of_api(inner, here, depth + 1)


def _members(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def stem(file: str) -> str:
    """The name of what a file describes: ``parcel`` of ``a/parcel.schema.json``."""
    return PurePosixPath(file).name.partition(".")[0]
