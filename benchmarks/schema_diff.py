"""How good ``jidi schema diff`` is: pairs with known answers, and random edits of our own schemas.

``python -m benchmarks.schema_diff`` prints for each topic how many answers are right, undecided and
wrong; ``--edits 1000 --seed 1`` edits our own schemas at random and attacks every proof.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any, Final

from benchmarks.schema_edits import attacked
from jidi.evolution.diff import diff
from jidi.evolution.differences import Difference
from jidi.evolution.sides import Source

PAIRS: Final = Path(__file__).parent / "schema_pairs"
DIRECTIONS: Final = ("old_under_new", "new_under_old")


def pairs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pair with its topic."""
    for path in sorted(PAIRS.glob("*.json")):
        for pair in json.loads(path.read_text("utf-8")):
            yield path.stem, pair


def compared(pair: dict[str, Any]) -> Difference:
    """What the program says of a pair."""
    sides = [Source(side, {"schema.json": pair[side]}, {}) for side in ("old", "new")]
    return diff(sides[0], sides[1], asserted=pair.get("formats") != "annotated")


def judged(pair: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """For each direction whether the answer is ``right``, ``undecided``, ``wrong`` (it told of a
    break where there is none) or ``silent`` (it said compatible of what breaks), and which
    direction it was.
    """
    told = compared(pair).as_json()
    for direction in DIRECTIONS:
        said, meant = told[direction]["verdict"], pair[direction]
        if said in (meant, "undecided"):
            yield ("right" if said == meant else "undecided"), direction
        else:
            yield ("silent" if said == "compatible" else "wrong"), direction
    if "version" in pair:
        yield ("right" if told["version"] == pair["version"] else "wrong"), "version"


def _table() -> int:
    counts: dict[str, Counter[str]] = {}
    slowest = 0.0
    for topic, pair in pairs():
        before = process_time()
        for outcome, direction in judged(pair):
            counts.setdefault(topic, Counter())[outcome] += 1
            if outcome != "right":
                print(f"{outcome}: {topic}/{pair['id']} {direction}")
        slowest = max(slowest, process_time() - before)
    total = sum(counts.values(), Counter[str]())
    print(f"{'topic':14}{'right':>7}{'undecided':>11}{'wrong':>7}{'silent':>8}")
    for topic, count in {**counts, "all": total}.items():
        told = (count[name] for name in ("right", "undecided", "wrong", "silent"))
        print("{:14}{:7}{:11}{:7}{:8}".format(topic, *told))
    print(f"slowest pair: {slowest:.2f} s of CPU")
    return int(bool(total["silent"] or total["wrong"]))


def main() -> int:
    """0 when nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    return attacked(chosen.seed, chosen.edits) if chosen.edits else _table()


if __name__ == "__main__":
    raise SystemExit(main())
