"""Wall time and memory of certifying the reference courier: ``python -m benchmarks.certify``.

Prints a full core run, the scenarios alone, one requirement, the generated cases, the peak memory
of kit and children together (the reference courier not counted), and the run time over the time of
the bare exchanges.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from jidi.cli.reference import reference_partner

PROC = Path("/proc")
SAMPLE_S = 0.05
MIB = 1024 * 1024


@dataclass(frozen=True)
class Run:
    """One run of the command line, measured from outside."""

    name: str
    code: int
    wall_s: float
    peak_bytes: int
    folder: Path


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="jidi-bench-") as name:
        folder = Path(name)
        (folder / "courier").mkdir()
        with reference_partner("courier", folder / "courier") as partner:
            target = str(partner.target_file)
            runs = [
                measure("full core run", target, folder / "full"),
                measure("scenarios alone", target, folder / "scenarios", "--no-generated"),
                measure(
                    "one requirement (DS-01.2)",
                    target,
                    folder / "one",
                    "--requirement",
                    "DS-01.2",
                    "--no-generated",
                ),
                measure(
                    "one scenario",
                    target,
                    folder / "scenario",
                    "--scenario",
                    "consignment-accepted",
                ),
            ]
        for run in runs:
            show(run)


def measure(name: str, target: str, folder: Path, *arguments: str) -> Run:
    """One ``jidi certify`` as a process of its own."""
    command = [
        sys.executable,
        "-m",
        "jidi.cli",
        "certify",
        target,
        "--seed",
        "1",
        "--out",
        str(folder),
        *arguments,
    ]
    started = time.monotonic()
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        code, peak = watched(subprocess.Popen(command, stdout=log, stderr=log))
    return Run(name, code, time.monotonic() - started, peak, folder)


def show(run: Run) -> None:
    """One line of figures."""
    exchanges, cases, bare_s = evidence(run.folder / "journal.ndjson")
    # Generated exchanges are not in the journal one by one, so the ratio is given where there are
    # none.
    ratio = f"{run.wall_s / bare_s:.2f} x the bare exchanges" if bare_s and not cases else ""
    figures = f"exit {run.code}  {run.wall_s:6.1f} s  peak {run.peak_bytes / MIB:5.0f} MiB"
    print(
        f"{run.name:28} {figures}  {exchanges:5} exchanges of scenarios  {cases:5} generated "
        f"cases  {ratio}"
    )


def evidence(journal: Path) -> tuple[int, int, float]:
    """Exchanges of scenarios, generated cases, and the seconds in which at least one recorded
    exchange was under way.
    """
    exchanges, cases, spans = 0, 0, []
    for line in journal.read_bytes().splitlines():
        record = json.loads(line)
        if record["kind"] == "exchange":
            exchanges += 1
            spans.append((record["started"], record["finished"]))
        if record["kind"] == "generated":
            cases += int(record.get("cases", 0))
    return exchanges, cases, covered(spans)


def covered(spans: list[tuple[float, float]]) -> float:
    """Length of the union of ``spans``."""
    total, end = 0.0, float("-inf")
    for start, finish in sorted(spans):
        total += max(0.0, finish - max(start, end))
        end = max(end, finish)
    return total


def watched(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Exit code of a process, and the most resident memory that it and its descendants had at any
    of the looks at it.
    """
    peak = 0
    while True:
        peak = max(peak, sum(map(resident, family(process.pid))))
        try:
            return process.wait(SAMPLE_S), peak
        except subprocess.TimeoutExpired:
            continue


def family(pid: int) -> list[int]:
    """``pid`` and its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := parent_of(entry)):
            parents.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for member in found:
        found.extend(parents.get(member, []))
    return found


def parent_of(entry: Path) -> int:
    """Parent of a process, 0 when it is gone."""
    try:
        return int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def resident(pid: int) -> int:
    """Resident bytes of a process, 0 when it is gone."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    main()
