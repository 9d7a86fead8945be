"""Values that no schema engine can take in, and messages that cannot be judged: told, never a fault
of the kit.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tests.unit.judge.foreign import DEEP

from jidi.cli.looking.validate import validate
from jidi.errors import DataError
from jidi.registry import Registry
from jidi.registry.reading.documents import DocumentValidator
from jidi.registry.reading.readable import MAX_DEPTH, readable
from jidi.registry.reading.yaml_reader import load_yaml
from jidi.wording.failing import REASON

VERY_DEEP: Any = "x"
for _ in range(2_000):
    VERY_DEEP = [VERY_DEEP]
UNREADABLE = {
    "half a character": "\ud800",
    "the other half": "a\udfffb",
    "in a name": {"\ud800": 1},
    "in a list": ["x", ["\udc00"]],
    "in a known member": {"kind": "\ud800", "number": "\ud800"},
    "deep": DEEP,
    "very deep": VERY_DEEP,
    "very deep objects": {"a": VERY_DEEP},
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The published schemas."""
    return Registry.load()


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_every_schema_has_an_answer_to_it(registry: Registry, value: Any) -> None:
    """Each schema, with faults that lie inside the value as it can be read."""
    for name in registry.schema_names:
        valid = registry.is_valid(name, value)
        assert bool(registry.validate(name, value)) is not valid


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a\ud800b", "a\ufffdb"),
        ({"\udfff": ["\ud800\udc00"]}, {"\ufffd": ["\ufffd\ufffd"]}),
        ([1, None, True, 0.5, "中"], [1, None, True, 0.5, "中"]),
    ],
)
def test_what_can_be_read_stays_as_long_as_it_was(value: Any, read: Any) -> None:
    """One sign for each half of a character."""
    assert readable(value) == read


def test_what_lies_too_deep_is_cut() -> None:
    """And nothing else."""
    kept, depth = readable(VERY_DEEP), 0
    while isinstance(kept, list):
        kept, depth = kept[0], depth + 1
    assert (kept, depth) == (None, MAX_DEPTH)


@pytest.mark.parametrize(
    "number",
    ["9" * 5_000, "-" + "9" * 4_301, "0x" + "9" * 5_000, "0o" + "7" * 9_000, "1e999", "9" * 310],
    ids=lambda text: text[:4],
)
def test_numbers_beyond_doubles_are_refused_in_yaml(number: str) -> None:
    """They could be neither compared nor shown."""
    with pytest.raises(DataError, match="beyond the range of doubles"):
        load_yaml(f"a: {number}\n", "it")


@pytest.mark.parametrize(("number", "value"), [("9" * 300, int("9" * 300)), ("0x10", 16)])
def test_large_numbers_of_yaml_are_read(number: str, value: int) -> None:
    """As large as a double, and no matter how they are written."""
    assert load_yaml(f"a: {number}\n", "it") == {"a": value}


def _fails(*_: Any) -> NoReturn:
    raise TypeError("a mistake of the kit")


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_message_that_cannot_be_judged_is_told_and_the_next_one_looked_at(
    registry: Registry, form: Any
) -> None:
    """A rule that fails is neither a fault of the message nor a pass."""
    consent = next(iter(registry.examples("valid", "consent"))).instance
    validator = DocumentValidator(registry, schema="consent", rule_checker=_fails)
    data = json.dumps(consent).encode() + b"\n"
    data = data * 2 if form == "ndjson" else data
    found = list(validator.validate(io.BytesIO(data), form))
    assert {one.keyword for one in found} == {REASON}
    assert len(found) == (2 if form == "ndjson" else 1)
    assert "TypeError in _fails" in found[0].text.en
    assert "a mistake" not in found[0].text.en


def test_command_ends_with_3_for_what_could_not_be_judged(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither 0 nor 1, and never 4; with a fault beside it, 1."""
    sound = next(iter(registry.examples("valid", "consent"))).instance
    path = tmp_path / "it.json"
    monkeypatch.setattr("jidi.cli.looking.validate.apply_rule", _fails)
    for message, code in ((sound, 3), ({**sound, "excess": 1}, 1)):
        path.write_text(json.dumps(message), "utf-8")
        arguments = ["--schema", "consent", str(path)]
        assert validate.main(arguments, standalone_mode=False) == code
