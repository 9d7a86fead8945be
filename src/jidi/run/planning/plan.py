"""Which scenarios are played, and why the others are not: said before the first of them begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.model.journal import PlannedScenario, PlanState
from jidi.model.profile import NO_CAPABILITY
from jidi.model.scenario import Scenario, Step
from jidi.model.step import Call, Do, StatusIs
from jidi.model.text import Text
from jidi.run.playing.partners import SHARED, partners_of
from jidi.wording import sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """What the candidate and its target offer.

    ``parties`` are those with working credentials; ``broken`` maps the others that the target names
    to what is wrong with them. ``actions`` are the driver's, ``None`` when it does not say. Towards
    a platform or an integrator ``couriers`` are the played ones that are connected for the whole
    run, ``unconnected`` says why another is not. ``entered`` are those that people entered for
    single scenarios, with the party of their credential; ``worn`` of them an earlier run used.
    """

    discovery: Any
    usable: bool
    parties: frozenset[str]
    broken: Mapping[str, Text]
    has_driver: bool
    actions: frozenset[str] | None
    loopback_clear_text: bool = False
    role: str = "courier"
    couriers: frozenset[str] = frozenset()
    unconnected: Mapping[str, Text] = field(default_factory=dict)
    entered: Mapping[str, str] = field(default_factory=dict)
    worn: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario instance in the plan; ``reason`` is a slug, empty when it is planned."""

    scenario: Scenario
    state: PlanState
    reason: str
    text: Text

    def as_planned(self) -> PlannedScenario:
        """Form in the journal."""
        return PlannedScenario(
            id=self.scenario.id,
            state=self.state,
            reason=self.reason,
            text=self.text,
            digest=self.scenario.digest,
        )


def make_plan(scenarios: Iterable[Scenario], standing: Standing) -> list[Entry]:
    """One entry for each of ``scenarios``, in the same order."""
    return [_entry(scenario, standing) for scenario in scenarios]


def parties_of(scenario: Scenario, role: str = "courier") -> frozenset[str]:
    """Every party whose credential a scenario uses towards a candidate of ``role``, but those that
    it connects itself.
    """
    named = {
        step.deed.party or "none"
        for step in (*scenario.steps, *scenario.teardown)
        if isinstance(step.deed, Call)
    }
    acting = {
        str(given["party"])
        for step in scenario.steps
        if isinstance(step.deed, Do) and "party" in (given := step.deed.given or {})
    }
    own = set(scenario.couriers) - SHARED.keys()
    return frozenset(
        partners_of(role).get(name, name) for name in (named | acting) - {"none"} - own
    )


_NO_DISCOVERY_NEEDED: Final = ("tls",)
"""A candidate whose certificate is bad shows no discovery document; its TLS is looked at all the
same.
"""


def _entry(scenario: Scenario, standing: Standing) -> Entry:
    if (
        scenario.area != "discovery"
        and not standing.usable
        and scenario.needs_capabilities != _NO_DISCOVERY_NEEDED
    ):
        text = sentence("run/the-candidate-gives-no-usable-discovery")
        return Entry(scenario, "not-exercised", "no-discovery", text)
    return (
        _by_capability(scenario, standing)
        or _by_limit(scenario, standing)
        or _absent_courier(scenario, standing)
        or _by_party(scenario, standing)
        or _by_driver(scenario, standing)
    )


def _by_capability(scenario: Scenario, standing: Standing) -> Entry | None:
    """The entry of a scenario that rests on what the candidate does not declare."""
    for capability in scenario.needs_capabilities:
        if capability == "tls":
            if standing.loopback_clear_text:
                text = sentence("run/the-candidate-is-on-loopback-without-tls")
                return Entry(scenario, "not-applicable", "loopback-clear-text", text)
        elif point(standing.discovery, f"/capabilities/{capability}") in (ABSENT, False):
            text = sentence(
                "run/the-candidate-does-not-declare-the-capability", capability=capability
            )
            return Entry(scenario, "not-applicable", f"{NO_CAPABILITY}{capability}", text)
    return None


def _by_limit(scenario: Scenario, standing: Standing) -> Entry | None:
    """The entry of a scenario that sends more at once than the candidate takes."""
    for name, least in scenario.needs_limits.items():
        declared = point(standing.discovery, f"/limits/{name}")
        if isinstance(declared, int | float) and declared < least:
            text = sentence("run/the-candidate-takes-fewer", name=name, least=str(least))
            return Entry(scenario, "not-applicable", f"limit-{name}", text)
    return None


