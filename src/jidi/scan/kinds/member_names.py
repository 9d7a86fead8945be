"""Names of members, columns and files that are themselves personal: what is found in them, and what
of them is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from jidi.scan.findings import Stretch
from jidi.scan.kinds.fields import role_of
from jidi.scan.kinds.patterns import fold
from jidi.scan.kinds.people.names import is_surely_person
from jidi.scan.kinds.stretches import deep_stretches, stretches

_HARMLESS: Final = re.compile(r"(?:[A-Za-z_.:/-]|\d{1,6}(?!\d))*")
_HAN: Final = re.compile("[\u3400-\u9fff·]+")
_LONGEST: Final = 4096


@lru_cache(maxsize=65_536)
def in_member_name(name: str) -> tuple[tuple[str, Stretch], ...]:
    """What of the forms of personal data stands in the name of a member; persons apart, since a
    title looks like a name too easily.
    """
    if _HARMLESS.fullmatch(name) is not None:
        return ()
    return tuple(
        (text[one.start : one.end], one)
        for text, one, _ in deep_stretches(name[:_LONGEST])
        if one.kind not in {"name", "room"}
    )


@lru_cache(maxsize=65_536)
def hidden(name: str) -> tuple[tuple[str, Stretch], ...]:
    """What of a name is not shown, with its own text, in order and without overlaps."""
    if _HARMLESS.fullmatch(name) is not None:
        return ()
    plain = fold(name)
    found = stretches(plain)
    for match in _HAN.finditer(plain):
        if is_surely_person(match.group()) and role_of((match.group(),)) == "other":
            found.append(Stretch(match.start(), match.end(), "name"))
    kept: list[tuple[str, Stretch]] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1][1].end:
            kept.append((plain[one.start : one.end], one))
    return tuple(kept)


def without_personal(text: str, mark: Callable[[str, Stretch], str]) -> str:
    """``text`` with what is personal in it replaced by what ``mark`` makes of the value and its
    stretch.
    """
    shown, place = "", 0
    for plain, stretch in hidden(text):
        shown += text[place : stretch.start] + mark(plain, stretch)
        place = stretch.end
    return shown + text[place:]
