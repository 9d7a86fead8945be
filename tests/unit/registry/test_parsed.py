"""What was read before is read again as the parser reads it, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jidi import resources
from jidi.errors import DataError
from jidi.registry.reading import parsed
from jidi.registry.reading.yaml_reader import load_yaml

FILES = sorted(
    path
    for root in (resources.conformance_root(), resources.schemas_root())
    for path in root.rglob("*.yaml")
)
LIES = b"lies: [1, 2.5, '012', {a: null, b: true}]\n"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of what was read, which the reader looks into."""
    file = tmp_path / "parsed.ndjson"
    monkeypatch.setattr(parsed, "kept_file", lambda: file)
    parsed.known.cache_clear()
    yield file
    parsed.known.cache_clear()


def without_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nothing can be parsed."""
    monkeypatch.setattr(parsed, "_parsing", lambda: None)


def test_every_file_of_the_kit_reads_as_parsed(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values, types and order of members, and none of them is parsed again."""
    plain = {path: load_yaml(path.read_text("utf-8"), path.name) for path in FILES}
    parsed.write(kept, (resources.conformance_root(), resources.schemas_root()))
    without_parser(monkeypatch)
    assert len(FILES) > 200
    for path, value in plain.items():
        assert repr(parsed.read_yaml(path.read_bytes(), path.name)) == repr(value), path


def test_other_bytes_are_parsed(kept: Path) -> None:
    """One byte more and the file is another."""
    kept.write_bytes(b"".join(parsed.lines_of([LIES])))
    assert parsed.read_yaml(LIES + b"x: 1\n", "it") == load_yaml(LIES.decode() + "x: 1\n", "it")
    with pytest.raises(DataError):
        parsed.read_yaml(LIES + b"\n: : :", "it")


@pytest.mark.parametrize("place", [0, 70, -3])
def test_a_damaged_line_is_not_believed(kept: Path, place: int) -> None:
    """Be its key damaged, its digest or its value."""
    line = bytearray(b"".join(parsed.lines_of([LIES])))
    line[place] = ord("7") if line[place] != ord("7") else ord("8")
    kept.write_bytes(bytes(line))
    assert parsed.read_yaml(LIES, "it") == load_yaml(LIES.decode(), "it")


def test_what_another_reader_read_is_not_believed(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that is written otherwise may read otherwise."""
    kept.write_bytes(b"".join(parsed.lines_of([LIES])))
    monkeypatch.setattr(parsed, "_reader", lambda: b"another")
    monkeypatch.setattr(parsed, "_parsing", lambda: pytest)  # which reads nothing
    with pytest.raises(AttributeError):
        parsed.read_yaml(LIES, "it")


def test_without_the_file_everything_is_parsed(kept: Path) -> None:
    """It is a matter of time alone."""
    assert not kept.exists()
    assert parsed.read_yaml(LIES, "it") == load_yaml(LIES.decode(), "it")


def test_what_json_cannot_hold_is_parsed(kept: Path) -> None:
    """A number of more than 64 bits has no line."""
    large = b"n: 123456789012345678901234567890\n"
    kept.write_bytes(b"".join(parsed.lines_of([large])))
    assert kept.read_bytes() == b""
    assert parsed.read_yaml(large, "it") == {"n": 123456789012345678901234567890}
