"""The kill table: every broken partner is certified, and each must be caught for the right reason and nothing else turn red.

``python -m tests.conformance.kill_table [--only NAME|REQUIREMENT] [--whole] [--keep DIR] [--jobs N] [--write]``; exit code 1 on any problem.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.conformance.broken_partners import FAULTS
from tests.conformance.broken_partners.exemptions import EXEMPT
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.ruling import Ruling, healthy, rule, without_killer
from tests.conformance.trial import CONTROLS, ROOT, pool, run_trial

from jidi.catalogue import Catalogue
from jidi.model.requirement import Level, Requirement
from jidi.registry import Registry

_JSON: Final = ROOT / "docs" / "kill-table.json"
_MARKDOWN: Final = ROOT / "docs" / "kill-table.md"


@dataclass(frozen=True)
class Table:
    """All rulings in the order of ledger and fault name, what else is wrong, and the seconds that all of it took.

    ``proven`` maps each check that was seen to fail (without its case) to the first fault, by name, that made it fail.
    """

    rulings: tuple[Ruling, ...]
    proven: Mapping[str, str]
    problems: tuple[str, ...]
    unkilled: tuple[str, ...]
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems and not self.unkilled and all(ruling.verdict == "killed" for ruling in self.rulings)


def rows(level: Level = "privacy") -> dict[str, Requirement]:
    """The requirements that the table answers for: tested, binding or recommended, checked for couriers, in the courier's profile of ``level``."""
    catalogue = Catalogue.load(Registry.load("1.0"))
    known = (catalogue.requirements[name] for name in catalogue.profile("courier", level).requirements)
    return {row.id: row for row in known if row.modality != "NONE" and row.established == "tested" and "courier" in row.checked}


def without_case(check: str) -> str:
    """A check's id without the case of its scenario."""
    return re.sub(r"\[[^\]]*\]", "", check, count=1)


def checks() -> dict[str, str]:
    """Every check that bears on one of :func:`rows` of level core, without its case, with its requirement."""
    catalogue, asked = Catalogue.load(Registry.load("1.0")), rows("core")
    known = ((scenario, step, check) for scenario in catalogue.scenarios("courier") for step in scenario.steps for check in step.checks)
    return {f"{scenario.base}/{step.id}/{check.id}": check.requirement for scenario, step, check in known if check.requirement in asked}


def chosen(only: Sequence[str]) -> dict[str, Fault]:
    """The faults whose name or requirement is in ``only``; all without it."""
    return {name: fault for name, fault in FAULTS.items() if not only or name in only or fault.requirement in only}


def controls(faults: Mapping[str, Fault]) -> list[str]:
    """The controls of the levels at which these faults are tried."""
    levels = {fault.level for fault in faults.values()}
    return [name for name, level in CONTROLS.items() if level in levels]


def certify_all(faults: Mapping[str, Fault], jobs: int, *, whole: bool = False, keep: str = "") -> Table:
    """Run every trial, ``jobs`` side by side, and the healthy partner as a control of each level that is tried.

    With ``whole`` each broken partner is tried on every scenario of its level, else on those near its fault and a sample of the others.
    ``keep`` is a folder for the journals.
    """
    started, asked = time.monotonic(), rows()
    rulings, problems = [], []
    proven: dict[str, str] = {}
    with pool(jobs) as executor:
        waiting = [executor.submit(run_trial, name, whole, keep) for name in (*controls(faults), *faults)]
        for future in as_completed(waiting):
            trial = future.result()
            if trial.fault in CONTROLS:
                fault_of_control = healthy(trial)
                problems += [fault_of_control] if fault_of_control else []
                _say(f"{'sound' if not fault_of_control else 'NOT SOUND':12} {trial.seconds:5.1f} s  {trial.fault} {fault_of_control}")
                continue
            ruling = rule(faults[trial.fault], trial)
            proven.update({without_case(seen.check): min(trial.fault, proven.get(without_case(seen.check), trial.fault)) for seen in trial.failing})
            rulings.append(ruling)
            _say(f"{ruling.verdict:12} {ruling.seconds:5.1f} s  {ruling.requirement} {ruling.fault}: {ruling.why or ruling.by}")
    rulings = [ruling if ruling.verdict == "killed" else _second_look(faults[ruling.fault], whole) for ruling in rulings]
    order = list(asked)
    rulings.sort(key=lambda one: (order.index(one.requirement) if one.requirement in order else len(order), one.case, one.fault))
    return Table(tuple(rulings), dict(sorted(proven.items())), tuple(problems), tuple(without_killer(asked, FAULTS, EXEMPT)), time.monotonic() - started)


