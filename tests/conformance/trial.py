"""One trial: a broken partner is served in a process of its own and certified there, on the
scenarios of its level.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import socket
import ssl
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from tests.conformance.broken_partners import FAULTS
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Tls, Wrap

from jidi.drive.candidate.target import read_target
from jidi.model.roles import LEVELS, Level, Role
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.run.certify import certify
from jidi.run.data import load_data
from jidi.run.planning.selection import RunOptions, Selection
from jidi.run.stored import rules_for
from jidi_reference.__main__ import target
from jidi_reference.bootstrap import App, build
from jidi_reference.settings import Limits, Settings
from jidi_reference.storage.database import Database

ROOT: Final = Path(__file__).resolve().parents[2]
HEALTHY: Final = "healthy"
"""Name of the control: the reference partner as it is, which must pass."""

CONTROLS: Final[dict[str, tuple[Role, Level]]] = {
    HEALTHY: ("courier", "core"),
    "healthy-privacy": ("courier", "privacy"),
    "healthy-platform-core": ("platform", "core"),
    "healthy-platform-privacy": ("platform", "privacy"),
    "healthy-integrator-core": ("integrator", "core"),
    "healthy-integrator-privacy": ("integrator", "privacy"),
}
"""The controls, one for each role and level at which faults are tried."""

CORE_ROWS: Final[dict[Role, tuple[str, ...]]] = {
    "courier": ("DS-01.2", "DS-01.8", "DS-08.3", "DS-08.4", "PI-07.1"),
    "platform": ("DS-01.1", "DS-08.3", "DS-08.4", "PI-07.1"),
    "integrator": ("DS-01.2", "DS-01.8", "DS-08.3", "DS-08.4", "PI-07.1"),
}
"""Rows of level core that are judged along with those which level privacy adds."""

LIMITS: Final = Limits(
    event_availability_s=1,
    push_latency_s=2,
    push_initial_backoff_s=0.3,
    rate_per_second=60,
    rate_burst=120,
)
"""Short but legal declared limits, so that a run is quick; the back-off is long enough to be told
from the noise of a busy machine.
"""

_STARTUP_S: Final = 30.0
_SEED: Final = 7
_ONE_IN: Final[Mapping[Role, int]] = {"courier": 16, "platform": 16, "integrator": 32}
"""Of the scenarios that cannot show a fault one in so many is drawn. Integrators have twice as many
faults, so that each scenario is played against some twenty all the same.
"""


@dataclass(frozen=True)
class Seen:
    """One check that did not pass."""

    check: str
    requirement: str
    reason: str
    actual: str


@dataclass(frozen=True)
class Trial:
    """What a run against one partner came to: its word, its failing checks, requirements by
    outcome, and how long it took in seconds.

    ``accident`` says why there is no verdict; empty otherwise.
    """

    fault: str
    word: str
    failing: tuple[Seen, ...]
    outcomes: dict[str, str]
    seconds: float
    accident: str = ""


def processes() -> BaseContext:
    """How trials get their processes: forked from a server that has everything imported and no
    threads. There is one such server in a process, for broken and for legal partners alike.
    """
    os.environ["PYTHONPATH"] = os.pathsep.join(
        dict.fromkeys([str(ROOT), *sys.path])
    )  # the fork server looks nowhere else
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [__name__, "tests.conformance.fairness.play", "tests.conformance.preloaded"]
    )
    return context


def pool(jobs: int) -> ProcessPoolExecutor:
    """A pool in which every trial has a fresh process, because a broken partner may replace parts
    of the reference.
    """
    return ProcessPoolExecutor(jobs, mp_context=processes(), max_tasks_per_child=1)


@dataclass(frozen=True)
class _Planned:
    """What is to be tried: a partner, and what it is put through; ``name`` is that of its
    journal.
    """

    name: str
    role: Role
    wrap: Wrap
    selection: Selection
    level: Level
    generated: bool = False


def run_trial(name: str, whole: bool = True, keep: str = "") -> Trial:
    """Certify the broken partner called ``name`` (or one of :data:`CONTROLS`) in this process,
    which should end afterwards.

    Without ``whole`` the scenarios are narrowed as :func:`near` says; the controls are always tried
    on all of them. ``keep`` is a folder for the journal (``<name>.ndjson``).
    """
    fault, (role, level) = FAULTS.get(name), tried_as(name)
    return _tried(
        _Planned(
            name,
            role,
            fault.wrap if fault else Wrap(),
            _whole(name) if whole or name in CONTROLS else near(name),
            level,
            generated=fault is not None and fault.generated,
        ),
        keep,
    )


def run_wrapped(name: str, role: Role, wrap: Wrap, selection: Selection, level: Level) -> Trial:
    """Put the reference partner of ``role`` in ``wrap`` through a selection, without generated
    cases; ``name`` is for the trial alone.
    """
    return _tried(_Planned(name, role, wrap, selection, level), "")


def run_near(name: str, scenario: str) -> Trial:
    """Put the broken partner called ``name`` through one scenario (its name without a case)."""
    fault = FAULTS[name]
    chosen, level = Selection(scenarios=frozenset({scenario})), _level(fault.role, scenario)
    level = max(level, fault.level, key=LEVELS.index)
    return _tried(_Planned(name, fault.role, fault.wrap, chosen, level), "")


def _level(role: Role, scenario: str) -> Level:
    """The lowest level that has every instance of the scenario and every row on which it bears.

    Raises:
        LookupError: the role has no such scenario.
    """
    _, catalogue = load_data("1.0")
    instances = [one for one in catalogue.scenarios(role) if one.base == scenario]
    if not instances:
        raise LookupError(f"The {role} has no scenario called {scenario}.")
    rows = frozenset().union(*(one.requirements for one in instances))
    lowest = max((one.level for one in instances), key=LEVELS.index)
    within = LEVELS[LEVELS.index(lowest) :]
    covered = {
        level: len(rows & set(catalogue.profile(role, level).requirements)) for level in within
    }
    return next(level for level in within if covered[level] == covered[LEVELS[-1]])


def run_healthy(role: Role, scenario: str, keep: str = "") -> Trial:
    """Put the healthy partner of a role through one scenario (its name without a case) at the
    lowest level that has it; ``keep`` as above (``<role>-<scenario>.ndjson``).

    Raises:
        LookupError: the role has no such scenario.
    """
    chosen = Selection(scenarios=frozenset({scenario}))
    planned = _Planned(f"{role}-{scenario}", role, Wrap(), chosen, _level(role, scenario))
    return _tried(planned, keep)


def _tried(planned: _Planned, keep: str) -> Trial:
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="jidi-trial-") as directory:
            trial = _certified(planned, Path(directory), started)
            if keep:
                shutil.copyfile(
                    Path(directory, "run", "journal.ndjson"), Path(keep, f"{planned.name}.ndjson")
                )
            return trial
    except Exception as error:  # whatever it is belongs into the table, not on a stack
        lost = f"{type(error).__name__}: {error}"
        return Trial(planned.name, "", (), {}, time.monotonic() - started, lost)


def _certified(planned: _Planned, directory: Path, started: float) -> Trial:
    options = RunOptions(
        out=directory / "run", level=planned.level, seed=_SEED, generated=planned.generated
    )
    with _served(planned.role, planned.wrap, directory) as document:
        record = certify(
            read_target(document, directory / "target.yaml"), planned.selection, options, _Silence()
        )
    verdict = record.verdict
    failing = [
        _seen(check)
        for row in verdict.requirements
        for check in row.checks
        if check.outcome is Outcome.FAIL
    ]
    outcomes = {row.requirement: row.outcome.value for row in verdict.requirements}
    return Trial(planned.name, verdict.word, tuple(failing), outcomes, time.monotonic() - started)


def _seen(check: CheckVerdict) -> Seen:
    return Seen(check.check, check.requirement, check.reason, check.actual.en[:300])


def privacy_rows(role: Role = "courier") -> frozenset[str]:
    """What level privacy adds to the role's profile, and :data:`CORE_ROWS`."""
    _, catalogue = load_data("1.0")
    core, privacy = (
        frozenset(catalogue.profile(role, level).requirements) for level in ("core", "privacy")
    )
    return (privacy - core) | frozenset(CORE_ROWS[role])


