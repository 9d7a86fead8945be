"""Texts that come again and again (names of members, codes, ids, times) and in which nothing was to
be withheld: they are looked through once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from jidi.drive.keeping.seeking.readings import HAN_RUN, readings, squeezed

_LONGEST: Final = 200
"""Longer texts seldom come twice."""
_MOST: Final = 50_000


class Quiet:
    """Quiet texts as of one state of the known secrets.

    A text in which nothing is withheld stays so as the kit makes up more of its own, for what is
    its own is never withheld; only another secret may stand in it. (What becomes of Han characters
    depends on which words are known; texts with any are not remembered.)
    """

    def __init__(self, lengths: dict[str, int] | None = None) -> None:
        self._lengths = lengths or {}

    def holds(self, text: str) -> bool:
        """Whether nothing is to be withheld in ``text``."""
        return text in self._lengths

    def add(self, text: str) -> None:
        """Remember a text that was looked through while the secrets were as they are here."""
        if len(text) > _LONGEST or len(self._lengths) >= _MOST:
            return
        read = (text, *readings(text))
        if not any(HAN_RUN.search(reading) for reading in read):
            self._lengths[text] = max(map(len, read))

    def without(self, shortest: int) -> Quiet:
        """Those in which no secret of ``shortest`` characters or more can stand."""
        kept = [pair for pair in list(self._lengths.items()) if pair[1] < shortest]
        return Quiet(dict(kept))


class QuietTexts:
    """The quiet texts of a run; safe to use from many threads. ``secrets`` gives those known at the
    moment of a call and never forgets one.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        self._secrets = secrets
        self._seen: tuple[Iterable[str], Quiet] = (frozenset(), Quiet())

    def current(self) -> Quiet:
        """Those of now. Whoever looks a text through asks before he begins: what he adds is lost
        when a secret became known in between.
        """
        secrets, (seen, quiet) = self._secrets(), self._seen
        if secrets is seen:
            return quiet
        lengths = [shortest_spelling(secret) for secret in set(secrets) - set(seen)]
        quiet = quiet.without(min(lengths)) if lengths else quiet
        self._seen = (secrets, quiet)
        return quiet


def shortest_spelling(secret: str) -> int:
    """How many characters at least every spelling of ``secret`` has."""
    return len(squeezed(secret))
