"""Every spelling under which a planted value is looked for, held against a list that was read by
people.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from jidi.model.texts.spellings import SHORTEST, spellings

LISTED: Final = json.loads(
    (Path(__file__).parents[2] / "data" / "spellings" / "spellings.json").read_text(
        encoding="utf-8"
    )
)


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    """Spellings are remembered; each test makes them anew."""
    spellings.cache_clear()


@pytest.mark.parametrize("listed", LISTED, ids=lambda listed: listed["value"])
def test_spellings_are_those_listed(listed: dict[str, Any]) -> None:
    """Form and bytes, in order: a spelling that is lost is a leak that nobody sees."""
    found = spellings(listed["value"], phone=listed["phone"])
    assert [[form, data.hex()] for data, form in found.items()] == listed["spellings"]


def test_spellings_of_a_name_stand_in_texts_made_by_others() -> None:
    """By the encoders of the standard library, whatever stands before and after."""
    name = "韦瑜鹭"
    forms = tuple(spellings(name, phone=False))
    written = [
        quote(name),
        json.dumps(name),
        name.encode().hex(),
        f"<b>{''.join(f'&#{ord(one)};' for one in name)}</b>",
    ]
    written += [base64.b64encode(f"{'x' * count}{name}y".encode()).decode() for count in range(3)]
    for text in written:
        assert any(form in text.encode() for form in forms), text


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_spellings_of_a_number_hold_its_hashes(name: str) -> None:
    """With and without country code: a telephone number can be found from its hash by trying
    all.
    """
    forms = spellings("13912764831", phone=True)
    for text in ("13912764831", "8613912764831", "+8613912764831"):
        assert forms[hashlib.new(name, text.encode()).hexdigest().encode()] == f"unsalted-{name}"


def test_spellings_leave_out_what_turns_up_by_chance() -> None:
    """Nothing shorter than four bytes."""
    assert min(map(len, spellings("7室", phone=False))) >= SHORTEST
    assert b"7" not in spellings("7", phone=False)
