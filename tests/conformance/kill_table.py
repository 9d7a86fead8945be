"""The kill table: every broken partner is certified, and each must be caught for the right reason
and nothing else turn red.

``python -m tests.conformance.kill_table [--only NAME|REQUIREMENT] [--role ROLE] [--whole] [--keep
DIR] [--jobs N] [--write]``; exit code 1 on any problem.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, get_args

from tests.conformance.broken_partners import FAULTS
from tests.conformance.broken_partners.exemptions import EXEMPT_OF
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.ruling import Ruling, healthy, rule, without_killer
from tests.conformance.trial import CONTROLS, ROOT, Trial, pool, run_trial

from jidi.catalogue import Catalogue
from jidi.model.requirement import Requirement
from jidi.model.roles import Level, Role
from jidi.registry import Registry

_JSON: Final = ROOT / "docs" / "kill-table.json"
_MARKDOWN: Final = ROOT / "docs" / "kill-table.md"

ASKED: Final[Mapping[Role, Level]] = {
    "courier": "privacy",
    "platform": "privacy",
    "integrator": "privacy",
}
"""Up to which level every negative case of a role must have a killer."""


@dataclass(frozen=True)
class Table:
    """All rulings in the order of ledger and fault name, and what else is wrong; ``seconds`` that
    all of it took, which are not published.

    ``proven`` maps, for each role, each check that was seen to fail (without its case) to the first
    fault, by name, that made it fail.
    """

    rulings: tuple[Ruling, ...]
    proven: Mapping[Role, Mapping[str, str]]
    problems: tuple[str, ...]
    unkilled: tuple[str, ...]
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return (
            not self.problems
            and not self.unkilled
            and all(ruling.verdict == "killed" for ruling in self.rulings)
        )


def rows(level: Level = "privacy", role: Role = "courier") -> dict[str, Requirement]:
    """The requirements that the table answers for: tested, binding or recommended, checked for the
    role, in the role's profile of ``level``.
    """
    catalogue = Catalogue.load(Registry.load("1.0"))
    known = (catalogue.requirements[name] for name in catalogue.profile(role, level).requirements)
    return {
        row.id: row
        for row in known
        if row.modality != "NONE" and row.established == "tested" and role in row.checked
    }


def unkilled() -> list[str]:
    """Negative cases that :data:`ASKED` wants a killer for and that have none; those of other roles
    than the courier with the role in front.
    """
    found: list[str] = []
    for role, level in ASKED.items():
        faults = {name: fault for name, fault in FAULTS.items() if fault.role == role}
        found += [
            ("" if role == "courier" else f"{role} ") + case
            for case in without_killer(rows(level, role), faults, EXEMPT_OF[role])
        ]
    return found


def without_case(check: str) -> str:
    """A check's id without the case of its scenario."""
    return re.sub(r"\[[^\]]*\]", "", check, count=1)


def checks(role: Role = "courier") -> dict[str, str]:
    """Every check that bears on one of :func:`rows` of level core, without its case, with its
    requirement.
    """
    catalogue, asked = Catalogue.load(Registry.load("1.0")), rows("core", role)
    known = (
        (scenario, step, check)
        for scenario in catalogue.scenarios(role)
        for step in scenario.steps
        for check in step.checks
    )
    return {
        f"{scenario.base}/{step.id}/{check.id}": check.requirement
        for scenario, step, check in known
        if check.requirement in asked
    }


def chosen(only: Sequence[str]) -> dict[str, Fault]:
    """The faults whose name or requirement is in ``only``; all without it."""
    return {
        name: fault
        for name, fault in FAULTS.items()
        if not only or name in only or fault.requirement in only
    }


def controls(faults: Mapping[str, Fault]) -> list[str]:
    """The controls of the roles and levels at which these faults are tried."""
    wanted = {(fault.role, fault.level) for fault in faults.values()}
    return [name for name, tried in CONTROLS.items() if tried in wanted]


