"""Keeps what partners showed, scenario by scenario, with what it must be judged:
``python -m tests.conformance.keep_evidence [--scenario ROLE/NAME] [--fault NAME] [--from DIR |
--add DIR]``.

``--scenario`` plays the healthy partner through one scenario and keeps that, ``--fault`` tries one
broken partner and keeps the scenarios that caught it. DIR holds journals as ``python -m
tests.conformance.kill_table --keep DIR`` leaves them, and ``generated.ndjson``, the journal of a
whole run: of those that fail the same checks for the same reasons the smallest is kept. ``--from``
puts them in the place of what is kept, ``--add`` beside it.
The verdicts over all that is kept are written afresh, without any option too.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, cast, get_args

from tests.conformance.broken_partners import FAULTS
from tests.conformance.kill_table import without_case
from tests.conformance.trial import CONTROLS, pool, run_healthy, run_trial
from tests.unit.judge.evidence_form import FOLDER, Record, packed
from tests.unit.judge.stored_evidence import (
    BROKEN,
    GENERATED,
    Evidence,
    failing,
    judged,
    kept,
    kept_text,
    stored,
    whole,
)

from jidi.drive.keeping import read_journal
from jidi.model.roles import Role
from jidi.run.data import load_data

_ONCE: Final = frozenset({"run-started", "plan", "run-finished"})
_LARGEST: Final = 60_000
"""Bytes, compressed, of what is kept of one broken partner."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; always 0."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.keep_evidence",
        description="Keep journals and verdicts for the tests of the judge.",
    )
    parser.add_argument("--scenario", action="append", default=[], metavar="ROLE/NAME")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME")
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument("--from", dest="instead", metavar="DIR")
    sources.add_argument("--add", dest="more", metavar="DIR")
    options = parser.parse_args(arguments)
    if options.instead:
        _clear()
    if options.instead or options.more:
        _keep(Path(options.instead or options.more))
    with tempfile.TemporaryDirectory() as folder, pool(2) as executor:
        healthy = [
            executor.submit(_played, cast("Role", role), name, folder)
            for role, _, name in (place.partition("/") for place in options.scenario)
        ]
        broken = {name: executor.submit(run_trial, name, False, folder) for name in options.fault}
        for future in healthy:
            keep_scenario(*future.result(), Path(folder))
        for name, trial in broken.items():
            trial.result()
            keep_caught(name, read(Path(folder, f"{name}.ndjson")))
    for evidence in stored():
        renew(evidence)
    sys.stdout.write(f"{len(stored())} journals in {FOLDER}\n")
    return 0


def renew(evidence: Evidence) -> None:
    """Write afresh what the evidence must be judged."""
    evidence.verdict.write_text(kept_text(_verdict(evidence.records)), encoding="utf-8")


def _played(role: Role, name: str, folder: str) -> tuple[Role, str]:
    trial = run_healthy(role, name, folder)
    if trial.accident or trial.failing:
        raise RuntimeError(f"The healthy {role} does not pass {name}: {trial}")
    return role, name


def keep_scenario(role: Role, name: str, folder: Path) -> Evidence:
    """Keep what the healthy partner showed in a scenario (its name without a case), of which
    :func:`run_healthy` left the journal in ``folder``.
    """
    journal = read(folder / f"{role}-{name}.ndjson")
    return _write(Evidence(role, name), only(journal, _instances(role, journal)[name]))


def keep_caught(name: str, journal: list[Record]) -> Evidence | None:
    """Keep the scenarios that caught a broken partner, from the journal of its trial; ``None`` when
    there is no evidence of it yet and that of others shows the same.
    """
    evidence, records = Evidence(FAULTS[name].role, f"{BROKEN}/{name}"), cut(journal)
    if evidence.journal.exists():
        return _write(evidence, records)
    others = [one for one in stored() if one != evidence]
    seen = {pair for one in others for pair in shown(one.expected)}
    return None if shown(_verdict(records)) <= seen else _write(evidence, records)


def _write(evidence: Evidence, records: list[Record]) -> Evidence:
    evidence.journal.parent.mkdir(parents=True, exist_ok=True)
    evidence.journal.write_bytes(packed(records))
    renew(evidence)
    return evidence


def _clear() -> None:
    for old in stored():
        old.journal.unlink()
        old.verdict.unlink(missing_ok=True)


def _keep(folder: Path) -> None:
    for role in get_args(Role):
        for name, records in _healthy(folder, role).items():
            _write(Evidence(role, name), records)
    generated = folder / f"{GENERATED}.ndjson"
    if generated.exists():
        _write(Evidence("courier", GENERATED), _without_scenarios(read(generated)))
    seen = {pair for evidence in stored() for pair in shown(evidence.expected)}
    for _, name, records, pairs in sorted(_candidates(folder), key=lambda one: one[:2]):
        if not pairs <= seen:
            seen |= pairs
            _write(Evidence(FAULTS[name].role, f"{BROKEN}/{name}"), records)


def _healthy(folder: Path, role: Role) -> dict[str, list[Record]]:
    """What the controls of a role showed in each scenario; of the runs at two levels that which
    shows more of its cases, or more rows.
    """
    found: dict[str, list[Record]] = {}
    for name, (of, _) in CONTROLS.items():
        if of == role and (folder / f"{name}.ndjson").exists():
            journal = read(folder / f"{name}.ndjson")
            for scenario, instances in _instances(role, journal).items():
                records = only(journal, instances)
                if len(_planned(records)) >= len(_planned(found.get(scenario, []))):
                    found[scenario] = records
    return found


