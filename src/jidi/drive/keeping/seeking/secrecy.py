"""The search for known credentials in text: every spelling of every secret, while more of them are
learnt; and the texts that need not be searched again.
"""

from __future__ import annotations

import base64
import json
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

from ahocorasick_rs import AhoCorasick

from jidi.drive.keeping.seeking.plain_texts import squeezed
from jidi.model.texts.escapes import CUT
from jidi.model.texts.spellings import spellings as known_spellings

SHORTEST_SECRET: Final = 4
"""Shorter values are words, not secrets: replacing them would make evidence unreadable."""
SHORTEST_ENCODED: Final = 6
"""Shorter values are only looked for as they are and as URLs and JSON write them."""
SHORTEST_GAPPED: Final = 10
LONGEST_SOUGHT: Final = 510
"""Characters of a secret that are looked for; of one that begins so the whole text is withheld. A
candidate chooses its tokens, and automata for all spellings of long ones take minutes and all
memory. A multiple of 2, 3 and 5, so that what follows changes nothing in base64 and base32.
"""
_LEVELS: Final = (4, 32, 256)
"""How many secrets the automata hold: the newest are in one of a few, which go over into one of
more, and these into one of many. So a new secret costs the making of a small automaton, and seldom
of a larger one, whatever was known before; and few automata are asked about each text.
"""
_LONGEST_QUIET: Final = 200
"""Longer texts seldom come twice."""
_MOST_QUIET: Final = 50_000

_Automaton = tuple[int, AhoCorasick]
"""Characters of the shortest spelling that it finds, and the machine itself."""


