"""One data file of the conformance tree, with the lines of its places and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jidi.model.text import Text
from jidi.registry.reading.parsed import read_yaml_lines
from jidi.registry.values import LintFinding


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
    def lines(self) -> dict[str, int]:
        """Line of each JSON Pointer; read anew when first asked for, since most files are sound."""
        return read_yaml_lines(self.text, self.path)[1]

    def line(self, pointer: str) -> int | None:
        """Line of the place, or of the nearest place around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer)

    def finding(self, pointer: str, rule: str, text: Text) -> LintFinding:
        """A finding about a place in this file."""
        return LintFinding(self.path, self.line(pointer), rule, text.en, text.zh)


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """``sha256:`` and hex over lines of digest and path, sorted by path; of one file over its bytes
    alone.
    """
    hashed = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in files)
    if len(hashed) == 1:
        return f"sha256:{hashed[0][1]}"
    text = "".join(f"{digest}  {name}\n" for name, digest in hashed)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
