"""What a run would hold against a discovery document: the checks of its own scenario, so that no
document is ready here and broken there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, Final

from jidi.cli.preflight.advice import Finding
from jidi.drive.keeping.encoding import Place, encode_exchange
from jidi.drive.keeping.foreign import shown, shown_zh
from jidi.drive.keeping.planted import Planted
from jidi.drive.keeping.redaction import Redactor
from jidi.judge import judge_scenario
from jidi.model.exchange import Exchange
from jidi.model.journal import HeaderTarget, StepRecord
from jidi.model.target import Target
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.registry import Registry
from jidi.run.data import load_data
from jidi.run.planning.judging_data import context_before_a_run
from jidi.wording import sentence

_SCENARIO: Final = "discovery-document"
_TOLD: Final = frozenset({f"{_SCENARIO}/fetch/valid", f"{_SCENARIO}/fetch/role"})
"""Checks that the preflight makes itself, fault by fault."""


def held_by_a_run(
    registry: Registry, target: Target, asked: Exchange, document: Any
) -> Iterator[Finding]:
    """A finding for each check of the scenario on discovery that ``asked`` fails, but for those
    that the preflight makes itself (DS-05.1, DS-10.1).
    """
    _, catalogue = load_data(registry.version)
    scenario = catalogue.scenario(_SCENARIO)
    (step,) = scenario.steps
    planted = Planted()
    planted.add({"target": target.base_url})
    redactor = Redactor(secrets.token_bytes(32), tuple, planted, registry)
    place = Place("x000001", scenario.id, step.id, schema="discovery")
    record = encode_exchange(asked, place, redactor)
    ended = StepRecord(
        scenario=scenario.id,
        step=step.id,
        state="done",
        reason="",
        started=asked.started,
        finished=asked.finished,
        observed={},
    )
    held_to = HeaderTarget(
        name=target.name, role=target.role, base_url=target.base_url, driver=target.driver.kind
    )
    profile = catalogue.profile(target.role, "core")
    context = context_before_a_run(registry, held_to, profile, document)
    for verdict in judge_scenario(scenario, [record, ended], context):
        if verdict.outcome is Outcome.FAIL and verdict.check not in _TOLD:
            yield _finding(verdict)


def _finding(verdict: CheckVerdict) -> Finding:
    requirement = shown(verdict.requirement)
    expected, actual = verdict.expected, verdict.actual
    wanted, wanted_zh = shown(expected.en), shown_zh(expected.en, expected.zh)
    came, came_zh = shown(actual.en), shown_zh(actual.en, actual.zh)
    return Finding(
        sentence("cli/discovery"),
        "mend",
        sentence(
            "cli/a-run-would-fail",
            requirement=requirement,
            wanted=wanted,
            wanted_zh=wanted_zh,
            came=came,
            came_zh=came_zh,
        ),
        sentence("cli/see", requirement=requirement),
    )
