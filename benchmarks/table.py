"""The table of what people wait for, each row beside a peer or its goal, the ratio first:
``make bench``, or ``python -m benchmarks.table [ROW ...]`` for rows whose names begin so.

All figures are seconds of processor time (user and system, children included), never of the clock,
so that a busy machine changes them little. A ratio above one means that jidi takes more than what
stands beside it. Peers run in the same interpreter with the libraries that jidi itself is built on,
one process for each figure; what a process takes for no record at all is taken off both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import events, partner
from jidi.cli.reference import reference_partner

RECORDS = 40_000
FEW = 2_000
SCAN_LINES = 60_000
LOG_LINES = 120_000
COPIES = 12
DONE = frozenset({0, 1, 3})
"""Exit codes of a command that did its work, whatever it found: a recording never certifies (3)."""
JIDI = (sys.executable, "-m", "jidi.cli")
PEER = (sys.executable, "-m", "benchmarks.peer_validators")


@dataclass(frozen=True)
class Row:
    """One line of the table: ``beside`` is what a peer takes, or the goal where there is none."""

    name: str
    jidi: float
    beside: float
    what: str
    unit: str

    def __str__(self) -> str:
        ratio = f"{self.jidi / self.beside:7.2f}" if self.beside else "      -"
        figures = f"{self.jidi:10.3f} | {self.beside:10.3f} | {self.unit:12}"
        return f"{ratio} | {self.name:40} | {figures} | {self.what}"


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of processor time, and its largest memory in MiB."""

    cpu_s: float
    peak_mib: float


class NotMeasuredError(Exception):
    """A command did not do its work, so that its time says nothing."""


def main() -> None:
    """Print the rows as they are measured; exit 1 when some could not be."""
    wanted, missing = sys.argv[1:], 0
    print(
        "  ratio | work" + " " * 41 + "|       jidi |     beside | unit               | beside jidi"
    )
    print(f"      - | three million additions take {additions():.2f} s of this machine now")
    with tempfile.TemporaryDirectory(prefix="jidi-bench-") as name:
        for prefix, rows in ROWS.items():
            if not wanted or any(prefix.startswith(one) for one in wanted):
                try:
                    for row in rows(Path(name)):
                        print(row, flush=True)
                except (NotMeasuredError, OSError, subprocess.SubprocessError) as error:
                    missing += 1
                    print(f"      - | {prefix}: not measured: {error}", flush=True)
    sys.exit(bool(missing))


def additions() -> float:
    """Seconds of a loop that is always the same: by it goals can be read on a busy machine."""
    begin, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number
    return time.process_time() - begin


