"""Journals that a test writes itself, chained as the kit chains its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jidi.drive.keeping.chain import chained_lines


def journal_of(records: Iterable[Any]) -> bytes:
    """A journal of these records, whatever they are; a digest that they have already is made
    anew.
    """
    lines = (json.dumps(_unchained(one)).encode() for one in records)
    return b"".join(line + b"\n" for line in chained_lines(lines))


def _unchained(record: Any) -> Any:
    if not isinstance(record, Mapping):
        return record
    return {name: value for name, value in record.items() if name != "chain"}
