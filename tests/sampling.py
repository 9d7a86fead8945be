"""Long lists of tests, of which ``make test`` plays a few, continuous integration a sample, and
``make prove`` everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest
from _pytest.mark.structures import ParameterSet


def sampled(
    names: Iterable[str], few: Collection[str], sample: Collection[str]
) -> list[ParameterSet]:
    """Names as parameters, in their order: ``few`` are always played, those of ``sample`` by
    continuous integration as well, the others by ``make prove`` only.

    Raises:
        ValueError: a chosen name is none of the list, so that less would be played than is meant.
    """
    listed = list(names)
    if lost := {*few, *sample} - set(listed):
        raise ValueError(f"chosen, but not in the list: {sorted(lost)}")
    return [pytest.param(name, marks=_marks(name, few, sample)) for name in listed]


def thinned(values: Iterable[object], every: int) -> list[ParameterSet]:
    """Values as parameters: the first and every ``every``-th after it are always played, the others
    by continuous integration as well.
    """
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            marks=pytest.mark.thorough if index % every else (),
        )
        for index, value in enumerate(values)
    ]


def _marks(
    name: str, few: Collection[str], sample: Collection[str]
) -> tuple[pytest.MarkDecorator, ...]:
    if name in few:
        return ()
    return (pytest.mark.thorough,) if name in sample else (pytest.mark.exhaustive,)
