"""``python -m tests.conformance.hostile [NAME…]``: let the kit loose on the candidates and print a
line for each.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from tests.conformance.hostile.play import CANDIDATES, play

if __name__ == "__main__":
    with ThreadPoolExecutor(6) as workers:
        futures = {workers.submit(play, name): name for name in sys.argv[1:] or CANDIDATES}
        for future in as_completed(futures):
            name = futures[future]
            try:
                result = future.result()
            except Exception as error:  # the next candidate is to be played all the same
                sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n")
                continue
            sys.stdout.write(
                f"{name}: {result.measured}\n"
                + "".join(f"    {line[:300]}\n" for line in result.wrong)
            )
            if result.wrong:
                sys.stdout.write(
                    "".join(
                        f"        > {line[:200]}\n" for line in result.printed.splitlines()[-6:]
                    )
                )
            sys.stdout.flush()
