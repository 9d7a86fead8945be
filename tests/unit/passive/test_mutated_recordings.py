"""Recordings that were mutated everywhere: read or refused, judged or not, never a fault of the
kit.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sampling import thinned

from jidi.errors import OperatorError
from jidi.passive.inspection import PassiveOptions, judge_file
from jidi.passive.reading.layout import Layout
from jidi.passive.reading.recordings import read_bytes
from jidi.passive.reading.source import held

RECORDINGS = Path(__file__).parents[2] / "data" / "recordings"
BASE = "http://127.0.0.1:18471/v1"
HAR = json.loads((RECORDINGS / "token.har").read_text("utf-8"))
Place = tuple[Any, ...]
VALUES: dict[str, Any] = {
    "null": None,
    "a number": -1,
    "a large number": 10**400,
    "a fraction": 1e308,
    "a truth": True,
    "a text": "x",
    "an empty text": "",
    "a long text": "x" * 100_000,
    "half a character": "\ud800",
    "control characters": "\x00\x1b[2J\u202e",
    "a list": [],
    "a list of nothing": [None],
    "an object": {},
    "nested": json.loads("[" * 300 + "]" * 300),
}
REMOVED = object()


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place of a JSON value."""
    if at:
        yield at
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*at, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*at, index))


def mutated(at: Place, value: Any) -> bytes:
    """The archive with another value at one place."""
    holder: Any = HAR
    for step in at[:-1]:
        holder = holder[step]
    kept = copy.copy(holder)
    if value is REMOVED:
        del holder[at[-1]]
    else:
        holder[at[-1]] = value
    data = json.dumps(HAR).encode()
    if isinstance(holder, list):
        holder[:] = kept
    else:
        holder.clear()
        holder.update(kept)
    return data


PLACES = list(places(HAR))
MUTATIONS = [(at, value) for at in PLACES for value in (*VALUES.values(), REMOVED)]


def read_all(data: bytes, form: str = "") -> int:
    """How many entries were read; -1 when it was refused in a sentence."""
    try:
        recording = read_bytes(data, form)
    except OperatorError:
        return -1
    return sum(1 for _ in recording)


@pytest.mark.thorough
def test_every_member_mutated_is_read_or_refused() -> None:
    """Every place, every kind of value in turn: nothing but a sentence ends the reading."""
    whole, listed = len(HAR["log"]["entries"]), [*VALUES.values()]
    tried = [
        (at, value)
        for number, at in enumerate(PLACES)
        for value in (REMOVED, None, [], listed[number % len(listed)])
    ]
    counts = {read_all(mutated(at, value)) for at, value in tried}
    assert counts <= set(range(-1, whole + 1))
    assert {-1, whole - 1, whole} <= counts


@pytest.mark.parametrize("seed", thinned(range(6), 3))
def test_a_mutated_recording_is_judged_without_a_fault_of_the_kit(
    tmp_path: Path, seed: int
) -> None:
    """Seeded mutations, several in one archive, through the whole of the judge."""
    chosen = random.Random(seed)  # noqa: S311 - mutations, not secrets
    for number in range(8):
        har = copy.deepcopy(HAR)
        for at, value in chosen.sample(MUTATIONS, chosen.randint(1, 4)):
            holder: Any = har
            try:
                for step in at[:-1]:
                    holder = holder[step]
                holder[at[-1]] = "x" if value is REMOVED else value
            except (KeyError, IndexError, TypeError):  # an earlier mutation took the place away
                continue
        path = tmp_path / f"{number}.har"
        path.write_text(json.dumps(har), "utf-8")
        options = PassiveOptions(tmp_path / f"run-{number}", "courier", "privacy", BASE)
        try:
            record = judge_file(path, options)
        except OperatorError:
            continue
        assert record.verdict.word in {"recording-passed", "recording-failed", "inconclusive"}
        assert record.verdict.exit_code in {0, 1, 3}


@pytest.mark.parametrize("member", ["request", "response", "headers", "content", "url", "status"])
def test_a_member_that_stands_twice_is_never_read_in_silence(member: str) -> None:
    """One of the two would be hidden."""
    text = json.dumps(HAR)
    at = text.index(f'"{member}": ')
    doubled = text[:at] + f'"{member}": null, ' + text[at:]
    recording = read_bytes(doubled.encode(), "har")
    assert recording.passed.kinds.total() == 1


SPOILERS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda data, chosen: data[: chosen.randrange(len(data))],
    "a byte changed": lambda data, chosen: _at(data, chosen, bytes([chosen.randrange(256)]), 1),
    "a byte taken out": lambda data, chosen: _at(data, chosen, b"", 1),
    "a bracket put in": lambda data, chosen: _at(data, chosen, chosen.choice([*_MARKS]), 0),
    "a stretch taken out": lambda data, chosen: _at(data, chosen, b"", chosen.randrange(500)),
    "a stretch twice": lambda data, _chosen: data[: len(data) // 2] + data[len(data) // 3 :],
}
_MARKS = [b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\x00", b"\xff"]


def _at(data: bytes, chosen: random.Random, put: bytes, out: int) -> bytes:
    place = chosen.randrange(len(data) - out)
    return data[:place] + put + data[place + out :]


@pytest.mark.parametrize(
    "name", thinned(["courier.har", "token.har", "courier.mitm", "journal"], 2)
)
@pytest.mark.parametrize("spoiler", SPOILERS.values(), ids=SPOILERS.keys())
def test_spoilt_bytes_are_read_or_refused(
    name: str, spoiler: Callable[[bytes, random.Random], bytes], journal: bytes
) -> None:
    """Seeded, for every format."""
    data = journal if name == "journal" else (RECORDINGS / name).read_bytes()
    form = {"courier.mitm": "mitmproxy", "journal": "journal"}.get(name, "har")
    chosen = random.Random(name)  # noqa: S311 - mutations, not secrets
    for _ in range(60):
        assert read_all(spoiler(data, chosen), form) >= -1


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The journal that judging the archive leaves."""
    out = tmp_path_factory.mktemp("judged") / "run"
    judge_file(RECORDINGS / "token.har", PassiveOptions(out))
    return (out / "journal.ndjson").read_bytes()


@pytest.mark.parametrize("window", [1, 2, 3, 7, 64, 1000])
def test_the_layout_is_the_same_whatever_part_of_the_text_is_held(
    monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    """Texts, escapes and brackets may lie across the border."""
    monkeypatch.setattr("jidi.passive.reading.layout._WINDOW", window)
    value = {
        "a": [1, {"b": '\\"}]{[', "c": ["\\\\", "é中\u2028"]}, "x" * 50, [[], {}], None, -1.5e3]
    }
    data = json.dumps(value, ensure_ascii=False).encode()
    layout = Layout(held(data))
    found = []
    for name in layout.members():
        assert name == "a"
        for _ in layout.items():
            offset, length = layout.skip()
            found.append(json.loads(data[offset : offset + length]))
    layout.end()
    assert found == value["a"]
