"""``python -m tests.conformance.fairness [--level privacy] [NAME…]``: certify the variants and
print a line for each.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import as_completed

from tests.conformance.fairness.play import VARIANTS, play
from tests.conformance.trial import pool

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.fairness")
    parser.add_argument("--level", choices=("core", "privacy"), default="core")
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args()
    names = asked.names or [name for name, variant in VARIANTS.items() if not variant.postgresql]
    with pool(3) as workers:
        futures = {workers.submit(play, name, "", asked.level): name for name in names}
        for future in as_completed(futures):
            try:
                result = future.result()
            except Exception as error:  # the next variant is to be played all the same
                sys.stdout.write(f"{futures[future]}: {type(error).__name__}: {error}\n")
                continue
            sys.stdout.write(
                f"{futures[future]}: {result.word} in {result.seconds} s\n"
                + "".join(f"    {line}\n" for line in result.against[:12])
            )
            sys.stdout.flush()
