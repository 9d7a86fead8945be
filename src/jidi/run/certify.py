"""A conformance run from its options to its record.

- The journal is written first, and judged from what was written (ADR 2): no verdict rests on
  what only the run has seen.
- What is judged is what the profile of role and level lists, in the version that the candidate
  says it follows (DS-05.2, DS-10.1).
- An interruption, an end of the time allowed or a fault of the kit ends the journal with its
  reason; such a run is never conformant (ADR 18).
- A selection for which nothing can be played is an error of the operator, told before anything is
  sent.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import Thread
from typing import Final

from jidi.catalogue import Catalogue
from jidi.drive.candidate.discovery import read_discovery
from jidi.drive.candidate.drivers import Asking
from jidi.drive.http.client import Client
from jidi.drive.http.deadline import Deadline
from jidi.drive.keeping import JOURNAL, JournalWriter, Place, Planted, secrets_net
from jidi.drive.receiver import Receiver
from jidi.errors import RunDirectoryError
from jidi.fuzz.phase import generated_requirements
from jidi.judge import judge_scenario
from jidi.judge.seen import presence_of
from jidi.model.journal import (
    NoteRecord,
    PlanRecord,
    RunFinished,
    RunStarted,
)
from jidi.model.run import RunRecord
from jidi.model.target import Target
from jidi.model.verdict import Outcome
from jidi.run.candidate_time import set_clock
from jidi.run.contract_cases import Wanted, run_generated_phase
from jidi.run.data import load_data
from jidi.run.journal_writer import REPEAT, Recorder, make_redactor
from jidi.run.planning.left_out import nothing_left, refuse_nothing
from jidi.run.planning.order import in_rounds, longest_first, once_more
from jidi.run.planning.plan import Entry, Standing, make_plan, own_couriers
from jidi.run.planning.selection import Progress, RunOptions, Selection
from jidi.run.playing.engine import play_scenario
from jidi.run.playing.listening import LISTENING
from jidi.run.playing.partners import partners_of
from jidi.run.playing.played_couriers import Couriers
from jidi.run.playing.pushing import push
from jidi.run.playing.stage import Stage
from jidi.run.playing.steps import STEPS
from jidi.run.preflight import fetch_discovery, require_one_role, standing
from jidi.run.resuming import load_earlier
from jidi.run.staging import STANDARD_VERSION, NettedProgress, Run, header_of, stage_of
from jidi.run.stored import load_record, rules_for
from jidi.wording import sentence

KINDS: Final = {**STEPS, **LISTENING, "push": push}
"""Every kind of step; the engine is given them."""
_NO_LIMIT_S: Final = 3600.0
_RATE_FOR_EACH: Final = 4.0
_PERHAPS_GONE: Final = frozenset({"no-answer-refused", "no-answer-unresolved"})
"""What the progress does not count: whether the candidate comes back is known at the end only."""


def certify(
    target: Target, selection: Selection, options: RunOptions, progress: Progress
) -> RunRecord:
    """Run the conformance suite against ``target``; the run directory ``options.out`` then holds
    ``journal.ndjson``.

    Raises:
        OperatorError: the selection or the run directory cannot be used.
        TargetError: the candidate says that it has another role, and that ends it.
        UnreachableError: nobody answers at the target's base URL.
    """
    registry, catalogue = load_data(STANDARD_VERSION)
    run = Run(
        target,
        selection,
        options,
        progress,
        rules_for(catalogue, target.role, options.level, selection),
        registry,
    )
    asked = (target.role, options.level, selection)
    generated = options.generated and not generated_requirements().isdisjoint(
        run.rules.requirements
    )
    refuse_nothing(catalogue, asked, run.rules, generated=generated)
    if options.earlier is not None:
        run = replace(run, earlier=load_earlier(options.earlier))
    if (options.out / JOURNAL).exists():
        raise RunDirectoryError(
            sentence("run/already-holds-a-run", out=options.out),
            next_step=sentence("run/choose-another-out-directory"),
        )
    _perform(run, catalogue)
    progress.phase("judging")
    record = load_record(options.out)
    gone = presence_of(record.journal, target.base_url)
    if gone.since:
        progress.note(sentence("run/the-candidate-stopped-answering-at-and-did", since=gone.since))
    return record


def _perform(run: Run, catalogue: Catalogue) -> None:
    """Ask for the discovery document, open the journal with what it says, and play the plan."""
    target, out = run.target, run.options.out
    end = Deadline(run.options.max_time_s or _NO_LIMIT_S)
    with ExitStack() as stack:
        client = stack.enter_context(Client(target, deadline=end))
        net = secrets_net(client.credentials.secrets)
        run = replace(run, progress=NettedProgress(run.progress, net))
        exchange, discovery = fetch_discovery(client, target)
        if discovery is None:
            cause = read_discovery(exchange)[1]
            run.progress.note(sentence("run/there-is-no-discovery-document", cause=cause))
        elif run.options.one_role:
            require_one_role(discovery, target)
        header = header_of(run, discovery, secrets.token_hex(6), catalogue)
        run = replace(run, rules=run.rules.worn(header.stand_ins))
        planted = Planted()
        planted.add(header.stand_ins)
        redactor = make_redactor(run.registry, client.credentials.secrets, planted)
        journal = stack.enter_context(JournalWriter(out / JOURNAL, redactor))
        recorder = Recorder(journal, redactor, planted, run.registry)
        recorder.write(RunStarted(run=header))
        if run.earlier is not None:
            recorder.take_over(run.earlier.records, run.earlier.exchanges, run.earlier.made_up)
        recorder.exchange(exchange, Place("", "preflight", "discovery"))
        reason, receiver = "interrupted", None
        try:
            receiver = stack.enter_context(Receiver(target.receiver))
            stage = stage_of(run, client, receiver, recorder, header)
            stack.callback(end.stop)
            reason = _watched(run, stage, client)
        except KeyboardInterrupt:
            end.stop()
            run.progress.note(sentence("run/interrupted-what-was-seen-so-far-is"))
        finally:
            if receiver is not None and receiver.counters:
                recorder.write(NoteRecord(not_kept=dict(sorted(receiver.counters.items()))))
            recorder.write(RunFinished(reason=reason))


def _watched(run: Run, stage: Stage, client: Client) -> str:
    """Play; meanwhile somebody waits for the end. The reason for which it ended."""
    Thread(target=_at_the_end, args=(stage,), name="jidi-end", daemon=True).start()
    set_clock(stage, run.earlier.ahead_s if run.earlier is not None else None, run.progress)
    if stage.couriers is not None:
        _connect(run, stage, stage.couriers)
    return _play(run, stage, client)


def _at_the_end(stage: Stage) -> None:
    """Let no question to a person and no program of the operator's outlive the run."""
    stage.end.sleep(math.inf)
    if isinstance(stage.driver, Asking):
        stage.driver.give_up()


