"""All legal variants of a role, played in a few combinations, come out conformant: a clean one is
clean of each of its members.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from tests.conformance.fairness import combining
from tests.conformance.fairness.looking import culprits
from tests.conformance.fairness.play import VARIANTS, Result, combinations_of, play_together
from tests.conformance.fairness.variant import Variant
from tests.conformance.seams import healthy, put_in, stand_in
from tests.conformance.trial import pool
from tests.sampling import sampled

from jidi.model.roles import Role

ROLES: tuple[Role, ...] = ("courier", "platform", "integrator")
COMBINATIONS = {name: members for role in ROLES for name, members in combinations_of(role).items()}
SAMPLE = {max(combinations_of(role).items(), key=lambda one: len(one[1]))[0] for role in ROLES}
"""The largest of each role: half of what is legal and more, in three runs."""
PRIVATE_SAMPLE = SAMPLE & combinations_of("platform").keys()
"""The same at level privacy."""

Play = Callable[..., Result]


@pytest.fixture(scope="session")
def played() -> Any:
    """Combinations one by one."""
    with pool(1) as workers:
        yield lambda *asked: workers.submit(play_together, *asked).result()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", sampled(COMBINATIONS, (), SAMPLE))
def test_legal_variants_together_are_conformant(name: str, played: Play) -> None:
    """No check speaks against them, each made a difference, and what they do not offer is
    not-applicable (issue 3, fairness).
    """
    members = COMBINATIONS[name]
    expected = combining.combined(name, [VARIANTS[one] for one in members], lambda _: None)
    result = played(members)
    assert result.against == ()
    assert set(result.word.split(", ")) == {"selection-passed"}
    assert result.idle == ()
    outcomes = result.requirements.items()
    assert {row for row, outcome in outcomes if outcome == "not-applicable"} == (
        expected.not_applicable
    )
    assert {scenario: result.scenarios[scenario] for scenario in expected.absent} == dict.fromkeys(
        expected.absent, frozenset({"not-applicable"})
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", sampled(COMBINATIONS, (), PRIVATE_SAMPLE))
def test_legal_variants_together_are_conformant_at_level_privacy(name: str, played: Play) -> None:
    """No check of the rows that level privacy adds speaks against them either."""
    result = played(COMBINATIONS[name], "privacy")
    assert result.against == ()
    assert result.idle == ()
    assert result.word == "selection-passed"


def test_combinations_hold_every_variant_once() -> None:
    """All but what wants PostgreSQL, and no two that are apart."""
    every = sorted(name for members in COMBINATIONS.values() for name in members)
    assert every == sorted(name for name, one in VARIANTS.items() if not one.postgresql)
    for members in COMBINATIONS.values():
        for one, other in combinations(members, 2):
            assert combining.conflict(VARIANTS[one], VARIANTS[other]) == ""


def test_combinations_are_few() -> None:
    """A role is played in a handful of runs."""
    assert all(len(combinations_of(role)) <= 8 for role in ROLES)


def test_names_that_are_kept_apart_are_those_of_variants() -> None:
    """A renamed variant would lose its place and its neighbours without a word."""
    known = {combining.bare(name) for name in VARIANTS}
    assert known >= combining.PRIVATE
    named = " ".join([*combining.APART.values(), *(names for _, names in combining.LAYERS)])
    assert set(named.split()) <= known


def _variant(name: str, **more: Any) -> Variant:
    return Variant(name, "something", "somewhere", **more)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"limits": {"minimum_cell": 4}}, {"limits": {"minimum_cell": 5}}, "limit minimum_cell"),
        ({"limits": {"minimum_cell": 4}}, {"limits": {"minimum_cell": 4}}, ""),
        (
            {"inside": lambda: stand_in("value.id", 1)},
            {"inside": lambda: stand_in("value.id", 2)},
            "seam value.id",
        ),
        (
            {"inside": lambda: stand_in("value.id", 1)},
            {"inside": lambda: put_in("value.id", lambda plain: plain)},
            "",
        ),
        ({"address": VARIANTS["https"].address}, {"address": VARIANTS["ipv6"].address}, "address"),
    ],
)
def test_what_cannot_go_together_is_read_off_the_variants(
    one: dict[str, Any], other: dict[str, Any], why: str
) -> None:
    """One limit with two values, one seam with two substitutes, two addresses."""
    assert combining.conflict(_variant("a", **one), _variant("b", **other)) == why


def test_who_replaces_a_part_comes_before_who_wraps_it() -> None:
    """Whatever the order in which they are named: else the replacement would undo the wrap, and who
    uses a part would hold the one before.
    """
    wrap = _variant("wrap", inside=lambda: put_in("order.id", lambda plain: plain))
    replaced = _variant("replaced", inside=lambda: stand_in("value.id", 1))
    used = _variant("used", inside=lambda: stand_in("push.send", healthy("push.signatures")))
    signed = _variant("signed", inside=lambda: put_in("value.signatures", lambda plain: plain))
    assert [one.name for one in combining.in_order([wrap, replaced])] == ["replaced", "wrap"]
    assert [one.name for one in combining.in_order([used, signed])] == ["signed", "used"]


def test_variants_that_are_apart_are_not_combined() -> None:
    """The reason is told."""
    https, ipv6 = (VARIANTS[name] for name in ("https", "ipv6"))
    with pytest.raises(ValueError, match="address"):
        combining.combined("both", [https, ipv6], lambda _: None)


@pytest.mark.parametrize(
    ("red", "found"),
    [
        ({"c"}, [("c",)]),
        ({"a", "e"}, [("a",), ("e",)]),
        ({"b+d"}, [("a", "b", "c", "d", "e")]),
    ],
)
def test_members_on_account_of_which_a_combination_is_red_are_found(
    red: set[str], found: list[tuple[str, ...]]
) -> None:
    """By halves, on the scenarios that spoke against the whole; when each half alone is clean, the
    whole is named.
    """
    whole = Result("", {}, {}, ("red",), 0, suspects=frozenset({"some"}))

    def play(names: tuple[str, ...], scenarios: frozenset[str] = frozenset()) -> Result:
        assert scenarios == whole.suspects
        bad = any(set(one.split("+")) <= set(names) for one in red)
        return whole if bad else replace(whole, against=())

    assert list(culprits(play, tuple("abcde"), whole)) == found
