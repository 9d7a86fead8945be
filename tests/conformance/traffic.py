"""Traffic mutants: one member of one answer is not as it was, made from the contract and not
thought of by anybody: ``python -m tests.conformance.traffic [--role ROLE] [--operation NAME]
[--member NAME] [--kind KIND] [--sample N] [--seed N] [--jobs N]``.

Each stands before the reference partner of its role, which is put through scenarios that ask for
the operation. Printed is what became of each; exit code 1 when one that was seen survived.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, get_args

from tests.conformance.broken_partners.wrapping import Asked, Told, Wrap, answers
from tests.conformance.trial import Trial, pool, run_wrapped

from jidi.catalogue import Catalogue
from jidi.model.roles import LEVELS, Level, Role
from jidi.model.scenario import Scenario
from jidi.model.step import Call
from jidi.registry import Registry
from jidi.run.planning.selection import Selection

_MOST_SCENARIOS: Final = 12
_GONE: Final = object()


def _other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return _GONE


def _earlier(value: Any) -> Any:
    """A time of the day before."""
    try:
        return (datetime.fromisoformat(value) - timedelta(days=1)).isoformat()
    except (TypeError, ValueError):
        return _GONE


def _other_case(value: Any) -> Any:
    return value.swapcase() if isinstance(value, str) and value.swapcase() != value else _GONE


def _cut(value: Any) -> Any:
    return value[:-1] if isinstance(value, str | list) and len(value) > 1 else _GONE


def _retyped(value: Any) -> Any:
    return [value] if not isinstance(value, list) else {"items": value}


KINDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "drop": lambda _: None,
    "null": lambda _: None,
    "retype": _retyped,
    "alter": _other,
    "truncate": _cut,
    "stale": _earlier,
    "case": _other_case,
    "empty": lambda value: (
        type(value)() if isinstance(value, str | list | dict) and value else _GONE
    ),
}
"""What becomes of the value; a value of which nothing can become is left."""


@dataclass(frozen=True)
class Mutant:
    """One change of one member, wherever it stands in answers of success to an operation."""

    role: Role
    operation: str
    member: str
    kind: str

    @property
    def name(self) -> str:
        """As it is printed."""
        return f"{self.role} {self.operation} {self.member} {self.kind}"


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: in how many answers it showed, and the trial."""

    mutant: Mutant
    shown: int
    trial: Trial

    @property
    def word(self) -> str:
        """``killed``, ``survived``, ``unseen`` (no answer held the member) or ``accident``."""
        if self.trial.accident:
            return "accident"
        if not self.shown:
            return "unseen"
        return "killed" if self.trial.failing else "survived"


class _Counter:
    """Counts answers that were changed."""

    def __init__(self) -> None:
        self.shown = 0

    def change(self, mutant: Mutant, value: Any) -> Any:
        """The value with the member changed wherever it stands."""
        if isinstance(value, list):
            return [self.change(mutant, item) for item in value]
        if not isinstance(value, dict):
            return value
        made = {name: self.change(mutant, item) for name, item in value.items()}
        if mutant.member not in value:
            return made
        other = KINDS[mutant.kind](value[mutant.member])
        if other is _GONE:
            return made
        self.shown += 1
        if mutant.kind == "drop":
            del made[mutant.member]
        else:
            made[mutant.member] = other
        return made


def wrap(mutant: Mutant, counter: _Counter) -> Wrap:
    """The mutant as a wrap around the reference."""

    def changed(_asked: Asked, answer: Told) -> Told:
        if not 200 <= answer.status < 300 or not isinstance(answer.json, dict):
            return answer
        return answer.with_json(counter.change(mutant, answer.json))

    return answers((mutant.operation,), changed)


def _members(schema: Any) -> Iterator[str]:
    """Names of members that a schema describes itself."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("properties"), Mapping):
            yield from map(str, schema["properties"])
        for item in schema.values():
            yield from _members(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _members(item)


def mutants(role: Role) -> list[Mutant]:
    """Every mutant of a role's answers, in a fixed order."""
    registry = Registry.load("1.0")
    asked = {name for scenario in _scenarios(role) for name in _operations(scenario)}
    found = []
    for name in sorted(asked):
        operation = registry.operation(name)
        schemas = {
            schema
            for status, schema in operation.responses.items()
            if status.startswith("2") and schema
        }
        members = {one for schema in schemas for one in _members(registry.schema(schema))}
        found += [Mutant(role, name, member, kind) for member in sorted(members) for kind in KINDS]
    return found


@cache
def _scenarios(role: Role) -> tuple[Scenario, ...]:
    known = Catalogue.load(Registry.load("1.0")).scenarios(role)
    return tuple(one for one in known if one.level != "full" and one.area != "limits")


def _operations(scenario: Scenario) -> Iterator[str]:
    for step in scenario.steps:
        if isinstance(step.deed, Call) and step.deed.op and not step.deed.op.startswith("$"):
            yield step.deed.op


def scenarios_of(mutant: Mutant) -> tuple[frozenset[str], Level]:
    """The scenarios through which the mutant is put, and their level: those that ask for the
    operation most, each kind of scenario once.
    """
    by_base: dict[str, Scenario] = {}
    for scenario in _scenarios(mutant.role):
        if mutant.operation in _operations(scenario):
            by_base.setdefault(scenario.base, scenario)
    chosen = sorted(
        by_base.values(),
        key=lambda one: (-list(_operations(one)).count(mutant.operation), one.id),
    )[:_MOST_SCENARIOS]
    level = max((one.level for one in chosen), key=LEVELS.index)
    return frozenset(one.id for one in chosen), level


def fate(mutant: Mutant) -> Fate:
    """Try a mutant in this process, which should end afterwards."""
    counter = _Counter()
    scenarios, level = scenarios_of(mutant)
    trial = run_wrapped(
        mutant.name, mutant.role, wrap(mutant, counter), Selection(scenarios=scenarios), level
    )
    return Fate(mutant, counter.shown, trial)


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command line; 1 when a mutant survived that was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.traffic")
    parser.add_argument("--role", choices=get_args(Role), action="append")
    parser.add_argument("--operation", action="append", default=[])
    parser.add_argument("--member", action="append", default=[])
    parser.add_argument("--kind", choices=KINDS, action="append", default=[])
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn (all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(None if arguments is None else list(arguments))
    found = [
        one
        for role in options.role or get_args(Role)
        for one in mutants(role)
        if (not options.operation or one.operation in options.operation)
        and (not options.member or one.member in options.member)
        and (not options.kind or one.kind in options.kind)
    ]
    if options.sample:
        found = random.Random(options.seed).sample(found, min(options.sample, len(found)))  # noqa: S311 - a draw, no secret
    words = []
    with pool(options.jobs) as executor:
        for future in as_completed([executor.submit(fate, one) for one in found]):
            made = future.result()
            words.append(made.word)
            first = made.trial.failing[0] if made.trial.failing else None
            why = f"{first.requirement} {first.check} ({first.reason})" if first else ""
            _say(f"{made.word:9} {made.mutant.name}: {made.trial.accident or why}")
    _say(", ".join(f"{words.count(word)} {word}" for word in sorted(set(words))))
    return int("survived" in words or "accident" in words)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
