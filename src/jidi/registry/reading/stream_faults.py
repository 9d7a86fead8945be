"""What validating a stream tells: its faults with their places, and its counts."""

from __future__ import annotations

from dataclasses import dataclass

from jidi.model.text import Text


@dataclass(frozen=True, slots=True)
class StreamFault:
    """One fault and its place.

    ``line`` counts from 1, ``offset`` in bytes from 0 (of a line of NDJSON its start, or the very
    byte when it is no JSON), ``column`` from 1 or ``None``, ``record`` from 1. ``keyword`` is that
    of the schema, ``rule:<name>``, or ``json``, ``encoding``, ``duplicate-member``, ``too-long``,
    ``yaml``.
    """

    line: int
    offset: int
    column: int | None
    record: int
    pointer: str
    keyword: str
    requirement: str
    text: Text


@dataclass(slots=True)
class Tally:
    """What was seen: ``records``, how many of them were ``invalid``, the ``faults`` in them,
    ``lines`` (NDJSON only, blank ones too).
    """

    records: int = 0
    invalid: int = 0
    faults: int = 0
    lines: int = 0


def index_in(pointer: str) -> int:
    """Position of the array's item in which ``pointer`` points."""
    return int(pointer.split("/")[1])
