"""The two sides of a comparison, wherever they lie: files, folders, a commit of a repository."""

from __future__ import annotations

import json
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Final

from jidi.errors import DataError, OperatorError
from jidi.evolution.algebra.keys import UncountableError, key
from jidi.model.text import Text
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.resources import child_environment
from jidi.wording import sentence

GIT: Final = "git:"
_SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
_LARGEST: Final = 16 << 20
_MOST_FILES: Final = 2_000
_DEEPEST: Final = 100
_MOST_PARTS: Final = 400_000
_PATIENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Source:
    """What one side holds: ``files`` by their paths below what was named (of a file alone: below
    the folder above its own), and ``beside`` files of these two folders that it may refer to.
    ``unread`` are files of a folder that should be schemas by their names and are no documents.
    """

    name: str
    files: Mapping[str, Any]
    beside: Mapping[str, Any]
    unread: Mapping[str, Text] = field(default_factory=dict)


def read_source(named: str) -> Source:
    """The side that is named: a path, or ``git:REF:PATH``.

    Raises:
        OperatorError: it cannot be read, is no JSON or YAML, or is larger than may be.
    """
    store = store_of(named)
    if not store.is_folder:
        name = store.only.as_posix()
        return Source(named, {name: document_of(store.read(name), name)}, _Beside(store, name))
    files: dict[str, Any] = {}
    unread: dict[str, Text] = {}
    for name in store.names():
        try:
            found = document_of(store.read(name), name)
        except OperatorError as error:
            if is_named_schema(name):
                unread[name] = Text(error.message, error.zh)
            continue
        if is_schema(found) or (is_named_schema(name) and isinstance(found, dict | bool)):
            files[name] = found
    if not files and not unread:
        raise OperatorError(
            sentence("evolution/no-schemas-in-folder", name=named),
            next_step=sentence("evolution/name-a-schema-or-folder"),
        )
    return Source(named, files, {}, unread)


def store_of(named: str) -> Store:
    """The files of the side that is named.

    Raises:
        OperatorError: there is no such commit, or its repository is not this one.
    """
    return _Commit(named) if named.startswith(GIT) else _Disk(named)


def is_schema(document: Any) -> bool:
    """Whether a document of a folder is meant as a schema or as an OpenAPI document."""
    if not isinstance(document, dict):
        return False
    return "openapi" in document or str(document.get("$schema", "")).startswith(
        ("https://json-schema.org/", "http://json-schema.org/")
    )


def is_named_schema(name: str) -> bool:
    """Whether a file is a schema by its name, such as ``parcel.schema.json``."""
    return name.rpartition(".")[0].endswith(".schema")


