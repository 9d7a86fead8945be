"""What is somebody's number or name only together: digits and characters in neighbouring values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conformance.leaks.spelled import IDENTITIES, SECRETS

from jidi.drive.keeping import Planted, Redactor
from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.planted import KnownTexts
from jidi.registry import Registry
from jidi.run.journal_writer import make_redactor

REGISTRY = Registry.load()
OWN = "13912340001"
IDENTITY = IDENTITIES[0]
TOGETHER: dict[str, Any] = {
    "groups": ["138", "7650", "4321"],
    "numbers": [138, 7650, 4321],
    "digits": [1, 3, 8, 7, 6, 5, 0, 4, 3, 2, 1],
    "texts and numbers": ["1", 3, "87650", 4321],
    "among others": ["a", "138", "7650", "4321", None, "b"],
    "members": {"area": "138", "middle": "7650", "end": 4321},
    "members among others": {"kind": "mobile", "a": "1387650", "b": "4321", "at": 0.5},
    "one member of each": [{"n": 1, "d": "138"}, {"n": 1, "d": "7650"}, {"n": 1, "d": "4321"}],
    "one place of each": [[1, "138"], [1, "7650"], [1, "4321"]],
    "lists of one": [["1387650"], ["4321"]],
    "a landline": ["0571", "87651234"],
    "an identity number": [IDENTITY[:6], IDENTITY[6:14], IDENTITY[14:]],
    "an identity number as numbers": [110105, 19491231, "002X"],
    "deep": {"x": [{"y": {"z": ["138", "76504321"]}}]},
    "a name": ["赵", "大", "海"],
    "a name in members": {"family": "赵", "given": "大海"},
}
APART: dict[str, Any] = {
    "too many digits": ["138", "7650", "43210"],
    "no telephone": ["238", "7650", "4321"],
    "parted": ["138", "7650", "x", "4321"],
    "parted by a fraction": [138, 0.5, 7650, 4321],
    "negative": [138, -7650, 4321],
    "truth": [1, True, 3876504321],
    "counts": {"seen": 12, "kept": 7, "dropped": 5},
    "years": [2024, 2025, 2026],
    "codes": ["110000", "310000", "440300"],
    "one item": ["4321"],
    "amounts": [1200, 350, 99],
    "the kit's own": ["139", "1234", "0001"],
    "one character": ["赵"],
    "a word of the lists": ["已", "签收"],
}
PLACES = ("", "problem", "shipment-query-result")


@pytest.fixture
def redactor() -> Redactor:
    planted = Planted()
    planted.add(["13912340001", "钱小满"])
    made = make_redactor(REGISTRY, lambda: frozenset(SECRETS), planted)
    made.use_vocabulary(KnownTexts(["已签收"]))
    return made


def _shown(redactor: Redactor, value: Any, schema: str) -> Any:
    body = json.dumps({"hint": value}, ensure_ascii=False)
    return json.loads(redactor.document(body, schema, Findings()))["hint"]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return [leaf for item in items for leaf in _leaves(item)]
    return [value]


def _counts(name: str, old: Any) -> bool:
    """Whether a figure is a part, and no number of the item that holds the part."""
    return name == "digits" or old != 1


@pytest.mark.parametrize("schema", PLACES)
@pytest.mark.parametrize("name", TOGETHER)
def test_redactor_withholds_what_is_personal_only_together(
    redactor: Redactor, name: str, schema: str
) -> None:
    """Every part, in answers that no schema describes and in members that no schema has."""
    before, after = _leaves(TOGETHER[name]), _leaves(_shown(redactor, TOGETHER[name], schema))
    parts = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if str(old) in "赵大海"
        or (str(old).strip("X").isdigit() and (old != 1 or name == "digits"))
    ]
    assert parts
    assert [old for old, new in parts if not str(new).startswith("⟦")] == []


@pytest.mark.parametrize("name", APART)
def test_redactor_leaves_rows_that_are_nobodys_alone(redactor: Redactor, name: str) -> None:
    """Counts, years, codes, and what is the kit's own, where no schema says anything."""
    assert _shown(redactor, APART[name], "") == APART[name]


def test_redactor_leaves_what_a_schema_calls_no_personal_information(redactor: Redactor) -> None:
    """Sequence numbers stand in lists by their schema, whatever they make up
    together.
    """
    body = {"next_cursor": None, "resume_cursor": "c"}
    written = json.dumps(body | {"items": [{"sequence": n} for n in (138, 7650, 4321)]})
    assert redactor.document(written, "event-page", Findings()) == written


def test_redactor_marks_equal_parts_alike(redactor: Redactor) -> None:
    """The mark of a part depends on it alone, and says where it stood."""
    first = _shown(redactor, ["138", "7650", "4321"], "")
    second = _shown(redactor, {"a": "138", "b": "76504321"}, "")
    assert first[0] == second["a"] != first[1]
    findings = Findings()
    redactor.document('{"hint":["138","7650","4321"]}', "", findings)
    assert [one.pointer for one in findings.redactions] == ["/hint/0", "/hint/1", "/hint/2"]


def test_redactor_reads_long_lists_in_one_go(redactor: Redactor) -> None:
    """Every value is looked at a few times only, however many there are."""
    assert _shown(redactor, ["12"] * 1_000, "") == ["12"] * 1_000
    assert _shown(redactor, [["1"] * 30] * 300, "") == [["1"] * 30] * 300
