"""The quick ways of the sieve beside the plain ones: they pass over nothing that those find."""

from __future__ import annotations

import base64
import io
import json
import random
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jidi.registry import Registry
from jidi.scan import Scanner
from jidi.scan.kinds import sieve
from jidi.scan.kinds.layers import inner_texts, is_packed

IDS = [
    "ev_0000000001",
    "XS8936059760873",
    "YT1381234567800",
    "13812345678",
    "0571-88889999",
    "010-8888 9999",
    "010- 88889999",
    "4008201234",
    "95013123456",
    "110105194912310021",
    "6222021234567890128",
    "4539148803436467",
    "8613812345678",
    "F-0991-07",
    "2026-11-28T15:10:14+08:00",
    "e3b0c44298fc1c149afbf4c8996fb924",
    "MTM4MTIzNDU2Nzg=",
    "MTM4MTIzNDU2Nzg",
    "138a1234b5678",
    "_13812345678_",
    "a.13812345678",
    "13812345678.jpg",
    "17F1702",
    "张伟明",
    "已签收，签收人：王芳",
    "云溪投递网点",
    "a.b@mail.example.com",
    "DELIVERED",
    "^FD13812345678",
    "粤B12345",
    "",
    " ",
]
NAMES = [
    *("event_id", "waybill_no", "facility", "name", "phone", "x", "remark", "operator", "sequence"),
    *("13812345678", "receiver_name", "user_consent", "signatory_type", "reason_code", "ev1234567"),
]
WORDS = st.one_of(
    st.sampled_from(IDS),
    st.integers(0, 10**19).map(str),
    st.text("0123456789-_ .+ax", max_size=24),
    st.text(max_size=12),
    st.tuples(st.sampled_from(["ev_", "XS", "", "id-", "a b ", "："]), st.integers(0, 10**15)).map(
        lambda two: f"{two[0]}{two[1]}"
    ),
)
LEAVES = st.one_of(WORDS, st.integers(0, 10**16), st.booleans(), st.none())
RECORDS = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(NAMES), WORDS), below, max_size=4),
    ),
    max_leaves=8,
)
REGISTRY = Registry.load()
EVENTS = [one.instance for one in REGISTRY.examples("valid", "shipment-event")]
BYTES = st.lists(
    st.one_of(
        st.sampled_from([*IDS, *NAMES, '"', ":", "{", "=", "-", "_", "[0]", "`", "\\", "A", "\n"]),
        st.text("0aZ-_ =:中", max_size=12),
    ),
    max_size=14,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


def told(data: bytes, *, all_lines: bool, registry: Registry | None) -> list[Any]:
    """What a scanner says of lines of JSON; with ``all_lines`` the rules are asked about each."""
    scanner = Scanner(b"s", registry)
    if all_lines:
        scanner._sieve.speaking = lambda text: (list(range(text.count("\n") + 1)), 0)  # type: ignore[method-assign]
    return list(scanner.scan(io.BytesIO(data), "a.ndjson"))


def agree(lines: list[str]) -> None:
    """The sieve changes nothing, with schemas and without."""
    data = "\n".join(lines).encode("utf-8", "replace")
    for registry in (None, REGISTRY):
        plain = told(data, all_lines=True, registry=registry)
        assert told(data, all_lines=False, registry=registry) == plain


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(RECORDS, st.booleans()), max_size=5))
@example([({"event_id": "ev_0000000001", "name": "云溪投递网点"}, True)])
@example([({"13812345678": "x"}, True), ({"x": {"a": "13812345678"}}, False)])
@pytest.mark.thorough
def test_sieve_changes_nothing_about_records(records: list[tuple[Any, bool]]) -> None:
    """Identifiers and numbers in every place, in records with blanks and without."""
    agree(
        [
            json.dumps(one, ensure_ascii=False)
            if spaced
            else json.dumps(one, ensure_ascii=False, separators=(",", ":"))
            for one, spaced in records
        ]
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(RECORDS, max_size=4), st.randoms(use_true_random=False))
def test_sieve_changes_nothing_about_broken_records(
    records: list[Any], pick: random.Random
) -> None:
    """A line that is no JSON any more is read as text."""
    lines = []
    for one in records:
        text = json.dumps(one, ensure_ascii=False)
        place = pick.randrange(len(text) + 1)
        lines.append(text[:place] + pick.choice(["", "0", '"', "}", ",", "\\", "'"]) + text[place:])
    agree(lines)


@pytest.mark.parametrize("seed", range(3))
def test_sieve_changes_nothing_about_events(seed: int) -> None:
    """Events of the standard with a value or two put into them that may be personal."""
    pick = random.Random(seed)  # noqa: S311 - repeatable, not secret
    lines = []
    for number in range(120):
        event = json.loads(json.dumps(pick.choice(EVENTS)))
        event |= {"event_id": f"ev_{number:010d}", "waybill_no": f"XS{pick.randrange(10**13):013d}"}
        for name in pick.sample(list(event), pick.randrange(3)):
            event[name] = pick.choice(IDS)
        if isinstance(event.get("facility"), dict) and pick.random() < 0.3:
            event["facility"][pick.choice(["name", "facility_id", "note"])] = pick.choice(IDS)
        lines.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
    agree(lines)


def test_a_member_that_stands_twice_in_a_known_record_is_read() -> None:
    """Both of its values, inside a member that a schema knows."""
    twice = (
        '{"reason_code":"x","event_id":"ev_1","waybill_no":{"a":"13812345678","a":"13912345678"}}'
    )
    agree([twice])
    kinds = [one.kind for one in told(twice.encode(), all_lines=False, registry=REGISTRY)]
    assert kinds == ["mobile", "mobile"]


@settings(max_examples=400, deadline=None)
@given(BYTES)
def test_tokens_are_left_out_as_the_pattern_does(data: bytes) -> None:
    """Looking for them by their beginnings finds all of them, and no others."""
    blotted = data.translate(sieve._BLOT)
    assert sieve._without_tokens(blotted) == sieve._TOKEN.sub(b"00000000", blotted)


@settings(max_examples=400, deadline=None)
@given(BYTES)
@example(b"010- 88889999")
@example(b"010  88889999")
def test_numbers_are_found_as_the_pattern_does(data: bytes) -> None:
    """Runs of digits exactly, spread ones at least."""
    blotted = data.translate(sieve._BLOT)
    plain = re.compile(
        rb"0000000000(?<![0A-Za-z]0000000000)0*+(?![A-DF-WYZa-df-wyz])|FD00000000000"
    )
    assert sorted(sieve._runs(blotted)) == [one.span() for one in plain.finditer(blotted)]
    spread = {one.span() for one in sieve._SPACED.finditer(blotted)}
    assert spread <= set(sieve._spaced(blotted))


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text("ABCabcxyz019-_", min_size=12, max_size=40),
        st.text(max_size=20).map(lambda text: base64.b64encode(text.encode()).decode()),
    )
)
def test_whatever_is_packed_is_seen_to_be(token: str) -> None:
    """Of letters of base64 that stand alone."""
    alone = token.rstrip("=")
    if len(alone) >= 12:
        assert is_packed(alone.encode()) or not [
            layer for layer, _, _ in inner_texts(token) if layer == "base64"
        ]
