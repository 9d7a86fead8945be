"""Foreign data at every position: what a candidate may put in the place of anything it was asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jidi.language.compared import ABSENT

DEEP: Any = "x"
for _ in range(150):
    DEEP = [DEEP]
GARBAGE: Final[tuple[Any, ...]] = (
    ABSENT,
    None,
    True,
    -1,
    0,
    10**400,
    1e308,
    0.5,
    "",
    " ",
    "x" * 20_000,
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-02-30T00:00:00Z",
    "\ud800",
    "\u0000[(*",
    [],
    [[]],
    [None, True, 1, "x", {}, []],
    {},
    {"": None},
    {"event_id": [], "sequence": {}, "number": 10**30},
    DEEP,
)
"""Absent, null, wrong types, empty, huge, times at the edge of what can be written, half a
character, deep.
"""


def spoilt(value: Any) -> Iterator[Any]:
    """``value`` with every garbage at every position in it, itself included; an absent member is
    left out.
    """
    yield from GARBAGE
    if isinstance(value, dict):
        for name, item in value.items():
            for made in spoilt(item):
                rest = {key: other for key, other in value.items() if key != name}
                yield rest if made is ABSENT else {**value, name: made}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for made in spoilt(item):
                yield [
                    *value[:index],
                    *([] if made is ABSENT else [made]),
                    *value[index + 1 :],
                ]
