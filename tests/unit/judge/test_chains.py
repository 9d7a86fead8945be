"""Whatever is done to a chain of audit records is found, and where."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.judge.rules.chains import (
    GENESIS,
    ChainFault,
    Read,
    chain_fault,
    intact_hashes,
    missing_facts,
    record_hash,
    uncovered,
)


def chain(count: int, start: int = 1, prev: str = GENESIS) -> list[dict[str, Any]]:
    records = []
    for number in range(start, start + count):
        record: dict[str, Any] = {
            "record_id": f"r{number}",
            "sequence": number,
            "recorded_at": "2026-01-01T08:00:00+08:00",
            "operator_id": "op-1",
            "place": "10.0.0.1",
            "matter": "READ_CONSIGNMENT",
            "objects": [f"c{number}"],
            "outcome": "GRANTED",
            "prev_hash": prev,
        }
        prev = record["record_hash"] = record_hash(record)
        records.append(record)
    return records


@given(st.integers(1, 12))
def test_chain_as_written_holds(count: int) -> None:
    """A chain that nobody touched has no fault, also when read again later."""
    records = chain(count)
    assert chain_fault(records, records[: count // 2]) is None


@given(
    st.integers(0, 7),
    st.sampled_from(
        ["operator_id", "matter", "recorded_at", "objects", "record_hash", "prev_hash"]
    ),
)
def test_chain_altered_record_is_found_where_it_is(index: int, member: str) -> None:
    """Any member of any record."""
    records = chain(8)
    records[index][member] = ["c99"] if member == "objects" else "sha-256:" + "1" * 64
    assert chain_fault(records) == ChainFault("altered", index)


@given(st.integers(0, 6))
def test_chain_dropped_record_is_found_where_it_was(index: int) -> None:
    """The one that takes its place does not hang on the one before."""
    records = chain(8)
    del records[index]
    assert chain_fault(records) == ChainFault("dropped", index)


def test_chain_cut_at_its_end_is_found_by_an_earlier_reading() -> None:
    """The last record leaves no trace in the chain, only in what was read before."""
    records = chain(5)
    assert chain_fault(records[:4]) is None
    assert chain_fault(records[:4], records) == ChainFault("truncated", 4)


@given(st.integers(0, 6))
def test_chain_reordered_records_are_found(index: int) -> None:
    """Two neighbours that changed places."""
    records = chain(8)
    records[index], records[index + 1] = records[index + 1], records[index]
    assert chain_fault(records) == ChainFault("reordered", index)


@given(st.integers(1, 6))
def test_chain_inserted_record_is_found(index: int) -> None:
    """A record made to hang on the one before, put between two that belong together."""
    records = chain(8)
    forged = chain(1, start=index + 1, prev=records[index - 1]["record_hash"])[0]
    forged["operator_id"] = "op-2"
    forged["record_hash"] = record_hash(forged)
    records.insert(index, forged)
    assert chain_fault(records) == ChainFault("inserted", index + 1)


def test_chain_made_anew_is_found_by_an_earlier_reading() -> None:
    """Every hash fits, but the past is another one."""
    records = chain(4)
    anew = copy.deepcopy(records)
    prev = GENESIS
    for record in anew:
        record["operator_id"] = "op-9"
        record["prev_hash"] = prev
        prev = record["record_hash"] = record_hash(record)
    assert chain_fault(anew) is None
    assert chain_fault(anew, records) == ChainFault("rewritten", 0)


@pytest.mark.parametrize(
    "odd", [None, 7, {}, {"record_hash": 3}, {"record_hash": "x", "sequence": 2**80}]
)
def test_chain_with_something_odd_in_it_is_a_fault_and_no_crash(odd: Any) -> None:
    """A candidate may send anything."""
    assert chain_fault([*chain(2), odd]) is not None


def test_reads_need_a_record_each() -> None:
    """Two equal reads are covered by two records only; operator and purpose are asked for where
    they are given.
    """
    records = chain(2)
    assert (
        uncovered(records, [Read("READ_CONSIGNMENT", "c1"), Read("READ_CONSIGNMENT", "c2", "op-1")])
        == []
    )
    assert uncovered(records, [Read("READ_CONSIGNMENT", "c1")] * 2) == [
        Read("READ_CONSIGNMENT", "c1")
    ]
    assert uncovered(records, [Read("READ_CONSIGNMENT", "c1", "op-2")]) == [
        Read("READ_CONSIGNMENT", "c1", "op-2")
    ]


def test_record_without_place_or_time_is_incomplete() -> None:
    """Operator, time, place and matter are asked for."""
    record = chain(1)[0]
    assert missing_facts(record) == []
    assert missing_facts({**record, "place": " ", "recorded_at": "yesterday"}) == [
        "place",
        "recorded_at",
    ]


def test_chain_with_something_withheld_holds_where_it_was_hashed_before() -> None:
    """An id that looks like a number is withheld; the record was whole before, and still links."""
    records = chain(3)
    intact = intact_hashes({"items": records})
    assert intact == [record["record_hash"] for record in records]
    records[1]["objects"] = ["⟦direct:0123456789ab⟧"]
    assert chain_fault(records, (), intact) is None
    assert chain_fault(records) == ChainFault("withheld", 1)
    assert chain_fault([records[1], records[0], records[2]], (), intact) is not None
    assert chain_fault([records[0], records[2]], (), intact) is not None


def test_hashes_of_altered_records_are_not_intact() -> None:
    """What did not hold before redaction does not hold after it."""
    records = chain(2)
    records[0]["matter"] = "OTHER"
    assert intact_hashes({"items": records}) == [records[1]["record_hash"]]
    assert intact_hashes({"items": None}) == intact_hashes([]) == []
