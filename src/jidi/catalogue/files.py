"""Data files of the conformance tree: read with line numbers, checked against their schema,
digested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jidi.errors import DataError
from jidi.model.text import Text
from jidi.registry.reading.yaml_reader import Lines, load_yaml, load_yaml_lines
from jidi.registry.schema_set import SchemaSet
from jidi.registry.values import Fault, LintFinding
from jidi.wording import sentence

Wanted = Callable[[bytes], bool]
"""Whether a file is worth reading, by its bytes."""


@dataclass(frozen=True)
class DataFile:
    """One YAML file as read; ``path`` is relative to the conformance tree, ``digest`` is
    ``sha256:`` and hex over its bytes.
    """

    path: str
    content: Any
    text: str = field(repr=False)
    digest: str

    @cached_property
    def lines(self) -> Lines:
        """Line of each JSON Pointer; read anew when first asked for, since most files are sound."""
        return load_yaml_lines(self.text, self.path)[1]

    def line(self, pointer: str) -> int | None:
        """Line of the place, or of the nearest place around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer)

    def finding(self, pointer: str, rule: str, text: Text) -> LintFinding:
        """A finding about a place in this file."""
        return LintFinding(self.path, self.line(pointer), rule, text.en, text.zh)


@dataclass(slots=True)
class Tree:
    """The conformance tree; ``findings`` gathers what is wrong with files that cannot be used."""

    root: Path
    schemas: SchemaSet
    findings: list[LintFinding] = field(default_factory=list)

    def files(self, folder: str, schema: str, wanted: Wanted | None = None) -> Iterator[DataFile]:
        """Files below ``folder`` that hold under ``schema``, ordered by path; the others become
        findings. With ``wanted``, only those of which it says so by their bytes are read.
        """
        for path in sorted((self.root / folder).rglob("*.yaml")):
            data = path.read_bytes()
            if wanted is not None and not wanted(data):
                continue
            file = self._read(path, data)
            if file is None:
                continue
            faults = self.schemas.validate(schema, file.content)
            self.findings += [
                file.finding(fault.pointer, f"schema:{fault.keyword}", _told(fault))
                for fault in faults
            ]
            if not faults:
                yield file

    def _read(self, path: Path, data: bytes) -> DataFile | None:
        name = path.relative_to(self.root).as_posix()
        try:
            text = data.decode("utf-8")
            content = load_yaml(text, name)
        except UnicodeDecodeError as error:
            self.findings.append(
                LintFinding(
                    name,
                    data.count(b"\n", 0, error.start) + 1,
                    "encoding",
                    "The file is not UTF-8.",
                    "文件不是 UTF-8 编码。",
                )
            )
        except DataError as error:
            self.findings.append(
                LintFinding(name, _line_of(error.message, name), "yaml", error.message, error.zh)
            )
        else:
            return DataFile(name, content, text, digest_of([(name, data)]))
        return None


def _told(fault: Fault) -> Text:
    return sentence(
        "catalogue/told",
        pointer=fault.pointer or "(top)",
        message=fault.message,
        pointer_zh=fault.pointer or "（顶层）",
        message_zh=fault.message_zh or fault.message,
    )


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """``sha256:`` and hex over lines of digest and path, sorted by path; of one file over its bytes
    alone.
    """
    hashed = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in files)
    if len(hashed) == 1:
        return f"sha256:{hashed[0][1]}"
    text = "".join(f"{digest}  {name}\n" for name, digest in hashed)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _line_of(message: str, name: str) -> int | None:
    line = message.removeprefix(f"{name}:").partition(":")[0]
    return int(line) if line.isdecimal() else None
