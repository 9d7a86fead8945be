"""Texts that need not be looked through again, while more secrets become known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jidi.drive.keeping.seeking.secrecy import QuietTexts, shortest_spelling

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@given(
    st.lists(
        st.tuples(st.booleans(), st.text(LETTERS, min_size=1, max_size=12)),
        min_size=1,
        max_size=40,
    )
)
def test_quiet_text_is_forgotten_as_soon_as_a_secret_fits_into_it(
    deeds: list[tuple[bool, str]],
) -> None:
    """Whatever the order in which texts are looked through and secrets become known: a text holds
    while every secret that became known after it is longer.
    """
    known: frozenset[str] = frozenset()
    texts = QuietTexts(lambda: known)
    looked: dict[str, list[str]] = {}
    for learn, word in deeds:
        if learn:
            fresh = {word} - known
            known |= fresh
            for later in looked.values():
                later.extend(fresh)
            continue
        texts.current().add(word, ())
        looked[word] = []
    now = texts.current()
    for word, later in looked.items():
        assert now.holds(word) == all(len(word) < shortest_spelling(secret) for secret in later)


def test_quiet_text_that_was_looked_through_before_a_secret_counts_as_of_then() -> None:
    """Who began to look before the secret was known has not looked for it."""
    known: list[frozenset[str]] = [frozenset()]
    texts = QuietTexts(lambda: known[0])
    before = texts.current()
    known[0] = frozenset({"token"})
    texts.current()
    before.add("a token of somebody", ())
    assert not texts.current().holds("a token of somebody")
    before.add("tok", ())
    assert texts.current().holds("tok")