def cost(*command: str) -> Cost:
    """What ``command`` takes; what it prints is dropped.

    Raises:
        NotMeasuredError: it ended as commands do that were misused or broke.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in DONE:
        raise NotMeasuredError(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def least_cost(*command: str) -> float:
    """Seconds of the cheapest of three: what else runs can only add to them."""
    return min(cost(*command).cpu_s for _ in range(3))


def start_up(_: Path) -> Iterator[Row]:
    """Commands that only say something."""
    for words, goal in (
        (("--version",), 0.15),
        (("--help",), 0.15),
        (("list",), 0.4),
        (("explain", "DS-01.1"), 0.4),
    ):
        yield Row(f"start: jidi {' '.join(words)}", least_cost(*JIDI, *words), goal, "goal", "s")


def validating(folder: Path) -> Iterator[Row]:
    """Records after start-up, in microseconds each."""
    plain = 0.0
    for style, bad in (("compact", 0.0), ("spaced", 0.0), ("quotes", 0.0), ("compact", 0.05)):
        many, few = folder / "many.ndjson", folder / "few.ndjson"
        events.write(many, RECORDS, style, bad)
        events.write(few, FEW, style, bad)
        own = _a_record([*JIDI, "validate", "--schema", "shipment-event"], many, few)
        peer = _a_record([*PEER, "jsonschema-rs"], many, few)
        label = f"validate: {style}{', 5 % bad' if bad else ''}"
        yield Row(label, own, peer, "orjson and jsonschema-rs", "us a record")
        if style == "spaced":
            plain = own
        if style == "quotes":
            yield Row("validate: quotes beside none", own, plain, "the same without", "us a record")
    slow = _a_record([*PEER, "jsonschema"], *_slowly(folder))
    yield Row("validate: compact", own, slow, "jsonschema (Python), 5 % bad", "us a record")


def _slowly(folder: Path) -> tuple[Path, Path]:
    many, few = folder / "slow.ndjson", folder / "slower.ndjson"
    events.write(many, FEW, "compact", 0.05)
    events.write(few, FEW // 10, "compact", 0.05)
    return many, few


def _a_record(command: list[str], many: Path, few: Path) -> float:
    """Microseconds a record, from the difference of a long file and a short one."""
    lines = _lines(many) - _lines(few)
    spent = least_cost(*command, str(many)) - least_cost(*command, str(few))
    return spent / lines * 1e6


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")


def scanning(folder: Path) -> Iterator[Row]:
    """Megabytes a second, so a low ratio is bad here."""
    feed, log = folder / "feed.ndjson", folder / "clean.log"
    events.write(feed, SCAN_LINES, "compact", 0.0)
    events.write_log(log, LOG_LINES)
    peer = shutil.which("rg")
    for label, file, arguments, goal in (
        ("scan: events by their schema", feed, (), 8.0),
        ("scan: events without schema", feed, ("--no-schema",), 8.0),
        ("scan: a clean log", log, ("--no-schema",), 40.0),
    ):
        empty = folder / "empty.ndjson"
        empty.write_bytes(b"")
        own = least_cost(*JIDI, "scan", *arguments, str(file)) - least_cost(
            *JIDI, "scan", *arguments, str(empty)
        )
        size = file.stat().st_size / 1e6
        yield Row(label, size / own, goal, "goal", "MB a second")
        if peer and "log" in label:
            spent = max(least_cost(peer, "1[3-9][0-9]{9}", str(file)), 0.001)
            yield Row(label, size / own, size / spent, "ripgrep, one pattern", "MB a second")


def certifying(folder: Path) -> Iterator[Row]:
    """One scenario; then judging its recording, and making its reports again."""
    (folder / "courier").mkdir()
    run = folder / "run"
    with reference_partner("courier", folder / "courier") as courier:
        whole = cost(
            *JIDI,
            *("certify", str(courier.target_file), "--seed", "1", "--out", str(run)),
            *("--scenario", "consignment-accepted"),
        )
        rest = cost(
            *JIDI,
            *("certify", str(courier.target_file), "--seed", "1", "--out", str(folder / "more")),
            *("--requirement", "DS-01.2", "--no-generated"),
        )
    yield Row("certify: one scenario", whole.cpu_s, 0.6, "goal", "s")
    yield Row("certify: one requirement, scenarios alone", rest.cpu_s, 0.0, "no goal", "s")
    yield from _judged(folder, folder / "more" / "har.json")
    rendered = cost(*JIDI, "report", "render", str(folder / "more"))
    yield Row("report: one requirement", rendered.cpu_s, 1.0, "goal of a whole run", "s")


def _judged(folder: Path, recording: Path) -> Iterator[Row]:
    """What each MB takes beyond what the recording takes of which the longer one is made."""
    long = folder / "long.har"
    events.write_recording(recording, long, COPIES)
    size = (long.stat().st_size - recording.stat().st_size) / 1e6
    whole, little = (
        cost(
            *JIDI, "judge", str(file), "--role", "courier", "--out", str(folder / f"judged-{count}")
        )
        for count, file in (("long", long), ("short", recording))
    )
    yield Row("judge: a recording", (whole.cpu_s - little.cpu_s) / size, 0.3, "goal", "s a MB")
    memory = (whole.peak_mib - little.peak_mib) / size
    yield Row("judge: its memory", memory, 0.0, "no goal", "MiB a MB")


def serving(folder: Path) -> Iterator[Row]:
    """The reference courier beside a small application that stores what it is given."""
    own, small = partner.reference(folder / "served"), partner.small_app(folder / "small")
    for method in ("POST", "GET"):
        yield Row(
            f"reference: {method} of a consignment",
            own[method],
            small[method],
            "Starlette, SQLite",
            "ms a request",
        )


ROWS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "start": start_up,
    "validate": validating,
    "scan": scanning,
    "certify": certifying,
    "reference": serving,
}


if __name__ == "__main__":
    main()
