"""A judgement that cannot be made is a fault of the kit in that one check, and of nothing else: the
others are judged, and the run goes on.

Foreign data are met by every judgement as data. Where one fails all the same, nobody can say whose
fault it is: so it speaks neither for nor against the candidate, and names itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from jidi.language.expressions import BlockedError
from jidi.model.text import Text
from jidi.wording.failing import REASON, failure_of

__all__ = ["REASON", "guarded"]
_Made = TypeVar("_Made")


def guarded(make: Callable[[], _Made], failed: Callable[[Text], _Made]) -> _Made:
    """What ``make`` gives, or ``failed`` of what went wrong when it raised; a source that never
    came about (:class:`BlockedError`) goes through.
    """
    try:
        return make()
    except BlockedError:
        raise
    except Exception as error:
        return failed(failure_of(error))
