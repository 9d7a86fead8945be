"""Credentials that are nearly right: never the right one, and never bytes that read alike."""

from __future__ import annotations

import base64
import secrets

import pytest

from jidi.counterparty.pushes import other_end
from jidi.run.playing.making.usual_forms import misspelt

RIGHT = [
    "8fJx_-Qz" * 5,
    "ABCDEF" * 6,
    "0123456789abcdef" * 2,
    "3F2504E0-4F89-11D3-9A0C-0305E82C3301",
]


@pytest.mark.parametrize("right", RIGHT)
@pytest.mark.parametrize("how", ["longer", "shorter", "cased"])
def test_what_is_nearly_right_is_another(right: str, how: str) -> None:
    """Also where the case of letters says nothing, as in hexadecimal digits."""
    other = misspelt(right, how)
    assert other != right
    assert other.lower() != right.lower() or how == "cased"
    assert other != right.lower() or not set(right.lower()) <= set("0123456789abcdef-")


def test_what_is_right_stays_as_it_is() -> None:
    """Where nothing else is asked for."""
    assert misspelt("8fJx", "") == "8fJx"


def test_other_end_of_a_signature_is_of_other_bytes() -> None:
    """In its last byte alone, and not only in bits that base64 leaves out."""
    right = secrets.token_bytes(32)
    mark = other_end("v1," + base64.b64encode(right).decode())
    told = base64.b64decode(mark.removeprefix("v1,"), validate=True)
    assert (told[:-1], told[-1] != right[-1]) == (right[:-1], True)
