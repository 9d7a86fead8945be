"""Writes what happens into the journal as it happens, redacted; hands the unredacted record back to
the engine, which needs real values.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from jidi.drive import DriveOutcome, JournalWriter, Place, Planted, Redactor, encode_exchange
from jidi.drive.keeping.redaction import Findings
from jidi.errors import DataError
from jidi.model.exchange import Exchange, Headers
from jidi.model.journal import ExchangeRecord, JournalRecord
from jidi.registry import Registry


class _Open(Redactor):
    """Redacts nothing: for the records that never leave the process."""

    def credentials(self, text: str) -> str:
        return text

    def header(self, name: str, value: str) -> str:  # noqa: ARG002 - shape of the parent
        return value

    def foreign_header(self, name: str, value: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return value

    def text(self, text: str, pointer: str, findings: Any, *, numbers: bool = True) -> str:  # noqa: ARG002 - shape of the parent
        return text

    def document(self, body: str, schema: str, findings: Any) -> str:  # noqa: ARG002 - shape of the parent
        return body


REPEAT: ContextVar[int] = ContextVar("jidi_repeat", default=0)
"""Which playing of its scenario this thread is in, from 0; every record made meanwhile carries it.
"""


def _numbered(record: Mapping[str, Any]) -> dict[str, Any]:
    repeat = REPEAT.get()
    return {**record, "repeat": repeat} if repeat and "scenario" in record else dict(record)


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
        self._kept: dict[str, list[JournalRecord]] = {}

    def write(self, record: Mapping[str, Any]) -> None:
        """Append a record that holds nothing foreign; credentials are scrubbed all the same."""
        made = _numbered(record)
        self._keep(made)
        self._journal.write(made)

    def take_over(self, records: Iterable[JournalRecord], exchanges: int, made_up: Any) -> None:
        """Copy ``records`` of an earlier run, with the times at which they were made; ``exchanges``
        is the highest number given to an exchange there.
        """
        self._planted.add(made_up)
        for record in records:
            self._journal.write({name: value for name, value in record.items() if name != "seq"})
        self._numbers = itertools.count(exchanges + 1)

    def plant(self, value: Any) -> None:
        """Make every text in ``value`` known as made up by the kit, so that it stays readable."""
        self._planted.add(value)

    def exchange(self, exchange: Exchange, place: Place) -> ExchangeRecord:
        """Record ``exchange`` at ``place`` under a new id; the answer is the same record
        unredacted.
        """
        if exchange.direction == "sent":
            self._planted.add(exchange.request.url)
            self._planted.add(exchange.request.body)
            self._plant_headers(exchange.request.headers)
        place = replace(
            place, id=f"x{next(self._numbers):06d}", schema=place.schema or self._schema(exchange)
        )
        self._journal.write(_numbered(encode_exchange(exchange, place, self._redactor)))
        raw = encode_exchange(exchange, place, self._open)
        self._keep(dict(raw))
        return raw

    def redacted(self, value: Any) -> Any:
        """``value`` as it may stand in the journal: what the candidate wrote, without credentials
        and foreign personal data.
        """
        if isinstance(value, str):
            return self._redactor.text(value, "observed", Findings())
        if isinstance(value, Mapping):
            return {name: self.redacted(item) for name, item in value.items()}
        return [self.redacted(item) for item in value] if isinstance(value, list) else value

    def drive(
        self, place: Place, action: str, parameters: Mapping[str, Any], outcome: DriveOutcome
    ) -> None:
        """Record one action of the candidate."""
        self._planted.add(dict(parameters))
        self.write(
            {
                "kind": "drive",
                "scenario": place.scenario,
                "step": place.step,
                "index": place.index,
                "action": action,
                "parameters": dict(parameters),
                "result": outcome.result,
                "failure": outcome.failure.en,
                "started": outcome.started,
                "finished": outcome.finished,
            }
        )

    def take(self, scenario: str) -> list[JournalRecord]:
        """The unredacted records of ``scenario``, which are forgotten with this."""
        return self._kept.pop(scenario, [])

    def _keep(self, record: JournalRecord) -> None:
        if record.get("scenario"):
            self._kept.setdefault(record["scenario"], []).append(record)

    def _plant_headers(self, headers: Headers) -> None:
        for name, value in headers:
            if name.lower() in {"idempotency-key", "standard-version"}:
                self._planted.add(value)

    def _schema(self, exchange: Exchange) -> str:
        """Name of the schema of what the candidate sent, as far as the contract knows it."""
        if exchange.direction == "received":
            return (
                self._request_schema(exchange.operation)
                if exchange.operation or exchange.party
                else "push-envelope"
            )
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
        """Of what arrived at a played courier."""
        try:
            return self._registry.operation(operation).request_schema or ""
        except DataError:
            return ""


def make_redactor(registry: Registry, known_secrets: Any, planted: Planted) -> Redactor:
    """A redactor under a fresh salt, which is forgotten when the run ends: no commitment can be
    reversed by enumeration afterwards.
    """
    redactor = Redactor(secrets.token_bytes(32), known_secrets, planted, registry)
    redactor.use_vocabulary(registry.known_vocabulary())
    return redactor