def _connect(run: Run, stage: Stage, couriers: Couriers) -> None:
    """Put up the played couriers and say which of them could not be connected; without a usable
    discovery document nobody is asked.
    """
    if not stage.base_url:
        return
    couriers.connect(stage.driver, stage.recorder)
    for name, fault in couriers.faults.items():
        run.progress.note(
            sentence("run/the-played-courier-is-not-connected", name=name, cause=fault)
        )
    for name in couriers.mute:
        run.progress.note(sentence("run/the-candidate-did-not-subscribe-at", name=name))


def _play(run: Run, stage: Stage, client: Client) -> str:
    offered = standing(client, run.target, stage.discovery, stage.base_url, stage.couriers)
    plan = make_plan(run.rules.scenarios.values(), offered)
    planned = [entry for entry in plan if entry.state == "planned"]
    done = run.earlier.scenarios if run.earlier is not None else frozenset()
    playable = [entry for entry in planned if entry.scenario.id not in done]
    generated = run.options.generated and _generated_wanted(run, offered)
    course = _course(planned, playable, run, stage, mixed=generated)
    stage.recorder.write(
        PlanRecord(
            scenarios=tuple(entry.as_planned() for entry in plan),
            again=tuple(entry.scenario.id for entry in course.again),
        )
    )
    _tell_broken(run, offered)
    if _nothing_left(plan, run, generated=generated) and offered.usable:
        raise nothing_left(plan)
    run.progress.planned(len(playable) * run.options.repeat + len(course.again))
    _follow(course, run, stage, client, offered if generated else None)
    if stage.couriers is not None:
        lasting = (stage.couriers.shared | stage.couriers.entered).values()
        stage.couriers.record_rest(stage.recorder, lasting)
    return "max-time" if stage.end.over else "completed"


def _follow(
    course: _Course, run: Run, stage: Stage, client: Client, offered: Standing | None
) -> None:
    """Play the rounds of ``course``, with generated cases between them where something is
    ``offered`` to send them to, and in the end what is played again.
    """
    *rounds, last = course.rounds
    left = iter(rounds)

    def go_on() -> None:
        run.progress.phase("scenarios")
        _play_all(next(left, ()), run, stage, client)

    if rounds:
        go_on()
        if offered is not None:
            _play_generated(run, stage, offered, go_on)
    for playable in left:
        run.progress.phase("scenarios")
        _play_all(playable, run, stage, client)
    run.progress.phase("scenarios")
    _play_all(last, run, stage, client, course.again)


def _tell_broken(run: Run, offered: Standing) -> None:
    for party, fault in offered.broken.items():
        run.progress.note(sentence("run/the-credentials-of-do-not-work", party=party, cause=fault))


@dataclass(frozen=True)
class _Course:
    """Scenarios in the order of the run: rounds, between which requests are generated, and those
    that are played again.
    """

    rounds: Sequence[Sequence[Entry]]
    again: Sequence[Entry]


