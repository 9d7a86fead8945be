"""With what a run begins: the head of its journal, and the stage on which scenarios are played."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from msgspec import structs

from jidi import __version__
from jidi.catalogue import Catalogue
from jidi.drive import make_driver
from jidi.drive.candidate.discovery import version_entry
from jidi.drive.candidate.manual import ResultCheck
from jidi.drive.http.client import Client
from jidi.drive.receiver import Receiver
from jidi.language.expressions import point
from jidi.model.journal import HeaderTarget, Resumed, RunHeader
from jidi.model.journal.codec import encode
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.registry import Registry
from jidi.run.journal_writer import Recorder
from jidi.run.planning.judging_data import judging_context
from jidi.run.planning.rules import Rules
from jidi.run.planning.selection import Progress, RunOptions, Selection
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.making.stand_ins import draw
from jidi.run.playing.played_couriers import Couriers, Surroundings
from jidi.run.playing.stage import Stage
from jidi.run.resuming import Earlier
from jidi.run.token_records import record_token
from jidi.wording import sentence

STANDARD_VERSION: Final = "1.0"
"""The version to which candidates are held."""


@dataclass(frozen=True)
class Run:
    """What a run consists of once the journal is open."""

    target: Target
    selection: Selection
    options: RunOptions
    progress: Progress
    rules: Rules
    registry: Registry
    earlier: Earlier | None = None


def header_of(run: Run, discovery: Any, nonce: str, catalogue: Catalogue) -> RunHeader:
    """The head of the journal of ``run``.

    Raises:
        OperatorError: the run with which this one goes on was another one.
    """
    profile = run.rules.profile
    header = RunHeader(
        id=f"run-{nonce}",
        kit_version=__version__,
        python=platform.python_version(),
        standard_version=STANDARD_VERSION,
        seed=run.options.seed,
        nonce=nonce,
        target=HeaderTarget(
            name=run.target.name,
            role=run.target.role,
            base_url=run.target.base_url,
            driver=run.target.driver.kind,
        ),
        level=run.options.level,
        profile=profile.as_header(),
        bounds=tuple(bound.as_header() for bound in profile.bounds),
        ledger_digest=catalogue.ledger_digest,
        schema_bundle_digest=run.registry.bundle_digest(),
        selection=run.selection.as_header(),
        generated=run.options.generated,
        repeat=run.options.repeat,
        words=_words(run, nonce),
        discovery=discovery,
    )
    if run.earlier is None:
        return header
    run.earlier.agrees(header)
    resumed = Resumed(run=run.earlier.header.id, scenarios=len(run.earlier.scenarios))
    return structs.replace(header, resumed=resumed, words=run.earlier.header.words)


def sent_examples(registry: Registry) -> list[Any]:
    """The first published example of everything that is sent."""
    asked = sorted({one.request_schema or "" for one in registry.operations()} - {""})
    return [one.instance for thing in asked for one in registry.examples("valid", thing)[:1]]


def _words(run: Run, nonce: str) -> dict[str, str]:
    """What stands for the words of the scenarios, and of the examples of what is sent."""
    examples = sent_examples(run.registry)
    return draw(run.rules.scenarios.values(), examples, run.options.seed, nonce)


def stage_of(
    run: Run, client: Client, receiver: Receiver, recorder: Recorder, header: RunHeader
) -> Stage:
    """Where the scenarios of ``run`` are played, with pace and credentials by discovery."""
    discovery = header.discovery
    endpoint = discovery.get("token_endpoint") if isinstance(discovery, Mapping) else None
    if isinstance(endpoint, str):
        client.credentials.use_token_endpoint(endpoint)
    client.credentials.watch(partial(record_token, recorder, run.registry))
    client.pace.keep_to(
        point(discovery, "/limits/rate/per_second"), point(discovery, "/limits/rate/burst")
    )
    recorder.plant({"target": encode(header.target)})
    clock = CandidateClock()
    plays = run.target.role != "courier"
    return Stage(
        target=run.target,
        base_url=str(version_entry(discovery, STANDARD_VERSION).get("base_url", "")),
        token_endpoint=endpoint if isinstance(endpoint, str) else "",
        client=client,
        driver=make_driver(
            run.target,
            client.send,
            client.credentials.learn,
            run.options.streams,
            _result_check(run.registry),
        ),
        receiver=receiver,
        recorder=recorder,
        registry=run.registry,
        context=judging_context(run.registry, header),
        seed=run.options.seed,
        nonce=header.nonce,
        now=datetime.now(UTC),
        level=run.options.level,
        clock=clock,
        couriers=Couriers(Surroundings(run.target, receiver, client, run.registry, clock))
        if plays
        else None,
    )


def _result_check(registry: Registry) -> ResultCheck:
    """What is wrong with a result that a person entered, in sentences."""

    def check(result: Mapping[str, Any]) -> list[Text]:
        faults = [
            (fault.pointer.removeprefix("/result/"), fault)
            for fault in registry.validate("sandbox-result", {"result": dict(result)})
        ]
        return [
            sentence(
                "run/check",
                place=place,
                message=fault.message,
                message_zh=fault.message_zh or fault.message,
            )
            for place, fault in faults
        ]

    return check


class NettedProgress:
    """Hands everything on to ``progress``, each note through ``net``: a candidate may say a
    credential in any word of its own, and so in whatever is noted of it (DS-08.2).
    """

    def __init__(self, progress: Progress, net: Callable[[Text], Text]) -> None:
        self._net = net
        self.planned = progress.planned
        self.phase = progress.phase
        self.scenario_finished = progress.scenario_finished
        self.generated_cases = progress.generated_cases
        self._note = progress.note

    def note(self, text: Text) -> None:
        """Something that people should know; what is foreign in it passes through the net."""
        self._note(self._net(text))
