"""The table of all words."""

from __future__ import annotations

from typing import Final

from jidi.language.words.doing.deeds import ACTIONS, GENERATORS, PARTIES
from jidi.language.words.doing.kinds import CALL, DO, DRIVING, PUSH, WAIT
from jidi.language.words.doing.listening_kinds import FAULT, QUIET, RECEIVE
from jidi.language.words.doing.looks import MEMBERS
from jidi.language.words.doing.modifiers import MODIFIERS
from jidi.language.words.forms import Table
from jidi.language.words.judging.comparisons import MATCHERS
from jidi.language.words.judging.judgements import RULES
from jidi.language.words.judging.personal_judgements import PERSONAL_RULES
from jidi.language.words.judging.subjects import SUBJECTS
from jidi.language.words.judging.sweep_rules import SWEEPS

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
    kinds=(CALL, PUSH, RECEIVE, QUIET, WAIT, FAULT, DRIVING, DO),
    modifiers=MODIFIERS,
    subjects=SUBJECTS,
    matchers=MATCHERS,
    rules=tuple(sorted((*RULES, *PERSONAL_RULES), key=lambda rule: rule.name)),
    sweeps=SWEEPS,
    actions=ACTIONS,
    members=MEMBERS,
    generators=GENERATORS,
    parties=PARTIES,
)
"""Every word of the language."""