def certify_all(
    faults: Mapping[str, Fault], jobs: int, *, whole: bool = False, keep: str = ""
) -> Table:
    """Run every trial, ``jobs`` side by side, and the healthy partner as a control of each level
    that is tried.

    With ``whole`` each broken partner is tried on every scenario of its level, else on those near
    its fault and a sample of the others. ``keep`` is a folder for the journals.
    """
    started = time.monotonic()
    rulings: list[Ruling] = []
    unsound: list[str] = []
    proven: dict[Role, dict[str, str]] = {role: {} for role in ASKED}
    with pool(jobs) as executor:
        waiting = [
            executor.submit(run_trial, name, whole, keep) for name in (*controls(faults), *faults)
        ]
        for future in as_completed(waiting):
            trial = future.result()
            if trial.fault in CONTROLS:
                unsound += [trial.fault] if _unsound(trial) else []
                continue
            ruling = rule(faults[trial.fault], trial)
            failed = proven.setdefault(faults[trial.fault].role, {})
            failed.update(
                {
                    without_case(seen.check): min(
                        trial.fault, failed.get(without_case(seen.check), trial.fault)
                    )
                    for seen in trial.failing
                }
            )
            rulings.append(ruling)
            _say(
                f"{ruling.verdict:12} {ruling.seconds:5.1f} s  {ruling.requirement} "
                f"{ruling.fault}: {ruling.why or ruling.by}"
            )
    problems = [
        found for name in unsound if (found := _unsound(_by_itself(name, whole), ", by itself"))
    ]
    rulings = [
        ruling if ruling.verdict == "killed" else _second_look(faults[ruling.fault], whole)
        for ruling in rulings
    ]
    ordered = {role: dict(sorted(failed.items())) for role, failed in proven.items()}
    return Table(
        _sorted(rulings), ordered, tuple(problems), tuple(unkilled()), time.monotonic() - started
    )


