"""Pure judging: journal, ledger and profile in, verdicts out. No I/O, no clock, no randomness.

This is its face: others use these names and no module behind them, which an import contract holds.

- a run: ``judge_run`` over ``Case`` and ``JudgingContext``; ``judge_scenario`` for one scenario,
  ``judge_sweeps`` for what must hold over all of it
- ``guarded`` for one judgement that may fail and then speaks for nobody
- made of: ``SUBJECTS`` (checks), ``NAMED`` (judgements), ``SWEEP_RULES``, ``fold`` and ``settle``
- planted values: ``Canary``, ``canaries_in``, ``disguises``, ``Automaton``, ``Watch``, ``leaves``
- answers of token endpoints: ``token_facts``, ``presentable``, ``TOKEN_FACT``
- single rules for what is seen before redaction: signatures, masks, chains, courses, internals
"""

from jidi.judge.case_findings import DeclaredCheck
from jidi.judge.checks import SUBJECTS, Question, secrets_of
from jidi.judge.context import JudgingContext
from jidi.judge.guarding import guarded
from jidi.judge.joining import fold, settle
from jidi.judge.personal.canaries import Automaton, Canary, canaries_in, disguises
from jidi.judge.personal.internals import signs
from jidi.judge.personal.leaks import Watch, leaves
from jidi.judge.personal.masks import label_faults, payload_faults
from jidi.judge.presence import presence as presence_of
from jidi.judge.rules.calendar import WorkingCalendar
from jidi.judge.rules.chains import INTACT_RECORDS, intact_hashes, record_hash
from jidi.judge.rules.discovery_rules import status_url
from jidi.judge.rules.document_rules import apply as apply_rule
from jidi.judge.rules.named import NAMED, batch_digests
from jidi.judge.rules.signatures import AHEAD, Window, fault_of
from jidi.judge.rules.transitions import (
    TransitionTable,
    course_faults,
    delivered_unaccepted,
    instant,
    missing_groups,
)
from jidi.judge.scenario_verdicts import judge_scenario
from jidi.judge.sweeps import SWEEP_RULES, judge_sweeps
from jidi.judge.token_answers import FACT as TOKEN_FACT
from jidi.judge.token_answers import presentable, token_facts
from jidi.judge.verdicts import Case, judge_run

__all__ = [
    "AHEAD",
    "INTACT_RECORDS",
    "NAMED",
    "SUBJECTS",
    "SWEEP_RULES",
    "TOKEN_FACT",
    "Automaton",
    "Canary",
    "Case",
    "DeclaredCheck",
    "JudgingContext",
    "Question",
    "TransitionTable",
    "Watch",
    "Window",
    "WorkingCalendar",
    "apply_rule",
    "batch_digests",
    "canaries_in",
    "course_faults",
    "delivered_unaccepted",
    "disguises",
    "fault_of",
    "fold",
    "guarded",
    "instant",
    "intact_hashes",
    "judge_run",
    "judge_scenario",
    "judge_sweeps",
    "label_faults",
    "leaves",
    "missing_groups",
    "payload_faults",
    "presence_of",
    "presentable",
    "record_hash",
    "secrets_of",
    "settle",
    "signs",
    "status_url",
    "token_facts",
]
