"""The compact form of a journal that is kept: numbers and clock count from its own beginning, what
can be computed is left out, and all files are compressed with one dictionary.

So a file says nothing of the run that it was cut from but what was seen, and small ones stay small.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import zstandard

Record = dict[str, Any]

FOLDER: Final = Path(__file__).parents[2] / "data" / "judge"
_DICTIONARY: Final = FOLDER / "dictionary.zstd"
"""Trained once on the first evidence; another one would make all files unreadable."""
_ZERO_S: Final = 1000.0
"""Reading of the monotonic clock at which every scenario begins when its evidence is read."""
_DIGITS: Final = 6
_CLOCKS: Final = ("started", "finished", "received")


def packed(records: Sequence[Record]) -> bytes:
    """The compressed compact form of a journal, in its order."""
    lines = [
        json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in compact(records)
    ]
    compressor = zstandard.ZstdCompressor(
        level=22, dict_data=_dictionary(), write_checksum=False, write_dict_id=False
    )
    return compressor.compress("\n".join(lines).encode())


def unpacked(data: bytes) -> list[Record]:
    """The journal that :func:`packed` was given, but for what numbers and clock count from."""
    text = zstandard.ZstdDecompressor(dict_data=_dictionary()).decompress(data).decode()
    records = [json.loads(line) for line in text.split("\n")]
    return [
        {"seq": number, "at": records[0]["at"], **_moved(_with_digests(record), -_ZERO_S)}
        for number, record in enumerate(records)
    ]


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(_DICTIONARY.read_bytes())


def compact(records: Sequence[Record]) -> Iterator[Record]:
    """The records without what says when and as which of many they were written."""
    begun, numbers = _beginnings(records), numbering(records)
    for record in records:
        kept = {name: value for name, value in record.items() if name not in {"seq", "at"}}
        if record["kind"] == "run-started":
            kept["at"] = record["at"]
        if record["kind"] == "exchange":
            kept["id"] = numbers[record["id"]]
        yield _without_digests(_moved(kept, begun.get(record.get("scenario", ""), 0.0)))


def numbering(records: Iterable[Record]) -> dict[str, str]:
    """The number of each exchange in the compact form, by that which it has in the journal."""
    exchanges = (record["id"] for record in records if record["kind"] == "exchange")
    return {name: f"x{number:06}" for number, name in enumerate(exchanges, 1)}


def _beginnings(records: Iterable[Record]) -> dict[str, float]:
    """The first reading of the clock in each scenario; without one it does not matter."""
    found: dict[str, float] = {}
    for record in records:
        place = record.get("scenario", "")
        for name in _CLOCKS:
            if name in record:
                found[place] = min(found.get(place, record[name]), record[name])
    return found


def _moved(record: Record, by: float) -> Record:
    """The record with every reading of the monotonic clock less by ``by`` seconds."""
    moved = {
        name: round(value - by, _DIGITS) if name in _CLOCKS else value
        for name, value in record.items()
    }
    observed = record.get("observed")
    if isinstance(observed, Mapping) and "origin" in observed:
        moved["observed"] = {**observed, "origin": round(observed["origin"] - by, _DIGITS)}
    return moved


def _without_digests(record: Record) -> Record:
    """A body that stands there as it came needs neither digest nor size."""
    return _bodies(record, lambda body: {"text": body["text"]} if _plain(body) else body)


def _with_digests(record: Record) -> Record:
    return _bodies(record, lambda body: _described(body["text"]) if set(body) == {"text"} else body)


def _plain(body: Record) -> bool:
    return "text" in body and body == _described(body["text"])


def _described(text: str) -> Record:
    data = text.encode("utf-8", "surrogatepass")
    return {
        "digest": "sha-256:" + hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "text": text,
    }


def _bodies(record: Record, change: Any) -> Record:
    messages = {
        name: {**record[name], "body": change(record[name]["body"])}
        for name in ("request", "response")
        if record["kind"] == "exchange" and record.get(name)
    }
    return {**record, **messages}
