"""Bulk validation: every fault with its place, nothing hidden, memory bounded."""

from __future__ import annotations

import io
import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jidi.errors import SelectionError
from jidi.judge.rules import document_rules as rules
from jidi.registry import Registry
from jidi.registry.fast.shortcuts import GLANCES
from jidi.registry.reading import records
from jidi.registry.reading.documents import (
    DocumentValidator,
    Form,
    form_of,
    validate_stream,
)
from jidi.registry.reading.stream_faults import StreamFault

FORMS: tuple[Form, ...] = ("json", "ndjson")
BLUE: dict[str, Any] = {
    "number": "ABC123",
    "colour": "blue",
    "recipient": {"name": "张三", "phone": "13800000000"},
}


def judged(rule: str, value: Any, _pointer: str, parent: Any) -> str:
    return rules.apply(rule, value, parent)


def run(
    registry: Registry, data: bytes, form: Form, **settings: Any
) -> tuple[list[StreamFault], DocumentValidator]:
    validator = DocumentValidator(registry, **settings)
    return list(validator.validate(io.BytesIO(data), form)), validator


def test_lines_give_line_and_byte_offset_of_each_fault(small: Registry) -> None:
    """Good lines are counted, bad ones located, blank ones passed over."""
    good, bad = orjson.dumps(BLUE), orjson.dumps({**BLUE, "colour": "green"})
    faults, validator = run(small, b"\n".join([good, b"", bad, good, bad]), "ndjson")
    assert [(fault.line, fault.offset, fault.record, fault.pointer) for fault in faults] == [
        (3, len(good) + 2, 2, "/colour"),
        (5, 2 * len(good) + len(bad) + 4, 4, "/colour"),
    ]
    assert (
        validator.tally.records,
        validator.tally.invalid,
        validator.tally.faults,
        validator.tally.lines,
    ) == (4, 2, 2, 5)


def test_broken_line_gives_the_column(small: Registry) -> None:
    """JSON that breaks off is told by its place, and the next line is looked at all the same."""
    faults, _ = run(
        small,
        orjson.dumps(BLUE) + b'\n{"number": }\n' + orjson.dumps({**BLUE, "colour": 1}),
        "ndjson",
        schema="parcel",
    )
    assert [(fault.line, fault.keyword) for fault in faults] == [
        (2, "json"),
        (3, "enum"),
        (3, "type"),
    ]
    assert faults[0].column == 12


@pytest.mark.parametrize(
    "text",
    [
        '{"a": NaN}',
        '{"a": Infinity}',
        "{'a': 1}",
        '{"a": 1,}',
        "{} {}",
        '{"a": /* */ 1}',
        "\ufeff{}",
    ],
)
def test_text_that_is_not_json_is_refused(small: Registry, text: str) -> None:
    """Nothing that only some parsers read passes."""
    faults, _ = run(small, text.encode(), "json", schema="parcel")
    assert [fault.keyword for fault in faults] in (["json"], ["encoding"])


def test_invalid_utf8_is_located(small: Registry) -> None:
    """The byte, its line and its column in characters."""
    faults, _ = run(small, '{"number":\n "张'.encode() + b"\xff" + b'"}', "json", schema="parcel")
    assert [(fault.keyword, fault.line, fault.column, fault.offset) for fault in faults] == [
        ("encoding", 2, 4, 16)
    ]


@pytest.mark.parametrize("blank", ["", " ", "\t", "  "])
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_duplicate_member_is_found_wherever_it_hides(
    small: Registry, blank: str, form: Form
) -> None:
    """The parser keeps the last one silently; the validator does not, whatever the white space."""
    text = (
        orjson.dumps(BLUE).decode()[:-1]
        + f',"recipient":{{"name"{blank}:"a","phone":"13800000000","name"{blank}:"b"}}}}'
    )
    faults, _ = run(small, text.encode(), form, schema="parcel")
    assert [fault.keyword for fault in faults] == ["duplicate-member"]


