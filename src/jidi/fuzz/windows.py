"""Which operations one child works on, as whom, and which children go side by side: a window of the
phase, between two of which other things may be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jidi.fuzz.contract import Contract
from jidi.fuzz.declared import Declaration
from jidi.fuzz.fuzz_context import GeneratedContext
from jidi.model.texts.seeded import seeded

_SIDE_BY_SIDE: Final = 2
"""Numbers of shards that make one window: an even one and the odd one after it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one child works on, before things are made for it."""

    index: int
    party: str
    operations: frozenset[str]


def windows(
    context: GeneratedContext, declaration: Declaration, contract: Contract
) -> list[list[Part]]:
    """Operations by the number that the declaration gives them, each number one child as one party;
    those that only a courier may call are one more, in the last of the windows. In which order the
    windows come is drawn by the seed.
    """
    own = _of_couriers(context, contract)
    by_number: dict[int, set[str]] = {}
    for name in contract.operations:
        if name not in own:
            by_number.setdefault(declaration.operations[name].shard, set()).add(name)
    found: dict[int, list[Part]] = {}
    for index, (number, names) in enumerate(sorted(by_number.items())):
        party = context.parties[number % len(context.parties)]
        found.setdefault(number // _SIDE_BY_SIDE, []).append(Part(index, party, frozenset(names)))
    if own:
        last = found.setdefault(max(found, default=0), [])
        last.append(Part(len(by_number), context.courier, own))
    ordered = list(found.values())
    seeded(f"{context.seed}/windows").shuffle(ordered)
    return ordered


def _of_couriers(context: GeneratedContext, contract: Contract) -> frozenset[str]:
    """What an integrator serves to couriers only."""
    if not context.courier:
        return frozenset()
    listed = contract.operations.items()
    return frozenset(name for name, item in listed if item.document == "platform")
