"""The kit can fail: every broken partner is caught, for the right reason, and nothing else turns
red.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, get_args

import pytest
from tests.conformance.broken_partners import FAULTS
from tests.conformance.broken_partners.exemptions import EXEMPT_OF, UNPROVEN
from tests.conformance.kill_table import ASKED, rows, unkilled
from tests.conformance.ruling import healthy, rule
from tests.conformance.trial import CONTROLS, ROOT, Trial, near, pool, run_trial
from tests.sampling import sampled

from jidi.catalogue import Catalogue
from jidi.model.roles import Role
from jidi.model.scenario import Check
from jidi.registry import Registry
from jidi.run.planning.selection import Selection
from jidi.run.stored import rules_for

_BY_ARTICLE: Final = {
    (fault.role, fault.requirement.partition(".")[0]): fault.name
    for fault in reversed(FAULTS.values())
    if fault.requirement != "DS-08.3" and (fault.role == "courier" or fault.level == "core")
}
SAMPLE: Final = frozenset(_BY_ARTICLE.values())
"""A broken partner for each article: any courier, platforms and integrators of level core. ``make
kill-table`` tries the others and publishes the result.
"""
FEW: Final = frozenset(sorted(SAMPLE)[::6])
"""Of these the few that ``make test`` tries."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The published ledger, profiles and scenarios."""
    return Catalogue.load(Registry.load("1.0"))


@pytest.fixture(scope="module")
def known_checks(catalogue: Catalogue) -> dict[Role, dict[str, Check]]:
    """Every check of the scenarios of each role by its whole id."""
    return {
        role: {
            f"{scenario.id}/{step.id}/{check.id}": check
            for scenario in catalogue.scenarios(role)
            for step in scenario.steps
            for check in step.checks
        }
        for role in get_args(Role)
    }


@pytest.mark.parametrize("role", ASKED)
def test_requirements_that_are_checked_have_a_killer(role: Role) -> None:
    """A tested MUST or SHOULD whose checks nobody has shown to fail makes the suite red."""
    killed = Counter(fault.requirement for fault in FAULTS.values() if fault.role == role)
    excused = {case.partition("/")[0] for case in EXEMPT_OF[role]}
    assert [
        name for name in rows(ASKED[role], role) if not killed[name] and name not in excused
    ] == []


def test_negative_cases_have_a_killer_or_a_reason() -> None:
    """Each negative case of the ledger is stood for by a broken partner, or is exempt for a stated
    reason.
    """
    assert unkilled() == []


def test_fault_that_shows_over_the_whole_run_is_not_left_to_the_draw(catalogue: Catalogue) -> None:
    """Where no scenario is named that shows a fault, those that bear on what it breaks are played,
    or those of the areas that it names: which others are drawn decides nothing.
    """
    over_all = [
        name for name, fault in FAULTS.items() if all("sweep/" in one for one in fault.caught_by)
    ]
    assert len(over_all) > 100
    assert [name for name in over_all if not _plays_what_bears(name, catalogue)] == []


def _plays_what_bears(name: str, catalogue: Catalogue) -> bool:
    fault, chosen = FAULTS[name], near(name)
    asked = Selection(requirements=chosen.requirements)
    within = rules_for(catalogue, fault.role, fault.level, asked).scenarios.values()
    placed = [scenario.id for scenario in within if scenario.area in fault.areas]
    bearing = placed or [one.id for one in within if fault.requirement in one.requirements]
    played = chosen.scenarios or {one.id for one in within}  # no names: all that bear
    judged = [one for one in within if one.id in played]
    return (
        bool(bearing)
        and played >= set(bearing)
        and any(fault.requirement in one.requirements for one in judged)
    )


@pytest.mark.parametrize("role", ASKED)
def test_exemptions_are_needed_and_known(role: Role) -> None:
    """An exemption names a case of the ledger that has no killer, and says why."""
    known = {
        f"{row.id}/{case.id}"
        for row in rows(ASKED[role], role).values()
        for case in row.negative_cases
    }
    killed = {
        f"{fault.requirement}/{fault.case}" for fault in FAULTS.values() if fault.role == role
    }
    assert set(EXEMPT_OF[role]) <= known - killed
    assert all(len(reason) > 20 for reason in EXEMPT_OF[role].values())


