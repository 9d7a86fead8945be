"""What a matcher expects, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jidi.language.compared import show
from jidi.language.words.judging.comparisons import MATCHERS
from jidi.model.text import Text
from jidi.wording import sentence

_BRIEF: Final = 100
_TOLD: Final[Mapping[str, Text]] = {word.name: word.told for word in MATCHERS}


def expectation(subject: str, matcher: str, operand: Any, *, brief: bool = False) -> Text:
    """What was expected, as a sentence fragment in both languages; ``brief`` where the places that
    differ are told beside it.
    """
    told, shown = _TOLD[matcher], show(operand, *((_BRIEF,) if brief else ()))
    return sentence(
        "language/expectation",
        subject=subject,
        shown=told.en.format(shown),
        shown_zh=told.zh.format(shown),
    )