def is_kept(role: Role, name: str) -> bool:
    """Whether what a healthy partner of a role shows in a scenario is kept: an integrator only of
    those that are not a courier's too, for of these there is evidence.
    """
    return role != "integrator" or all(
        scenario.base != name for scenario in load_data("1.0")[1].scenarios("courier")
    )


def _instances(role: Role, journal: list[Record]) -> dict[str, set[str]]:
    """The instances that were played, by the name of the scenario: all of a courier, of others the
    first.
    """
    catalogue = load_data("1.0")[1]
    played = {record["scenario"] for record in journal if record["kind"] == "exchange"}
    found: dict[str, set[str]] = {}
    for scenario in catalogue.scenarios(role):
        if scenario.id in played and is_kept(role, scenario.base):
            instances = found.setdefault(scenario.base, set())
            if role == "courier" or not instances:
                instances.add(scenario.id)
    return found


def _planned(records: list[Record]) -> list[Any]:
    return [
        entry for record in records if record["kind"] == "plan" for entry in record["scenarios"]
    ]


def _candidates(folder: Path) -> Iterable[tuple[int, str, list[Record], set[tuple[str, str]]]]:
    """Size, name, records, and the (check, reason) pairs that fail, of every broken partner that
    is small enough.
    """
    for name in sorted(FAULTS):
        path = folder / f"{name}.ndjson"
        if path.exists():
            records = cut(read(path))
            pairs, size = shown(_verdict(records)), len(packed(records))
            if pairs and size <= _LARGEST:
                yield size, name, records, pairs


def cut(journal: list[Record]) -> list[Record]:
    """Only scenarios that matter: of those that show the same failing checks for the same reasons
    the shortest; all that fail, and the exchanges that it rests on, where a check of the whole run
    fails; everything where the generated phase was.
    """
    failed = failing(_verdict(journal))
    if any(record["kind"] == "generated" for record in journal):
        return journal
    planned = {entry["id"] for entry in _planned(journal)}
    by_scenario: dict[str, set[tuple[str, str]]] = {}
    for check in failed:
        by_scenario.setdefault(check["check"].partition("/")[0], set()).add(_pair(check))
    if set(by_scenario) <= planned:
        return only(journal, _cover(journal, by_scenario), narrowed=False)
    resting = {exchange for check in failed for exchange in check["exchanges"]}
    needed = {
        record["scenario"]
        for record in journal
        if record["kind"] == "exchange" and record["id"] in resting
    }
    return only(journal, needed | set(by_scenario), narrowed=False)


def _cover(journal: list[Record], by_scenario: dict[str, set[tuple[str, str]]]) -> set[str]:
    length: dict[str, int] = {}
    for record in journal:
        place = record.get("scenario", "")
        length[place] = length.get(place, 0) + len(str(record))
    chosen: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for scenario in sorted(by_scenario, key=lambda name: (length.get(name, 0), name)):
        if not by_scenario[scenario] <= seen:
            seen |= by_scenario[scenario]
            chosen.add(scenario)
    return chosen


def only(journal: list[Record], scenarios: set[str], *, narrowed: bool = True) -> list[Record]:
    """A run as if only these scenarios had been chosen; ``narrowed``: and nothing else, so that
    every row that they bear on is judged.
    """
    kept_records = copy.deepcopy(
        [
            record
            for record in journal
            if record["kind"] in _ONCE or record.get("scenario") in scenarios
        ]
    )
    header = next(record for record in kept_records if record["kind"] == "run-started")["run"]
    plan = next(record for record in kept_records if record["kind"] == "plan")
    plan["scenarios"] = [entry for entry in plan["scenarios"] if entry["id"] in scenarios]
    header["selection"] = {
        **header["selection"],
        **({"requirements": [], "clauses": []} if narrowed else {}),
        "areas": [],
        "scenarios": sorted(entry["id"] for entry in plan["scenarios"]),
    }
    return [{**record, "seq": number} for number, record in enumerate(kept_records)]


def _without_scenarios(journal: list[Record]) -> list[Record]:
    """A whole run as if there were the generated phase only."""
    kept_records = [
        record
        for record in journal
        if record["kind"] in _ONCE or record["kind"].startswith("generated")
    ]
    next(record for record in kept_records if record["kind"] == "plan")["scenarios"] = []
    return [{**record, "seq": number} for number, record in enumerate(kept_records)]


def shown(form: dict[str, Any]) -> set[tuple[str, str]]:
    """Which checks, without their cases, fail for which reasons."""
    return {_pair(check) for check in failing(form)}


def _pair(check: dict[str, Any]) -> tuple[str, str]:
    return without_case(check["check"]), check["reason"]


def _verdict(records: list[Record]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        return kept(whole(judged(records, Path(directory))))


def read(path: Path) -> list[Record]:
    """The records of a journal, as they stand in it, without the digests of its chain."""
    read_journal(path)  # refuses what is none
    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [
        {name: value for name, value in record.items() if name != "chain"} for record in records
    ]


if __name__ == "__main__":
    sys.exit(main())
