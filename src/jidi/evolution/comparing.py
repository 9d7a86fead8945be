"""Whether all that one schema allows is allowed by another: proven, refuted, or not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from jidi.evolution.algebra.form_graph import Form, Forms
from jidi.evolution.algebra.keys import Key, UncountableError, plain
from jidi.evolution.algebra.regular.ambiguity import cost
from jidi.evolution.algebra.regular.automata import automaton
from jidi.evolution.algebra.solver import OutOfTimeError, Solver
from jidi.evolution.schemas.compiling import Compiler
from jidi.evolution.schemas.effects import Effects, evaluator_of
from jidi.evolution.schemas.library import Library
from jidi.evolution.schemas.merging import Merged
from jidi.registry.strangers.two_engines import TwoEngines

Verdict = Literal["compatible", "breaking", "undecided"]
SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether what is valid under one schema is valid under the other.

    ``counterexample`` is valid under the one and not under the other as two validators say, where
    ``verdict`` is ``breaking``. ``reason`` is why it is ``undecided``: the slug of a sentence.
    """

    verdict: Verdict
    counterexample: Any = None
    reason: str = ""


def matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found in ``text``, told in linear time or not at all."""
    found = automaton(pattern)
    return None if found is None else found.matches(text)


def is_linear(pattern: str) -> bool:
    """Whether an engine that tries one way after the other surely looks for a pattern in linear
    time.
    """
    return cost(pattern) == "linear"


class Comparison:
    """Two schemas, each a library, compared in both directions.

    ``asserted`` says whether formats are asserted, ``seconds`` how long each direction may take.
    """

    def __init__(
        self, old: Library, new: Library, *, asserted: bool, seconds: float = SECONDS
    ) -> None:
        drafts = Forms()
        compilers = (
            Compiler(old, drafts, "old", asserted=asserted),
            Compiler(new, drafts, "new", asserted=asserted),
        )
        roots = compilers[0].compiled(old.start), compilers[1].compiled(new.start)
        together = Merged(drafts)
        self.old, self.new = (together.renamed(root) for root in roots)
        self.forms = together.forms
        self.effects = Effects(compilers, drafts, together)
        self._documents = (old.for_engines(), new.for_engines())
        self._asserted = asserted
        self._foreign = compilers[0].foreign or compilers[1].foreign
        self._seconds = seconds
        self._evaluator = evaluator_of(self.forms)

    def old_under_new(self, seeds: Iterable[Any] = ()) -> Answer:
        """Whether all old data are valid under the new schema; ``seeds`` are tried as well."""
        return self._answer((self.old, self.new), 1, seeds)

    def new_under_old(self, seeds: Iterable[Any] = ()) -> Answer:
        """Whether all new data are valid under the old schema."""
        return self._answer((self.new, self.old), -1, seeds)

    @cached_property
    def _engines(self) -> tuple[TwoEngines, ...]:
        return tuple(
            TwoEngines(documents, matches, formats=self._asserted, is_linear=is_linear)
            for documents in self._documents
        )

    def _answer(self, forms: tuple[Form, Form], order: int, seeds: Iterable[Any]) -> Answer:
        """Whether what the first form allows is allowed by the second."""
        if self._foreign:
            return Answer("undecided", reason="dialect")
        if forms[0] is forms[1]:
            return Answer("compatible")
        search = _Search(*self._engines[::order])
        told = any(search.tells(seed) for seed in seeds)
        reason = "" if told else self._searched(forms, search)
        if search.found is not None:
            return Answer("breaking", search.found[0])
        return Answer("undecided", reason=reason) if reason else Answer("compatible")

    def _searched(self, forms: tuple[Form, Form], search: _Search) -> str:
        """Why it is not known whether there is a value; empty when there surely is none."""
        solver = Solver(self.forms, self._evaluator, self._seconds)
        try:
            outcome = solver.search([(forms[0], True), (forms[1], False)], search.accept)
        except OutOfTimeError:
            return "time"
        except RecursionError:
            return "depth"
        if outcome.empty:
            return ""
        return "engines" if search.told else "size" if solver.too_large else "search"


class _Search:
    """Takes a value when both validators say that it is valid under the one schema and not under
    the other.
    """

    def __init__(self, valid: TwoEngines, invalid: TwoEngines) -> None:
        self._valid = valid
        self._invalid = invalid
        self.found: tuple[Any] | None = None
        self.told = valid.told or invalid.told

    def accept(self, value: Key) -> bool:
        """Whether the value of a key is a counterexample."""
        try:
            return self.tells(plain(value))
        except UncountableError:
            return False

    def tells(self, instance: Any) -> bool:
        """Whether ``instance`` is a counterexample."""
        if self._valid.holds(instance) is True and self._invalid.holds(instance) is False:
            self.found = (instance,)
            return True
        return False
