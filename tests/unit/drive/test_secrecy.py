"""The search for known credentials."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jidi.drive.keeping.seeking.secrecy import LONGEST_SOUGHT, SecretSearch, gapped, spellings


def _found(secrets: list[str], text: str) -> list[str]:
    known = frozenset(secrets)
    return [text[start:end] for start, end in SecretSearch(lambda: known).spans(text)]


def test_spans_find_every_spelling() -> None:
    """As it is, URL-encoded, escaped as in JSON, and in base64."""
    secret = 'p"a/ß +?~~'
    for form in spellings(secret):
        assert _found([secret], f"before {form} after") == [form]


def test_spans_join_secrets_that_overlap() -> None:
    """So that no end of one is left readable beside the other."""
    assert _found(["abcdef", "defghi"], "x abcdefghi y") == ["abcdefghi"]


def test_spans_keep_neighbours_apart() -> None:
    """Two secrets side by side are two."""
    assert _found(["abcd", "efgh"], "abcdefgh") == ["abcd", "efgh"]


def test_spans_leave_short_values_alone() -> None:
    """A value of three characters is no secret."""
    assert _found(["abc"], "abc abc") == []


@pytest.mark.parametrize("count", [1, 7, 8, 9, 63, 64, 65, 72, 200])
def test_spans_find_what_is_learnt_later(count: int) -> None:
    """Every secret is found from the call after it was learnt on, however many there are."""
    known: frozenset[str] = frozenset()
    search = SecretSearch(lambda: known)
    for number in range(count):
        known |= {f"secret-{number:04}."}
        assert len(list(search.spans("".join(sorted(known))))) == number + 1


@pytest.mark.parametrize("text", ["\ud800 token-1 \udfff", "token-1\ud800", "é漢😀token-1"])
def test_spans_stand_lone_surrogates(text: str) -> None:
    """A candidate may send them; positions stay those of the text."""
    assert _found(["token-1"], text) == ["token-1"]


def test_spans_find_a_secret_with_a_lone_surrogate() -> None:
    """Even such a credential is never shown."""
    assert _found(["tok\ud800en"], "x tok\ud800en y") == ["tok\ud800en"]


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), min_size=4, max_size=12), min_size=1, max_size=80
    ),
    st.text(max_size=20),
)
def test_spans_leave_no_secret_readable(secrets: list[str], between: str) -> None:
    """Whatever the secrets and the text between them are, nothing of them is left when the spans
    are taken out.
    """
    known = frozenset(secrets)
    text = between.join(
        json.dumps(secret) if number % 2 else secret for number, secret in enumerate(secrets)
    )
    rest, position = "", 0
    for start, end in SecretSearch(lambda: known).spans(text):
        rest += text[position:start] + "\0" * (end - start)
        position = end
    rest += text[position:]
    assert len(rest) == len(text)
    assert not any(secret in rest for secret in secrets if "\0" not in secret)


LONG = 16 * 1024
MADE_TO_BE_SOUGHT = {
    "one letter": "t" * LONG,
    "two letters": "ab" * (LONG // 2),
    "an alphabet": ("abcdefghijklmnopqrstuvwxyz" * LONG)[:LONG],
    "dots between": "a." * (LONG // 2),
    "signs that are escaped": "%" * LONG,
    "digits": ("0123456789" * LONG)[:LONG],
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", MADE_TO_BE_SOUGHT)
def test_long_secrets_hold_nobody(kind: str) -> None:
    """Twelve of them, as long as a header takes them, are learnt and sought at once: the time and
    memory for one grew with the square of its length.
    """
    secrets = [f"tok{number:03}{MADE_TO_BE_SOUGHT[kind]}"[:LONG] for number in range(12)]
    assert _found(secrets, f"see {secrets[7]}!") == [f"see {secrets[7]}!"]
    assert _found(secrets, "tok007 see there") == []
    known = frozenset(secrets)
    assert list(SecretSearch(lambda: known, gapped).spans("see nothing")) == []


@pytest.mark.parametrize("more", [0, 1, 2, 3, 4, 5, 7, 1000])
def test_a_long_secret_takes_the_whole_text_with_it(more: int) -> None:
    """In every spelling that is found of a short one, for what it ends with must not be left."""
    secret = ("Aq7-Xw.Zt3_" * 200)[: LONGEST_SOUGHT + more]
    for form in spellings(secret):
        text = f"before {form} after"
        assert _found([secret], text) == [text], form[:40]


def test_a_secret_just_short_enough_is_found_where_it_stands() -> None:
    """What stands beside it stays."""
    secret = ("Aq7-Xw.Zt3_" * 200)[: LONGEST_SOUGHT - 1]
    assert _found([secret], f"before {secret} after") == [secret]
