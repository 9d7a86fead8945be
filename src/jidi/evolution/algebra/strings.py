"""Strings of some lengths that patterns find or miss, of formats or not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from jidi.evolution.algebra.branches import Branch
from jidi.evolution.algebra.evaluating import Evaluator
from jidi.evolution.algebra.outcomes import EMPTY, UNKNOWN, Outcome
from jidi.evolution.algebra.regular.automata import Automaton, automaton
from jidi.evolution.algebra.regular.format_samples import SAMPLES, SURELY, WITHIN
from jidi.evolution.algebra.regular.shortest_text import TooManyError, Wanted, shortest

_MOST_EXCLUDED: Final = 200


class Strings:
    """What a branch says of strings."""

    def __init__(self, branch: Branch) -> None:
        self.least = 0
        self.most: int | None = None
        self.found: list[Automaton] = []
        self.missed: list[Automaton] = []
        self.formats: list[str] = []
        self.surely: list[Automaton] = []
        self.tainted = False
        self.excluded = frozenset(key[1] for key in branch.excluded if key[0] == "str")
        for form, sign in branch.facts.items():
            match form.kind:
                case "min_length" if sign:
                    self.least = max(self.least, form.args[0])
                case "max_length" if sign:
                    self.most = min(
                        form.args[0], self.most if self.most is not None else form.args[0]
                    )
                case "pattern":
                    self._pattern(form.args[0], found=sign)
                case "format":
                    self._format(form.args[0], found=sign)

    def _pattern(self, pattern: str, *, found: bool) -> None:
        known = automaton(pattern)
        if known is None:
            self.tainted = True
        else:
            (self.found if found else self.missed).append(known)

    def _format(self, name: str, *, found: bool) -> None:
        """Of a format it is known in which pattern it lies, at most."""
        self.formats.append(name)
        surely = automaton(SURELY[name]) if found and name in SURELY else None
        if surely is not None:
            self.surely.append(surely)
        within = automaton(WITHIN[name]) if found and name in WITHIN else None
        if within is not None:
            self.found.append(within)

    def outcome(self, branch: Branch, evaluator: Evaluator) -> Outcome:
        """Whether there is such a string, and some."""
        if self.most is not None and self.least > self.most:
            return EMPTY
        if len(self.excluded) > _MOST_EXCLUDED:
            return UNKNOWN
        wanted = Wanted(self.found, self.missed, self.least, self.most, self.excluded)
        try:
            word = _seen(wanted)
        except TooManyError:
            word = ""
        if word is None:
            return EMPTY
        facts = [(form, sign) for form, sign in branch.facts.items() if form.kind != "opaque"]
        good = [
            ("str", text)
            for text in self._candidates(word)
            if evaluator.satisfied(facts, ("str", text)) is not False
        ]
        return Outcome(empty=False, values=tuple(dict.fromkeys(good))[:6])

    def _candidates(self, word: str) -> Iterator[str]:
        samples = chain.from_iterable(SAMPLES.get(name, ()) for name in self.formats)
        padded = (word + "a" * (self.least - len(word)),) if len(word) < self.least else ()
        yield from chain(samples, (word,), padded, self._of_formats())

    def _of_formats(self) -> Iterator[str]:
        """A text that surely is of the formats and that all else is said of."""
        if not self.surely:
            return
        found = (*self.found, *self.surely)
        try:
            word = shortest(Wanted(found, self.missed, self.least, self.most, self.excluded))
        except TooManyError:
            return
        if word is not None:
            yield word


def _seen(wanted: Wanted) -> str | None:
    """The shortest text, one that can be seen where there is one."""
    word = shortest(wanted)
    if word is None or word.isprintable():
        return word
    return shortest(wanted, printable=True) or word