@given(
    value=st.recursive(
        st.none() | st.integers(0, 9) | st.text(alphabet='":\\ a张u0', max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(alphabet='":\\ au0', max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
    separators=st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
)
def test_parse_accepts_every_text_without_duplicates(
    value: Any, indent: int | None, ascii_only: bool, separators: tuple[str, str]
) -> None:
    """No writing of an honest value is taken for one that hides a member."""
    assert (
        records.parse(
            json.dumps(
                value, indent=indent, ensure_ascii=ascii_only, separators=separators
            ).encode()
        )
        == value
    )


@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", 'x":', "c"]), st.sampled_from([1, "q", '":', "\\u0022:", {}])
        ),
        min_size=2,
        max_size=5,
    ),
    blank=st.sampled_from(["", " "]),
    ascii_only=st.booleans(),
)
def test_parse_refuses_exactly_the_texts_with_duplicates(
    pairs: list[tuple[str, Any]], blank: str, ascii_only: bool
) -> None:
    """Adversarial names and values do not confuse the count."""
    text = (
        "{"
        + ",".join(
            f"{json.dumps(name, ensure_ascii=ascii_only)}{blank}:{json.dumps(value)}"
            for name, value in pairs
        )
        + "}"
    )
    names = [name for name, _ in pairs]
    if len(set(names)) == len(names):
        records.parse(text.encode())
    else:
        with pytest.raises(records.BrokenRecordError):
            records.parse(text.encode())


@given(
    lines=st.lists(st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"")), max_size=12),
    end=st.booleans(),
    size=st.integers(1, 40),
)
def test_read_blocks_splits_as_split_does(lines: list[bytes], end: bool, size: int) -> None:
    """Whatever the borders of the chunks: same lines, right offsets."""

    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(size)

    data = b"\n".join(lines) + (b"\n" if end else b"")
    found = list(records.read_blocks(Slow(data)))
    expected = data.split(b"\n")
    expected = expected[:-1] if expected[-1] == b"" else expected
    assert [line for block in found for line in block.lines] == expected
    for block in found:
        text = b"\n".join(block.lines)
        assert data[block.offset : block.offset + len(text)] == text
        assert expected[block.number - 1 : block.number - 1 + len(block.lines)] == block.lines


