"""Chance that comes out the same again: made-up texts and orders of one run, never a secret.
Standard library only: runs in the child of the generated phase too.
"""

from __future__ import annotations

import random


def seeded(seed: str) -> random.Random:
    """A generator whose draws follow from ``seed`` alone, on every machine; whoever knows the seed
    knows them all, so secrets come from :mod:`secrets`.
    """
    return random.Random(seed)  # noqa: S311 - to be repeatable is its purpose; it makes no secret
