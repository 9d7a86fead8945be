"""Calls the generated phase with what a run has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.drive import Place
from jidi.fuzz.declared_limits import DeclaredLimits
from jidi.fuzz.fuzz_context import STEP, Effort, GeneratedContext, GeneratedProgress
from jidi.fuzz.phase import run_generated
from jidi.language.expressions import point
from jidi.model.exchange import Exchange
from jidi.model.requirement import Requirement
from jidi.run.journal_writer import Recorder
from jidi.run.playing.stage import Stage
from jidi.run.selection import Progress
from jidi.run.upstream import outgoing_ids

_PHASE_S: Final = 300.0
"""The phase ends by itself long before this, even on a slow machine; a candidate that hangs must
not hold it up for ever.
"""


@dataclass(frozen=True)
class _Journal:
    """The journal as the generated phase sees it."""

    recorder: Recorder

    def write(self, record: Mapping[str, Any]) -> None:
        self.recorder.write(record)

    def exchange(self, exchange: Exchange, step: str, index: int) -> str:
        return self.recorder.exchange(exchange, Place("", STEP, step, index=index))["id"]


def run_generated_phase(
    stage: Stage,
    rows: Mapping[str, Requirement],
    progress: Progress,
    parties: tuple[str, ...],
    *,
    focused: bool,
) -> None:
    """Send the generated requests for ``rows``; ``focused`` keeps to examples and coverage, for a
    run narrowed to few requirements.
    """
    endpoint = stage.receiver.open("generated")
    readers = tuple(sorted(stage.couriers.connected)) if stage.couriers is not None else ()
    capabilities = point(stage.discovery, "/capabilities")

    def told(state: GeneratedProgress) -> None:
        progress.generated_cases(state.cases)

    try:
        run_generated(
            GeneratedContext(
                base_url=stage.base_url,
                target=stage.target,
                registry=stage.registry,
                client=stage.client,
                credentials=stage.client.credentials,
                journal=_Journal(stage.recorder),
                receiver_url=endpoint.url,
                parties=parties,
                capabilities=frozenset(
                    name for name, value in capabilities.items() if value is not False
                )
                if isinstance(capabilities, Mapping)
                else None,
                rate=_number(point(stage.discovery, "/limits/rate/per_second")),
                burst=_number(point(stage.discovery, "/limits/rate/burst")),
                limits=DeclaredLimits.of(point(stage.discovery, "/limits")),
                seed=stage.seed,
                requirements=frozenset(rows),
                effort=Effort.focused() if focused else Effort(),
                max_time_s=min(_PHASE_S, stage.end.left),
                progress=told,
                level=stage.level,
                outgoing=outgoing_ids(stage, readers),
                courier="east" if stage.target.role == "integrator" and readers else "",
            )
        )
    finally:
        stage.receiver.close(endpoint)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