def _sorted(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """By role, then in the order of the role's ledger rows, then by name."""
    roles = get_args(Role)
    orders = {role: list(rows(role=role)) for role in roles}

    def place(one: Ruling) -> tuple[int, int, str, str]:
        role = FAULTS[one.fault].role
        order = orders[role]
        return (
            roles.index(role),
            order.index(one.requirement) if one.requirement in order else len(order),
            one.case,
            one.fault,
        )

    return tuple(sorted(rulings, key=place))


def _by_itself(name: str, whole: bool) -> Trial:
    """The trial once more, with the machine to itself: a crowd of trials can make a partner late
    that is not. This one counts.
    """
    with pool(1) as executor:
        return executor.submit(run_trial, name, whole).result()


def _unsound(trial: Trial, how: str = "") -> str:
    """What a healthy partner was found to lack, empty when nothing."""
    found = healthy(trial)
    _say(
        f"{'NOT SOUND' if found else 'sound':12} {trial.seconds:5.1f} s  {trial.fault}{how} {found}"
    )
    return found


def _second_look(fault: Fault, whole: bool) -> Ruling:
    ruling = rule(fault, _by_itself(fault.name, whole))
    _say(
        f"{ruling.verdict:12} {ruling.seconds:5.1f} s  {ruling.requirement} {ruling.fault}, by "
        f"itself: {ruling.why or ruling.by}"
    )
    return ruling


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def as_json(table: Table) -> dict[str, Any]:
    """The table for machines."""
    return {
        "kill-table": 1,
        "sound": table.sound,
        "faults": [ruling.as_json() for ruling in table.rulings],
        "checks": {role: dict(proven) for role, proven in table.proven.items()},
        "checks-without-killer": {
            role: sorted(set(checks(role)) - set(proven)) for role, proven in table.proven.items()
        },
        "problems": list(table.problems),
        "without-killer": list(table.unkilled),
        "exempt": {role: dict(reasons) for role, reasons in EXEMPT_OF.items()},
    }


def as_markdown(table: Table) -> str:
    """The table for people."""
    killed = sum(ruling.verdict == "killed" for ruling in table.rulings)
    lines = [
        "# Kill table",
        "",
        "Generated by `make kill-table`; do not edit. Every broken partner is the reference "
        "partner of its role with one fault wrapped around it.",
        "Each must be failed by the kit on the requirement it breaks, by a check that says what "
        "is broken, while nothing else turns red.",
        "The reference partners as they are run as controls and must pass.",
        "",
        f"**{killed} of {len(table.rulings)} faults killed for the right reason.**",
        "",
        *(line for role in get_args(Role) for line in _section(role, table)),
        "## Negative cases without a killer",
        "",
        *([f"- {case}" for case in table.unkilled] or ["None."]),
        "",
        "## Checks",
        "",
        *(line for role, proven in table.proven.items() for line in _unproven(role, proven)),
        "## Exempt, with the reason",
        "",
        *(
            f"- {role}, {case}: {reason}"
            for role, reasons in EXEMPT_OF.items()
            for case, reason in sorted(reasons.items())
        ),
        *(
            ["", "## Problems", "", *(f"- {problem}" for problem in table.problems)]
            if table.problems
            else []
        ),
    ]
    return "\n".join(lines) + "\n"


def _section(role: Role, table: Table) -> Iterator[str]:
    rulings = [ruling for ruling in table.rulings if FAULTS[ruling.fault].role == role]
    if rulings:
        killed = sum(ruling.verdict == "killed" for ruling in rulings)
        yield from (f"## Broken {role}s", "", f"{killed} of {len(rulings)} killed.", "")
        yield from (
            "| requirement | negative case | fault | what is broken | verdict | caught by |",
            "|---|---|---|---|---|---|",
        )
        yield from (*(_row(ruling) for ruling in rulings), "")


def _unproven(role: Role, proven: Mapping[str, str]) -> Iterator[str]:
    known = checks(role)
    yield (
        f"{role}: {len(set(known) & set(proven))} of {len(known)} checks were seen to fail for "
        f"some broken {role}, cases counted once."
    )
    yield from ("No fault has failed these yet:", "")
    yield from [
        f"- `{check}` ({requirement})"
        for check, requirement in sorted(known.items())
        if check not in proven
    ] or ["None."]
    yield ""


def _row(ruling: Ruling) -> str:
    fault = FAULTS[ruling.fault]
    also = "".join(f" Also red: {name}, {why}" for name, why in fault.also.items())
    cells = (
        ruling.requirement,
        ruling.case,
        ruling.fault,
        fault.about + also,
        ruling.verdict,
        ruling.why or ruling.by,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _joined(table: Table) -> Table:
    """``table``, which is of some faults only, together with what the published one says of the
    others that still exist.
    """
    published = (
        json.loads(_JSON.read_text(encoding="utf-8"))
        if _JSON.exists()
        else {"faults": [], "checks": {}}
    )
    told = published["checks"]
    before: dict[Role, dict[str, str]] = (
        told if set(told) <= set(get_args(Role)) else {"courier": told}
    )
    fresh = {ruling.fault for ruling in table.rulings}
    kept = [
        Ruling(**row)
        for row in published["faults"]
        if row["fault"] in FAULTS and row["fault"] not in fresh
    ]
    proven: dict[Role, dict[str, str]] = {}
    for role in get_args(Role):
        stays = {
            check: fault
            for check, fault in before.get(role, {}).items()
            if fault in FAULTS and fault not in fresh
        }
        joined = {**table.proven.get(role, {}), **stays}
        proven |= {role: dict(sorted(joined.items()))} if joined else {}
    return replace(table, rulings=_sorted((*table.rulings, *kept)), proven=proven)


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command line; 0 when the table is sound, 1 otherwise, 2 when nothing was chosen."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.kill_table", description="Certify every broken partner."
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME|REQUIREMENT",
        help="only this fault or requirement; may be repeated",
    )
    parser.add_argument("--role", choices=get_args(Role), help="only faults of this role")
    parser.add_argument("--jobs", type=int, default=6, help="how many trials run side by side (6)")
    parser.add_argument(
        "--write", action="store_true", help="write docs/kill-table.md and docs/kill-table.json"
    )
    parser.add_argument(
        "--whole",
        action="store_true",
        help="try each fault on every scenario of its level, not on those near it and a sample",
    )
    parser.add_argument(
        "--keep", default="", metavar="DIR", help="keep the journal of every trial there"
    )
    options = parser.parse_args(None if arguments is None else list(arguments))
    faults = {
        name: fault
        for name, fault in chosen(options.only).items()
        if options.role in (None, fault.role)
    }
    if not faults:
        parser.error(
            "no fault and no requirement with faults is called "
            f"{' or '.join(options.only) or options.role}"
        )
    partial = bool(options.only or options.role)
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
    table = certify_all(faults, options.jobs, whole=options.whole, keep=options.keep)
    if options.write and partial:
        table = _joined(table)
    if options.write:
        _JSON.write_text(
            json.dumps(as_json(table), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        _MARKDOWN.write_text(as_markdown(table), encoding="utf-8")
    for case in () if partial else table.unkilled:
        _say(f"no killer    {case}")
    bad = sum(ruling.verdict != "killed" for ruling in table.rulings)
    _say(
        f"{len(table.rulings) - bad} of {len(table.rulings)} faults killed for the right reason "
        f"in {table.seconds:.0f} s"
    )
    return int(bad > 0 or bool(table.problems) or (not partial and bool(table.unkilled)))


if __name__ == "__main__":
    sys.exit(main())
