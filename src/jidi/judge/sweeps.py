"""Sweeps: what must hold over the whole of a run, whatever the scenario; one verdict each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from jidi.judge.context import JudgingContext
from jidi.judge.guarding import REASON, guarded
from jidi.judge.sweeping.answer_sweeps import ANSWER_RULES
from jidi.judge.sweeping.as_asked import ASKED_RULES, FILTER_RULES
from jidi.judge.sweeping.by_contract import CONTRACT_RULES
from jidi.judge.sweeping.carried_on import CARRYING_RULES
from jidi.judge.sweeping.changes_carried import CHANGING_RULES
from jidi.judge.sweeping.contradictions import CONTRADICTION_RULES
from jidi.judge.sweeping.courier_calls import CALL_RULES, NUMBER_RULES, TOKEN_RULES
from jidi.judge.sweeping.dated import DATED_RULES
from jidi.judge.sweeping.kept_whole import KEEPING_RULES, TELLING_RULES
from jidi.judge.sweeping.sightings import Outlook, Rule, RunView
from jidi.language.compared import ABSENT, show
from jidi.language.differing import MOST
from jidi.language.expressions import BlockedError, point
from jidi.model.journal import JournalRecord
from jidi.model.profile import NO_CAPABILITY
from jidi.model.scenario import Sweep
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.wording import sentence

SWEEP_RULES: Final[Mapping[str, Rule]] = {
    **ANSWER_RULES,
    **ASKED_RULES,
    **CALL_RULES,
    **CARRYING_RULES,
    **CHANGING_RULES,
    **CONTRACT_RULES,
    **CONTRADICTION_RULES,
    **DATED_RULES,
    **FILTER_RULES,
    **KEEPING_RULES,
    **NUMBER_RULES,
    **TELLING_RULES,
    **TOKEN_RULES,
}
"""The rule behind each word of a sweep."""
AFTER_ALL: Final = frozenset(
    {*CONTRACT_RULES, *CALL_RULES, *CHANGING_RULES, *FILTER_RULES, *TELLING_RULES}
)
"""Words that are judged when all else is, because they leave alone what is told already."""
_PLACES: Final = {
    "address-of-what-was-made": "header:location",
    "media-type-documented": "header:content-type",
    "no-clear-text-redirect": "header:location",
    "no-server-error": "status",
    "pushes-dated": "header:webhook-timestamp",
    "refusals-by-contract": "/type",
    "statuses-by-contract": "status",
    "version-named": "header:standard-version",
}
_SHOWN: Final = 5
_MOST_EXCHANGES: Final = 10


@dataclass(frozen=True, slots=True)
class Already:
    """What :data:`AFTER_ALL` go by: rows that are red, by direction and operation of the exchanges
    that show it, and the rows to which a fault may belong that its schema puts there.
    """

    told: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()


NOTHING_YET: Final = Already()


def judge_sweeps(
    records: Sequence[JournalRecord],
    sweeps: Iterable[Sweep],
    context: JudgingContext,
    *,
    narrowed: bool = False,
    already: Already = NOTHING_YET,
) -> list[CheckVerdict]:
    """One verdict for each of ``sweeps``, in their order.

    One that saw nothing of its matter is not-exercised. Where the matter need not occur, or the
    run was ``narrowed`` to a part, nothing is said instead.
    """
    run = RunView(records, already.told, already.rows)
    found = (
        guarded(
            lambda: _judge(sweep, run, context, narrowed=narrowed),  # noqa: B023 - called at once
            lambda told: _of(sweep, Outcome.HARNESS_ERROR, REASON, told),  # noqa: B023 - called at once
        )
        for sweep in sweeps
    )
    return [verdict for verdict in found if verdict is not None]


def _judge(
    sweep: Sweep, run: RunView, context: JudgingContext, *, narrowed: bool
) -> CheckVerdict | None:
    for need in sweep.needs:
        if need == "tls" and not _secure(run):
            told = sentence("judge/no-https-address")
            return _of(sweep, Outcome.NOT_APPLICABLE, "loopback-clear-text", told)
        if need != "tls" and point(context.discovery, f"/capabilities/{need}") in (ABSENT, False):
            told = sentence("judge/the-candidate-does-not-declare-the-capability", capability=need)
            return _of(sweep, Outcome.NOT_APPLICABLE, f"{NO_CAPABILITY}{need}", told)
    try:
        seen = SWEEP_RULES[sweep.rule]({**sweep.arguments, "req": sweep.requirement}, run, context)
    except BlockedError as blocked:
        return _of(
            sweep,
            Outcome.NOT_EXERCISED,
            "not-exercised",
            Text(blocked.reason, blocked.reason),
        )
    return _outcome(sweep, seen, quiet=narrowed or sweep.seldom)


def _outcome(sweep: Sweep, seen: Outlook, *, quiet: bool) -> CheckVerdict | None:
    if seen.breaches:
        kinds = list(dict.fromkeys(breach.what for breach in seen.breaches))
        actual = sentence(
            "judge/of",
            bad=len(seen.breaches),
            views=max(seen.looked, len(seen.breaches)),
            kinds=show(kinds[:_SHOWN]),
        )
        exchanges = [one for breach in seen.breaches[:_SHOWN] for one in breach.exchanges]
        shown = tuple(dict.fromkeys(exchanges))[:_MOST_EXCHANGES]
        unlike = islice((one for breach in seen.breaches for one in breach.differences), MOST)
        failed = _of(sweep, Outcome.FAIL, sweep.id, actual, shown)
        return replace(failed, differences=tuple(unlike), place=_place(sweep))
    if seen.looked:
        return _of(sweep, Outcome.PASS, "", sentence("judge/seen", looked=seen.looked))
    if quiet:
        return None
    told = sentence("judge/nothing-of-it-was-seen")
    return _of(sweep, Outcome.NOT_EXERCISED, "not-exercised", told)


def _place(sweep: Sweep) -> str:
    """What the rule looks at in each answer, where that is always the same."""
    if sweep.rule == "header-with-status":
        return f"header:{str(sweep.arguments['header']).lower()}"
    return _PLACES.get(sweep.rule, "")


def _secure(run: RunView) -> bool:
    return any(view.record.request.url.startswith("https:") for view in run.answers)


def _of(
    sweep: Sweep, outcome: Outcome, reason: str, actual: Text, exchanges: tuple[str, ...] = ()
) -> CheckVerdict:
    return CheckVerdict(
        sweep.check, sweep.requirement, outcome, reason, sweep.title, actual, exchanges
    )
