"""Bulk validation of one NDJSON file by several processes: exact borders between lines, results in
the order of the file.
"""

from __future__ import annotations

import io
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from jidi.registry.reading import records
from jidi.registry.reading.documents import DocumentValidator
from jidi.registry.reading.stream_faults import StreamFault, Tally

PART = 8 << 20
Maker = Callable[[str], DocumentValidator]


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the file gave; lines, records and offsets count from the start of the part.
    ``end`` is its border in the file.
    """

    end: int
    faults: tuple[StreamFault, ...]
    tally: Tally


class ParallelValidator:
    """Validates one NDJSON file by ``jobs`` processes; ``tally`` grows as parts are done.

    ``make(schema)`` gives a validator; it must be a function that another process can import.
    """

    def __init__(self, make: Maker, schema: str, jobs: int) -> None:
        self._make = make
        self._jobs = jobs
        self.schema = schema
        self.tally = Tally()
        self._start = 0

    def validate(self, path: Path, watch: Callable[[int], None]) -> Iterator[StreamFault]:
        """Every fault, in the order of the file; at most two parts a process are under way or kept.
        ``watch`` is told the bytes of each part.
        """
        with path.open("rb") as file:
            borders = iter(list(borders_of(file, PART)))
        waiting: deque[Future[Part]] = deque()
        with ProcessPoolExecutor(self._jobs, multiprocessing.get_context("spawn")) as pool:
            try:
                while True:
                    for start, end in islice(borders, 2 * self._jobs - len(waiting)):
                        waiting.append(
                            pool.submit(validate_part, self._make, self.schema, path, (start, end))
                        )
                    if not waiting:
                        return
                    part = waiting.popleft().result()
                    watch(part.end - self._start)
                    yield from self._placed(part)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _placed(self, part: Part) -> Iterator[StreamFault]:
        start, self._start = self._start, part.end
        lines, before = self.tally.lines, self.tally.records
        self.tally.lines += part.tally.lines
        self.tally.records += part.tally.records
        self.tally.invalid += part.tally.invalid
        self.tally.faults += part.tally.faults
        for fault in part.faults:
            yield replace(
                fault,
                line=fault.line + lines,
                record=fault.record + before,
                offset=fault.offset + start,
            )


def validate_part(make: Maker, schema: str, path: Path, border: tuple[int, int]) -> Part:
    """The lines between two borders, in the process that is asked; the validator's schemas are
    compiled once a process.
    """
    start, end = border
    validator = make(schema)
    with path.open("rb") as file:
        file.seek(start)
        faults = tuple(validator.validate(Limited(file, end - start), "ndjson"))
    return Part(end, faults, validator.tally)


class Limited:
    """The next ``size`` bytes of a stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        """At most what is left."""
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


def borders_of(file: BinaryIO, part: int) -> Iterator[tuple[int, int]]:
    """Ranges of about ``part`` bytes that cover the file, each of which ends behind a line feed or
    at the end of the file.
    """
    size = file.seek(0, io.SEEK_END)
    start = 0
    while start < size:
        file.seek(min(start + part, size) - 1)  # a border that falls behind a line feed is kept
        while (chunk := file.read(records.CHUNK)) and b"\n" not in chunk:
            pass
        end = file.tell() - len(chunk) + chunk.index(b"\n") + 1 if chunk else size
        yield start, end
        start = end