def _course(
    planned: Sequence[Entry], playable: Sequence[Entry], run: Run, stage: Stage, *, mixed: bool
) -> _Course:
    """What is ``playable`` at once where nothing is generated, which certifies nothing; else, if it
    is ``mixed``, in rounds, and of all that is ``planned`` a half once more. Nobody is asked twice
    to do the same, and a courier that people entered counts what it has seen.
    """
    if not mixed:
        return _Course((playable,), ())
    entered = stage.couriers.entered.keys() if stage.couriers is not None else set()
    asks = run.target.driver.kind == "manual"
    freely = [
        entry
        for entry in planned
        if entered.isdisjoint(own_couriers(entry.scenario))
        and not (asks and entry.scenario.needs_actions)
    ]
    seed = run.options.seed
    return _Course(in_rounds(playable, seed), once_more(freely, seed))


def _play_generated(run: Run, stage: Stage, offered: Standing, between: Callable[[], None]) -> None:
    """Generated cases, in the names of the counterparties that have working credentials; a round of
    scenarios goes ``between``.
    """

    def go_on() -> None:
        between()
        run.progress.phase("generated")

    run.progress.phase("generated")
    partners = partners_of(run.target.role).values()
    parties = tuple(name for name in partners if name in offered.parties)
    run_generated_phase(
        stage,
        Wanted(run.rules.requirements, parties, focused=run.selection.narrowed),
        run.progress,
        go_on,
    )


def _nothing_left(plan: Sequence[Entry], run: Run, *, generated: bool) -> bool:
    """Whether a selection came to nothing for reasons that are no fault of anybody's credentials;
    those have a verdict of their own.
    """
    left_out = all(entry.state in {"not-applicable", "not-exercised"} for entry in plan)
    return run.selection.narrowed and bool(plan) and left_out and not generated


def _play_all(
    playable: Sequence[Entry], run: Run, stage: Stage, client: Client, again: Sequence[Entry] = ()
) -> None:
    """Side by side those that may be, then one by one those that want to be alone, and beside their
    ends what is played ``again``; an interruption drops what has not begun and cuts short what has.
    """
    wanted = range(run.options.repeat)
    later = range(run.options.repeat, run.options.repeat + 1)
    pool = ThreadPoolExecutor(_jobs(run.options.jobs, client), thread_name_prefix="scenario")
    first: dict[str, Future[None]] = {}
    try:
        for entry in longest_first(playable):
            if not entry.scenario.alone:
                first[entry.scenario.id] = pool.submit(_one, entry, run, stage, wanted)
        futures = list(first.values())
        for entry in sorted(longest_first(again), key=lambda one: one.scenario.id in first):
            if not entry.scenario.alone:
                before = first.get(entry.scenario.id)
                futures.append(pool.submit(_after, before, entry, run, stage, later))
        for future in futures:
            future.result()
        for entries, repeats in ((playable, wanted), (again, later)):
            for entry in entries:
                if entry.scenario.alone:
                    pool.submit(_one, entry, run, stage, repeats).result()
    except KeyboardInterrupt:
        _stop(stage)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _after(
    before: Future[None] | None, entry: Entry, run: Run, stage: Stage, repeats: Iterable[int]
) -> None:
    """Play ``entry`` once more when its playing ``before`` has ended; that began earlier."""
    if before is not None:
        before.result()
    _one(entry, run, stage, repeats)


def _stop(stage: Stage) -> None:
    """Wake everything that waits, so that the run ends now."""
    stage.end.stop()
    stage.client.interrupt()
    stage.receiver.wake()
    if isinstance(stage.driver, Asking):
        stage.driver.give_up()


def _jobs(wanted: int, client: Client) -> int:
    """``wanted``, or fewer where the declared rate is low: each scenario needs a few requests a
    second so that its waits mean something.
    """
    rate = client.pace.per_second
    return max(1, min(wanted, int(rate / _RATE_FOR_EACH)) if rate else wanted)


def _generated_wanted(run: Run, offered: Standing) -> bool:
    narrowed = run.selection.scenarios or run.selection.areas
    return (
        not narrowed
        and offered.usable
        and partners_of(run.target.role)["partner-a"] in offered.parties
    )


def _one(entry: Entry, run: Run, stage: Stage, repeats: Iterable[int]) -> None:
    for repeat in repeats:
        if repeat and stage.end.over:
            return
        token = REPEAT.set(repeat)
        try:
            _once(
                entry, run, stage if not repeat else replace(stage, nonce=_nonce_of(stage, repeat))
            )
        finally:
            REPEAT.reset(token)


def _nonce_of(stage: Stage, repeat: int) -> str:
    """A nonce for a later playing: what it makes up must be as fresh as in another run."""
    return hashlib.sha256(f"{stage.nonce}/{repeat}".encode()).hexdigest()[: len(stage.nonce)]


def _once(entry: Entry, run: Run, stage: Stage) -> None:
    play_scenario(entry.scenario, stage, KINDS)
    verdicts = judge_scenario(entry.scenario, stage.recorder.take(entry.scenario.id), stage.context)
    failed = sum(
        verdict.outcome is Outcome.FAIL and verdict.reason not in _PERHAPS_GONE
        for verdict in verdicts
    )
    run.progress.scenario_finished(entry.scenario.id, failed, len(verdicts))
