"""Calls the generated phase with what a run has at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.drive.keeping import Place
from jidi.fuzz.declared_limits import DeclaredLimits
from jidi.fuzz.fuzz_context import STEP, Effort, GeneratedContext, GeneratedProgress
from jidi.fuzz.phase import run_generated
from jidi.language.expressions import point
from jidi.language.json_texts import figure
from jidi.model.exchange import Exchange
from jidi.model.journal import JournalRecord
from jidi.model.requirement import Requirement
from jidi.run.journal_writer import Recorder
from jidi.run.planning.selection import Progress
from jidi.run.playing.making.stand_ins import StandIns, draw
from jidi.run.playing.making.usual_forms import ACCEPTED
from jidi.run.playing.stage import Stage
from jidi.run.staging import sent_examples
from jidi.run.upstream import outgoing_ids
from jidi.wording import sentence

_PHASE_S: Final = 300.0
"""The phase ends by itself long before this, even on a slow machine, when answers take no time; a
candidate that hangs must not hold it up for ever.
"""
_IN_A_ROW: Final = 3000
"""Requests that the busiest child sends one after another, at most: each takes what the candidate
takes for an answer, or what its declared rate allows.
"""
_SLOWEST_S: Final = 2.0


@dataclass(frozen=True)
class _Journal:
    """The journal as the generated phase sees it."""

    recorder: Recorder

    def write(self, record: JournalRecord) -> None:
        self.recorder.write(record)

    def exchange(self, exchange: Exchange, step: str, index: int) -> str:
        return self.recorder.exchange(exchange, Place("", STEP, step, index=index)).id


@dataclass(frozen=True)
class Wanted:
    """What is generated: requests for ``rows`` in the names of ``parties``; ``focused`` keeps to
    examples and coverage, for a run narrowed to few requirements.
    """

    rows: Mapping[str, Requirement]
    parties: tuple[str, ...]
    focused: bool


def run_generated_phase(
    stage: Stage, wanted: Wanted, progress: Progress, between: Callable[[], None]
) -> None:
    """Send the generated requests that are ``wanted``; ``between`` two windows something else may
    be done.
    """
    endpoint = stage.receiver.open("generated")
    readers = tuple(sorted(stage.couriers.connected)) if stage.couriers is not None else ()
    capabilities = point(stage.discovery, "/capabilities")
    rate = figure(point(stage.discovery, "/limits/rate/per_second"))

    def told(state: GeneratedProgress) -> None:
        progress.generated_cases(state.cases)

    try:
        stops = run_generated(
            GeneratedContext(
                base_url=stage.base_url,
                target=stage.target,
                registry=stage.registry,
                client=stage.client,
                credentials=stage.client.credentials,
                journal=_Journal(stage.recorder),
                receiver_url=endpoint.url,
                parties=wanted.parties,
                capabilities=frozenset(
                    name for name, value in capabilities.items() if value is not False
                )
                if isinstance(capabilities, Mapping)
                else None,
                rate=rate,
                burst=figure(point(stage.discovery, "/limits/rate/burst")),
                limits=DeclaredLimits.of(point(stage.discovery, "/limits")),
                answer_s=stage.client.answer_s,
                seed=stage.seed,
                nonce=stage.nonce,
                dressed=_dressed(stage),
                accept=ACCEPTED[int(stage.nonce, 16) % len(ACCEPTED)],
                requirements=frozenset(wanted.rows),
                effort=Effort.focused() if wanted.focused else Effort(),
                end=stage.end.within(phase_seconds(stage.client.answer_s, rate)),
                progress=told,
                level=stage.level,
                outgoing=outgoing_ids(stage, readers),
                courier="east" if stage.target.role == "integrator" and readers else "",
            ),
            between,
        )
    finally:
        stage.receiver.close(endpoint)
    for stop in stops:
        progress.note(sentence("run/the-generated-cases-were-broken-off-what", stop=stop))


def _dressed(stage: Stage) -> Callable[[Any], Any]:
    """Puts words of this phase into published examples. They are others than those of scenarios:
    what one party hands over here must not look like what another handed over there.
    """
    words = draw((), sent_examples(stage.registry), stage.seed, f"{stage.nonce}/generated")
    stage.recorder.plant(words)
    return StandIns(words).of


def phase_seconds(answer_s: float, rate: float | None) -> float:
    """How long the phase may take: what a candidate that takes ``answer_s`` for an answer and
    declares ``rate`` requests a second needs, and room to spare.
    """
    apart = 1 / rate if rate is not None and rate > 0 else 0.0
    return _PHASE_S + _IN_A_ROW * min(max(answer_s, apart), _SLOWEST_S)
