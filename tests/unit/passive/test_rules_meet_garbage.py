"""Rules over recordings meet garbage at every position that they read: each answers, or fails for
itself alone; nothing brings the judge down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import convert
from tests.unit.judge.foreign import GARBAGE
from tests.unit.judge.journals import all_typed, plain

from jidi.drive.keeping import read_journal
from jidi.judge.seen import record_hash
from jidi.language.compared import ABSENT
from jidi.model.journal import RunHeader
from jidi.model.verdict import EXIT_CODES, Outcome, RunVerdict
from jidi.passive.facts import _chain
from jidi.passive.inspection import PassiveOptions, judge_file, judge_recording
from jidi.passive.rules import answer_rules, shipment_rules
from jidi.registry import Registry
from jidi.run.planning.judging_data import judging_context
from jidi.run.stored import case_of
from jidi.wording.failing import REASON

RECORDINGS = Path(__file__).parents[2] / "data" / "recordings"
Record = dict[str, Any]
Place = tuple[Any, ...]
_MESSAGES = ("request", "response")
BASE = "http://127.0.0.1:33259/v1"


@cache
def registry() -> Registry:
    """Read once."""
    return Registry.load()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """What judging the archives of a courier leaves, as one journal."""
    out = tmp_path_factory.mktemp("judged") / "run"
    judge_file(RECORDINGS / "courier.har", PassiveOptions(out, "courier", "privacy", BASE))
    return [plain(one) for one in read_journal(out / "journal.ndjson")[0]]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place of a JSON value, itself included."""
    yield at
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*at, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*at, index))


def put(value: Any, at: Place, made: Any) -> Any:
    """``value`` with ``made`` at one place."""
    if not at:
        return made
    step, rest = at[0], at[1:]
    if isinstance(value, dict):
        changed = put(value[step], rest, made)
        others = {name: item for name, item in value.items() if name != step}
        return others if changed is ABSENT else {**value, step: changed}
    changed = put(value[step], rest, made)
    return [*value[:step], *([] if changed is ABSENT else [changed]), *value[step + 1 :]]


def judged(records: list[Record]) -> RunVerdict:
    """The verdict over changed records."""
    header, read = convert(records[0]["run"], RunHeader), all_typed(records)
    return judge_recording(read, case_of(header), judging_context(registry(), header))


def spoilt_body(record: Record, side: str, chosen: st.DataObject) -> Record | None:
    """``record`` with garbage at one place of one body; ``None`` when that body is no JSON."""
    message = record[side] or {}
    try:
        body = json.loads(message.get("body", {}).get("text", ""))
    except ValueError:
        return None
    at = chosen.draw(st.sampled_from(list(places(body))))
    made = put(body, at, chosen.draw(st.sampled_from(GARBAGE)))
    text = "" if made is ABSENT else json.dumps(made)
    return put(record, (side, "body", "text"), text)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(chosen=st.data())
def test_no_rule_fails_over_a_foreign_body(records: list[Record], chosen: st.DataObject) -> None:
    """Absent, null, wrong type, empty, huge, half a character: anywhere in three bodies."""
    made = list(records)
    exchanges = [at for at, one in enumerate(made) if one["kind"] == "exchange"]
    for at in chosen.draw(st.lists(st.sampled_from(exchanges), min_size=1, max_size=3)):
        side = chosen.draw(st.sampled_from(_MESSAGES))
        made[at] = spoilt_body(made[at], side, chosen) or made[at]
    assert unjudged(judged(made)) == []


def unjudged(verdict: RunVerdict) -> list[tuple[str, str]]:
    """Checks that could not be judged, with what failed."""
    return [
        (check.check, check.actual.en)
        for one in verdict.requirements
        for check in one.checks
        if check.outcome is Outcome.HARNESS_ERROR
    ]


def _fails(*_: Any) -> NoReturn:
    raise KeyError("a mistake of the kit")


@pytest.mark.parametrize(
    ("module", "name", "check"),
    [
        (answer_rules, "facts", "recording/internals"),
        (shipment_rules, "course_faults", "recording/transitions"),
        (shipment_rules, "json_equal", "recording/event-content"),
        (shipment_rules, "parse_qs", "recording/pages"),
        (answer_rules, "url_parts", "recording/clear-text"),
        (answer_rules, "lacks", "recording/standard-version"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rule_that_fails_speaks_for_nobody(
    records: list[Record], monkeypatch: pytest.MonkeyPatch, module: Any, name: str, check: str
) -> None:
    """Its check is a fault of the kit, what the others see stands, and nothing is called clean."""
    before = {one.check for row in judged(records).requirements for one in row.checks}
    monkeypatch.setattr(module, name, _fails)
    verdict = judged(records)
    found = [one for row in verdict.requirements for one in row.checks if one.check == check]
    assert [one.outcome for one in found] == [Outcome.HARNESS_ERROR]
    assert [one.reason for one in found] == [REASON]
    assert "KeyError in _fails" in found[0].actual.en
    assert "a mistake" not in found[0].actual.en
    after = {one.check for row in verdict.requirements for one in row.checks}
    assert len(before - after) <= 1  # a rule may have had two checks
    assert verdict.word == "kit-fault"
    assert EXIT_CODES[verdict.word] == 3


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("member", ["sequence", "record_hash", "prev_hash"])
def test_audit_records_may_hold_anything(garbage: Any, member: str) -> None:
    """The links between records are found before redaction, of whatever stands there."""
    records = [{"sequence": number, "record_hash": "", "prev_hash": ""} for number in (1, 2)]
    for record in records:
        record.pop(member)
        if garbage is not ABSENT:
            record[member] = garbage
    assert _chain(records) in {"altered", "broken-link"}
    for record in records:
        record["record_hash"] = _hash(record)
    assert _chain(records) in {"altered", "broken-link"}


def _hash(record: Record) -> str:
    try:
        return record_hash(record)
    except (ValueError, RecursionError):
        return ""


@pytest.mark.parametrize(
    "broken",
    ["survey.personal_in", "inspection.withheld_record", "facts.signs", "facts.leaves"],
)
def test_entry_that_cannot_be_looked_at_is_never_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Whatever fails before an exchange is written: the others are judged, exit 3, never 0 or 4."""
    module, _, name = broken.partition(".")
    monkeypatch.setattr(f"jidi.passive.{module}.{name}", _fails)
    out = tmp_path / "run"
    record = judge_file(RECORDINGS / "courier.har", PassiveOptions(out, "courier", "privacy", BASE))
    assert record.verdict.word in {"inconclusive", "kit-fault"}
    assert record.verdict.exit_code == 3
