"""Texts made to be read at length hold nobody: the work that a run spends on them is bounded, and
what was not read for want of it is withheld.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import pytest

from jidi.drive.keeping import Planted, Redactor
from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.seeking.readings import CHARACTERS, MOST, Effort, readings
from jidi.registry import Registry
from jidi.run.journal_writer import make_redactor

PHONE = "13876504321"
LONG = 20_000
Make = Callable[[random.Random], str]


def _words(chance: random.Random) -> str:
    return " ".join(base64.b64encode(chance.randbytes(32)).decode() for _ in range(LONG // 45))


MADE_TO_BE_READ: dict[str, Make] = {
    "base64": lambda chance: base64.b64encode(chance.randbytes(LONG * 3 // 4)).decode(),
    "base64 for addresses": lambda chance: base64.urlsafe_b64encode(
        chance.randbytes(LONG * 3 // 4)
    ).decode(),
    "base64 in words": _words,
    "hexadecimal": lambda chance: chance.randbytes(LONG // 2).hex(),
    "base32": lambda chance: base64.b32encode(chance.randbytes(LONG * 5 // 8)).decode(),
    "percent": lambda chance: "".join(f"%{byte:02x}" for byte in chance.randbytes(LONG // 3)),
    "escapes": lambda chance: "".join(f"\\u{byte:04x}" for byte in chance.randbytes(LONG // 6)),
    "entities": lambda chance: "".join(f"&#{byte};" for byte in chance.randbytes(LONG // 6)),
    "base64 of base64": lambda chance: base64.b64encode(
        base64.b64encode(chance.randbytes(LONG // 2))
    ).decode(),
}


@pytest.mark.parametrize("kind", MADE_TO_BE_READ)
def test_readings_of_a_long_text_are_counted(kind: str) -> None:
    """As many characters as there were, and no more readings than are tried."""
    text = MADE_TO_BE_READ[kind](random.Random(3))  # noqa: S311 - repeatable, not secret
    read = readings(text)
    assert len(read) <= MOST
    spent = sum(map(len, read))
    effort = Effort(spent + 1)
    assert effort.readings(text) == read
    if spent:
        assert effort.readings(text) == read  # one character was left
        assert effort.readings(text) is None


def test_short_texts_cost_nothing() -> None:
    """Ids, codes and times are read whatever was spent before."""
    effort = Effort(0)
    assert effort.readings("a%41" * 50) == readings("a%41" * 50)
    assert effort.readings("a%41" * 51) is None


@pytest.fixture
def redactor() -> Redactor:
    return make_redactor(Registry.load(), frozenset, Planted())


@pytest.mark.thorough
def test_what_there_is_no_effort_for_is_withheld(redactor: Redactor) -> None:
    """A number that is spelt out in a long text stays hidden then, too, and short texts stay as
    they are.
    """
    chance = random.Random(5)  # noqa: S311 - repeatable, not secret
    common = "free text of words " * 20
    assert redactor.text("of old, " + common, "x", Findings()) == "of old, " + common
    for _ in range(CHARACTERS // LONG):
        redactor.text(MADE_TO_BE_READ["base64"](chance), "x", Findings())
        if "⟦" in redactor.text(common, "x", Findings()):
            break
    hidden = "see " + base64.b64encode(PHONE.encode()).decode() + " for all the rest " * 20
    assert "⟦" in redactor.text(common, "x", Findings())
    assert "⟦" in redactor.text(hidden, "x", Findings())
    assert redactor.text("COURIER-7", "x", Findings()) == "COURIER-7"
