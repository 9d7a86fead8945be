"""The journal survives its writer and refuses to be anything but what was written."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journals_made import journal_of

from jidi.drive.keeping import JournalWriter, Planted, Redactor, read_journal
from jidi.errors import KitFaultError, RunDirectoryError
from jidi.model.journal import NoteRecord, RunFinished

REDACTOR = Redactor(b"salt", lambda: ["the-secret-token"], Planted(), None)


def test_journal_reads_back_what_was_written(tmp_path: Path):
    """Records come back in order with seq from 0 and a time; run-finished makes it complete."""
    path = tmp_path / "out" / "journal.ndjson"
    with JournalWriter(path, REDACTOR) as journal:
        assert [
            journal.write({"kind": "note", "text": "张三"}),
            journal.write({"kind": "run-finished"}),
        ] == [0, 1]
    records, complete = read_journal(path)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(line["seq"], line["kind"]) for line in lines] == [(0, "note"), (1, "run-finished")]
    assert records == [
        NoteRecord(text="张三", at=lines[0]["at"]),
        RunFinished(reason="", at=lines[1]["at"]),
    ]
    assert records[0].at.endswith("+00:00")
    assert complete


def test_journal_file_is_for_its_owner_only(tmp_path: Path):
    """Evidence is not readable by others."""
    with JournalWriter(tmp_path / "journal.ndjson", REDACTOR) as journal:
        assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_journal_refuses_a_file_that_exists(tmp_path: Path):
    """Evidence is never overwritten."""
    path = tmp_path / "journal.ndjson"
    path.write_text("")
    with pytest.raises(RunDirectoryError, match="exists already"):
        JournalWriter(path, REDACTOR)


def test_journal_survives_kill_9(tmp_path: Path):
    """A process killed right after a write leaves every record, and the journal counts as
    incomplete.
    """
    path = tmp_path / "journal.ndjson"
    program = (
        "import sys\nfrom pathlib import Path\nfrom jidi.drive.keeping import JournalWriter, "
        "Planted, Redactor\n"
        f"journal = JournalWriter(Path({str(path)!r}), Redactor(b's', lambda: [], Planted(), "
        "None))\n"
        "[journal.write({'kind': 'note', 'n': n}) for n in range(100)]\nprint('written', "
        "flush=True)\nsys.stdin.read()\n"
    )
    source = Path(__file__).resolve().parents[3] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source)}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    records, complete = read_journal(path)
    assert len(records) == 100
    assert not complete


def test_journal_passes_over_a_torn_last_line(tmp_path: Path):
    """Half a record at the end is what a killed process leaves."""
    path = tmp_path / "journal.ndjson"
    path.write_bytes(journal_of([{"seq": 0, "at": "x", "kind": "run-finished"}]) + b'{"seq":1,"ki')
    records, complete = read_journal(path)
    assert len(records) == 1
    assert not complete


@pytest.mark.parametrize(
    "data",
    [
        b"no json\n",
        b'{"seq":1,"at":"x","kind":"note"}\n',
        b'{"seq":0,"at":"x"}\n',
        b'{"seq":0,"kind":"note"}\n',
        b"[]\n",
        b'{"seq":0,"at":"x","kind":"note"}\n\n{"seq":1,"at":"x","kind":"note"}\n',
        b'{"seq":0,"at":"x","kind":"nothing"}\n',
        b'{"seq":0,"at":"x","kind":["note"]}\n',
        b'{"seq":0,"at":"x","kind":"note","ahead_s":"60"}\n',
        b'{"seq":0,"at":"x","kind":"note","repeat":-1}\n',
        b'{"seq":0,"at":"x","kind":"generated"}\n',
        b'{"seq":0,"at":"x","kind":"generated","part":"excess","operations":{"a":{}}}\n',
        b'{"seq":0,"at":"x","kind":"plan"}\n',
        b'{"seq":0,"at":"x","kind":"run-started","run":{}}\n',
        b'{"seq":0,"at":"x","kind":"scenario-finished","scenario":1,"state":"done","reason":""}\n',
        b'{"seq":0,"at":"x","kind":"exchange","id":"\\ud800"}\n',
    ],
)
def test_journal_refuses_anything_else(tmp_path: Path, data: bytes):
    """A damaged line, a gap, an unknown kind, a member that lacks or is of another type."""
    path = tmp_path / "journal.ndjson"
    path.write_bytes(data)
    with pytest.raises(RunDirectoryError):
        read_journal(path)


def test_journal_that_is_not_there_is_an_operator_error(tmp_path: Path):
    """A missing file says so."""
    with pytest.raises(RunDirectoryError, match="cannot be read"):
        read_journal(tmp_path / "none")


def test_journal_numbers_records_of_many_threads_without_gap(tmp_path: Path):
    """Lines of concurrent writers never mix."""
    with JournalWriter(tmp_path / "journal.ndjson", REDACTOR) as journal:
        threads = [
            threading.Thread(
                target=lambda: [
                    journal.write({"kind": "note", "text": "x" * 5000}) for _ in range(20)
                ]
            )
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read_journal(journal.path)[0]) == 120


def test_journal_scrubs_credentials_from_every_record(tmp_path: Path):
    """Credentials do not reach the disk, by value nor by member name."""
    with JournalWriter(tmp_path / "journal.ndjson", REDACTOR) as journal:
        journal.write(
            {
                "kind": "drive",
                "parameters": {"a": "x the-secret-token"},
                "result": {"client_secret": "unknown-until-now"},
            }
        )
    data = journal.path.read_text("utf-8")
    assert "the-secret-token" not in data
    assert "unknown-until-now" not in data
    assert data.count("⟦credential:") == 2


@pytest.mark.parametrize(
    "record",
    [{"text": "no kind"}, {"kind": "note", "x": {1, 2}}, {"kind": "note", "x": float("nan")}],
)
def test_journal_refuses_records_that_are_none(tmp_path: Path, record: dict[str, object]):
    """A record without kind, or one that is not JSON, is the kit's own fault and leaves no half
    line.
    """
    with JournalWriter(tmp_path / "journal.ndjson", REDACTOR) as journal:
        with pytest.raises(KitFaultError):
            journal.write(record)
        journal.write({"kind": "note"})
    assert [json.loads(line)["seq"] for line in journal.path.read_text().splitlines()] == [0]


def _noted(folder: Path, count: int = 6) -> list[bytes]:
    """The lines of a journal of notes that came to its end."""
    with JournalWriter(folder / "journal.ndjson", REDACTOR) as journal:
        for number in range(count):
            journal.write({"kind": "note", "text": f"第 {number} 条"})
        journal.write({"kind": "run-finished", "reason": "max-time"})
    return journal.path.read_bytes().splitlines()


def _numbered(lines: list[bytes]) -> list[bytes]:
    """The same with ``seq`` as it should be; nothing else is touched."""
    return [
        re.sub(rb'"seq":\d+', b'"seq":%d' % number, line, count=1)
        for number, line in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda lines: [*lines[:2], lines[2].replace(b"\xe7\xac\xac 2", b"?"), *lines[3:]], 3),
        (lambda lines: [lines[0].replace(b'"at":"2', b'"at":"1'), *lines[1:]], 1),
        (lambda lines: [*lines[:-1], lines[-1].replace(b"max-time", b"completed")], 7),
        (lambda lines: _numbered([*lines[:3], *lines[4:]]), 4),
        (lambda lines: _numbered(lines[1:]), 1),
        (lambda lines: _numbered([*lines[:3], lines[1], *lines[3:]]), 4),
        (lambda lines: _numbered([*lines[:1], lines[2], lines[1], *lines[3:]]), 2),
        (lambda lines: [*lines, lines[-1].replace(b'"seq":6', b'"seq":7')], 8),
        (
            lambda lines: [
                *lines[:4],
                lines[4].replace(b'","chain":"', b'","chain":"0'),
                *lines[5:],
            ],
            5,
        ),
        (lambda lines: [*lines[:4], re.sub(b',"chain.*', b"}", lines[4]), *lines[5:]], 5),
        (lambda lines: [*lines[:4], lines[4].replace(b",", b", ", 1), *lines[5:]], 5),
        (lambda lines: [*lines[:5], lines[5][:-2] + b' "}', lines[6]], 6),
    ],
    ids=[
        "text",
        "time",
        "last",
        "taken-out",
        "first-taken-out",
        "doubled",
        "swapped",
        "added",
        "longer-digest",
        "no-digest",
        "blank",
        "blank-in-digest",
    ],
)
def test_changed_journal_is_called_tampered_at_the_first_line_that_does_not_fit(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], broken: int
) -> None:
    """Whatever was changed, and wherever: the line is named, and nothing is judged."""
    lines = _noted(tmp_path)
    changed = change(list(lines))
    assert changed != lines
    (tmp_path / "journal.ndjson").write_bytes(b"\n".join(changed) + b"\n")
    with pytest.raises(RunDirectoryError, match=rf"tampered with: line {broken} of"):
        read_journal(tmp_path / "journal.ndjson")


def test_no_single_changed_byte_of_a_journal_is_overlooked(tmp_path: Path) -> None:
    """Every byte, each made another."""
    whole = b"\n".join(_noted(tmp_path, 2)) + b"\n"
    path = tmp_path / "journal.ndjson"
    for position in range(len(whole) - 1):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(RunDirectoryError):
            read_journal(path)


def test_journal_that_ends_early_is_incomplete_and_not_tampered(tmp_path: Path) -> None:
    """A process that is killed leaves whole lines and perhaps half of one."""
    whole = b"\n".join(_noted(tmp_path)) + b"\n"
    path = tmp_path / "journal.ndjson"
    for end in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:end])
        records, complete = read_journal(path)
        assert (len(records), complete) == (whole[:end].count(b"\n"), False)
