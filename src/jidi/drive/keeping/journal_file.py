"""The journal: append-only NDJSON, flushed record by record, so that what was seen survives the end
of the process by any means; and chained line by line, so that it is seen where it was changed.
"""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jidi.drive.keeping.chain import GENESIS, BrokenChainError, Follower, chained
from jidi.drive.keeping.foreign import shown
from jidi.drive.keeping.redaction import CleanRecord, Redactor
from jidi.errors import KitFaultError, RunDirectoryError
from jidi.model.journal import JournalRecord, RunFinished, RunStarted
from jidi.model.journal.codec import BrokenRecordError, decode
from jidi.wording import sentence
from jidi.wording.reasons import system_zh

JOURNAL: Final = "journal.ndjson"
"""Its name in the directory of a run."""


class JournalWriter:
    """Writes one new journal; safe to use from many threads, ``seq`` follows the order of the
    calls.

    Raises:
        RunDirectoryError: the file is there already, or cannot be made. Evidence is never
            overwritten or added to.
    """

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        self._lock = threading.Lock()
        self._seq = 0
        self._head = GENESIS
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file: int | None = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600
            )
        except FileExistsError as error:
            raise RunDirectoryError(
                sentence("drive/exists-already", path=path),
                next_step=sentence("drive/choose-another-out-directory"),
            ) from error
        except OSError as error:
            raise RunDirectoryError(
                sentence(
                    "drive/cannot-be-made",
                    path=path,
                    strerror=error.strerror,
                    error_zh=system_zh(error),
                ),
                next_step=sentence("drive/choose-another-out-directory"),
            ) from error

    def write(self, record: CleanRecord) -> int:
        """Append ``record`` with ``seq`` and ``at`` and hand it to the operating system; the
        ``seq`` that it got.

        Raises:
            KitFaultError: the record has no ``kind`` or is not JSON.
            RunDirectoryError: the journal is closed, or the disk takes no more.
        """
        if not isinstance(record.get("kind"), str):
            raise KitFaultError(
                f"a journal record needs a kind, this one has {record.get('kind')!r}.",
                next_step="Report this as a bug.",
            )
        clean = self._redactor.scrub(dict(record))  # learnt meanwhile
        with self._lock:
            line = _line(
                {"seq": self._seq, "at": datetime.now(UTC).isoformat(timespec="milliseconds")}
                | clean
            )
            line, digest = chained(line, self._head)
            self._append(line + b"\n")
            self._seq, self._head = self._seq + 1, digest
            return self._seq - 1

    def close(self) -> None:
        """Write everything through to the disk and close; can be called again."""
        with self._lock:
            if self._file is not None:
                os.fsync(self._file)
                os.close(self._file)
                self._file = None

    def __enter__(self) -> JournalWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, line: bytes) -> None:
        if self._file is None:
            raise RunDirectoryError(
                sentence("drive/is-closed-already", path=self.path),
                next_step=sentence("drive/report-this-as-a-bug"),
            )
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise RunDirectoryError(
                sentence(
                    "drive/cannot-be-written",
                    path=self.path,
                    strerror=error.strerror,
                    error_zh=system_zh(error),
                ),
                next_step=sentence("drive/make-room-on-the-disk"),
            ) from error


def _line(record: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise KitFaultError(
            f"the journal record {record.get('kind')!r} is not JSON: {error}.",
            next_step="Report this as a bug.",
        ) from error
    return text.encode("utf-8", "backslashreplace")


def read_run(directory: Path) -> tuple[list[JournalRecord], RunStarted]:
    """The records of the run in ``directory``, and the first of them.

    Raises:
        RunDirectoryError: there is no journal, it was damaged, or no run began in it.
    """
    records, _ = read_journal(directory / JOURNAL)
    return records, _first(directory, records)


def run_in(path: Path, data: bytes) -> tuple[list[JournalRecord], RunStarted]:
    """The same of the bytes of a journal, which errors call ``path``."""
    records, _ = _read(path, data)
    return records, _first(path, records)


def _first(path: Path, records: list[JournalRecord]) -> RunStarted:
    first = records[0] if records else None
    if not isinstance(first, RunStarted):
        raise no_run(path)
    return first


def no_run(path: Path) -> RunDirectoryError:
    """What is said of a directory that holds no run that could be meant."""
    return RunDirectoryError(
        sentence("run/holds-no-run-that-began", directory=path),
        next_step=sentence("run/give-the-directory-that-jidi-certify-out"),
    )


def read_journal(path: Path) -> tuple[list[JournalRecord], bool]:
    """The records of a journal, and whether it is whole: its last record is ``run-finished`` and no
    line is torn.

    A last line without its line end is what a killed process leaves, and is passed over.

    Raises:
        RunDirectoryError: the file cannot be read, or a line is no record, or ``seq`` does not
            count from 0 without a gap, or a line does not follow from the one before.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunDirectoryError(
            sentence(
                "drive/cannot-be-read",
                path=path,
                strerror=error.strerror,
                error_zh=system_zh(error),
            ),
            next_step=sentence("drive/give-the-directory-of-a-run"),
        ) from error
    return _read(path, data)


def _read(path: Path, data: bytes) -> tuple[list[JournalRecord], bool]:
    lines = data.split(b"\n")
    torn = lines.pop() != b""
    records = [_record(path, number, line) for number, line in enumerate(lines)]
    _follow(path, lines)
    return records, bool(records) and not torn and isinstance(records[-1], RunFinished)


def _follow(path: Path, lines: list[bytes]) -> None:
    follower = Follower()
    try:
        for line in lines:
            follower.read(line)
    except BrokenChainError as error:
        raise tampered(path, error) from error


def tampered(path: Path | str, error: BrokenChainError) -> RunDirectoryError:
    """What is said of a journal whose chain is broken."""
    number = error.number
    if error.bare:
        return RunDirectoryError(
            sentence("drive/line-has-no-link", path=path, number=number + 1),
            next_step=sentence("drive/tampered-run"),
        )
    return RunDirectoryError(
        sentence("drive/line-does-not-follow", path=path, number=number + 1),
        next_step=sentence("drive/tampered-run"),
    )


def _record(path: Path, number: int, line: bytes) -> JournalRecord:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RunDirectoryError(
            sentence("drive/line-is-not-json", path=path, number=number + 1),
            next_step=sentence("drive/the-journal-was-changed-or-damaged-run"),
        ) from error
    if not isinstance(record, dict) or record.get("seq") != number:
        found = record.get("seq") if isinstance(record, dict) else record
        raise RunDirectoryError(
            sentence(
                "drive/line-should-be-the-record-with-seq",
                path=path,
                number=number + 1,
                number_2=number,
                found=found,
            ),
            next_step=sentence("drive/the-journal-was-changed-or-damaged-run"),
        )
    try:
        return decode(record, written=True)
    except BrokenRecordError as error:
        raise RunDirectoryError(
            sentence("drive/line-is-no-record", path=path, number=number + 1, why=shown(error)),
            next_step=sentence("drive/the-journal-was-changed-or-damaged-run"),
        ) from error