def test_overlong_line_is_told_and_passed_over(
    small: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory stays bounded, and the lines after it are right in number and offset."""
    monkeypatch.setattr(records, "MAX_LINE", 1000)
    monkeypatch.setattr(records, "CHUNK", 300)
    bad = orjson.dumps({**BLUE, "colour": "green"})
    faults, _ = run(small, b'{"x": "' + b"y" * 5000 + b'"}\n' + bad, "ndjson", schema="parcel")
    assert [(fault.line, fault.offset, fault.keyword) for fault in faults] == [
        (1, 0, "too-long"),
        (2, 5010, "enum"),
    ]


def test_yaml_document_gives_lines(small: Registry) -> None:
    """The line of the member at fault, not of the file."""
    text = "number: ABC123\ncolour: green\nrecipient:\n  name: 张三\n  phone: '13800000000'\n"
    faults, _ = run(small, text.encode(), "yaml")
    assert [(fault.line, fault.pointer, fault.keyword) for fault in faults] == [
        (2, "/colour", "enum")
    ]


def test_yaml_that_cannot_be_read_is_a_fault(small: Registry) -> None:
    """A duplicate key is told with line and column, in both languages."""
    faults, _ = run(small, b"number: a\nnumber: b\n", "yaml", schema="parcel")
    assert [(fault.line, fault.column, fault.keyword) for fault in faults] == [(2, 1, "yaml")]
    assert (faults[0].text.en, faults[0].text.zh) == (
        "the key 'number' stands twice.",
        "键“number”出现两次。",
    )


def test_excess_in_a_request_breaks_pi_07(small: Registry) -> None:
    """The schema of a request is known from the operations."""
    faults, _ = run(small, orjson.dumps({**BLUE, "birthday": "x"}), "json")
    assert [(fault.pointer, fault.requirement) for fault in faults] == [("/birthday", "PI-07.1")]


def test_named_rule_is_judged_in_loops_too(small: Registry) -> None:
    """A valid record that breaks a rule is found on the quick path."""

    def later(_rule: str, value: Any, _pointer: str, parent: Any) -> str:
        return "too late" if value > parent["received_at"] else ""

    good = {**BLUE, "sent_at": "2026-01-01T00:00:00Z", "received_at": "2026-01-02T00:00:00Z"}
    bad = {**good, "sent_at": "2026-01-03T00:00:00Z"}
    faults, _ = run(
        small,
        b"\n".join(map(orjson.dumps, [good, bad, good])),
        "ndjson",
        schema="parcel",
        rule_checker=later,
    )
    assert [(fault.line, fault.pointer, fault.keyword, fault.text.en) for fault in faults] == [
        (2, "/sent_at", "rule:not-later-than", "too late")
    ]


def test_schema_is_guessed_from_members(small: Registry) -> None:
    """One guess, kept for the whole stream."""
    _, validator = run(small, orjson.dumps({**BLUE, "colour": "green"}), "ndjson")
    assert validator.schema == "parcel"


def test_ambiguous_document_asks_for_the_schema(small: Registry) -> None:
    """The message names the option and the candidates."""
    with pytest.raises(SelectionError, match="--schema"):
        run(small, b"{}", "json")


@pytest.mark.parametrize(
    ("name", "head", "form"),
    [
        ("a.json", b"", "json"),
        ("a.NDJSON", b"", "ndjson"),
        ("a.yml", b"", "yaml"),
        ("", b'{"a":1}\n{"a":2}\n', "ndjson"),
        ("", b'{\n"a":1}', "json"),
        ("", b'{"a":1}\n', "json"),
        ("", b"a: 1", "yaml"),
    ],
)
def test_form_is_told_from_name_or_first_bytes(name: str, head: bytes, form: Form) -> None:
    """Standard input has no name."""
    assert form_of(name, head) == form


def test_stream_without_a_name_is_read_whole(small: Registry) -> None:
    """The bytes looked at to tell the form are validated as well."""
    data = b"\n".join(orjson.dumps({**BLUE, "colour": "green"}) for _ in range(5000))
    assert sum(1 for _ in validate_stream(small, io.BytesIO(data))) == 5000


HIDING = st.recursive(
    st.sampled_from(
        [
            b"1",
            rb'"q"',
            rb'"\":"',
            rb'"\u0022:"',
            rb'"\"\u003a"',
            rb'"\" :"',
            rb'"\"\u0020:"',
            rb'"\\"',
            rb'"\u005c"',
            b'" : "',
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: b"[" + b",".join(items) + b"]")
        | st.lists(
            st.tuples(
                st.sampled_from([b'"a"', rb'"\u0061"', rb'"b\":"', b'"c "']),
                st.sampled_from([b"", b" ", b"\t", b"\r"]),
                inner,
            ),
            max_size=3,
        ).map(
            lambda members: (
                b"{"
                + b", ".join(name + blank + b":" + value for name, blank, value in members)
                + b"}"
            )
        )
    ),
    max_leaves=6,
)


def names_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise KeyError
    return dict(pairs)


@settings(max_examples=2000, deadline=None)
@given(text=HIDING)
@pytest.mark.thorough
def test_no_writing_hides_a_second_member(text: bytes) -> None:
    """Escaped names, quotation marks, colons and blanks: exactly the texts in which a slow reader
    finds a member twice are refused, and no other is read slowly.
    """
    try:
        json.loads(text, object_pairs_hook=names_twice)
    except KeyError:
        assert records.hides_members(text, orjson.loads(text))
        with pytest.raises(records.BrokenRecordError):
            records.parse(text)
    else:
        assert not records.hides_members(text, orjson.loads(text))
        records.parse(text)


@pytest.mark.parametrize("depth", [100, 250, 253, 254, 255, 256, 300, 1000, 1024, 1025, 5000])
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_deep_nesting_is_a_fault_and_no_crash(small: Registry, depth: int, form: Form) -> None:
    """However deep: told with its line, and the next line is looked at all the same."""
    deep = b'{"x":' + b"[" * depth + b"]" * depth + b"}"
    faults, validator = run(
        small, deep + b"\n" + (deep if form == "ndjson" else b""), form, schema="parcel"
    )
    assert validator.tally.invalid == (2 if form == "ndjson" else 1)
    assert {fault.line for fault in faults} == ({1, 2} if form == "ndjson" else {1})


def test_every_invalid_example_names_what_it_declares(published: Registry) -> None:
    """Pointer, keyword and requirement of each published invalid example come out of the stream,
    named rules included, as JSON and as NDJSON.
    """
    for example in published.examples("invalid"):
        wanted = (
            example.expect["pointer"],
            example.expect["keyword"],
            example.expect["requirement"],
        )
        for form in FORMS:
            faults, _ = run(
                published,
                json.dumps(example.instance).encode(),
                form,
                schema=example.thing,
                rule_checker=judged,
                glances=GLANCES,
            )
            assert wanted in [
                (fault.pointer, fault.keyword, fault.requirement) for fault in faults
            ], (example.path, form)
            assert all(fault.text.en and fault.text.zh for fault in faults)


def test_validate_tells_the_line_of_each_fault_in_a_pretty_printed_document(
    published: Registry,
) -> None:
    """A wrong member at its own line; a missing one at the object that lacks it."""
    faults = list(
        validate_stream(
            published,
            io.BytesIO(b'{\n "waybill_nos": [\n  "x y",\n  7\n ],\n "more": 1\n}\n'),
            "a.json",
            schema="shipment-query",
        )
    )
    assert {(fault.pointer, fault.line, fault.column) for fault in faults} >= {
        ("/waybill_nos/1", 4, 3),
        ("/more", 6, 2),
    }
