"""Records of the journal: what is written reads back, and what is no record is refused as such."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.journals_made import journal_of
from tests.unit.judge.journals import header, plain, typed
from tests.unit.judge.stored_evidence import GENERATED, stored

from jidi.errors import OperatorError, RunDirectoryError
from jidi.model.journal import RunStarted, ScenarioStarted
from jidi.model.journal.codec import KINDS, PARTS, BrokenRecordError, decode, encode
from jidi.resources import conformance_root
from jidi.run.stored import load_record

_SOME = ("consignment-accepted", "canary-push", "erasure", GENERATED)
_WRONG: tuple[Any, ...] = (None, True, 7, -1, 1.5, "", "\ud800", [], [[]], {}, {"x": {}}, 2**70)


@cache
def written() -> tuple[dict[str, Any], ...]:
    """Records of healthy and broken partners of every role, as they stood in the journal."""
    chosen = [one for one in stored() if one.name in _SOME]
    chosen += [one for one in stored() if one.broken][::40]
    return tuple(record for one in chosen for record in one.records)


@cache
def one_of_each() -> dict[str, dict[str, Any]]:
    """One whole record of each kind and part; parts that no evidence holds are as usual."""
    finding = {"kind": "generated-finding", "check": "a", "operation": "b", "state": "unstable"}
    made = {
        "note": {"kind": "note", "scenario": "s", "step": "a", "trace": "x", "not_kept": {"a": 1}},
        "generated/cut": plain(typed({"kind": "generated", "part": "cut"})),
        "generated-finding": plain(typed(finding)),
    }
    for record in written():
        name = "/".join(filter(None, (record["kind"], record.get("part", ""))))
        kept = {key: value for key, value in record.items() if key != "seq"}
        made.setdefault(name, kept)
    return made


def test_every_kind_of_record_is_looked_at() -> None:
    """Else what follows would show nothing of it."""
    assert set(one_of_each()) == {*KINDS, *(f"generated/{part}" for part in PARTS)}


def test_record_reads_back_as_it_was_written() -> None:
    """Member for member, in their order."""
    assert len(written()) > 200
    for record in written():
        kept = {name: value for name, value in record.items() if name != "seq"}
        again = json.loads(json.dumps(encode(decode(record))))
        assert again == kept
        order = [name for name in kept if name != "at"]
        assert [name for name in again if name != "at"] == order


def test_what_is_written_is_valid_under_the_schema() -> None:
    """It is made from the types, and closed: no member that it does not know."""
    text = (conformance_root() / "meta" / "journal-record.schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    validator.check_schema(validator.schema)
    lines = [{**record, "chain": "0" * 64} for record in written()]
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert not validator.is_valid({**lines[0], "stray": 1})
    assert not validator.is_valid(written()[0])


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every member of a JSON value."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, item in items:
        yield (*at, name)
        if len(at) < 4:
            yield from places(item, (*at, name))


def spoilt(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The record without one member, or with something else in its place."""
    for place in places(record):
        for wrong in ("gone", *_WRONG):
            other = copy.deepcopy(record)
            inside: Any = other
            for name in place[:-1]:
                inside = inside[name]
            if wrong == "gone":
                del inside[place[-1]]
            else:
                inside[place[-1]] = wrong
            yield other


LONG = "generated/plan"
"""The record with most members; it takes as long as all others together."""


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.thorough if kind == LONG else ())
        for kind in (*KINDS, *(f"generated/{part}" for part in PARTS))
    ],
)
def test_spoilt_record_is_refused_or_read(kind: str) -> None:
    """Whatever lacks or stands in the place of something else: nothing but a refusal comes of it,
    and what is required is missed.
    """
    record = one_of_each()[kind]
    refused = 0
    for other in spoilt(record):
        try:
            assert encode(decode(other))
        except BrokenRecordError:
            refused += 1
    assert refused > 10


@pytest.mark.parametrize(
    "value",
    [None, [], "note", 1, {}, {"kind": None}, {"kind": "x"}, {"kind": ["note"]}, {"kind": {}},
     {"kind": "generated"}, {"kind": "generated", "part": "x"}, {"kind": "generated", "part": []}],
)  # fmt: skip
def test_what_is_no_record_is_refused(value: Any) -> None:
    """Another JSON value, no kind or an unknown one."""
    with pytest.raises(BrokenRecordError):
        decode(value)


def test_members_that_nobody_knows_are_passed_over() -> None:
    """A later kit may have written them."""
    assert decode({"kind": "note", "text": "a", "later": 1}) == typed({"kind": "note", "text": "a"})


def test_record_cannot_be_changed() -> None:
    """Evidence stays what it was."""
    record = ScenarioStarted(scenario="s", variables={}, canaries=())
    with pytest.raises(AttributeError):
        record.scenario = "t"  # type: ignore[misc]


def _journal(folder: Path, *records: dict[str, Any]) -> Path:
    lines = [
        {"seq": number, "at": "2026-11-29T00:00:00Z", **record}
        for number, record in enumerate(records)
    ]
    (folder / "journal.ndjson").write_bytes(journal_of(lines))
    return folder


def test_stored_run_with_a_spoilt_header_is_an_operator_error(tmp_path: Path) -> None:
    """Nothing that stands in a journal from the disk is a fault of the kit."""
    first = plain(RunStarted(run=header()))
    assert load_record(_journal(tmp_path, first)).verdict.word == "inconclusive"
    for other in spoilt(first):
        try:
            assert load_record(_journal(tmp_path, other)).verdict.word == "inconclusive"
        except OperatorError:
            continue


def test_stored_run_names_the_line_and_the_member(tmp_path: Path) -> None:
    """In both languages."""
    first = plain(RunStarted(run=header()))
    step = {"kind": "step-finished", "scenario": "s"}
    with pytest.raises(RunDirectoryError) as caught:
        load_record(_journal(tmp_path, first, step))
    assert "line 2 is no record of a journal" in caught.value.message
    assert "`step`" in caught.value.message
    assert "第 2 行不是日志记录" in caught.value.zh
