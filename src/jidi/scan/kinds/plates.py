"""Number plates of vehicles in China."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PROVINCE: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER: Final = "A-HJ-NP-Z"
_BODY: Final = (
    rf"(?:[DF][{_LETTER}0-9]\d{{4}}|\d{{5}}[A-K]"
    rf"|(?=(?:[{_LETTER}]*\d){{2}})[{_LETTER}0-9]{{4}}(?:[{_LETTER}0-9]|[挂学警港澳领])(?!\d))"
)
PLATE: Final = re.compile(
    rf"[{_PROVINCE}][{_LETTER}][ ·•・.-]?{_BODY}(?![A-Za-z0-9_*-])", re.IGNORECASE
)


def plates(text: str) -> Iterator[tuple[int, int]]:
    """Where plates stand in folded text: of cars, electric cars, trailers, learners, police."""
    for match in PLATE.finditer(text):
        yield match.span()