def tried_as(name: str) -> tuple[Role, Level]:
    """The role of a broken partner or control, and the level at which it is tried."""
    return CONTROLS[name] if name in CONTROLS else (FAULTS[name].role, FAULTS[name].level)


def _whole(name: str) -> Selection:
    """Every scenario that bears on the rows of the fault's level; at level privacy on those it
    adds, within the fault's areas if it names any.
    """
    fault = FAULTS.get(name)
    if fault is not None and fault.generated:
        return Selection(requirements=frozenset({fault.requirement}))
    role, level = tried_as(name)
    if level == "core":
        return Selection()
    return Selection(requirements=privacy_rows(role), areas=frozenset(fault.areas if fault else ()))


def near(name: str) -> Selection:
    """The scenarios that can show the fault, and of all others some (:data:`_ONE_IN`), other ones
    for every fault.

    Those can show it whose checks it declares, those that bear on what turns red along with it, and
    those in which the published table saw it first; for a fault that is not in that table yet, or
    that shows in no scenario but over the whole run, all that bear on what it breaks, unless it
    names the areas that bring it about. One at least bears on what the fault breaks: else that
    requirement would not be judged at all. So each trial is short, and yet every scenario is played
    against many faults that it must not see.
    """
    whole, fault = _whole(name), FAULTS[name]
    if fault.generated:
        return whole
    declared = {check.partition("/")[0] for check in (*fault.caught_by, *fault.spares)}
    _, catalogue = load_data("1.0")
    within = rules_for(catalogue, fault.role, fault.level, whole).scenarios.values()
    bases = declared | seen_first().get(name, frozenset())
    over_all = declared == {"sweep"}
    placed = any(scenario.area in fault.areas for scenario in within)
    unseen = name not in seen_first() or (over_all and not placed)
    broken = {*fault.also, *((fault.requirement,) if unseen else ())}
    chosen = [
        scenario
        for scenario in within
        if not scenario.requirements.isdisjoint(broken)
        or not bases.isdisjoint({scenario.id, scenario.base})
        or _drawn(fault, scenario.id)
        or (over_all and scenario.area in fault.areas)
    ]
    if not any(fault.requirement in scenario.requirements for scenario in chosen):
        bearing = (one for one in within if fault.requirement in one.requirements)
        chosen += list(bearing)[:1]
    return Selection(whole.requirements, scenarios=frozenset(one.id for one in chosen))


