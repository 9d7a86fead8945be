"""The shortest text that some patterns find and others do not, or the proof that there is none."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jidi.evolution.algebra.regular.automata import Automaton, State
from jidi.evolution.algebra.regular.parsing import LAST

_MOST_VISITED: Final = 30_000
_LONGEST: Final = 1_000
"""Of a text whose characters are looked for one by one."""
_LONGEST_OF_ALL: Final = 200_000
_LIKED: Final = "a0Ab1B-_ .x!@/:,é中"
Product = tuple[State, ...]


class TooManyError(Exception):
    """The search was given up: there are more states than it may look at."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text must be: found by ``found``, not by ``missed``, of ``least`` to ``most``
    characters (``None``: no limit), and none of ``excluded``.
    """

    found: Sequence[Automaton] = ()
    missed: Sequence[Automaton] = ()
    least: int = 0
    most: int | None = None
    excluded: frozenset[str] = field(default_factory=frozenset)


def shortest(wanted: Wanted, *, printable: bool = False) -> str | None:
    """The shortest such text, ``None`` when there is none; ``printable`` looks at texts only whose
    characters are all seen.

    Raises:
        TooManyError: see the class.
    """
    if wanted.most is not None and wanted.least > wanted.most:
        return None
    if not wanted.found and not wanted.missed and "a" * wanted.least not in wanted.excluded:
        return "a" * min(wanted.least, _LONGEST_OF_ALL)
    if wanted.least > _LONGEST:
        raise TooManyError
    return _Search(wanted, printable=printable).run()


def alphabet(automata: Sequence[Automaton], excluded: frozenset[str]) -> list[str]:
    """One character of each class that no automaton tells apart further; characters of
    ``excluded`` are classes of their own.
    """
    cuts = {0, 0xD800, 0xE000}.union(*(one.cuts for one in automata))
    cuts |= {code for word in excluded for sign in word for code in (ord(sign), ord(sign) + 1)}
    starts = sorted(cut for cut in cuts if cut <= LAST)
    signs = {}
    for liked in reversed(_LIKED):
        signs[bisect_right(starts, ord(liked))] = liked
    for index, start in enumerate(starts, 1):
        if not 0xD800 <= start < 0xE000:
            end = starts[index] if index < len(starts) else LAST + 1
            signs.setdefault(index, chr(0x21 if start < 0x21 < end else start))
    return sorted(signs.values(), key=lambda sign: (_LIKED + sign).index(sign))


class _Search:
    """Breadth first over the product of the automata; texts of ``excluded`` are told apart as long
    as a text may still become one of them.
    """

    def __init__(self, wanted: Wanted, *, printable: bool) -> None:
        self._wanted = wanted
        self._automata = (*wanted.found, *wanted.missed)
        signs = alphabet(self._automata, wanted.excluded)
        self._signs = [sign for sign in signs if sign.isprintable()] if printable else signs
        self._prefixes = {
            word[:length] for word in wanted.excluded for length in range(len(word) + 1)
        }

    def run(self) -> str | None:
        first = tuple(one.start for one in self._automata)
        todo = deque([("", first)])
        seen = {self._mark("", first)}
        while todo:
            text, states = todo.popleft()
            if self._good(text, states):
                return text
            if self._wanted.most is not None and len(text) >= self._wanted.most:
                continue
            for following in self._following(text, states):
                mark = self._mark(*following)
                if mark not in seen:
                    seen.add(mark)
                    todo.append(following)
            if len(seen) > _MOST_VISITED:
                raise TooManyError
        return None

    def _mark(self, text: str, states: Product) -> tuple[Product, int, str | None]:
        started = text if text in self._prefixes else None
        return states, min(len(text), max(self._wanted.least, 1)), started

    def _following(self, text: str, states: Product) -> Iterator[tuple[str, Product]]:
        for sign in self._signs:
            code = ord(sign)
            yield (
                text + sign,
                tuple(
                    one.step(state, code) for one, state in zip(self._automata, states, strict=True)
                ),
            )

    def _good(self, text: str, states: Product) -> bool:
        if len(text) < self._wanted.least or text in self._wanted.excluded:
            return False
        found = len(self._wanted.found)
        return all(
            one.accepts(state, empty=not text) is (index < found)
            for index, (one, state) in enumerate(zip(self._automata, states, strict=True))
        )
