"""Keeps journals of trials, cut down to what shows the fault, with their verdicts: ``python -m
tests.conformance.keep_evidence [--from DIR | --add DIR]``.

DIR holds journals as ``python -m tests.conformance.kill_table --keep DIR`` leaves them, and
``generated.ndjson``, the journal of a whole run.
Of those that fail the same checks for the same reasons the smallest is kept. ``--from`` puts them
in the place of what is kept, ``--add`` beside it.
The verdicts over all journals that are there are then written afresh, without either option too.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from tests.conformance.broken_partners import FAULTS
from tests.conformance.kill_table import without_case
from tests.conformance.trial import CONTROLS
from tests.unit.judge.stored_evidence import FOLDER, judged, kept_form, stored, whole

from jidi.drive import read_journal
from jidi.model.requirement import Role
from jidi.run.data import load_data

_ONCE: Final = frozenset({"run-started", "plan", "run-finished"})
_LARGEST: Final = 60_000
"""Bytes, compressed; the controls may be larger."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; always 0."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.keep_evidence",
        description="Keep journals and verdicts for the tests of the judge.",
    )
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument(
        "--from",
        dest="instead",
        metavar="DIR",
        help="journals of trials, by fault, to keep instead of all that is kept",
    )
    sources.add_argument("--add", dest="more", metavar="DIR", help="the same, to keep besides")
    options = parser.parse_args(arguments)
    if options.instead:
        _clear()
    if options.instead or options.more:
        _keep(Path(options.instead or options.more))
    for evidence in stored():
        (FOLDER / f"{evidence.name}.json").write_text(
            kept_form(_verdict(evidence.records)), encoding="utf-8"
        )
    sys.stdout.write(f"{len(stored())} journals in {FOLDER}\n")
    return 0


def _clear() -> None:
    for old in FOLDER.glob("*.ndjson.xz"):
        old.unlink()
        (FOLDER / old.name.replace(".ndjson.xz", ".json")).unlink(missing_ok=True)


def _keep(folder: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    seen = {pair for evidence in stored() for pair in _shown(evidence.expected)}
    for name, (role, _) in CONTROLS.items():
        if (folder / f"{name}.ndjson").exists():
            records = _read(folder / f"{name}.ndjson")
            (FOLDER / f"{name}.ndjson.xz").write_bytes(
                _packed(records if role == "courier" else _one_of_each(records, role))
            )
    generated = folder / "generated.ndjson"
    if generated.exists():
        (FOLDER / "healthy-generated.ndjson.xz").write_bytes(
            _packed(_without_scenarios(_read(generated)))
        )
    for _, name, packed, shown in sorted(_candidates(folder)):
        if not shown <= seen:
            seen |= shown
            (FOLDER / f"{name}.ndjson.xz").write_bytes(packed)


def _candidates(folder: Path) -> Iterable[tuple[int, str, bytes, set[tuple[str, str]]]]:
    """Size, name, compressed journal, and the (check, reason) pairs that fail, of every broken
    partner that is small enough.
    """
    for name in sorted(FAULTS):
        path = folder / f"{name}.ndjson"
        if not path.exists():
            continue
        records = _cut(_read(path))
        failing = _shown(_verdict(records))
        packed = _packed(records)
        if failing and len(packed) <= _LARGEST:
            yield len(packed), name, packed, failing


def _cut(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Only the scenarios that show a failing check, or the exchanges that one of the whole run
    rests on.
    """
    failing = _failing(_verdict(records))
    if any(record["kind"] == "generated" for record in records):
        return records
    scenarios = {check["check"].partition("/")[0] for check in failing}
    resting = {exchange for check in failing for exchange in check["exchanges"]}
    scenarios |= {
        record["scenario"]
        for record in records
        if record["kind"] == "exchange" and record["id"] in resting
    }
    return _only(records, scenarios)


def _one_of_each(records: list[dict[str, Any]], role: Role) -> list[dict[str, Any]]:
    """One instance of each scenario that was played; of an integrator only of those that are not a
    courier's too, for of these there is evidence.
    """
    catalogue = load_data("1.0")[1]
    known = (
        {scenario.base for scenario in catalogue.scenarios("courier")}
        if role == "integrator"
        else set()
    )
    played = {record["scenario"] for record in records if record["kind"] == "exchange"}
    first: dict[str, str] = {}
    for scenario in catalogue.scenarios(role):
        if scenario.base not in known and scenario.id in played:
            first.setdefault(scenario.base, scenario.id)
    return _only(records, set(first.values()))


def _only(records: list[dict[str, Any]], scenarios: set[str]) -> list[dict[str, Any]]:
    """A run as if only these scenarios had been chosen."""
    kept = [
        record
        for record in records
        if record["kind"] in _ONCE or record.get("scenario") in scenarios
    ]
    header = next(record for record in kept if record["kind"] == "run-started")["run"]
    plan = next(record for record in kept if record["kind"] == "plan")
    plan["scenarios"] = [entry for entry in plan["scenarios"] if entry["id"] in scenarios]
    header["selection"] = {
        **header["selection"],
        "areas": [],
        "scenarios": sorted(entry["id"] for entry in plan["scenarios"]),
    }
    return [{**record, "seq": number} for number, record in enumerate(kept)]


def _without_scenarios(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A whole run as if there were the generated phase only."""
    kept = [
        record
        for record in records
        if record["kind"] in _ONCE or record["kind"].startswith("generated")
    ]
    next(record for record in kept if record["kind"] == "plan")["scenarios"] = []
    return [{**record, "seq": number} for number, record in enumerate(kept)]


def _shown(verdict: dict[str, Any]) -> set[tuple[str, str]]:
    """Which checks fail for which reasons."""
    return {(without_case(check["check"]), check["reason"]) for check in _failing(verdict)}


def _failing(verdict: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        check
        for row in verdict["requirements"]
        for check in row["checks"]
        if check["outcome"] == "fail"
    ]


def _verdict(records: list[dict[str, Any]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        return whole(judged(records, Path(directory)))


def _read(path: Path) -> list[dict[str, Any]]:
    return [dict(record) for record in read_journal(path)[0]]


def _packed(records: Iterable[dict[str, Any]]) -> bytes:
    text = "".join(
        json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records
    )
    return lzma.compress(text.encode(), preset=9)


if __name__ == "__main__":
    sys.exit(main())