@cache
def seen_first() -> dict[str, frozenset[str]]:
    """Every fault of the published table, with the scenarios (without cases) whose checks were seen
    to fail for it before all others.
    """
    table = json.loads((ROOT / "docs" / "kill-table.json").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {row["fault"]: set() for row in table["faults"]}
    for proven in table["checks"].values():
        for check, fault in proven.items():
            found.setdefault(fault, set()).add(check.partition("/")[0])
    return {fault: frozenset(scenarios) for fault, scenarios in found.items()}


def _drawn(fault: Fault, scenario: str) -> bool:
    number = hashlib.sha256(f"{fault.name} {scenario}".encode()).digest()[0]
    return number % _ONE_IN[fault.role] == 0


@contextmanager
def _served(role: Role, wrap: Wrap, directory: Path) -> Iterator[dict[str, Any]]:
    """Serve the partner on a free port; gives its target document."""
    tls = wrap.tls(directory)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    database = directory / "partner.sqlite"
    database.write_bytes(_empty_database())
    base_url = f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(
        database_url=f"sqlite:///{database}",
        public_url=base_url,
        limits=LIMITS,
        role=role,
    )
    app: App = build(wrap.prepare(settings))
    server = uvicorn.Server(_configured(wrap.around(app, app.asgi), tls))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _await(server)
        yield {
            **target(app, base_url),
            **({"tls": {"ca_file": tls.ca_file}} if tls and tls.ca_file else {}),
        }
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@cache
def _empty_database() -> bytes:
    """A database of the reference with its tables and nothing in them: making them takes longer
    than a copy.
    """
    with tempfile.TemporaryDirectory(prefix="jidi-trial-") as directory:
        path = Path(directory, "empty.sqlite")
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        return path.read_bytes()


def _configured(asgi: ASGIApp, tls: Tls | None) -> uvicorn.Config:
    chain = tls.chain_file if tls else None
    config = uvicorn.Config(
        asgi,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=chain,
    )
    config.load()
    if tls and config.ssl:
        if tls.oldest < ssl.TLSVersion.TLSv1_2:
            config.ssl.set_ciphers(
                "ALL:@SECLEVEL=0"
            )  # OpenSSL lets old versions in at this level only
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are the point
            config.ssl.minimum_version = tls.oldest
            config.ssl.options |= (
                ssl.OP_NO_TLSv1_1 if tls.oldest is ssl.TLSVersion.TLSv1 else ssl.Options(0)
            )
    return config


def _await(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + _STARTUP_S
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the partner did not start")
        time.sleep(0.01)


class _Silence:
    """Progress that nobody looks at."""

    def planned(self, scenarios: int) -> None: ...

    def phase(self, name: str) -> None: ...

    def scenario_finished(self, scenario: str, failed: int, checks: int) -> None: ...

    def generated_cases(self, done: int) -> None: ...

    def note(self, text: Text) -> None: ...
