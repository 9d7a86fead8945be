"""The hash chain of audit records: whether it holds, and where it does not (PI-15.2).

- Each record holds operator, time, place and matter.
- Its hash is SHA-256 over its RFC 8785 form without that hash, and the next record names it.
- What was read before is there afterwards, unchanged and in its order: nothing is altered, dropped,
  inserted, reordered or cut off at the end.
- Each read of personal data is on record with its purpose (PI-15.2, PI-05.1).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from jidi.judge.rules.transitions import instant

GENESIS: Final = "sha-256:" + "0" * 64
"""``prev_hash`` of the first record."""
INTACT_RECORDS: Final = "intact-records"
"""Name of the fact that holds :func:`intact_hashes` of an answer."""
_WITHHELD: Final = "⟦"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first thing that is wrong, at the record with ``index`` (from 0) of the list that was
    read.

    ``slug``: ``no-record``, ``altered``, ``dropped``, ``reordered``, ``inserted``, ``truncated``,
    ``rewritten``, ``withheld``.
    """

    slug: str
    index: int


def record_hash(record: Mapping[str, Any]) -> str:
    """``sha-256:`` and the hex SHA-256 over the RFC 8785 form of ``record`` without its own
    ``record_hash``.

    Raises:
        ValueError: a value has no RFC 8785 form (a number that JavaScript cannot hold, a lone
            surrogate).
    """
    bare = {name: value for name, value in record.items() if name != "record_hash"}
    return "sha-256:" + hashlib.sha256(rfc8785.dumps(bare)).hexdigest()


def intact_hashes(body: Any) -> list[str]:
    """``record_hash`` of every record in a page of the feed that holds by itself: found before
    redaction, for a record of which something was withheld cannot be hashed again.
    """
    items = body.get("items") if isinstance(body, Mapping) else None
    return [
        record["record_hash"]
        for record in (items if isinstance(items, list) else ())
        if isinstance(record, Mapping)
        and isinstance(record.get("record_hash"), str)
        and _own_hash_holds(record)
    ]


def chain_fault(
    records: Sequence[Any], before: Sequence[Any] = (), intact: Collection[str] = ()
) -> ChainFault | None:
    """What is wrong with a feed read from its beginning, or ``None``.

    ``intact`` are hashes of records that are known to hold. ``before`` is the same feed as it was
    read earlier: each of its records must still be there, unchanged, so that cutting off the end or
    making the whole chain anew is found too.
    """
    for index in range(len(records)):
        fault = _fault_at(records, index, intact)
        if fault:
            return ChainFault(fault, index)
    for index, record in enumerate(before):
        if index >= len(records):
            return ChainFault("truncated", index)
        if records[index] != record:
            return ChainFault("rewritten", index)
    return None


def _fault_at(records: Sequence[Any], index: int, intact: Collection[str]) -> str:
    record = records[index]
    if not isinstance(record, Mapping) or not isinstance(record.get("record_hash"), str):
        return "no-record"
    if _WITHHELD in json.dumps(record, ensure_ascii=False):
        return (
            _link_fault(records, index, record) if record["record_hash"] in intact else "withheld"
        )
    if not _own_hash_holds(record):
        return "altered"
    return _link_fault(records, index, record)


def _own_hash_holds(record: Mapping[str, Any]) -> bool:
    try:
        return bool(record["record_hash"] == record_hash(record))
    except (ValueError, TypeError, RecursionError):
        return False


def _link_fault(records: Sequence[Any], index: int, record: Mapping[str, Any]) -> str:
    """The record is itself whole; so a wrong link says that its neighbours are not the ones it was
    written between.
    """
    wanted = records[index - 1]["record_hash"] if index else GENESIS
    sequence = record.get("sequence")
    if record.get("prev_hash") == wanted and sequence == index + 1:
        return ""
    later = [
        other.get("record_hash") for other in records[index + 1 :] if isinstance(other, Mapping)
    ]
    if record.get("prev_hash") in later:
        return "reordered"
    hashes = [other.get("record_hash") for other in records[:index] if isinstance(other, Mapping)]
    if (
        record.get("prev_hash") in hashes
        or record.get("record_hash") in hashes
        or _next_fits(records, index)
    ):
        return "inserted"
    return "dropped"


def _next_fits(records: Sequence[Any], index: int) -> bool:
    """Whether the record after this one hangs on the one before it, so that this one was put
    between them.
    """
    following = records[index + 1] if index + 1 < len(records) else None
    wanted = records[index - 1]["record_hash"] if index else GENESIS
    return isinstance(following, Mapping) and following.get("prev_hash") == wanted


@dataclass(frozen=True, slots=True)
class Read:
    """One read that the kit made and that must be on record; empty members are not asked for."""

    matter: str
    object: str = ""
    operator: str = ""
    purpose: str = ""
    outcome: str = "GRANTED"


def uncovered(records: Sequence[Any], reads: Sequence[Read]) -> list[Read]:
    """Reads without a record of their own: two equal reads need two records."""
    used: Counter[int] = Counter()
    missing = []
    for read in reads:
        index = next(
            (
                place
                for place, record in enumerate(records)
                if not used[place] and _covers(record, read)
            ),
            None,
        )
        if index is None:
            missing.append(read)
        else:
            used[index] += 1
    return missing


def _covers(record: Any, read: Read) -> bool:
    if (
        not isinstance(record, Mapping)
        or record.get("matter") != read.matter
        or record.get("outcome") != read.outcome
    ):
        return False
    objects = record.get("objects")
    return (
        (not read.object or (isinstance(objects, list) and read.object in objects))
        and (not read.operator or record.get("operator_id") == read.operator)
        and (not read.purpose or record.get("purpose") == read.purpose)
    )


def missing_facts(record: Any) -> list[str]:
    """Which of operator, time, place and matter a record lacks."""
    if not isinstance(record, Mapping):
        return ["operator_id", "recorded_at", "place", "matter"]
    lacking = [
        name
        for name in ("operator_id", "place", "matter")
        if not isinstance(record.get(name), str) or not str(record[name]).strip()
    ]
    return lacking + ([] if instant(record.get("recorded_at")) is not None else ["recorded_at"])