class Store(ABC):
    """Files of one side by name; ``only`` is the path of a side that is one file."""

    is_folder = False
    only = PurePosixPath()

    @abstractmethod
    def names(self) -> Iterator[str]:
        """Names of the documents, sorted, those of folders below included."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """What a file holds."""


class _Disk(Store):
    def __init__(self, named: str) -> None:
        path = Path(named).absolute()
        self.is_folder = path.is_dir()
        self._root = path if self.is_folder else path.parent.parent
        self.only = PurePosixPath(path.relative_to(self._root).as_posix())

    def names(self) -> Iterator[str]:
        below = self._root if self.is_folder else self._root / self.only.parent
        found = {*below.rglob("*"), *(() if self.is_folder else self._root.glob("*"))}
        names = sorted(
            path.relative_to(self._root).as_posix()
            for path in found
            if path.suffix.lower() in _SUFFIXES and path.is_file()
        )
        yield from names[:_MOST_FILES]

    def read(self, name: str) -> bytes:
        try:
            with (self._root / name).open("rb") as file:
                return file.read(_LARGEST + 1)
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else None
            raise OperatorError(
                sentence("evolution/cannot-be-read", name=name, why=told or "?"),
                next_step=sentence("evolution/name-a-schema-or-folder"),
            ) from error


class _Commit(Store):
    """``git:REF:PATH``, the path as from the working directory."""

    def __init__(self, named: str) -> None:
        self._ref, _, path = named.removeprefix(GIT).partition(":")
        if not self._ref or self._ref.startswith("-") or not path:
            raise OperatorError(
                sentence("evolution/no-such-commit", name=named),
                next_step=sentence("evolution/say-git-ref-path"),
            )
        self._path = self._from_top(path)
        kind = self._git("cat-file", "-t", f"{self._ref}:{self._path}").strip()
        self.is_folder = kind == b"tree"
        place = PurePosixPath(self._path)
        self._root = place if self.is_folder else place.parent.parent
        self.only = place.relative_to(self._root)

    def _from_top(self, path: str) -> str:
        top = Path(self._git("rev-parse", "--show-toplevel").decode().rstrip("\n"))
        absolute = (Path.cwd() / path).resolve()
        if not absolute.is_relative_to(top):
            raise OperatorError(
                sentence("evolution/not-in-repository", name=path),
                next_step=sentence("evolution/say-git-ref-path"),
            )
        found = absolute.relative_to(top).as_posix()
        return "" if found == "." else found

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(
                [_program(), *arguments],
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
                env=child_environment(Path.home(), GIT_OPTIONAL_LOCKS="0"),
            )
        except (OSError, subprocess.TimeoutExpired, RuntimeError) as error:
            raise OperatorError(
                sentence("evolution/git-does-not-run"),
                next_step=sentence("evolution/say-git-ref-path"),
            ) from error
        if done.returncode:
            raise OperatorError(
                sentence("evolution/no-such-commit", name=f"{self._ref}"),
                next_step=sentence("evolution/say-git-ref-path"),
            )
        return done.stdout

    def names(self) -> Iterator[str]:
        place = f"{self._ref}:{self._root}" if str(self._root) != "." else self._ref
        listed = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", place)
        names = sorted(name.decode("utf-8", "replace") for name in listed.split(b"\0") if name)
        found = [name for name in names if self._is_near(PurePosixPath(name))]
        yield from found[:_MOST_FILES]

    def _is_near(self, path: PurePosixPath) -> bool:
        """Whether a document is of the folder, or of the folder of a file or the one above it."""
        near = self.is_folder or path.is_relative_to(self.only.parent) or len(path.parts) == 1
        return near and path.suffix.lower() in _SUFFIXES

    def read(self, name: str) -> bytes:
        return self._git("cat-file", "blob", f"{self._ref}:{(self._root / name).as_posix()}")


def _program() -> str:
    """Whichever git the person uses.

    Raises:
        FileNotFoundError: there is none.
    """
    found = shutil.which("git")
    if found is None:
        raise FileNotFoundError("git")
    return found


class _Beside(Mapping[str, Any]):
    """Documents of the folder in which a file lies, read when they are first asked for."""

    def __init__(self, store: Store, apart: str) -> None:
        self._store = store
        self._apart = apart
        self._read: dict[str, Any] | None = None

    def _found(self) -> dict[str, Any]:
        if self._read is None:
            names = [name for name in self._store.names() if name != self._apart]
            read = ((name, _tried(self._store, name)) for name in names)
            self._read = {name: found for name, found in read if isinstance(found, dict)}
        return self._read

    def __getitem__(self, name: str) -> Any:
        return self._found()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())


def _tried(store: Store, name: str) -> Any:
    try:
        return document_of(store.read(name), name)
    except OperatorError:
        return None


def document_of(data: bytes, name: str) -> Any:
    """The JSON or YAML of a file, its numbers as they were written.

    Raises:
        OperatorError: it is neither, or larger than may be.
    """
    if len(data) > _LARGEST:
        raise OperatorError(
            sentence("evolution/too-large", name=name, most=_LARGEST >> 20),
            next_step=sentence("evolution/name-a-schema-or-folder"),
        )
    try:
        value = _parsed(data, name)
        _bounded(value)
        key(value)
    except (ValueError, DataError, RecursionError, UncountableError) as error:
        raise OperatorError(
            sentence("evolution/no-document", name=name, why=" ".join(str(error).split())[:200]),
            next_step=sentence("evolution/correct-the-document"),
        ) from error
    return value


def _parsed(data: bytes, name: str) -> Any:
    text = data.decode("utf-8-sig")
    if name.lower().endswith(".json"):
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_members)
    return load_yaml(text, name)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _bounded(value: Any) -> None:
    if _size(value, 0) > _MOST_PARTS:
        raise ValueError("more parts than are compared")


def _size(value: Any, depth: int) -> int:
    if depth > _DEEPEST:
        raise ValueError("deeper than is compared")
    if isinstance(value, str):
        value.encode()  # half a character raises
    if isinstance(value, dict):
        "".join(value).encode()
        return 1 + sum(_size(member, depth + 1) for member in value.values())
    if isinstance(value, list):
        return 1 + sum(_size(item, depth + 1) for item in value)
    return 1
