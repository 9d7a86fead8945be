"""Pairs of schemas with known answers, and random edits of our own: nothing that breaks is called
compatible.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from benchmarks.schema_diff import compared, judged, pairs
from benchmarks.schema_edits import edited, part, refuted

from jidi.registry.strangers.two_engines import format_holds

PAIRS = list(pairs())


def test_pairs_are_right_and_none_is_wrong_without_a_word() -> None:
    """At least 97 in a hundred are right; what breaks is never called compatible, nor the other
    way.
    """
    found = Counter(outcome for _, pair in PAIRS for outcome, _ in judged(pair))
    assert len(PAIRS) >= 180
    assert found["silent"] == found["wrong"] == 0
    assert found["right"] >= 0.97 * found.total()


def test_pairs_are_named_once() -> None:
    """Two pairs of one name would be told apart by nobody."""
    named = Counter((topic, pair["id"]) for topic, pair in PAIRS)
    assert [name for name, count in named.items() if count > 1] == []


@pytest.mark.parametrize("seed", range(2))
def test_proofs_about_edited_schemas_of_ours_stand(seed: int) -> None:
    """No spoilt example refutes what is said to be proven."""
    random = Random(seed)  # noqa: S311 - the same edits each time
    for _ in range(2):
        one = edited(random)
        assert refuted(one, part(one), random) == []


def test_what_is_swapped_is_answered_the_other_way_round() -> None:
    """Old and new have no meaning of their own."""
    for _, pair in PAIRS[::9]:
        told = compared(pair).as_json()
        turned = compared({**pair, "old": pair["new"], "new": pair["old"]}).as_json()
        assert told["old_under_new"]["verdict"] == turned["new_under_old"]["verdict"]


def test_formats_are_known_only_where_both_validators_agree() -> None:
    """Of a plain date both say the same."""
    assert format_holds("date", "2024-02-29") is True
    assert format_holds("date", "2023-02-29") is False
