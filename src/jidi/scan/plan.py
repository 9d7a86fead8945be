"""How is scanned, and the rows of one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jidi.scan.findings import Found
from jidi.scan.intake.parts import Unread
from jidi.scan.intake.walking import STDIN, Met, Source, why
from jidi.scan.scanning import Scanner


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """How is scanned: the salt of the digests, the form of the input (empty: told from each), with
    the published schemas or without, in how many processes, until when (``time.monotonic()``).
    """

    salt: bytes
    form: str = ""
    schema: bool = True
    jobs: int = 1
    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class Row:
    """What was found, or not read, in a file; ``name`` and ``said.inside`` without what is
    personal in them.
    """

    name: str
    said: Found | Unread


def rows_of(scanner: Scanner, met: Met, form: str) -> Iterator[Row]:
    """Everything of one file."""
    name = met.name if isinstance(met, Source) else met[0]
    shown = name if name == STDIN else scanner.redacted(name)
    if isinstance(met, Source):
        for said in _scanned(scanner, met, form):
            yield Row(shown, replace(said, inside=tuple(map(scanner.redacted, said.inside))))
    else:
        yield Row(shown, scanner.missed(met[1]))


def _scanned(scanner: Scanner, source: Source, form: str) -> Iterator[Found | Unread]:
    try:
        stream = source.open()
    except OSError as error:
        yield scanner.missed(Unread(why(error)))
        return
    try:
        yield from scanner.scan(stream, "" if source.name == STDIN else source.name, form)
    finally:
        if source.name != STDIN:
            stream.close()
