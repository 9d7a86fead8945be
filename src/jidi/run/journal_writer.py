"""Writes what happens into the journal as it happens, redacted; hands the unredacted record back to
the engine, which needs real values.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar, get_args

from msgspec import structs

from jidi.drive.keeping import (
    CleanRecord,
    JournalWriter,
    KnownTexts,
    Place,
    Planted,
    Redactor,
    encode_exchange,
)
from jidi.errors import DataError
from jidi.judge.seen import INTACT_RECORDS, WITHHELD, Canary, intact_hashes
from jidi.language.json_texts import NotJsonError, read_json
from jidi.language.step_reading import written_of
from jidi.model.exchange import Exchange
from jidi.model.incoming.drive_outcome import DriveOutcome
from jidi.model.journal import (
    DriveRecord,
    ExchangeRecord,
    JournalRecord,
    PlayedRecord,
    ScenarioStarted,
)
from jidi.model.journal.codec import encode
from jidi.model.scenario import Scenario
from jidi.registry import Registry
from jidi.registry.values import ExampleKind
from jidi.run.raw_search import RawSearch


class _Open(Redactor):
    """Redacts nothing: for the records that never leave the process."""

    def credentials(self, text: str) -> str:
        return text

    def url(self, url: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return url

    def tree(self, value: Any, schema: str) -> Any:  # noqa: ARG002 - shape of the parent
        return value

    def header_name(self, name: str) -> str:
        return name

    def own_header(self, name: str, value: str) -> str:  # noqa: ARG002 - shape of the parent
        return value

    def loose_text(self, text: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return text

    def form(self, text: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return text

    def header(self, name: str, value: str) -> str:  # noqa: ARG002 - shape of the parent
        return value

    def foreign_header(self, name: str, value: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return value

    def text(self, text: str, pointer: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return text

    def document(self, body: str, schema: str, findings: Any, *, own: bool = False) -> str:  # noqa: ARG002 - shape of the parent
        return body


GENERATED = "generated"
"""Scenario of generated requests, whose words a generator made up; their numbers and addresses may
be those of links that it followed.
"""
DISCOVERY = "getDiscovery"
_RESULT = "sandbox-result"
REPEAT: ContextVar[int] = ContextVar("jidi_repeat", default=0)
"""Which playing of its scenario this thread is in, from 0; every record made meanwhile carries it.
"""
_Played = TypeVar("_Played", bound=PlayedRecord)


def _numbered(record: _Played) -> _Played:
    repeat = REPEAT.get()
    return structs.replace(record, repeat=repeat) if repeat else record


class Recorder:
    """The only writer of the journal during a run; safe to use from many threads."""

    def __init__(
        self, journal: JournalWriter, redactor: Redactor, planted: Planted, registry: Registry
    ) -> None:
        self._journal = journal
        self._redactor = redactor
        self._planted = planted
        self._registry = registry
        self._open = _Open(b"", lambda: (), planted, None)
        self._numbers = itertools.count(1)
        self._kept: dict[str, list[PlayedRecord]] = {}
        self._search = RawSearch()

    def write(self, record: JournalRecord) -> None:
        """Append ``record``, redacted; the engine gets it as it is."""
        if isinstance(record, PlayedRecord):
            record = _numbered(record)
            self._keep(record)
        self._watch_for(record)
        self._journal.write(self._redactor.record(record))

    def take_over(self, records: Iterable[JournalRecord], exchanges: int, made_up: Any) -> None:
        """Copy ``records`` of an earlier run, with the times at which they were made; ``exchanges``
        is the highest number given to an exchange there.
        """
        self._planted.add(made_up)
        for record in records:
            self._watch_for(record)
            self._journal.write(CleanRecord(encode(record)))  # redacted when it was made
        self._numbers = itertools.count(exchanges + 1)

    def plant_words_of(self, scenario: Scenario) -> None:
        """Make known what stands in ``scenario`` itself."""
        steps = (*scenario.steps, *scenario.teardown)
        written = [
            [written_of(step.deed), [check.operand for check in step.checks]] for step in steps
        ]
        self._planted.add([scenario.case, scenario.generate, written])

    def plant(self, value: Any) -> None:
        """Make every text in ``value`` known as made up by the kit, so that it stays readable."""
        self._planted.add(value)

    def exchange(self, exchange: Exchange, place: Place) -> ExchangeRecord:
        """Record ``exchange`` at ``place`` under a new id; the answer is the same record
        unredacted.
        """
        if place.scenario == GENERATED and exchange.direction == "sent":
            self._planted.add_words(exchange.request.body)
        elif exchange.direction == "received" and exchange.operation == DISCOVERY:
            self._planted.add(exchange.response.body if exchange.response is not None else b"")
        place = replace(
            place,
            id=f"x{next(self._numbers):06d}",
            schema=place.schema or self._schema(exchange),
            own="" if place.scenario == GENERATED else self._own_schema(exchange),
        )
        raw = encode_exchange(exchange, place, self._open)
        clean = self._noted(exchange, raw, encode_exchange(exchange, place, self._redactor))
        self._journal.write(CleanRecord(encode(_numbered(clean))))
        self._keep(raw)
        return raw

    def _noted(
        self, exchange: Exchange, raw: ExchangeRecord, clean: ExchangeRecord
    ) -> ExchangeRecord:
        """``clean`` with what only the bytes before redaction show."""
        if not clean.redactions:
            return clean
        facts = dict(clean.facts)
        if intact := _intact(exchange):
            facts[INTACT_RECORDS] = intact
        if seen := self._search.sightings(raw, clean):
            facts[WITHHELD] = [one._asdict() for one in seen]
        return structs.replace(clean, facts=facts)

    def _watch_for(self, record: JournalRecord) -> None:
        if isinstance(record, ScenarioStarted):
            self._search.plant(Canary.of(one) for one in record.canaries)

    def redacted(self, value: Any) -> Any:
        """``value`` as it may stand in the journal: what the candidate wrote, without credentials
        and foreign personal data.
        """
        return self._redactor.tree(value, "")

    def drive(
        self, place: Place, action: str, parameters: Mapping[str, Any], outcome: DriveOutcome
    ) -> None:
        """Record one action of the candidate; its result is an answer like any other."""
        made = _numbered(
            DriveRecord(
                scenario=place.scenario,
                step=place.step,
                index=place.index,
                action=action,
                parameters=dict(parameters),
                result=outcome.result,
                failure=outcome.failure.en,
                started=outcome.started,
                finished=outcome.finished,
            )
        )
        self._keep(made)
        answer = self._redactor.tree({"result": outcome.result}, _RESULT if outcome.result else "")
        clean = self._redactor.record(structs.replace(made, result=None))
        self._journal.write(CleanRecord({**clean, "result": answer["result"]}))

    def take(self, scenario: str) -> list[PlayedRecord]:
        """The unredacted records of ``scenario``, which are forgotten with this."""
        return self._kept.pop(scenario, [])

    def _keep(self, record: PlayedRecord) -> None:
        if record.scenario:
            self._kept.setdefault(record.scenario, []).append(record)

    def _schema(self, exchange: Exchange) -> str:
        """Name of the schema of what the candidate sent, as far as the contract knows it."""
        return (
            self._asked(exchange) if exchange.direction == "received" else self._answered(exchange)
        )

    def _own_schema(self, exchange: Exchange) -> str:
        """Name of the schema of what the kit sent."""
        return (
            self._answered(exchange) if exchange.direction == "received" else self._asked(exchange)
        )

    def _asked(self, exchange: Exchange) -> str:
        if exchange.operation or exchange.party:
            return self._request_schema(exchange.operation)
        return "push-envelope" if exchange.direction == "received" else ""

    def _answered(self, exchange: Exchange) -> str:
        if exchange.response is None or not exchange.operation:
            return ""
        try:
            responses = self._registry.operation(exchange.operation).responses
        except DataError:
            return ""
        status = exchange.response.status
        name = (
            responses.get(str(status))
            or responses.get(f"{status // 100}XX")
            or responses.get("default")
        )
        return name or ("problem" if status >= 400 else "")

    def _request_schema(self, operation: str) -> str:
        try:
            return self._registry.operation(operation).request_schema or ""
        except DataError:
            return ""


def _intact(exchange: Exchange) -> list[str]:
    body = exchange.response.body if exchange.response is not None else b""
    if b'"record_hash"' not in body:
        return []
    try:
        return intact_hashes(read_json(body.decode("utf-8")))
    except (NotJsonError, UnicodeDecodeError):
        return []


def make_redactor(registry: Registry, known_secrets: Any, planted: Planted) -> Redactor:
    """A redactor under a fresh salt, which is forgotten when the run ends: no commitment can be
    reversed by enumeration afterwards.
    """
    redactor = Redactor(secrets.token_bytes(32), known_secrets, planted, registry)
    redactor.use_vocabulary(_vocabulary(registry))
    planted.adopt(_published(registry))
    return redactor


@lru_cache(maxsize=4)
def _vocabulary(registry: Registry) -> KnownTexts:
    return KnownTexts(registry.known_vocabulary())


@lru_cache(maxsize=4)
def _published(registry: Registry) -> KnownTexts:
    """The values of all published examples, of which most stand in many."""
    return KnownTexts(
        [[one.instance for one in registry.examples(kind)] for kind in get_args(ExampleKind)]
    )
