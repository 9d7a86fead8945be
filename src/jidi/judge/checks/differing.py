"""Where what came differs from what was wanted, in words: the place first, then both values."""

from __future__ import annotations

from typing import Any, Final

from jidi.language.differing import MOST, differences, lacking
from jidi.model.difference import Difference
from jidi.model.text import Text
from jidi.wording import sentence

_TOLD: Final = 3
_LONG: Final = 60
"""Texts up to this length are read at a glance, beside each other."""


def where_it_differs(matcher: str, wanted: Any, seen: Any) -> tuple[Difference, ...]:
    """The places; none where both values are read at a glance, or are not compared whole."""
    if matcher == "contains" and isinstance(seen, list):
        return lacking(wanted if isinstance(wanted, list) else [wanted], seen)
    if matcher in {"equals", "same-as"} and _is_whole(wanted) and _is_whole(seen):
        return differences(wanted, seen)
    return ()


def told_of(found: tuple[Difference, ...]) -> Text:
    """The first few in a sentence, and how many there are."""
    told = [_told(one) for one in found[:_TOLD]]
    count = f"{len(found)}+" if len(found) == MOST else str(len(found))
    return sentence(
        "judge/differs-at" if len(found) > 1 else "judge/differs-at-one",
        count=count,
        told=Text("; ".join(one.en for one in told), "；".join(one.zh for one in told)),
        more=f"; +{len(found) - _TOLD}" if len(found) > _TOLD else "",
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, str) and len(value) > _LONG)


def _told(one: Difference) -> Text:
    return sentence(
        f"judge/differs-{one.kind}",
        pointer=one.pointer or "/",
        expected=one.expected,
        actual=one.actual,
    )