def _second_look(fault: Fault, whole: bool) -> Ruling:
    """The trial once more, with the machine to itself: a crowd of trials can make a partner late that is not. This ruling is the one that counts."""
    with pool(1) as executor:
        ruling = rule(fault, executor.submit(run_trial, fault.name, whole).result())
    _say(f"{ruling.verdict:12} {ruling.seconds:5.1f} s  {ruling.requirement} {ruling.fault}, by itself: {ruling.why or ruling.by}")
    return ruling


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def as_json(table: Table) -> dict[str, Any]:
    """The table for machines."""
    return {
        "kill-table": 1,
        "sound": table.sound,
        "seconds": round(table.seconds, 1),
        "faults": [ruling.as_json() for ruling in table.rulings],
        "checks": dict(table.proven),
        "checks-without-killer": sorted(set(checks()) - set(table.proven)),
        "problems": list(table.problems),
        "without-killer": list(table.unkilled),
        "exempt": dict(EXEMPT),
    }


def as_markdown(table: Table) -> str:
    """The table for people."""
    killed = sum(ruling.verdict == "killed" for ruling in table.rulings)
    lines = [
        "# Kill table",
        "",
        "Generated by `make kill-table`; do not edit. Every broken partner is the reference courier with one fault wrapped around it.",
        "Each must be failed by the kit on the requirement it breaks, by a check that says what is broken, while nothing else turns red.",
        "The reference courier as it is runs as a control and must pass.",
        "",
        f"**{killed} of {len(table.rulings)} faults killed for the right reason**, in {table.seconds:.0f} s.",
        "",
        "| requirement | negative case | fault | what is broken | verdict | caught by | s |",
        "|---|---|---|---|---|---|---|",
        *(_row(ruling) for ruling in table.rulings),
        "",
        "## Negative cases without a killer",
        "",
        *([f"- {case}" for case in table.unkilled] or ["None."]),
        "",
        "## Checks",
        "",
        f"{len(set(checks()) & set(table.proven))} of {len(checks())} checks were seen to fail for some broken partner, cases counted once.",
        "No fault has failed these yet:",
        "",
        *([f"- `{check}` ({requirement})" for check, requirement in sorted(checks().items()) if check not in table.proven] or ["None."]),
        "",
        "## Exempt, with the reason",
        "",
        *([f"- {case}: {reason}" for case, reason in sorted(EXEMPT.items())] or ["None."]),
        *(["", "## Problems", "", *(f"- {problem}" for problem in table.problems)] if table.problems else []),
    ]
    return "\n".join(lines) + "\n"


def _row(ruling: Ruling) -> str:
    fault = FAULTS[ruling.fault]
    also = "".join(f" Also red: {name}, {why}" for name, why in fault.also.items())
    cells = (ruling.requirement, ruling.case, ruling.fault, fault.about + also, ruling.verdict, ruling.why or ruling.by, f"{ruling.seconds:.0f}")
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _joined(table: Table) -> Table:
    """``table``, which is of some faults only, together with what the published one says of the others that still exist."""
    published = json.loads(_JSON.read_text(encoding="utf-8")) if _JSON.exists() else {"faults": [], "checks": {}, "seconds": 0.0}
    fresh = {ruling.fault for ruling in table.rulings}
    kept = [Ruling(**row) for row in published["faults"] if row["fault"] in FAULTS and row["fault"] not in fresh]
    proven = {check: fault for check, fault in published["checks"].items() if fault in FAULTS and fault not in fresh}
    order = list(rows())
    rulings = sorted((*table.rulings, *kept), key=lambda one: (order.index(one.requirement) if one.requirement in order else len(order), one.case, one.fault))
    return replace(table, rulings=tuple(rulings), proven=dict(sorted({**proven, **table.proven}.items())), seconds=table.seconds + published["seconds"])


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command line; 0 when the table is sound, 1 otherwise, 2 when nothing was chosen."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.kill_table", description="Certify every broken partner.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME|REQUIREMENT", help="only this fault or requirement; may be repeated")
    parser.add_argument("--jobs", type=int, default=6, help="how many trials run side by side (6)")
    parser.add_argument("--write", action="store_true", help="write docs/kill-table.md and docs/kill-table.json")
    parser.add_argument("--whole", action="store_true", help="try each fault on every scenario of its level, not on those near it and a sample")
    parser.add_argument("--keep", default="", metavar="DIR", help="keep the journal of every trial there")
    options = parser.parse_args(None if arguments is None else list(arguments))
    faults = chosen(options.only)
    if not faults:
        parser.error(f"no fault and no requirement with faults is called {' or '.join(options.only)}")
    table = certify_all(faults, options.jobs, whole=options.whole, keep=options.keep)
    if options.write and options.only:
        table = _joined(table)
    if options.write:
        _JSON.write_text(json.dumps(as_json(table), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        _MARKDOWN.write_text(as_markdown(table), encoding="utf-8")
    for case in () if options.only else table.unkilled:
        _say(f"no killer    {case}")
    bad = sum(ruling.verdict != "killed" for ruling in table.rulings)
    _say(f"{len(table.rulings) - bad} of {len(table.rulings)} faults killed for the right reason in {table.seconds:.0f} s")
    return int(bad > 0 or bool(table.problems) or (not options.only and bool(table.unkilled)))


if __name__ == "__main__":
    sys.exit(main())
