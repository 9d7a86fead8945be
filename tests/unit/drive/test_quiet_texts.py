"""Texts that were looked through once: nothing that becomes known later may stand in one."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jidi.drive.keeping import Findings, KnownTexts, Planted, Redactor
from jidi.drive.keeping.seeking.secrecy import gapped, shortest_spelling, spellings

_SECRET = "q7W-e9R_t1Y=u3I"


class _Secrets:
    """Credentials, of which one more becomes known while a redactor is in use."""

    def __init__(self) -> None:
        self.known: frozenset[str] = frozenset({"first-of-all"})

    def __call__(self) -> frozenset[str]:
        return self.known


def _redactor(secrets: _Secrets) -> Redactor:
    redactor = Redactor(b"salt", secrets, Planted(), None)
    redactor.use_vocabulary(KnownTexts(["CREATED"]))
    return redactor


def _unnamed(text: str) -> str:
    """Without classes, for a value is called by that under which it was withheld first."""
    return re.sub("⟦[a-z-]+:", "⟦", text)


@pytest.mark.parametrize("spelled", sorted(spellings(_SECRET) | gapped(_SECRET)))
@pytest.mark.parametrize("around", ["", "id-", "/consignments/"])
def test_a_text_that_was_quiet_is_withheld_once_a_secret_in_it_is_known(
    spelled: str, around: str
) -> None:
    """Seen before and after, the answer is that of a redactor that has remembered nothing."""
    secrets = _Secrets()
    redactor, text = _redactor(secrets), around + spelled
    assert redactor.text(text, "", Findings()) == redactor.text(text, "", Findings())
    secrets.known |= {_SECRET}
    late = _redactor(secrets)
    assert redactor.text(text, "", Findings()) == late.text(text, "", Findings())
    assert _SECRET not in redactor.text(text, "", Findings())


@example([], ["0㏠°¡", "0㏠°¡"])
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(max_size=30), max_size=4),
    st.lists(st.text(min_size=4, max_size=12), min_size=1, max_size=3),
)
def test_what_is_remembered_changes_no_answer(texts: list[str], becoming: list[str]) -> None:
    """The same texts, with secrets learnt between them, and a redactor made anew each time."""
    secrets = _Secrets()
    redactor = _redactor(secrets)
    for secret in becoming:
        for text in (*texts, secret, f"a{secret}b"):
            for _ in range(2):
                seen, fresh = Findings(), Findings()
                shown = _redactor(secrets).text(text, "p", fresh)
                assert _unnamed(redactor.text(text, "p", seen)) == _unnamed(shown)
                assert [one.pointer for one in seen.redactions] == [
                    one.pointer for one in fresh.redactions
                ]
        secrets.known |= {secret}


@example("000¼")
@given(st.text(min_size=4, max_size=40))
def test_no_spelling_is_shorter_than_the_bound(secret: str) -> None:
    """What is kept on the word of its length holds no spelling of a new secret."""
    bound = shortest_spelling(secret)
    assert all(len(form) >= bound for form in spellings(secret) | gapped(secret))
