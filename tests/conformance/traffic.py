"""Traffic mutants: one thing about one kind of message is not as it was, made from the contract and
not thought of by anybody: ``python -m tests.conformance.traffic [--role ROLE] [--way WAY]
[--operation NAME] [--member NAME] [--kind KIND] [--sample N] [--seed N] [--jobs N]``.

A message is an answer, a push or a call to a courier; what is changed is a member of its body, a
header, or which message comes. Each stands before the reference partner of its role, which is put
through scenarios that see such messages. Printed is what became of each; exit code 1 when one that
was seen survived.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Literal, get_args

from tests.conformance.broken_partners.calls_to_couriers import changed
from tests.conformance.broken_partners.wrapping import (
    Asked,
    Inside,
    Told,
    Wrap,
    answers,
    both,
    pushes,
)
from tests.conformance.trial import Trial, pool, run_wrapped

from jidi.catalogue import Catalogue
from jidi.model.roles import LEVELS, Level, Role
from jidi.model.scenario import Scenario
from jidi.model.step import Call, Receive
from jidi.registry import Registry
from jidi.run.planning.order import patience
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


def _earlier(value: Any, days: int = 1) -> Any:
    """A time of another day, the one before."""
    try:
        return (datetime.fromisoformat(value) - timedelta(days=days)).isoformat()
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
    "late": lambda value: _earlier(value, days=-1),
    "double": lambda value: [*value, *value] if isinstance(value, list) and value else _GONE,
    "reverse": lambda value: value[::-1] if isinstance(value, list) and len(value) > 1 else _GONE,
    "padded": lambda value: f"{value} " if isinstance(value, str) and value else _GONE,
}
"""What becomes of the value; a value of which nothing can become is left."""
OTHERS: Final = "other's"
"""The value of the last message in which there was another."""
EXTRA: Final = "extra"
"""A member that nobody described stands beside the others."""
REPLAYED: Final = "replayed"
"""The first answer to the same question is given again."""
_HEADER_KINDS: Final = ("drop", "alter", "empty")
_HEADERS: Final = (
    "allow",
    "content-type",
    "location",
    "retry-after",
    "standard-version",
    "www-authenticate",
)


Way = Literal["answer", "push", "call"]
"""What is changed: an answer, a push of a courier or an integrator, a call to a courier."""


@dataclass(frozen=True)
class Mutant:
    """One change of one member, wherever it stands in messages of an operation (a push has none):
    of answers, those of success. The member ``header:NAME`` is a header; with none it is the
    message as a whole.
    """

    role: Role
    operation: str
    member: str
    kind: str
    way: Way = "answer"

    @property
    def name(self) -> str:
        """As it is printed."""
        return f"{self.role} {self.way} {self.operation} {self.member} {self.kind}"

    @property
    def header(self) -> str:
        """Name of the header that is changed, or empty."""
        return self.member.partition("header:")[2]


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
    """Counts messages that were changed, and remembers those before."""

    def __init__(self) -> None:
        self.shown = 0
        self._last: Any = _GONE
        self._first: dict[str, Told] = {}

    def change(self, mutant: Mutant, value: Any) -> Any:
        """The value with the member changed wherever it stands."""
        if isinstance(value, list):
            return [self.change(mutant, item) for item in value]
        if not isinstance(value, dict):
            return value
        made = {name: self.change(mutant, item) for name, item in value.items()}
        if mutant.kind == EXTRA:
            self.shown += 1
            return {**made, mutant.member: "surplus"}
        if mutant.member not in value:
            return made
        other = self._other(mutant, value[mutant.member])
        if other is _GONE:
            return made
        self.shown += 1
        if mutant.kind == "drop":
            del made[mutant.member]
        else:
            made[mutant.member] = other
        return made

    def body(self, mutant: Mutant, body: bytes) -> bytes:
        """A body of JSON with the member changed wherever it stands."""
        try:
            value = json.loads(body)
        except ValueError:
            return body
        made = self.change(mutant, value)
        return body if made == value else json.dumps(made, ensure_ascii=False).encode()

    def answer(self, mutant: Mutant, asked: Asked, answer: Told) -> Told:
        """An answer under the mutant."""
        if mutant.header:
            return self._with_header(mutant, answer)
        if not 200 <= answer.status < 300 or not isinstance(answer.json, dict):
            return answer
        if mutant.kind == REPLAYED:
            first = self._first.setdefault(f"{asked.party} {asked.path}?{asked.query}", answer)
            self.shown += first.body != answer.body
            return first
        return answer.with_json(self.change(mutant, answer.json))

    def _with_header(self, mutant: Mutant, answer: Told) -> Told:
        value = next((one for name, one in answer.headers if name == mutant.header), None)
        made = _GONE if value is None else KINDS[mutant.kind](value)
        if made is _GONE:
            return answer
        self.shown += 1
        if mutant.kind == "drop":
            return replace(
                answer, headers=tuple(one for one in answer.headers if one[0] != mutant.header)
            )
        return answer.with_header(mutant.header, made)

    def _other(self, mutant: Mutant, value: Any) -> Any:
        if mutant.kind != OTHERS:
            return KINDS[mutant.kind](value)
        last, self._last = self._last, value
        return last if last != value else _GONE


def wrap(mutant: Mutant, counter: _Counter) -> Wrap:
    """The mutant as a wrap around the reference."""
    if mutant.way == "answer":
        return answers(
            (mutant.operation,), lambda asked, answer: counter.answer(mutant, asked, answer)
        )
    if mutant.way == "call":
        return changed(
            mutant.operation,
            lambda request: (
                replace(request, body=counter.body(mutant, request.body))
                if request.body
                else request
            ),
        )
    made: dict[bytes, bytes] = {}

    def body(sent: bytes) -> bytes:
        return made.setdefault(sent, counter.body(mutant, sent))

    signed = Inside(
        "push.signatures",
        lambda healthy: (
            lambda secrets, name, stamp, sent: healthy(secrets, name, stamp, body(sent))
        ),
    )
    return both(signed, pushes(lambda push: replace(push, body=body(push.body))))


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
    """Every mutant of a role's messages, in a fixed order."""
    registry = Registry.load("1.0")
    found = []
    for way, name in sorted({seen for one in _scenarios(role) for seen in _messages(one)}):
        members = {one for schema in _schemas(registry, way, name) for one in _members(schema)}
        found += [
            Mutant(role, name, member, kind, way)
            for member in sorted(members)
            for kind in (*KINDS, OTHERS)
        ]
        if members:
            found.append(Mutant(role, name, "surplus", EXTRA, way))
        if way == "answer":
            found.append(Mutant(role, name, "", REPLAYED))
            found += [
                Mutant(role, name, f"header:{header}", kind)
                for header in _HEADERS
                for kind in _HEADER_KINDS
            ]
    return found


