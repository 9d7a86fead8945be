"""Reads the files of one version of the standard; the only module of the registry that touches the
disk.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from jidi.errors import DataError
from jidi.registry.reading.parsed import read_yaml
from jidi.registry.values import Example, ExampleKind

SCHEMA_SUFFIX = ".schema.json"
KINDS: tuple[ExampleKind, ...] = ("valid", "invalid")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of ``schemas/v<version>``: ``schemas`` and ``code_lists`` by name, ``openapi`` by
    document.

    ``requests`` are the schemas of what a candidate takes in, ``definitions`` those that only hold
    parts for others.
    """

    root: Path
    version: str
    base_uri: str
    schemas: Mapping[str, Any]
    code_lists: Mapping[str, Any]
    openapi: Mapping[str, Any]
    requests: frozenset[str] = frozenset()
    definitions: frozenset[str] = frozenset()

    @classmethod
    def read(cls, root: Path) -> Bundle:
        """Read a folder such as ``schemas/v1.0``.

        Raises:
            DataError: a file is missing or is not JSON or YAML.
        """
        manifest = read_json(root / "bundle.json")
        try:
            version, base_uri = str(manifest["version"]), str(manifest["base_uri"])
        except (KeyError, TypeError) as error:
            raise DataError(
                f"{root / 'bundle.json'} lacks {error}.",
                next_step="Give it 'version' and 'base_uri'.",
            ) from error
        return cls(
            root,
            version,
            base_uri,
            {
                path.name.removesuffix(SCHEMA_SUFFIX): read_json(path)
                for path in sorted(root.glob(f"*{SCHEMA_SUFFIX}"))
            },
            {path.stem: read_json(path) for path in sorted(root.glob("codelists/*.json"))},
            {
                path.stem: read_yaml(path.read_bytes(), str(path))
                for path in sorted(root.glob("openapi/*.yaml"))
            },
            frozenset(manifest.get("requests", ())),
            frozenset(manifest.get("definitions", ())),
        )

    def documents(self) -> dict[str, Any]:
        """Schemas by the absolute URI that their place gives them: base URI and file name."""
        return {
            self.uri(name): {**schema, "$id": self.uri(name)}
            for name, schema in self.schemas.items()
        }

    def uri(self, name: str) -> str:
        """Absolute URI of a schema by its name."""
        return f"{self.base_uri}{name}{SCHEMA_SUFFIX}"

    def digest(self) -> str:
        """``sha256:`` and the SHA-256 over the digests of the files that make up the bundle
        (DS-10.1).
        """
        lines = (
            f"{hashlib.sha256((self.root / path).read_bytes()).hexdigest()}  {path}\n"
            for path in bundle_files(self.root)
        )
        return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()

    def earlier_digests(self) -> tuple[str, ...]:
        """Digests of earlier editions of this version, as ``editions.json`` beside it lists them;
        none without it.
        """
        path = self.root.parent / "editions.json"
        listed = read_json(path).get(self.root.name.removeprefix("v"), ()) if path.exists() else ()
        return tuple(map(str, listed))

    def examples(self, kind: ExampleKind, thing: str = "*") -> Iterator[Example]:
        """Examples in the order of their paths; ``*`` for every thing."""
        root = self.root / "examples" / kind
        for folder in sorted(_names(f"{root}")) if thing == "*" else [thing]:
            listed = _names(f"{root}/{folder}")
            for name in sorted(listed):
                if name.endswith(".json") and not name.endswith(".expect.json"):
                    yield self._read(kind, folder, name.removesuffix(".json"), listed)

    def example(self, path: str) -> Example:
        """One example by its path below ``examples``, with or without ``.json``.

        Raises:
            DataError: there is none.
        """
        stem = path.removesuffix(".json")
        steps = stem.split("/")
        kind = next((kind for kind in KINDS if kind == steps[0]), None)
        if len(steps) != 3 or kind is None:
            raise DataError(
                f"'{path}' is no path of an example.",
                next_step="Write it as valid/<thing>/<name> or invalid/<thing>/<name>.",
            )
        listed = _names(f"{self.root}/examples/{kind}/{steps[1]}")
        return self._read(kind, steps[1], steps[2], listed)

    def _read(self, kind: ExampleKind, thing: str, name: str, listed: Collection[str]) -> Example:
        file = f"{self.root}/examples/{kind}/{thing}/{name}"
        side = f"{name}.expect.json" in listed
        return Example(
            f"{kind}/{thing}/{name}",
            kind,
            thing,
            name,
            read_json(f"{file}.json"),
            read_json(f"{file}.expect.json") if side else {},
        )


def bundle_files(root: Path) -> list[str]:
    """The files that the digest covers, relative to ``root``, in the order of their code points."""
    patterns = ("bundle.json", f"*{SCHEMA_SUFFIX}", "codelists/*.json", "openapi/*.yaml")
    return sorted(
        path.relative_to(root).as_posix() for pattern in patterns for path in root.glob(pattern)
    )


def _names(folder: str) -> frozenset[str]:
    """What lies in a folder; nothing where there is none."""
    try:
        with os.scandir(folder) as found:
            return frozenset(entry.name for entry in found)
    except OSError:
        return frozenset()


def read_json(path: Path | str) -> Any:
    """One JSON file.

    Raises:
        DataError: it is missing or not JSON.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a thousand examples at each start
            return orjson.loads(file.read())
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}.",
            next_step="Restore the file, or correct the name.",
        ) from error
    except orjson.JSONDecodeError as error:
        raise DataError(
            f"{path}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}.",
            next_step="Correct the file.",
        ) from error