class SecretSearch:
    """Finds secrets in texts; ``secrets`` gives those known at the moment of a call and never
    forgets one, ``forms`` how one may be written. Safe to use from many threads.
    """

    def __init__(
        self,
        secrets: Callable[[], Iterable[str]],
        forms: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        self._secrets = secrets
        self._forms = forms or spellings
        self._lock = threading.Lock()
        self._seen: Iterable[str] = frozenset()
        self._known: set[str] = set()
        self._levels: list[list[set[str]]] = [[] for _ in _LEVELS]
        self._made: list[tuple[_Automaton, ...]] = [() for _ in _LEVELS]
        self._full: tuple[_Automaton, ...] = ()
        self._automata: tuple[_Automaton, ...] = ()

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where secrets stand in ``text``, as start and end in characters, in order; secrets that
        overlap are one span. Where a long one begins, that is all of ``text``.
        """
        length = len(text)
        asked = [machine for shortest, machine in self._current() if shortest <= length]
        if not asked:
            return
        searched = _scalar(text)
        found = sorted(
            (start, end)
            for machine in asked
            for _, start, end in machine.find_matches_as_indexes(searched, overlapping=True)
        )
        if any(last - first >= LONGEST_SOUGHT for first, last in found):
            yield 0, length
            return
        start, end = -1, -1
        for first, last in found:
            if first < end:
                end = max(end, last)
                continue
            if end > 0:
                yield start, end
            start, end = first, last
        if end > 0:
            yield start, end

    def is_cut_off(self, texts: Iterable[str]) -> bool:
        """Whether one of ``texts``, whose ends were cut off, ends within a secret."""
        self._current()
        known = [squeezed(secret) for secret in self._known.copy()]
        return any(_ends_within(text, secret) for text in map(squeezed, texts) for secret in known)

    def _current(self) -> tuple[_Automaton, ...]:
        """The automata, after what was learnt since the last call has been added."""
        secrets = self._secrets()
        if secrets is self._seen:
            return self._automata
        with self._lock:
            fresh = sorted(
                {secret for secret in secrets if len(secret) >= SHORTEST_SECRET} - self._known
            )
            for secret in fresh:
                self._learn({_scalar(form) for form in self._forms(secret[:LONGEST_SOUGHT])})
            if fresh:
                self._known.update(fresh)
                self._made[0] = _automaton(self._levels[0])
                self._automata = (*self._full, *(one for made in self._made for one in made))
            self._seen = secrets
            return self._automata

    def _learn(self, forms: set[str]) -> None:
        """Put one secret to the newest; a level that is full goes over into the next."""
        self._levels[0].append(forms)
        for level, most in enumerate(_LEVELS):
            if len(self._levels[level]) < most:
                return
            moved, self._levels[level], self._made[level] = self._levels[level], [], ()
            if level + 1 == len(_LEVELS):
                self._full += _automaton(moved)
                return
            self._levels[level + 1] += moved
            self._made[level + 1] = _automaton(self._levels[level + 1])


class QuietTexts:
    """Texts of a run in which nothing is to be withheld: whatever else the kit makes up, only a
    secret that becomes known later may stand in them. Safe to use from many threads; ``secrets``
    gives those known at the moment of a call and never forgets one.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        self._secrets = secrets
        self._texts: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._learnt: _Learnt = _Learnt(frozenset(), 0, (), ())

    def current(self) -> Quiet:
        """Those of now. Whoever looks a text through asks before he begins: a secret that became
        known in between may stand in it.
        """
        return Quiet(self._texts, self._now())

    def _now(self) -> _Learnt:
        secrets = self._secrets()
        if secrets is self._learnt.secrets:
            return self._learnt
        with self._lock:
            if secrets is not self._learnt.secrets:
                self._learnt = self._learnt.after(secrets)
            return self._learnt


class _Learnt(NamedTuple):
    """Secrets known at a moment. ``since`` and ``shortest`` say how many characters the shortest
    spelling has of all that became known after an earlier moment: that of the first number in
    ``since`` (ascending) that is greater.
    """

    secrets: Iterable[str]
    number: int
    since: tuple[int, ...]
    shortest: tuple[int, ...]

    def after(self, secrets: Iterable[str]) -> _Learnt:
        """What is known when ``secrets`` are."""
        fresh = set(secrets) - set(self.secrets)
        if not fresh:
            return self._replace(secrets=secrets)
        shortest = min(map(shortest_spelling, fresh))
        kept = bisect_left(self.shortest, shortest)
        return _Learnt(
            secrets,
            self.number + 1,
            (*self.since[:kept], self.number + 1),
            (*self.shortest[:kept], shortest),
        )

    def shortest_after(self, number: int) -> float:
        """Characters of the shortest spelling of what became known after that moment."""
        position = bisect_right(self.since, number)
        return self.shortest[position] if position < len(self.since) else inf


class Quiet:
    """Quiet texts as of one moment."""

    def __init__(self, texts: dict[str, tuple[int, int]], now: _Learnt) -> None:
        self._texts = texts
        self._now = now

    def holds(self, text: str) -> bool:
        """Whether nothing is to be withheld in ``text``."""
        known = self._texts.get(text)
        return known is not None and known[0] < self._now.shortest_after(known[1])

    def add(self, text: str, readings: Iterable[str]) -> None:
        """Remember a text and its other ``readings``, which were looked through while the secrets
        were as they are here; but not one that was cut, in which a longer secret may begin.
        """
        if CUT.search(text) is not None:
            return
        if len(text) <= _LONGEST_QUIET and len(self._texts) < _MOST_QUIET:
            self._texts[text] = (max(map(len, (text, *readings))), self._now.number)


def shortest_spelling(secret: str) -> int:
    """How many characters at least every spelling of ``secret`` has that is looked for."""
    sought = secret[:LONGEST_SOUGHT]
    return min(len(sought), len(squeezed(sought)))


def spellings(secret: str) -> set[str]:
    """``secret`` as it may stand in a text: the usual spellings, those of
    :mod:`jidi.model.texts.spellings`, and backwards.
    """
    forms = usual_spellings(secret)
    return forms | {secret[::-1], *_known(secret)} if len(secret) >= SHORTEST_ENCODED else forms


def usual_spellings(secret: str) -> set[str]:
    """``secret`` as it is, URL-encoded, escaped as in JSON, and in base64 of both alphabets without
    padding.
    """
    data = secret.encode("utf-8", "surrogatepass")
    encoded = {
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
    }
    return {
        secret,
        quote(data, safe=""),
        quote_plus(data),
        json.dumps(secret)[1:-1],
        *(form for form in encoded if len(form) >= 8),
    }


def _known(secret: str) -> Iterator[str]:
    for form in known_spellings(_scalar(secret), phone=False):
        try:
            yield form.decode("utf-8")
        except UnicodeDecodeError:  # spelled in another charset: no text that is kept holds it
            continue


def gapped(secret: str) -> set[str]:
    """``secret`` without anything that may be put between its letters, forwards and backwards, for
    texts of which :func:`jidi.drive.keeping.seeking.readings.squeezed` left as much.
    """
    bare = squeezed(secret)
    return {bare, bare[::-1]} if len(bare) >= SHORTEST_GAPPED else set()


def _ends_within(text: str, secret: str) -> bool:
    begin = text.rfind(secret[:SHORTEST_ENCODED], -len(secret) or None)
    return begin >= 0 and len(secret) > SHORTEST_ENCODED and secret.startswith(text[begin:])


def _automaton(forms: Iterable[set[str]]) -> tuple[_Automaton, ...]:
    """One that finds all of ``forms``; none where there are none."""
    patterns = sorted(set().union(*forms))
    if not patterns:
        return ()
    return ((min(map(len, patterns)), AhoCorasick(patterns, store_patterns=False)),)


def _scalar(text: str) -> str:
    """``text``, as long as it was, with every lone surrogate as ``?``: the automaton takes Unicode
    scalar values only.
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
