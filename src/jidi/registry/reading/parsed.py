"""YAML of the kit as it was read before: bytes that are known need not be parsed again.

``make`` writes them down (:func:`write`), one text a line. A line is
believed for the very bytes from which it was made, read by this very reader, and only while its own
digest holds; everything else is parsed, so that a lost, old or broken file costs time and no more.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import orjson

_READER: Final = "yaml_reader"
"""The module that parses, imported when something is to be parsed: that takes longer than reading
what is known.
"""
_DIGEST: Final = 64
_MOST: Final = 64 << 20
"""A larger file was written by nobody here."""


@cache
def kept_file() -> Path:
    """Where the YAML of a checkout lies as it was read before; it need not be there."""
    return Path(__file__).resolve().parents[4] / "build" / "parsed.ndjson"


def read_yaml(data: bytes, source: str) -> Any:
    """The one document in ``data``, as :func:`.load_yaml` reads it; ``source`` names it in
    messages.

    Raises:
        DataError: as :func:`.load_yaml`.
        UnicodeDecodeError: it is not UTF-8.
    """
    line = known(kept_file()).get(_key(data, _reader()))
    if line is not None and _digest(line[_DIGEST:]) == line[:_DIGEST]:
        return orjson.loads(line[_DIGEST:])
    return _parsing().load_yaml(data.decode("utf-8"), source)


def read_yaml_lines(text: str, source: str) -> tuple[Any, dict[str, int]]:
    """See :func:`.load_yaml_lines`."""
    value, lines = _parsing().load_yaml_lines(text, source)
    return value, lines


@cache
def known(file: Path) -> Mapping[bytes, bytes]:
    """Digest and value of each text by its key; none where there is no such file."""
    try:
        if file.stat().st_size > _MOST:
            return {}
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return {}
    return {line[:_DIGEST]: line[_DIGEST:] for line in lines if len(line) > 2 * _DIGEST}


def lines_of(texts: Iterable[bytes]) -> Iterator[bytes]:
    """A line for each text that JSON can hold as it is; texts that cannot be read have none.

    Raises:
        DataError: a text is not YAML.
    """
    for data in texts:
        try:
            value = orjson.dumps(_parsing().load_yaml(data.decode("utf-8"), "it"))
        except orjson.JSONEncodeError:  # a number of more than 64 bits
            continue
        yield _key(data, _reader()) + _digest(value) + value + b"\n"


def write(file: Path, roots: Iterable[Path]) -> int:
    """Write what the YAML below ``roots`` says; the number of bytes. Who reads meanwhile reads the
    old file.

    Raises:
        DataError: a file is not YAML.
        OSError: the file cannot be written.
    """
    found = b"".join(
        lines_of(path.read_bytes() for root in roots for path in sorted(root.rglob("*.yaml")))
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as new:
        new.write(found)
    os.replace(new.name, file)  # noqa: PTH105 - of one name by another, at once
    return len(found)


def _key(data: bytes, reader: bytes) -> bytes:
    """What stands for bytes and for who reads them."""
    return _digest(reader + data)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


@cache
def _reader() -> bytes:
    """What stands for the reader: a digest of how it is written."""
    return _digest(Path(__file__).with_name(f"{_READER}.py").read_bytes())


def _parsing() -> Any:
    return import_module(f"jidi.registry.reading.{_READER}")
