"""The table of all words."""

from __future__ import annotations

from typing import Final

from jidi.language.words.comparisons import MATCHERS
from jidi.language.words.deeds import ACTIONS, GENERATORS, PARTIES
from jidi.language.words.forms import Table
from jidi.language.words.judgements import RULES
from jidi.language.words.kinds import KINDS
from jidi.language.words.looks import MEMBERS
from jidi.language.words.modifiers import MODIFIERS
from jidi.language.words.subjects import SUBJECTS
from jidi.language.words.sweep_rules import SWEEPS

PARTS: Final = (
    "kinds",
    "modifiers",
    "subjects",
    "matchers",
    "rules",
    "sweeps",
    "actions",
    "members",
    "generators",
    "parties",
)
"""Names of the parts of a table, in the order in which authors meet them."""
TABLE: Final = Table(
    kinds=KINDS,
    modifiers=MODIFIERS,
    subjects=SUBJECTS,
    matchers=MATCHERS,
    rules=RULES,
    sweeps=SWEEPS,
    actions=ACTIONS,
    members=MEMBERS,
    generators=GENERATORS,
    parties=PARTIES,
)
"""Every word of the language."""
