"""The fold over outcomes: associative, commutative and idempotent, because it is a join in a total
order.

- Neither the order of checks nor their repetition changes what they come to (ADR 2).
- The worse of two outcomes stands; no evidence at all is not-exercised, and not a pass.
- A SHOULD that fails or is unstable warns: it stands where the documents encourage and do not
  oblige (the ledger says so row by row).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from jidi.model.requirement import Modality
from jidi.model.verdict import FAILING, Outcome


def join(left: Outcome, right: Outcome) -> Outcome:
    """The outcome of two groups together: the one with the higher rank."""
    return left if left.rank >= right.rank else right


def fold(outcomes: Iterable[Outcome]) -> Outcome:
    """Join of all ``outcomes``; :attr:`Outcome.NONE` when there is none."""
    return reduce(join, outcomes, Outcome.NONE)


def settle(outcome: Outcome, modality: Modality) -> Outcome:
    """The outcome to show for a requirement: no evidence is not-exercised, and a SHOULD that fails
    (or is unstable) warns.
    """
    if outcome is Outcome.NONE:
        return Outcome.NOT_EXERCISED
    if modality == "SHOULD" and outcome in FAILING:
        return Outcome.WARN
    return outcome
