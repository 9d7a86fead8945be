"""The names that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from jidi.model.text import Text
from jidi.wording import sentence

_MOST: Final = 3


def meant(name: str, known: Iterable[str], otherwise: Text) -> Text:
    """*Did you mean …?* with the nearest of the ``known`` names, whatever their case; ``otherwise``
    where none is near.
    """
    by_folded = {one.casefold(): one for one in sorted(set(known))}
    near = get_close_matches(name.casefold(), by_folded, n=_MOST)
    if not near:
        return otherwise
    named = [by_folded[one] for one in near]
    return sentence("wording/did-you-mean", names=", ".join(named), names_zh="、".join(named))
