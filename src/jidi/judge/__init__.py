"""Pure judging: journal, ledger and profile in, verdicts out. No I/O, no clock, no randomness.

This is its face for judging a run; :mod:`jidi.judge.seen` is that for single rules, and
:mod:`jidi.judge.context` and :mod:`jidi.judge.case_findings` hold the values that go in. Others use
these and no module behind them, which an import contract holds.

- a run: ``judge_run`` over ``Case``; ``judge_scenario`` for one scenario, ``judge_sweeps`` for what
  must hold over all of it
- one check by itself, for whoever must make it while all can be read: ``problem_finding`` of a
  ``Question``
- made of: ``SUBJECTS`` (checks), ``NAMED`` (judgements), ``SWEEP_RULES``, ``fold`` and ``settle``
"""

from jidi.judge.checks import SUBJECTS, Question, problem_finding
from jidi.judge.joining import fold, settle
from jidi.judge.rules.named import NAMED
from jidi.judge.scenario_verdicts import judge_scenario
from jidi.judge.sweeps import SWEEP_RULES, judge_sweeps
from jidi.judge.verdicts import Case, judge_run, settle_otherwise

__all__ = [
    "NAMED",
    "SUBJECTS",
    "SWEEP_RULES",
    "Case",
    "Question",
    "fold",
    "judge_run",
    "judge_scenario",
    "judge_sweeps",
    "problem_finding",
    "settle",
    "settle_otherwise",
]
