"""``python -m tests.conformance.fairness [--level privacy] [--seed 7] [NAME…]``: certify the
variants and print a line for each.

With ``--together`` they are played as few combinations, and names may be roles or combinations too.
When one is not clean, its members are looked for that make it so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.conformance.fairness.looking import Together, culprits
from tests.conformance.fairness.play import (
    SEED,
    VARIANTS,
    Result,
    combinations_of,
    play,
)
from tests.conformance.trial import pool

from jidi.model.roles import Role

_ROLES: tuple[Role, ...] = ("platform", "integrator", "courier")
_LINES = 12


def _one_by_one(workers: ProcessPoolExecutor, asked: argparse.Namespace) -> bool:
    names = asked.names or [name for name, variant in VARIANTS.items() if not variant.postgresql]
    futures = {workers.submit(play, name, "", asked.level, asked.seed): name for name in names}
    clean = True
    for future in as_completed(futures):
        try:
            result = future.result()
        except Exception as error:  # the next variant is to be played all the same
            sys.stdout.write(f"{futures[future]}: {type(error).__name__}: {error}\n")
            clean = False
            continue
        _told(futures[future], result)
        clean = clean and not result.against
    return clean


def _together(workers: ProcessPoolExecutor, asked: argparse.Namespace) -> bool:
    clean, play_these = True, Together(workers, asked.level, asked.seed)
    for name, members in _asked_for(asked.names):
        try:
            result = play_these(members)
        except Exception as error:  # the next combination is to be played all the same
            sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n")
            clean = False
            continue
        _told(f"{name} ({len(members)})", result)
        if result.idle:
            clean = False
            sys.stdout.write(f"    without effect, so not proven: {' '.join(result.idle)}\n")
        if result.against:
            clean = False
            sys.stdout.write(f"    members: {' '.join(members)}\n")
            for found in culprits(play_these, members, result):
                sys.stdout.write(f"    by {' + '.join(found)}\n")
        sys.stdout.flush()
    return clean


def _asked_for(names: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Combinations of whole roles, single combinations, and one of all variants that are named."""
    every = {role: combinations_of(role) for role in _ROLES}
    known = {name: members for found in every.values() for name, members in found.items()}
    for name in names or _ROLES:
        if name in every:
            yield from every[name].items()
        elif name in known:
            yield name, known[name]
    if single := tuple(name for name in names if name in VARIANTS):
        yield "these", single


def _told(name: str, result: Result) -> None:
    lines = "".join(f"    {line}\n" for line in result.against[:_LINES])
    sys.stdout.write(f"{name}: {result.word} in {result.seconds} s\n{lines}")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.fairness")
    parser.add_argument("--level", choices=("core", "privacy"), default="core")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args()
    with pool(1 if asked.together else 3) as workers:
        sys.exit(not (_together if asked.together else _one_by_one)(workers, asked))
