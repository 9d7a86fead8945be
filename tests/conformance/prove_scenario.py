"""Proves a scenario: ``python -m tests.conformance.prove_scenario [ROLE/]NAME [--dry]``, or ``make
prove-scenario ID=…``.

It is played against the reference partner, whose answers are kept as evidence; over that every
check is lied about; every broken partner of its requirements is put through it, and the evidence
of those that it catches is kept. What is missing is listed; exit code 0 only when nothing is, 2
when there is no such scenario. ``--dry`` keeps nothing.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from tests.conformance.broken_partners import FAULTS
from tests.conformance.broken_partners.exemptions import EXEMPT_OF
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.keep_evidence import is_kept, keep_caught, keep_scenario, read
from tests.conformance.kill_table import rows
from tests.conformance.ruling import SOUND, rule, without_killer
from tests.conformance.trial import Trial, pool, run_healthy, run_near, run_trial
from tests.unit.judge.stored_evidence import Evidence, failing, stored
from tests.unit.run.test_every_check import never_red

from jidi.model.roles import Role
from jidi.model.scenario import Scenario
from jidi.model.text import Text
from jidi.run.data import load_data

_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Case:
    """A scenario of one role, all its instances; ``folder`` is for journals, ``keep`` says whether
    evidence is written.
    """

    role: Role
    name: str
    instances: tuple[Scenario, ...]
    folder: Path
    keep: bool

    @property
    def checks(self) -> set[str]:
        """Every check of every instance, as ``<instance>/<step>/<check>``."""
        return {
            f"{one.id}/{step.id}/{check.id}"
            for one in self.instances
            for step in one.steps
            for check in step.checks
        }

    @property
    def requirements(self) -> frozenset[str]:
        """What the checks bear on."""
        return frozenset().union(*(one.requirements for one in self.instances))

    @property
    def faults(self) -> dict[str, Fault]:
        """The broken partners of the role that break one of :attr:`requirements`."""
        return {
            name: fault
            for name, fault in FAULTS.items()
            if fault.role == self.role
            and fault.requirement in self.requirements
            and not fault.generated
        }

    def declares(self, fault: Fault) -> bool:
        """Whether the fault is to be caught by a check of this scenario."""
        return any(one.partition("#")[0] in self.checks for one in fault.caught_by)


def proven(case: Case) -> list[str]:
    """What is missing, in sentences; empty when the proof is whole."""
    with pool(2) as executor:
        missing = [*_texts(case), *_played(case, executor)]
        if Evidence(case.role, case.name).journal.exists():
            missing += _lied_about(case)
        missing += _killers(case, executor)
    return [*missing, *_cases_without_killer(case)]


def _linted() -> list[str]:
    """What `jidi lint` says of all data, the new ones among them."""
    said = subprocess.run(
        [sys.executable, "-m", "jidi.cli", "--lang", "en", "lint"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if said.returncode == 0 else [f"jidi lint: {said.stdout}{said.stderr}".strip()]


def _texts(case: Case) -> Iterator[str]:
    """Titles in both languages."""
    steps = [step for one in case.instances for step in one.steps]
    titles: dict[str, Text | None] = {"the scenario": case.instances[0].title}
    titles |= {f"step {step.id}": step.title for step in steps if step.title is not None}
    for what, title in titles.items():
        if title is None or not title.en.strip():
            yield f"{what} has no English title"
        if title is None or not _CHINESE.search(title.zh):
            yield f"{what} has no Chinese title"


def _played(case: Case, executor: ProcessPoolExecutor) -> Iterator[str]:
    """Against the reference partner, which must pass; that is kept."""
    trial = executor.submit(run_healthy, case.role, case.name, str(case.folder)).result()
    _say("reference", trial.accident or trial.word)
    if trial.accident or trial.failing or trial.word not in SOUND:
        yield f"the reference {case.role} does not pass: {_why(trial)}"
        return
    evidence = Evidence(case.role, case.name)
    if not is_kept(case.role, case.name):
        _say("evidence", "the courier's stands for it")
        return
    if case.keep:
        keep_scenario(case.role, case.name, case.folder)
        _say("evidence", f"{case.role}/{evidence.journal.name}")
    if not evidence.journal.exists():
        yield f"there is no evidence {evidence.journal.name}: leave out --dry to keep it"
    elif open_ends := evidence.expected["not-passed"]:
        listed = ", ".join(f"{one['check']} ({one['outcome']})" for one in open_ends)
        yield f"over the reference's evidence these do not pass: {listed}"
    elif unreached := evidence.expected.get("not-reached"):
        yield f"over the reference's evidence these are not reached: {', '.join(unreached)}"


def _why(trial: Trial) -> str:
    shown = "; ".join(f"{seen.check} ({seen.reason}: {seen.actual})" for seen in trial.failing[:4])
    return trial.accident or shown or trial.word


def _lied_about(case: Case) -> Iterator[str]:
    """Every check must turn red by some lie over the evidence."""
    dead = never_red(case.role, case.name)
    _say("lies", "every check turned red" if not dead else f"{len(dead)} checks never did")
    yield from (f"no lie about the evidence turns {check} red" for check in sorted(dead))


def _killers(case: Case, executor: ProcessPoolExecutor) -> Iterator[str]:
    """Every broken partner of the requirements is put through the scenario; those that declare it
    are tried as the kill table tries them.
    """
    trials = {
        name: executor.submit(run_trial, name, False, str(case.folder))
        if case.declares(fault)
        else executor.submit(run_near, name, case.name)
        for name, fault in case.faults.items()
    }
    killed: list[str] = []
    for name, future in trials.items():
        fault, trial = case.faults[name], future.result()
        here = [seen.check for seen in trial.failing if seen.check in case.checks]
        if not case.declares(fault):
            _say(name, f"fails {', '.join(here)}" if here else trial.accident or "not seen here")
            continue
        ruling = rule(fault, trial)
        _say(name, f"{ruling.verdict}: {ruling.why or ruling.by}")
        if ruling.verdict == "killed":
            killed.append(name)
        else:
            yield f"the broken partner {name} is not killed: {ruling.verdict}, {ruling.why}"
    if not killed:
        yield (
            f"no broken {case.role} declares a check of {case.name}: add a Fault to "
            "tests/conformance/broken_partners"
        )
    yield from _kept(case, killed)


def _kept(case: Case, killed: Sequence[str]) -> Iterator[str]:
    for name in killed if case.keep else ():
        kept = keep_caught(name, read(case.folder / f"{name}.ndjson"))
        _say("evidence", f"broken/{name}" if kept else f"others show what {name} shows")
    seen = {
        check["check"]
        for evidence in stored(case.role)
        if evidence.broken
        for check in failing(evidence.expected)
    }
    if killed and seen.isdisjoint(case.checks) and not _shown_elsewhere(case):
        yield "no evidence of a broken partner fails a check of this scenario"


def _shown_elsewhere(case: Case) -> bool:
    """Whether the couriers' evidence of a scenario that roles share shows it failing."""
    return any(
        check["check"] in case.checks
        for evidence in stored()
        if evidence.broken
        for check in failing(evidence.expected)
    )


