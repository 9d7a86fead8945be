"""A run directory that somebody changed: refused in a sentence, or judged; never a kit fault."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli
from tests.journals_made import journal_of
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


def kept_journal(name: str) -> list[dict[str, Any]]:
    """A kept journal of a healthy partner."""
    return [dict(one) for one in unpacked((FOLDER / f"{name}.ndjson.zst").read_bytes())]


def written(folder: Path, records: list[Any]) -> Path:
    """A run directory with this journal."""
    folder.mkdir()
    (folder / "journal.ndjson").write_bytes(journal_of(records))
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
        records: list[Any] = kept_journal(chosen.choice(EVIDENCE))
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
    records: list[Any] = kept_journal(EVIDENCE[0])
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


def test_a_run_in_which_a_verdict_was_turned_is_called_tampered_by_every_command(
    cli: Cli, tmp_path: Path
) -> None:
    """A status of an answer was changed, and nothing else: no command judges the rest."""
    run = written(tmp_path / "run", kept_journal(EVIDENCE[0]))
    journal = run / "journal.ndjson"
    lines = journal.read_bytes().splitlines()
    at = next(number for number, line in enumerate(lines) if b'"status": 201' in line)
    lines[at] = lines[at].replace(b'"status": 201', b'"status": 200')
    journal.write_bytes(b"\n".join(lines) + b"\n")
    named = f"tampered with: line {at + 1} of"
    for command in (
        ("report", "render", run),
        ("judge", journal),
        ("compare", run, run),
        ("replay", run, "x000001", "--target", tmp_path / "none.yaml"),
    ):
        reply = cli(*command)
        assert (reply.code, reply.out) == (2, ""), reply.said
        assert named in " ".join(reply.err.split()), reply.said
        assert "运行已被篡改" in cli(*command, JIDI_LANG="zh").err
