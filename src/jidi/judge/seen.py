"""Single rules over what is seen, for those who look at it before anything is judged: a run that
writes its journal, a recording that is read. With :mod:`jidi.judge` and the values of
:mod:`jidi.judge.context` this is the face of the judge.

- planted values: ``Canary``, ``canaries_in``, ``disguises``, ``Automaton``, ``Watch``, ``leaves``,
  ``sightings``
- signatures, masks, chains, courses, calendars, internals
- answers that stand in the place of others: ``IN_PLACE``, ``SERVING``, ``STANDING_UP``
- answers of token endpoints: ``token_facts``, ``presentable``, ``TOKEN_FACT``
"""

from jidi.judge.checks.instead import IN_PLACE, SERVING, STANDING_UP
from jidi.judge.guarding import guarded
from jidi.judge.personal.canaries import Automaton, Canary, canaries_in, disguises
from jidi.judge.personal.internals import signs
from jidi.judge.personal.leaf_texts import leaves
from jidi.judge.personal.leaks import Watch
from jidi.judge.personal.masks import label_faults, payload_faults
from jidi.judge.personal.withheld import sightings
from jidi.judge.personal.withheld_facts import WITHHELD, Sighting
from jidi.judge.presence import presence as presence_of
from jidi.judge.rules.batches import batch_digests
from jidi.judge.rules.calendar import WorkingCalendar
from jidi.judge.rules.chains import INTACT_RECORDS, intact_hashes, record_hash
from jidi.judge.rules.discovery_rules import deprecation_agrees, status_url
from jidi.judge.rules.document_rules import apply as apply_rule
from jidi.judge.rules.network_rules import passed_on
from jidi.judge.rules.signatures import AHEAD, Window, fault_of, secrets_of
from jidi.judge.rules.transitions import (
    course_faults,
    delivered_unaccepted,
    instant,
    missing_groups,
)
from jidi.judge.token_answers import FACT as TOKEN_FACT
from jidi.judge.token_answers import presentable, token_facts

__all__ = [
    "AHEAD",
    "INTACT_RECORDS",
    "IN_PLACE",
    "SERVING",
    "STANDING_UP",
    "TOKEN_FACT",
    "WITHHELD",
    "Automaton",
    "Canary",
    "Sighting",
    "Watch",
    "Window",
    "WorkingCalendar",
    "apply_rule",
    "batch_digests",
    "canaries_in",
    "course_faults",
    "delivered_unaccepted",
    "deprecation_agrees",
    "disguises",
    "fault_of",
    "guarded",
    "instant",
    "intact_hashes",
    "label_faults",
    "leaves",
    "missing_groups",
    "passed_on",
    "payload_faults",
    "presence_of",
    "presentable",
    "record_hash",
    "secrets_of",
    "sightings",
    "signs",
    "status_url",
    "token_facts",
]