def _by_party(scenario: Scenario, standing: Standing) -> Entry | None:
    """The entry of a scenario that needs a party without a working credential."""
    for party in sorted(parties_of(scenario, standing.role)):
        if party in standing.broken:
            why = standing.broken[party]
            text = sentence("run/by-party-the-credentials-of-do-not-work", party=party, why=why)
            return Entry(scenario, "config-error", f"credentials-{party}", text)
        if party not in standing.parties:
            text = sentence("run/the-target-file-gives-no-party", party=party)
            return Entry(scenario, "not-exercised", f"no-party-{party}", text)
    return None


_GOING_ON: Final = frozenset(
    {"createConsignment", "createConsignmentBatch", "allocateWaybillNumbers"}
)
"""Operations that an integrator can only do with a courier behind it."""


def _goes_on(step: Step) -> bool:
    """Whether the step asks an integrator for what it must pass on, and wants it done: a refusal
    needs no courier.
    """
    call = step.deed
    if not isinstance(call, Call) or (
        call.op not in _GOING_ON and not (call.again and not call.op)
    ):
        return False
    wanted = [one.wanted for one in step.expect if isinstance(one, StatusIs)] + [
        check.argument for check in step.checks if check.subject == "status"
    ]
    listed = [
        one for status in wanted for one in (status if isinstance(status, list) else [status])
    ]
    return any(str(one) in {"200", "201", "207", "2XX"} for one in listed)


def _absent_courier(scenario: Scenario, standing: Standing) -> Entry | None:
    """The entry of a scenario that rests on a played courier which is not connected; scans rest on
    them too.
    """
    needed = [name for name in scenario.couriers if name in SHARED]
    if standing.role == "integrator" and (
        "record-scan" in scenario.needs_actions or any(map(_goes_on, scenario.steps))
    ):
        needed += SHARED
    for name in needed:
        if name not in standing.couriers:
            why = standing.unconnected.get(name, sentence("run/neither-by-the-driver-nor-in-the"))
            text = sentence(
                "run/absent-courier-the-played-courier-is-not-connected", name=name, why=why
            )
            return Entry(scenario, "not-exercised", f"no-courier-{name}", text)
    return None


def own_couriers(scenario: Scenario) -> frozenset[str]:
    """The couriers that a scenario has for itself, as a target file names them."""
    return frozenset(f"{scenario.base}/{name}" for name in scenario.couriers if name not in SHARED)


_GROWING: Final = frozenset({"getStatistics", "listAuditRecords"})
"""Operations whose answers grow with every scenario that was ever played with a courier, so that
what they should say is known of a new one only.
"""


def _by_entered(scenario: Scenario, standing: Standing) -> Entry | None:
    """The entry of a scenario whose couriers people entered, where it cannot be played with
    them.
    """
    grows = any(isinstance(step.deed, Call) and step.deed.op in _GROWING for step in scenario.steps)
    for name in sorted(own_couriers(scenario)):
        party = standing.entered[name]
        if party in standing.broken:
            why = standing.broken[party]
            text = sentence("run/by-party-the-credentials-of-do-not-work", party=name, why=why)
            return Entry(scenario, "config-error", f"credentials-{name}", text)
        if grows and name in standing.worn:
            text = sentence("run/an-earlier-run-used-the-courier", name=name)
            return Entry(scenario, "not-exercised", "courier-used", text)
    return None


def _by_driver(scenario: Scenario, standing: Standing) -> Entry:
    for action in scenario.needs_actions:
        entry = _by_action(action, scenario, standing)
        if entry is not None:
            return entry
    return Entry(scenario, "planned", "", Text("", ""))


def _by_action(action: str, scenario: Scenario, standing: Standing) -> Entry | None:
    """The entry of a scenario that needs ``action``, where that cannot be done."""
    if action == "record-scan" and standing.role != "courier":
        return None  # done by the played courier
    own = own_couriers(scenario)
    if action == "connect-courier" and own and own <= standing.entered.keys():
        return _by_entered(scenario, standing)
    if standing.has_driver and (standing.actions is None or action in standing.actions):
        return None
    text = sentence("run/the-target-has-no-driver-that-can", action=action)
    if action == "connect-courier":
        names = ", ".join(sorted(own - standing.entered.keys()))
        text = sentence("run/neither-connected-nor-entered", names=names)
    return Entry(scenario, "not-exercised", f"no-driver-{action}", text)
