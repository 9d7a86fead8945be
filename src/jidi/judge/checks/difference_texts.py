"""Where what came differs from what was wanted, in words: the place first, then both values."""

from __future__ import annotations

from typing import Any, Final

from jidi.language.compared import show
from jidi.language.differing import MOST, differences, lacking
from jidi.model.text import Text
from jidi.model.verdict import Difference
from jidi.wording import family, sentence

_TOLD: Final = 3
_KINDS: Final = family("judge", "differs-")
_LONG: Final = 80
"""Characters of a value that is read at a glance, beside another."""


def where_it_differs(matcher: str, wanted: Any, seen: Any) -> tuple[Difference, ...]:
    """The places; none where two values are not compared whole."""
    if matcher == "contains" and isinstance(seen, list):
        return lacking(wanted if isinstance(wanted, list) else [wanted], seen)
    if matcher in {"equals", "same-as"} and _is_whole(wanted) and _is_whole(seen):
        return differences(wanted, seen)
    return ()


def is_read_at_a_glance(wanted: Any, seen: Any) -> bool:
    """Whether two values are so short that they need only stand beside each other."""
    return max(len(show(wanted)), len(show(seen))) <= _LONG


def told_of(found: tuple[Difference, ...]) -> Text:
    """The first few in a sentence, and how many there are."""
    told = [_told(one) for one in found[:_TOLD]]
    if len(told) == 1:
        return told[0]
    count = f"{len(found)}+" if len(found) == MOST else str(len(found))
    return sentence(
        "judge/places-differ",
        count=count,
        told=Text("; ".join(one.en for one in told), "；".join(one.zh for one in told)),
        more=_and_more(len(found) - _TOLD),
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, dict | list | str)


def _and_more(count: int) -> Text:
    return sentence("judge/places-more", count=count) if count > 0 else Text("", "")


def _told(one: Difference) -> Text:
    return _KINDS[one.kind].filled(
        pointer=one.pointer or "/",
        expected=one.expected,
        actual=one.actual,
    )
