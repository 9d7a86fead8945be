"""Lets the kit loose on a hostile candidate, as a program of its own so that its memory can be
measured, and looks at what it left behind.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import yaml
from markdown_it import MarkdownIt
from tests.conformance.hostile import conduct, framing, places, texts, wire
from tests.conformance.hostile.candidate import (
    CPU_S,
    HELD_S,
    MAX_TIME_S,
    MEMORY_MB,
    WALL_S,
    Hostile,
    Stage,
)
from tests.conformance.hostile.server import Forbidden

CANDIDATES: Final = {
    one.name: one
    for one in (
        *framing.VARIANTS,
        *places.VARIANTS,
        *texts.VARIANTS,
        *conduct.VARIANTS,
        *wire.VARIANTS,
    )
}
_MORE: Final = 8
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LIVE: Final = re.compile(
    rf"<(?:script|img|svg|b)\b[^>]*{texts.MARK}|<script>[^<]*{texts.MARK}|(?:href|src)=.?(?:javascript:{texts.MARK}|http://127)",
    re.IGNORECASE,
)
_DATA: Final = re.compile(r'<script[^>]*type="application/json"[^>]*>.*?</script>', re.DOTALL)
"""Blocks that a browser never runs nor shows; the page's own script takes texts out of them, which
the browser tests look at.
"""


@dataclass(frozen=True)
class Measured:
    """Exit code (negative: killed), seconds by the clock and of the processor, peak resident memory
    in MB, seconds in the queue for a processor; ``held_s``: how long after its ``--max-time`` the
    run was over by its own journal, 0 without one.
    """

    exit: int
    seconds: float
    cpu_s: float
    peak_mb: float
    waited_s: float = 0.0
    held_s: float = 0.0


@dataclass(frozen=True)
class Result:
    """How a run ended: what was measured, what was printed, and everything that is wrong;
    ``more_s``: how much longer than usual its ``--max-time`` was.
    """

    measured: Measured
    printed: str
    wrong: tuple[str, ...]
    more_s: int = 0


def play(name: str) -> Result:
    """Certify the candidate called ``name``; with more time where the machine, which does other
    things too, withheld so much of it that there was nothing to see.
    """
    result = _played(name, MAX_TIME_S)
    return _played(name, _MORE * MAX_TIME_S) if _is_starved(name, result.measured) else result


def _is_starved(name: str, measured: Measured) -> bool:
    """Whether a run that should have seen something waited for a processor instead."""
    nothing = measured.exit == 3 and 3 not in CANDIDATES[name].exits
    return (nothing and measured.waited_s > 1) or measured.exit < 0


def _played(name: str, max_time_s: int) -> Result:
    candidate = CANDIDATES[name]
    with tempfile.TemporaryDirectory(prefix="jidi-hostile-") as folder:
        directory = Path(folder)
        forbidden = Forbidden()
        try:
            with candidate.serve(Stage(directory, forbidden)) as document:
                target = directory / "target.yaml"
                target.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
                measured, printed = _certify(target, directory, candidate, max_time_s)
        finally:
            forbidden.close()
        wrong = [*_of_run(candidate, measured, printed), *_of_artefacts(directory / "run")]
        if forbidden.calls:
            wrong.append(
                f"a host that the target does not declare was called {forbidden.calls} times"
            )
        return Result(measured, printed, tuple(wrong), max_time_s - MAX_TIME_S)


def _certify(
    target: Path, directory: Path, candidate: Hostile, max_time_s: int
) -> tuple[Measured, str]:
    """What was measured, and everything printed."""
    peak = directory / "peak.txt"
    command = [
        sys.executable,
        str(Path(__file__).with_name("measured.py")),
        str(peak),
        "certify",
        str(target),
        "--no-generated",
        "--seed",
        "7",
        "--out",
        str(directory / "run"),
    ]
    command += ["--max-time", str(max_time_s), *candidate.arguments]
    log = directory / "printed.txt"
    started = time.monotonic()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=_environment(),
        )
        try:
            code = process.wait(WALL_S + max_time_s - MAX_TIME_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    found = peak.read_text("ascii").split() if peak.exists() else ("0", "0", "0")
    measured = Measured(
        code,
        round(time.monotonic() - started, 1),
        float(found[1]),
        round(int(found[0]) / 1024, 1),
        float(found[2]),
        _held_s(directory / "run" / "journal.ndjson", max_time_s),
    )
    return measured, log.read_bytes().decode("utf-8", "replace")


def _held_s(journal: Path, max_time_s: int) -> float:
    """How long after ``--max-time`` the last step of the run was over, from the journal."""
    if not journal.exists():
        return 0.0
    lines = journal.read_bytes().splitlines()  # a line separator in a text ends no line
    first, last = (datetime.fromisoformat(json.loads(line)["at"]) for line in (lines[0], lines[-1]))
    return max(0.0, (last - first).total_seconds() - max_time_s)


def _environment() -> dict[str, str]:
    wanted = {"PATH", "HOME", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR"}
    return {
        **{name: value for name, value in os.environ.items() if name in wanted},
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
    }


def _of_run(candidate: Hostile, measured: Measured, printed: str) -> list[str]:
    wrong = []
    code = measured.exit
    if measured.peak_mb > MEMORY_MB:
        wrong.append(f"{measured.peak_mb} MB of memory, above {MEMORY_MB}")
    if measured.cpu_s > CPU_S:
        wrong.append(f"{measured.cpu_s} s of processor time, above {CPU_S:g}")
    if measured.held_s > HELD_S + 3 * measured.waited_s:
        wrong.append(f"held for {measured.held_s:.1f} s after --max-time")
    if code < 0:
        wrong.append(f"the run did not end within {WALL_S:g} s")
    elif code not in candidate.exits:
        wrong.append(f"exit code {code}, not one of {sorted(candidate.exits)}")
    if (
        "Traceback" in re.sub(r"^.*(?:actual|got|saw).*$", "", printed, flags=re.MULTILINE)
        and candidate.name != "stack-traces"
    ):
        wrong.append("a traceback was printed")
    if not re.search(candidate.says, printed):
        wrong.append(f"nothing printed matches {candidate.says!r}")
    if found := _CONTROLS.search(printed):
        wrong.append(f"a raw control character {found.group()!r} was printed")
    return wrong


def _of_artefacts(run: Path) -> list[str]:
    """What is wrong with the reports; a run that found nobody leaves none."""
    wrong = []
    if not (run / "journal.ndjson").exists():
        return wrong
    for name in ("run.json", "har.json"):
        try:
            json.loads((run / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            wrong.append(f"{name}: {error}")
    try:
        ElementTree.parse(run / "junit.xml")  # noqa: S314 - the kit's own file; that it parses is the question
    except (OSError, ElementTree.ParseError) as error:
        wrong.append(f"junit.xml: {error}")
    for name in ("report.html", "summary.md"):
        try:
            text = (run / name).read_text("utf-8")
        except (OSError, ValueError) as error:
            wrong.append(f"{name}: {error}")
            continue
        text = (
            MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
            if name.endswith(".md")
            else _DATA.sub("", text)
        )
        if found := _LIVE.search(text):
            wrong.append(
                f"{name} holds live markup of the candidate: "
                f"{text[max(0, found.start() - 40) : found.end() + 40]!r}"
            )
        if found := _CONTROLS.search(text):
            wrong.append(f"{name} holds a raw control character {found.group()!r}")
    return wrong
