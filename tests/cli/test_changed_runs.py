"""A run directory that somebody changed: refused in a sentence, or judged; never a kit fault."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from tests.unit.judge.evidence_form import FOLDER, unpacked
from tests.unit.judge.foreign import GARBAGE
from tests.unit.passive.test_rules_meet_garbage import places, put

from jidi.errors import JidiError, RunDirectoryError
from jidi.language.compared import ABSENT
from jidi.passive.inspection import judge_recording
from jidi.report import FORMATS, write_all
from jidi.run.resuming import load_earlier
from jidi.run.stored import as_given, load_record

EVIDENCE = ("courier/consignment-accepted", "courier/push-signed", "platform/discovery-document")
_COUNTED = {("seq",)}


def journal_of(name: str) -> list[dict[str, Any]]:
    """A kept journal of a healthy partner."""
    return [dict(one) for one in unpacked((FOLDER / f"{name}.ndjson.zst").read_bytes())]


def written(folder: Path, records: list[Any]) -> Path:
    """A run directory with this journal."""
    folder.mkdir()
    lines = "".join(json.dumps(one) + "\n" for one in records)
    (folder / "journal.ndjson").write_text(lines, "utf-8")
    return folder


def _ends(directory: Path) -> int:
    """How ``jidi report`` and ``--resume`` would end."""
    try:
        with as_given(directory):
            record = load_record(directory, judge_recording)
            write_all(record, directory, FORMATS, "en")
            load_earlier(directory)
    except JidiError as error:
        return error.exit_code
    return record.verdict.exit_code


@pytest.mark.parametrize("seed", range(12))
def test_changed_journal_is_judged_or_refused_in_a_sentence(tmp_path: Path, seed: int) -> None:
    """Garbage at one place of the header, of the plan or of another record; seeded."""
    chosen = random.Random(seed)  # noqa: S311 - mutations, not secrets
    for number in range(4):
        records: list[Any] = journal_of(chosen.choice(EVIDENCE))
        at = chosen.choice([0, 1, chosen.randrange(len(records))])
        place = chosen.choice([one for one in places(records[at]) if one and one not in _COUNTED])
        records[at] = put(records[at], place, chosen.choice(GARBAGE))
        directory = written(tmp_path / str(number), records)
        assert _ends(directory) in {0, 1, 2, 3}, (place, records[at])


@pytest.mark.parametrize(
    ("at", "place", "made"),
    [
        (0, ("run", "target"), "x"),
        (0, ("run", "selection"), None),
        (0, ("run", "standard_version"), ABSENT),
        (1, ("scenarios",), 5),
        (1, ("scenarios", 0), []),
        (1, ("scenarios", 0, "state"), {}),
    ],
)
def test_what_is_wrong_with_a_changed_run_is_named(
    tmp_path: Path, at: int, place: tuple[Any, ...], made: Any
) -> None:
    """What failed, and what to do; exit code 2."""
    records: list[Any] = journal_of(EVIDENCE[0])
    records[at] = put(records[at], place, made)
    directory = written(tmp_path / "run", records)
    with (
        pytest.raises(
            RunDirectoryError, match=r"line [12] is no record of a journal: [A-Z]"
        ) as told,
        as_given(directory),
    ):
        load_record(directory, judge_recording)
    assert told.value.exit_code == 2
