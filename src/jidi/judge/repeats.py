"""A check that was made several times: one verdict, and an honest one when the times do not
agree.

- Times that differ are unstable, which is never a pass, and for a MUST denies the verdict (ADR 2).
- A fault of the kit in one of them stays a fault of the kit: the candidate is not unstable for it
  (ADR 16).
- A time that a run without an end left unfinished makes nothing unstable (ADR 18).
- A scenario that was played once more at the end of the run is held to what it showed then, too: a
  candidate that kept the rules at first and later did not has failed (ADR 39).
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


def once_more(
    records: Sequence[PlayedRecord], repeat: int
) -> tuple[list[PlayedRecord], list[PlayedRecord]]:
    """The records of the ``repeat`` playings in a row, and those of the one that came at the end of
    the run; none where there was none.
    """
    early = [record for record in records if record.repeat < repeat]
    return early, [record for record in records if record.repeat >= repeat]


def settle_later(first: CheckVerdict, later: CheckVerdict, *, complete: bool) -> CheckVerdict:
    """One verdict for a check of a scenario that was played once more at the end of the run: the
    worse of the two, with words that say so if it is the ``later``; a run that did not come to its
    end (``complete``) may have left that unfinished.
    """
    if join(first.outcome, later.outcome) is first.outcome:
        return first
    if not complete and later.outcome is Outcome.NOT_EXERCISED:
        return first
    if later.outcome is Outcome.HARNESS_ERROR:
        return later
    if first.outcome is Outcome.PASS:
        return replace(later, actual=sentence("judge/later-in-the-run", actual=later.actual))
    return replace(later, actual=sentence("judge/later-otherwise", actual=later.actual))


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