def _schemas(registry: Registry, way: Way, operation: str) -> Iterator[Any]:
    """The schemas of what is said that way."""
    if way == "push":
        yield registry.schema("push-envelope")
        yield registry.schema("shipment-event")
        return
    known = registry.operation(operation)
    named = (
        [known.request_schema]
        if way == "call"
        else [one for status, one in known.responses.items() if status.startswith("2")]
    )
    yield from (registry.schema(one) for one in named if one)


@cache
def _scenarios(role: Role) -> tuple[Scenario, ...]:
    known = Catalogue.load(Registry.load("1.0")).scenarios(role)
    return tuple(one for one in known if one.level != "full" and one.area != "limits")


def _messages(scenario: Scenario) -> Iterator[tuple[Way, str]]:
    """What the candidate says in a scenario, step by step."""
    for step in scenario.steps:
        if isinstance(step.deed, Call) and step.deed.op and not step.deed.op.startswith("$"):
            yield "answer", step.deed.op
        elif isinstance(step.deed, Receive) and step.deed.op:
            yield "call", step.deed.op
        elif isinstance(step.deed, Receive):
            yield "push", ""


def scenarios_of(mutant: Mutant) -> tuple[frozenset[str], Level]:
    """The scenarios through which the mutant is put, and their level: those that see such messages
    most, each kind of scenario once.
    """
    sought = (mutant.way, mutant.operation)
    by_base: dict[str, Scenario] = {}
    for scenario in _scenarios(mutant.role):
        if sought in _messages(scenario):
            by_base.setdefault(scenario.base, scenario)
    chosen = sorted(
        by_base.values(), key=lambda one: (-list(_messages(one)).count(sought), one.id)
    )[:_MOST_SCENARIOS]
    level = max((one.level for one in chosen), key=LEVELS.index)
    chosen += _for_sweeps(
        mutant.role, level, frozenset().union(*(one.requirements for one in chosen))
    )
    return frozenset(one.id for one in chosen), level


def _for_sweeps(role: Role, level: Level, there: frozenset[str]) -> list[Scenario]:
    """A short scenario for each row over which a whole run is swept and that no scenario bears on
    yet: a row on which none bears is not judged.
    """
    catalogue = Catalogue.load(Registry.load("1.0"))
    rows = {sweep.requirement for sweep in catalogue.sweeps(role)}
    bound = rows & set(catalogue.profile(role, level).requirements) - there
    within = [one for one in _scenarios(role) if LEVELS.index(one.level) <= LEVELS.index(level)]
    return [
        min(bearing, key=lambda one: (patience(one), len(one.steps), one.id))
        for row in sorted(bound)
        if (bearing := [one for one in within if row in one.requirements])
    ]


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
    parser.add_argument("--way", choices=get_args(Way), action="append")
    parser.add_argument("--operation", action="append", default=[])
    parser.add_argument("--member", action="append", default=[])
    parser.add_argument("--kind", choices=[*KINDS, OTHERS, EXTRA, REPLAYED], action="append")
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn (all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(None if arguments is None else list(arguments))
    found = [
        one
        for role in options.role or get_args(Role)
        for one in mutants(role)
        if (not options.way or one.way in options.way)
        and (not options.operation or one.operation in options.operation)
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