def _cases_without_killer(case: Case) -> Iterator[str]:
    """Negative cases of the requirements that no broken partner stands for."""
    asked = {
        name: row for name, row in rows("full", case.role).items() if name in case.requirements
    }
    faults = {name: fault for name, fault in FAULTS.items() if fault.role == case.role}
    for one in without_killer(asked, faults, EXEMPT_OF[case.role]):
        yield f"no broken {case.role} stands for the negative case {one}"


def _say(what: str, text: str) -> None:
    sys.stdout.write(f"{what:12} {text}\n")
    sys.stdout.flush()


def found(wanted: str) -> Mapping[Role, tuple[Scenario, ...]]:
    """The instances of the scenario ``[role/]name`` by role."""
    role, _, name = wanted.rpartition("/")
    _, catalogue = load_data("1.0")
    by_role = {
        one: tuple(scenario for scenario in catalogue.scenarios(one) if scenario.base == name)
        for one in get_args(Role)
        if role in {"", one}
    }
    return {one: instances for one, instances in by_role.items() if instances}


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command line; 0 when nothing is missing, 1 otherwise, 2 when there is no such
    scenario.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.prove_scenario", description="Prove a scenario."
    )
    parser.add_argument("scenario", metavar="[ROLE/]NAME", help="its id, without a case")
    parser.add_argument("--dry", action="store_true", help="keep no evidence")
    options = parser.parse_args(None if arguments is None else list(arguments))
    roles = found(options.scenario)
    if not roles:
        parser.error(f"no role has a scenario called {options.scenario}")
    missing = _linted()
    for role, instances in roles.items():
        _say(role, f"{instances[0].base}, {len(instances)} instances: {instances[0].title.en}")
        with tempfile.TemporaryDirectory(prefix="jidi-prove-") as folder:
            case = Case(role, instances[0].base, instances, Path(folder), not options.dry)
            missing += [f"{role}: {sentence}" for sentence in proven(case)]
    for sentence in missing:
        _say("MISSING", sentence)
    _say("proof", "whole" if not missing else f"{len(missing)} things are missing")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