def test_fault_declarations_are_true_to_ledger_and_catalogue(
    known_checks: dict[Role, dict[str, Check]], catalogue: Catalogue
) -> None:
    """A fault names a case of its requirement, and checks that exist and bear on it."""
    wrong = []
    for name, fault in FAULTS.items():
        row = catalogue.requirements[fault.requirement]
        named = (*fault.caught_by, *fault.spares) if not fault.generated else ()
        checks = [one.partition("#")[0] for one in named if not one.startswith("sweep/")]
        if (
            fault.case not in {case.id for case in row.negative_cases}
            or not fault.caught_by
            or not set(fault.also) <= set(catalogue.requirements)
            or any(
                check not in known_checks[fault.role]
                or known_checks[fault.role][check].requirement != fault.requirement
                for check in checks
            )
        ):
            wrong.append(name)
    assert wrong == []


def test_published_table_is_complete_and_sound() -> None:
    """The table in the documents holds every fault of level core, all of them killed, and of level
    privacy only such as were.
    """
    table = json.loads((ROOT / "docs" / "kill-table.json").read_text(encoding="utf-8"))
    published = {row["fault"] for row in table["faults"]}
    assert (
        {name for name, fault in FAULTS.items() if fault.level == "core"}
        <= published
        <= set(FAULTS)
    )
    assert {row["verdict"] for row in table["faults"]} == {"killed"}
    assert table["sound"] is True


def test_checks_of_the_core_have_a_killer_or_are_listed_as_unproven() -> None:
    """A new check that no broken partner makes fail turns the suite red; one that has a killer is
    no longer listed.
    """
    killed = set(
        json.loads((ROOT / "docs" / "kill-table.json").read_text(encoding="utf-8"))["checks"][
            "courier"
        ]
    )
    core = core_checks()
    assert sorted(core - killed - UNPROVEN) == []
    assert sorted(UNPROVEN & killed) == []
    assert sorted(UNPROVEN - core) == []


def core_checks() -> set[str]:
    """Checks (without their case) of scenarios that belong to level core, on requirements of the
    core profile.
    """
    catalogue = Catalogue.load(Registry.load("1.0"))
    asked = set(catalogue.profile("courier", "core").requirements)
    known = (
        (scenario, step, check)
        for scenario in catalogue.scenarios("courier")
        if scenario.level == "core"
        for step in scenario.steps
        for check in step.checks
    )
    return {
        f"{scenario.base}/{step.id}/{check.id}"
        for scenario, step, check in known
        if check.requirement in asked
    }


Try = Callable[..., Trial]
"""Tries a partner by its name, as :func:`run_trial` does, in a fresh process."""


@pytest.fixture(scope="module")
def tried() -> Iterator[Try]:
    """Trials one by one; tests that run side by side try side by side."""
    with pool(1) as executor:
        yield lambda *asked: executor.submit(run_trial, *asked).result()


SHORT: Final = frozenset({"healthy-platform-core", "healthy-integrator-core"})
"""A certification of each role beside that of the embedded courier."""
ALONGSIDE: Final = frozenset({"healthy-privacy", "healthy-platform-privacy"})
"""Longer ones, which continuous integration tries as well."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    sampled(
        [
            name
            for name, tried in CONTROLS.items()
            if tried in {(fault.role, fault.level) for fault in FAULTS.values()}
        ],
        SHORT,
        ALONGSIDE,
    ),
)
def test_healthy_partner_passes(name: str, tried: Try) -> None:
    """The control: without a fault the very same harness gives a conformant partner."""
    assert healthy(tried(name)) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    sampled(FAULTS, FEW, SAMPLE),
)
def test_broken_partner_is_caught_for_the_right_reason(name: str, tried: Try) -> None:
    """The requirement that is broken fails by the check declared for it, and no other requirement
    turns red.
    """
    ruling = rule(FAULTS[name], tried(name, False))
    if ruling.verdict != "killed":  # a crowd can make a partner late that is not
        ruling = rule(FAULTS[name], tried(name, False))
    assert (ruling.verdict, ruling.why) == ("killed", "")
