"""The words of the reports, by what they are about; the sentences stand in
``jidi/wording/report.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jidi.model.text import Language, Sayable, Text
from jidi.model.verdict import Outcome
from jidi.wording import family

OUTCOME_WORDS: Final[Mapping[Outcome, Text]] = {
    outcome: text
    for outcome in Outcome
    for text in [family("report", "outcome-")[outcome.name.lower().replace("_", "-")]]
}

OUTCOME_SYMBOLS: dict[Outcome, str] = {
    Outcome.NONE: "○",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.ATTESTED: "§",
    Outcome.PASS: "✓",
    Outcome.WARN: "!",
    Outcome.WAIVED: "~",
    Outcome.NOT_EXERCISED: "○",
    Outcome.CONFIG_ERROR: "?",
    Outcome.HARNESS_ERROR: "‼",
    Outcome.UNSTABLE: "≠",
    Outcome.FAIL: "✗",
}

# Worst first: the order in which people want to read.
OUTCOMES_TO_SHOW: tuple[Outcome, ...] = (
    Outcome.FAIL,
    Outcome.UNSTABLE,
    Outcome.HARNESS_ERROR,
    Outcome.CONFIG_ERROR,
    Outcome.NOT_EXERCISED,
    Outcome.WAIVED,
    Outcome.WARN,
    Outcome.PASS,
    Outcome.ATTESTED,
    Outcome.NOT_APPLICABLE,
)

RUN_WORDS: Final = family("report", "word-")
"""What a whole run came to, in a word."""
RUN_SENTENCES: Final = family("report", "verdict-")
"""The same in a sentence."""
ROLE_WORDS: Final = family("report", "role-")
LEVEL_WORDS: Final = family("report", "level-")
MODALITY_WORDS: Final = family("report", "modality-")
WORDING: Final = family("report", "text-")
"""Everything else that more than one format says."""
PAGE_WORDING: Final = family("report", "page-")
"""What the HTML page alone says."""


def say(key: str, language: Language, **values: Sayable) -> str:
    """The sentence ``key`` in ``language`` with its places filled from ``values``."""
    return both(key, **values).for_language(language)


def both(key: str, **values: Sayable) -> Text:
    """The sentence ``key`` in both languages with its places filled from ``values``."""
    return WORDING[key].filled(**values)
