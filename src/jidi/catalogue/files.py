"""The conformance tree: its data files, each read and checked against its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jidi.catalogue.data_file import DataFile, digest_of
from jidi.errors import DataError
from jidi.model.text import Text
from jidi.registry.reading.parsed import read_yaml
from jidi.registry.schema_set import SchemaSet
from jidi.registry.values import Fault, LintFinding
from jidi.wording import sentence

Wanted = Callable[[bytes], bool]
"""Whether a file is worth reading, by its bytes."""


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
            content = read_yaml(data, name)
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


def _line_of(message: str, name: str) -> int | None:
    line = message.removeprefix(f"{name}:").partition(":")[0]
    return int(line) if line.isdecimal() else None
