"""Which schema a document means, told from its members when nobody says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jidi.errors import SelectionError
from jidi.registry.registry import Registry
from jidi.wording import sentence

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Shape:
    name: str
    required: frozenset[str]
    members: frozenset[str]


def guess_schema(registry: Registry, instance: Any) -> str:
    """Name of the one schema that fits best.

    That is one under which the instance holds, else the one that shares the most members with it,
    and of several such the one with the fewest faults.

    Raises:
        SelectionError: several fit equally well, or none does; the message names what to choose
            from.
    """
    if not isinstance(instance, dict) or not instance:
        raise SelectionError(
            sentence("registry/a-document-without-members-does-not-show"),
            next_step=sentence("registry/give-it-with-schema"),
        )
    shapes = [_shape(registry, name) for name in registry.message_names]
    holding = [shape for shape in shapes if registry.is_valid(shape.name, instance)]
    best = _best(holding or shapes, frozenset(instance))
    if len(best) > 1 and not holding:
        counted = [(len(registry.validate(name, instance)), name) for name in best]
        best = [name for count, name in counted if count == min(counted)[0]]
    if len(best) == 1:
        return best[0]
    raise _undecided(best)


def _undecided(best: list[str]) -> SelectionError:
    names = ", ".join(best[:_SHOWN]) + (" …" if len(best) > _SHOWN else "")
    return SelectionError(
        sentence("registry/the-members-of-this-document-do-not"),
        next_step=sentence(
            "registry/guess-schema-give-it-with-schema",
            names=names or "see jidi list schemas",
            names_zh=names or "见 jidi list schemas",
        ),
    )


def _best(shapes: list[_Shape], given: frozenset[str]) -> list[str]:
    scored = [
        (
            len(given & shape.members) - len(given - shape.members) - len(shape.required - given),
            len(given & shape.required),
            shape,
        )
        for shape in shapes
    ]
    scored = [entry for entry in scored if given & entry[2].members]
    top = max((entry[:2] for entry in scored), default=None)
    return [shape.name for score, shared, shape in scored if (score, shared) == top]


def _shape(registry: Registry, name: str) -> _Shape:
    required: set[str] = set()
    members: set[str] = set()
    for node in registry.unconditional(name):
        required.update(node.get("required") or ())
        members.update(node.get("properties") or ())
    return _Shape(name, frozenset(required), frozenset(members))
