"""Puts parts into the named seams of the reference: the one way in which anything here changes what
the reference does inside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from jidi_reference.seams import seam


def healthy(name: str) -> Any:
    """What stands at the seam now.

    Raises:
        LookupError: for a name that the reference does not publish.
    """
    return seam(name).part()


def put_in(name: str, make: Callable[[Any], Any]) -> None:
    """Put what ``make`` makes of the healthy part into the seam. It stays there, so the process
    should end with the partner.

    Raises:
        LookupError: for a name that the reference does not publish.
    """
    place = seam(name)
    original = place.part()
    substitute = make(original)
    setattr(*place.place(), substitute)
    if place.everywhere:
        _wherever_held(original, substitute)


def stand_in(name: str, substitute: Any) -> None:
    """Put ``substitute`` into the seam, whatever stood there.

    Raises:
        LookupError: for a name that the reference does not publish.
    """
    put_in(name, lambda _healthy: substitute)


def _wherever_held(original: Any, substitute: Any) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("jidi_reference"):
            for member, value in list(vars(module).items()):
                if value is original:
                    setattr(module, member, substitute)
