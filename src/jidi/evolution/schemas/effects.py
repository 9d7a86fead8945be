"""What a change of one keyword does to what is allowed where it stands."""

from __future__ import annotations

from typing import Final, Literal

from jidi.evolution.algebra.evaluating import Evaluator
from jidi.evolution.algebra.form_graph import Form, Forms
from jidi.evolution.algebra.solver import OutOfTimeError, Solver
from jidi.evolution.schemas.compiling import ASSERTIONS, Compiler
from jidi.evolution.schemas.library import Place
from jidi.evolution.schemas.merging import Merged
from jidi.registry.strangers.two_engines import format_holds, pattern_holds

Effect = Literal["tightens", "relaxes", "both", "none", "unknown"]
_SECONDS: Final = 0.5
_FAMILIES: Final = (
    frozenset({"properties", "patternProperties", "additionalProperties"}),
    frozenset({"prefixItems", "items"}),
    frozenset({"contains", "minContains", "maxContains"}),
    frozenset({"if", "then", "else"}),
)
_MEMBERS: Final = _FAMILIES[0]


def evaluator_of(forms: Forms) -> Evaluator:
    """An evaluator that asks the validators about formats and patterns that are not regular."""
    return Evaluator(forms, format_holds, pattern_holds)


class Effects:
    """Compares parts of two sides; ``compilers`` are theirs, old and new."""

    def __init__(self, compilers: tuple[Compiler, Compiler], drafts: Forms, all_of: Merged) -> None:
        self._compilers = compilers
        self._drafts = drafts
        self._merged = all_of

    def says_nothing(self, keyword: str) -> bool:
        """Whether a keyword allows and forbids nothing."""
        if keyword == "format":
            return not self._compilers[0].asserted
        return keyword not in ASSERTIONS

    def of_places(self, old: Place, new: Place) -> Effect:
        """What it does that the schema at ``old`` is now the one at ``new``."""
        before, after = (
            compiler.compiled(place)
            for compiler, place in zip(self._compilers, (old, new), strict=True)
        )
        return self._between(before, after)

    def of_keyword(self, old: Place, new: Place, keyword: str) -> Effect:
        """What the change of a keyword does, together with those that it works with."""
        family = next((one for one in _FAMILIES if keyword in one), frozenset({keyword}))
        before, after = (
            self._drafts.all_of(compiler.said(place, family & frozenset(place.value)))
            for compiler, place in zip(self._compilers, (old, new), strict=True)
        )
        return self._between(before, after)

    def of_member(self, old: Place, new: Place, keyword: str, name: str) -> Effect:
        """What it does that something is now said, or no longer, of the member ``name``."""
        if keyword != "properties":
            return self.of_keyword(old, new, keyword)
        evaluator = evaluator_of(self._drafts)
        sides: list[Form] = []
        for compiler, place in zip(self._compilers, (old, new), strict=True):
            said = compiler.said(place, _MEMBERS & frozenset(place.value))
            held = [
                one.args[1]
                for one in said
                if one.kind == "each_member" and evaluator.holds(one.args[0], ("str", name))
            ]
            if not held and "unevaluatedProperties" in place.value:
                held = [compiler.inner(place, "unevaluatedProperties")]
            sides.append(self._drafts.all_of(held))
        return self._between(sides[0], sides[1])

    def _between(self, before: Form, after: Form) -> Effect:
        new, old = self._merged.renamed(after), self._merged.renamed(before)
        forms = self._merged.forms
        evaluator = evaluator_of(forms)
        if old is new:
            return "none"
        lost, won = (
            self._possible(Solver(forms, evaluator, _SECONDS), one, other)
            for one, other in ((old, new), (new, old))
        )
        if lost is None or won is None:
            return "unknown"
        if lost and won:
            return "both"
        return "tightens" if lost else "relaxes" if won else "none"

    @staticmethod
    def _possible(solver: Solver, has: Form, lacks: Form) -> bool | None:
        """Whether there is a value of which the one holds and not the other."""
        try:
            outcome = solver.solve([(has, True), (lacks, False)])
        except (OutOfTimeError, RecursionError):
            return None
        if outcome.empty:
            return False
        return True if outcome.values else None
