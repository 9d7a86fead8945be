"""From a journal to the verdict of a run, and the sweeps over all its answers."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.judge.journals import (
    CONTEXT,
    check,
    done,
    exchange,
    judge_run,
    judge_sweeps,
    scenario,
    started,
    step,
)

from jidi.judge.verdicts import Case
from jidi.model.profile import Profile
from jidi.model.requirement import Modality, Requirement
from jidi.model.scenario import Scenario, Sweep
from jidi.model.text import Text
from jidi.model.verdict import Outcome, RunVerdict

EMPTY = Text("", "")


def row(name: str, modality: Modality = "MUST", established: Any = "tested") -> Requirement:
    """A ledger row."""
    return Requirement(
        name,
        "DS",
        1,
        EMPTY,
        ("courier",),
        modality,
        established,
        "2019-06-12",
        EMPTY,
        EMPTY,
        (),
        (),
    )


def case(
    *scenarios: Scenario, rows: tuple[Requirement, ...] = (row("DS-01.2"),), selected: bool = False
) -> Case:
    """A profile of ``rows``."""
    profile = Profile(
        "courier-core", "1.0", "courier", "core", EMPTY, tuple(one.id for one in rows), (), "d"
    )
    return Case(
        profile, {one.id: one for one in rows}, selected, {one.id: one for one in scenarios}, SWEEPS
    )


def plan(state: str = "planned", reason: str = "") -> dict[str, Any]:
    """A plan that holds scenario ``s``."""
    return {
        "kind": "plan",
        "scenarios": [
            {
                "id": "s",
                "state": state,
                "reason": reason,
                "text": {"en": "e", "zh": "z"},
                "digest": "",
            }
        ],
    }


END = {"kind": "run-finished", "reason": "completed"}
ONE = scenario(step("a", check("status", 200)))
GOOD = [plan(), started(), exchange("a", 200), done("a"), END]


def verdict(records: list[dict[str, Any]], which: Case | None = None) -> RunVerdict:
    """The judged run."""
    return judge_run(records, which or case(ONE), CONTEXT)


def test_whole_run_with_passing_checks_is_conformant() -> None:
    """The only way to the good word."""
    made = verdict(GOOD)
    assert (made.word, made.complete, made.exit_code, made.count(Outcome.PASS)) == (
        "conformant",
        True,
        0,
        1,
    )


@pytest.mark.parametrize(
    ("records", "word", "outcome"),
    [
        ([plan(), started(), exchange("a", 500), done("a"), END], "not-conformant", "fail"),
        (GOOD[:-1], "inconclusive", "pass"),
        ([*GOOD[:-1], {"kind": "run-finished", "reason": "interrupted"}], "inconclusive", "pass"),
        ([*GOOD[:-1], {"kind": "run-finished", "reason": "max-time"}], "inconclusive", "pass"),
        ([plan(), END], "inconclusive", "not-exercised"),
        ([END], "inconclusive", "not-exercised"),
        ([], "inconclusive", "not-exercised"),
        ([plan("not-applicable", "no-capability-batch"), END], "conformant", "not-applicable"),
        ([plan("not-exercised", "no-driver"), END], "inconclusive", "not-exercised"),
        ([plan("config-error", "credentials-platform-a"), END], "inconclusive", "config-error"),
        (
            [plan(), started(), done("a", state="kit-fault", reason="x"), END],
            "kit-fault",
            "harness-error",
        ),
        ([plan(), started(), exchange("a", 500), done("a")], "not-conformant", "fail"),
    ],
)
def test_word_follows_from_the_worst_that_was_seen(
    records: list[dict[str, Any]], word: str, outcome: str
) -> None:
    """A broken MUST denies even a broken-off run; nothing unseen is ever green."""
    made = verdict(records)
    assert (made.word, made.requirements[0].outcome.value) == (word, outcome)


def later(status: int) -> list[dict[str, Any]]:
    """The same scenario, played once more at the end of the run."""
    return [{**one, "repeat": 1} for one in (started(), exchange("a", status), done("a"))]


@pytest.mark.parametrize(
    ("records", "word", "outcome"),
    [
        ([*GOOD[:-1], *later(200), END], "conformant", "pass"),
        ([*GOOD[:-1], *later(500), END], "not-conformant", "fail"),
        (GOOD, "inconclusive", "not-exercised"),
        ([*GOOD[:-1], later(200)[0], END], "inconclusive", "not-exercised"),
        (GOOD[:-1], "inconclusive", "pass"),
    ],
    ids=["kept", "broken", "dropped", "begun", "broken-off"],
)
def test_what_was_to_be_played_once_more_and_was_not_is_no_pass(
    records: list[dict[str, Any]], word: str, outcome: str
) -> None:
    """Whoever takes it out of a journal gains nothing (ADR 39)."""
    made = verdict([{**records[0], "again": ["s"]}, *records[1:]])
    assert (made.word, made.requirements[0].outcome.value) == (word, outcome)


@pytest.mark.parametrize(
    ("base_url", "word"),
    [
        ("http://127.0.0.1:8080", "conformant-in-a-laboratory"),
        ("HTTP://localhost:8080", "conformant-in-a-laboratory"),
        ("https://127.0.0.1:8443", "conformant"),
        ("https://partner.example", "conformant"),
    ],
)
def test_clear_text_on_loopback_caps_the_word(base_url: str, word: str) -> None:
    """Nothing was seen of how the candidate is reached from elsewhere; the exit code stays 0."""
    context = replace(CONTEXT, target={**CONTEXT.target, "base_url": base_url})
    made = judge_run(GOOD, case(ONE), context)
    assert (made.word, made.exit_code) == (word, 0)
    broken = judge_run([*GOOD[:2], exchange("a", 500), *GOOD[3:]], case(ONE), context)
    part = judge_run(GOOD, case(ONE, selected=True), context)
    assert (broken.word, part.word) == ("not-conformant", "selection-passed")


@pytest.mark.parametrize(
    ("needed", "word", "outcome"),
    [
        ({"batch"}, "inconclusive", Outcome.NOT_EXERCISED),
        ({"push", "batch"}, "inconclusive", Outcome.NOT_EXERCISED),
        ({"push"}, "conformant", Outcome.NOT_APPLICABLE),
        (set(), "conformant", Outcome.NOT_APPLICABLE),
    ],
)
def test_capability_that_the_profile_needs_is_not_lacked_for_nothing(
    needed: set[str], word: str, outcome: Outcome
) -> None:
    """Whoever declares less is not judged by less: what the level needs was not exercised."""
    asked = case(ONE)
    asked = replace(asked, profile=replace(asked.profile, needed=frozenset(needed)))
    made = verdict([plan("not-applicable", "no-capability-batch"), END], asked)
    assert (made.word, made.requirements[0].outcome) == (word, outcome)
    told = made.requirements[0].checks[0].actual.en
    assert ("needs the capability batch" in told) == (word == "inconclusive")


def test_sweep_of_a_capability_that_the_profile_needs_is_not_exercised() -> None:
    """What holds over the whole run is lacked no cheaper than a scenario."""
    bare = case(rows=(row("PI-08.1"),))
    sweep = Sweep("made", "PI-08.1", EMPTY, "no-internals", needs=("processing_agreements",))
    bare = replace(bare, sweeps=(sweep,))
    lacking = replace(CONTEXT, discovery={**CONTEXT.discovery, "capabilities": {}})
    for needed, outcome in (
        (set(), "not-applicable"),
        ({"processing_agreements"}, "not-exercised"),
    ):
        asked = replace(bare, profile=replace(bare.profile, needed=frozenset(needed)))
        made = judge_run([END], asked, lacking)
        assert {one.outcome.value for one in made.requirements[0].checks} == {outcome}


def test_failing_should_warns_and_does_not_deny() -> None:
    """Modality comes from the ledger alone."""
    rows = (row("DS-01.2", "SHOULD"), row("DS-01.3"))
    both = scenario(
        step(
            "a",
            check("status", 200),
            check("value", "$a.status", "equals", 500, id="v", requirement="DS-01.3"),
        )
    )
    made = verdict([plan(), started(), exchange("a", 500), done("a"), END], case(both, rows=rows))
    assert [one.outcome for one in made.requirements] == [Outcome.WARN, Outcome.NOT_EXERCISED]


def test_profile_of_shoulds_only_is_never_conformant() -> None:
    """Without a binding requirement nothing was proved."""
    assert verdict(GOOD, case(ONE, rows=(row("DS-01.2", "SHOULD"),))).word == "inconclusive"


def test_selection_has_words_of_its_own() -> None:
    """A part of the profile is no certificate."""
    assert verdict(GOOD, case(ONE, selected=True)).word == "selection-passed"
    assert (
        verdict(
            [plan(), started(), exchange("a", 500), done("a"), END], case(ONE, selected=True)
        ).word
        == "selection-failed"
    )


def test_requirement_without_any_check_says_why() -> None:
    """Attestation that was not supplied, or a check that nobody wrote yet."""
    made = verdict(
        GOOD,
        case(ONE, rows=(row("DS-01.2"), row("DS-08.6", established="attested"), row("DS-09.1"))),
    )
    assert [one.outcome for one in made.requirements] == [
        Outcome.PASS,
        Outcome.NOT_EXERCISED,
        Outcome.NOT_EXERCISED,
    ]
    assert "attestation" in made.requirements[1].reason.en
    assert "no check exists yet" in made.requirements[2].reason.en
    assert made.word == "inconclusive"


def test_checks_of_requirements_that_were_not_asked_for_do_not_count() -> None:
    """A scenario may bear on more than the profile holds."""
    both = scenario(
        step(
            "a",
            check("status", 200),
            check("value", "$a.status", "equals", 1, id="v", requirement="PI-09.1"),
        )
    )
    assert verdict(GOOD, case(both)).word == "conformant"


def test_order_of_records_of_different_scenarios_does_not_matter() -> None:
    """Scenarios run side by side; their records interleave in any way."""
    other = replace(
        scenario(step("b", check("status", 201, requirement="DS-01.3"))), id="t", base="t"
    )
    plan_both = {
        "kind": "plan",
        "scenarios": [plan()["scenarios"][0], {**plan()["scenarios"][0], "id": "t"}],
    }
    mine = [started(), exchange("a", 200), done("a")]
    theirs = [{**record, "scenario": "t"} for record in (started(), exchange("b", 201), done("b"))]
    rows = (row("DS-01.2"), row("DS-01.3"))
    made = set()
    for order in itertools.permutations(range(4)):
        pieces = [mine[:2], theirs[:2], mine[2:], theirs[2:]]
        if order.index(0) < order.index(2) and order.index(1) < order.index(3):
            records = [plan_both, *[record for place in order for record in pieces[place]], END]
            made.add(json.dumps(verdict(records, case(ONE, other, rows=rows)).as_json()))
    assert len(made) == 1


def test_verdict_part_holds_no_times_ids_or_texts() -> None:
    """Two runs of one candidate differ in ids and seconds and agree in this part."""
    later = [
        plan(),
        started(x="other"),
        {**exchange("a", 200, {"id": 2}), "id": "x9", "finished": 99.0},
        done("a"),
        END,
    ]
    assert verdict(GOOD).as_json() == verdict(later).as_json()


SWEEPS = tuple(
    Sweep(name, row, EMPTY, name, needs=("tls",) if row == "DS-08.1" else ())
    for name, row in (
        ("no-clear-text-redirect", "DS-08.1"),
        ("no-internals", "DS-08.4"),
        ("no-server-error", "DS-08.4"),
    )
)


def asked(*wanted: str) -> list[Sweep]:
    """The sweeps of these requirements."""
    return [one for one in SWEEPS if one.requirement in wanted]


def swept(
    *records: dict[str, Any], wanted: tuple[str, ...] = ("DS-08.1", "DS-08.4")
) -> dict[str, str]:
    """Outcome of every sweep by its id."""
    return {
        made.check: made.outcome.value
        for made in judge_sweeps(list(records), asked(*wanted), CONTEXT)
    }


SECURE = {
    "request": {
        "method": "GET",
        "url": "https://127.0.0.1/x",
        "headers": [],
        "body": {"text": "", "digest": "", "size": 0},
    }
}


@pytest.mark.parametrize(
    ("records", "sweep", "outcome"),
    [
        ([exchange("a", 200)], "no-server-error", "pass"),
        ([exchange("a", 200), exchange("b", 500)], "no-server-error", "fail"),
        ([exchange("a", 503)], "no-server-error", "pass"),
        ([exchange("a", 599)], "no-server-error", "fail"),
        ([], "no-server-error", "not-exercised"),
        ([exchange("a", None)], "no-server-error", "not-exercised"),
        ([exchange("a", 500, direction="received")], "no-server-error", "not-exercised"),
        ([exchange("a", 404, "ORA-00942: table missing")], "no-internals", "fail"),
        ([exchange("a", 404, "not here")], "no-internals", "pass"),
        (
            [exchange("a", 301, headers={"Location": "http://127.0.0.1/x"}, **SECURE)],
            "no-clear-text-redirect",
            "fail",
        ),
        (
            [exchange("a", 301, headers={"Location": "https://127.0.0.1/y"}, **SECURE)],
            "no-clear-text-redirect",
            "pass",
        ),
        (
            [exchange("a", 200, headers={"Location": "http://127.0.0.1/x"}, **SECURE)],
            "no-clear-text-redirect",
            "pass",
        ),
        (
            [exchange("a", 301, headers={"Location": "http://127.0.0.1/x"})],
            "no-clear-text-redirect",
            "not-applicable",
        ),
    ],
)
def test_sweeps_look_at_every_answer(
    records: list[dict[str, Any]], sweep: str, outcome: str
) -> None:
    """One bad answer anywhere is enough; no answer is no evidence."""
    assert swept(*records)[f"sweep/{sweep}"] == outcome


def test_sweeps_stand_only_for_requirements_asked_for() -> None:
    """A selection of something else is not judged by them."""
    assert swept(exchange("a", 500), wanted=("DS-08.1",)) == {
        "sweep/no-clear-text-redirect": "not-applicable"
    }
    assert swept(wanted=()) == {}


def test_sweep_names_the_exchanges_at_fault_and_counts_them() -> None:
    """Up to five of them, the bad ones only."""
    records = [{**exchange("a", 500, index=number), "id": f"x{number}"} for number in range(7)] + [
        exchange("b", 200)
    ]
    (made,) = [
        one
        for one in judge_sweeps(records, asked("DS-08.4"), CONTEXT)
        if one.check == "sweep/no-server-error"
    ]
    assert made.exchanges == ("x0", "x1", "x2", "x3", "x4")
    assert made.actual.en.startswith("7 of 8")


def test_run_without_the_generated_phase_certifies_nothing() -> None:
    """What was not sent was not seen; a fail denies all the same."""
    part = replace(case(ONE), whole=False)
    assert verdict(GOOD, part).word == "selection-passed"
    assert (
        verdict([plan(), started(), exchange("a", 500), done("a"), END], part).word
        == "not-conformant"
    )
