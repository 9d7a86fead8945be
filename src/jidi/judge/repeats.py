"""A check that was made several times: one verdict, and an honest one when the times do not
agree.

- Times that differ are unstable, which is never a pass, and for a MUST denies the verdict (ADR 2).
- A fault of the kit in one of them stays a fault of the kit: the candidate is not unstable for it
  (ADR 16).
- A time that a run without an end left unfinished makes nothing unstable (ADR 18).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from jidi.judge.joining import join
from jidi.model.journal import PlayedRecord
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence


def by_repeat(records: Sequence[PlayedRecord]) -> list[list[PlayedRecord]]:
    """The records of each playing of one scenario, the first playing first; one empty playing where
    there is no record at all.
    """
    found: dict[int, list[PlayedRecord]] = {}
    for record in records:
        found.setdefault(record.repeat, []).append(record)
    return [found[number] for number in sorted(found)] or [[]]


def settle_repeats(verdicts: Sequence[CheckVerdict], *, complete: bool) -> CheckVerdict:
    """One verdict for a check from ``verdicts``, one for each playing; ``complete`` says that the
    run came to its end.

    All alike: that outcome. Otherwise it is unstable, which is never a pass. Two things are no
    instability of the candidate: a fault of the
    kit, which stays one, and a playing that a run without an end left unfinished.
    """
    worst = verdicts[0]
    for verdict in verdicts[1:]:
        if join(worst.outcome, verdict.outcome) is not worst.outcome:
            worst = verdict
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    if not complete and len(outcomes) == 2:
        outcomes.pop(Outcome.NOT_EXERCISED, None)
    if len(outcomes) == 1 or Outcome.HARNESS_ERROR in outcomes:
        kit = next(
            (verdict for verdict in verdicts if verdict.outcome is Outcome.HARNESS_ERROR), None
        )
        return kit or worst
    counted = ", ".join(
        f"{outcome.value} {count}×"
        for outcome, count in sorted(outcomes.items(), key=lambda pair: pair[0].rank)
    )
    actual = sentence(
        "judge/in-repeats", counted=counted, verdicts=len(verdicts), actual=worst.actual
    )
    return replace(worst, outcome=Outcome.UNSTABLE, reason="unstable", actual=actual)
