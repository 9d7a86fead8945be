"""Puts parts into the named seams of the reference: the one way in which anything here changes what
the reference does inside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from jidi_reference.seams import seam


@dataclass
class Noted:
    """Names of seams: what was looked at, and where something would have been put."""

    read: set[str] = field(default_factory=set)
    put: set[str] = field(default_factory=set)


class _Listening:
    """Who wants to know of seams now: of what is read and put, and of each time that a substitute
    works.
    """

    noted: Noted | None = None
    worked: Callable[[], None] | None = None


@contextmanager
def noting() -> Iterator[Noted]:
    """What happens within is written down, and nothing is put anywhere."""
    _Listening.noted = Noted()
    try:
        yield _Listening.noted
    finally:
        _Listening.noted = None


@contextmanager
def telling(worked: Callable[[], None]) -> Iterator[None]:
    """``worked`` is called whenever something is called that was put into a seam within; at once
    for what cannot be called.
    """
    _Listening.worked = worked
    try:
        yield
    finally:
        _Listening.worked = None


def healthy(name: str) -> Any:
    """What stands at the seam now.

    Raises:
        LookupError: for a name that the reference does not publish.
    """
    if _Listening.noted:
        _Listening.noted.read.add(name)
    return seam(name).part()


def put_in(name: str, make: Callable[[Any], Any]) -> None:
    """Put what ``make`` makes of the healthy part into the seam. It stays there, so the process
    should end with the partner.

    Raises:
        LookupError: for a name that the reference does not publish.
    """
    _put(name, make(healthy(name)))


def stand_in(name: str, substitute: Any) -> None:
    """Put ``substitute`` into the seam, whatever stood there.

    Raises:
        LookupError: for a name that the reference does not publish.
    """
    _put(name, substitute)


def _put(name: str, substitute: Any) -> None:
    if _Listening.noted:
        _Listening.noted.put.add(name)
        return
    place = seam(name)
    original = place.part()
    substitute = _telling(substitute)
    setattr(*place.place(), substitute)
    if place.everywhere:
        _wherever_held(original, substitute)


def _telling(substitute: Any) -> Any:
    worked = _Listening.worked
    if worked is None or isinstance(substitute, type) or not callable(substitute):
        if worked:
            worked()
        return substitute

    @wraps(substitute)
    def told(*given: Any, **named: Any) -> Any:
        worked()
        return substitute(*given, **named)

    return told


def _wherever_held(original: Any, substitute: Any) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("jidi_reference"):
            for member, value in list(vars(module).items()):
                if value is original:
                    setattr(module, member, substitute)
