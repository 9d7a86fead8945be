"""Sends again what a child found, so that only what the kit itself sees twice counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from jidi.fuzz.child.shaping import fresh_key
from jidi.fuzz.contract import Contract
from jidi.fuzz.declared import Declaration
from jidi.fuzz.faults_shown import NOTHING, Answer, FaultReader, Shown
from jidi.fuzz.fuzz_context import STEP, GeneratedContext
from jidi.fuzz.patience import PatientSender
from jidi.fuzz.seeding import Stock
from jidi.fuzz.suspicion import Suspicion
from jidi.model.exchange import Exchange, Failure, Headers, Request
from jidi.model.journal import CaseFinding, FindingState, RequestSketch
from jidi.model.outgoing import Outgoing
from jidi.model.text import Text
from jidi.registry.values import Operation

PER_CHECK = 5
ENOUGH = 2
OBSERVED_PER_CHECK = 2
DROPPED_HEADERS = frozenset(
    {
        "authorization",
        "host",
        "content-length",
        "user-agent",
        "accept-encoding",
        "connection",
        "transfer-encoding",
        "x-schemathesis-testcaseid",
    }
)


@dataclass(frozen=True, slots=True)
class _Finding:
    """One replayed suspicion; ``state`` is ``confirmed``, ``unstable`` or ``observation``."""

    kind: str
    state: FindingState
    shown: Shown
    exchange: Exchange | None


class Replayer:
    """Replays suspicions one by one and writes a record for each that is worth one."""

    def __init__(
        self,
        context: GeneratedContext,
        declaration: Declaration,
        contract: Contract,
        stocks: Mapping[str, Stock],
    ) -> None:
        self._context = context
        self._declaration = declaration
        self._contract = contract
        self._stocks = stocks
        self._sender = PatientSender(context.client, context.end)
        self._reader = FaultReader(contract, context.registry, declaration)
        self._tried: Counter[tuple[str, str]] = Counter()
        self._confirmed: Counter[tuple[str, str]] = Counter()
        self._number = 0

    def replay(self, found: Iterable[Suspicion]) -> frozenset[str]:
        """Replay each suspicion until :data:`ENOUGH` of its check and operation are confirmed, or
        :data:`PER_CHECK` were tried; gives the operations for which no time was left.
        """
        late: set[str] = set()
        for suspicion in found:
            kind = self._declaration.kind_of(suspicion.source)
            if kind is None or (suspicion.mode == "method" and kind.name != "stays-up"):
                self._observe(suspicion)
            elif not self._context.end.over:
                self._check(suspicion, kind.name)
            if self._context.end.over:  # also one whose answer the end cut off
                late.add(suspicion.operation)
        return frozenset(late)

    def _check(self, suspicion: Suspicion, kind: str) -> None:
        seen = self._seen_by_kit(suspicion, kind)
        if seen is None:
            if suspicion.source != "accepted_invalid_body":  # of those most are simply valid
                self._observe(suspicion)
            return
        key = (suspicion.operation, seen.kind)
        if self._confirmed[key] >= ENOUGH or self._tried[key] >= PER_CHECK:
            return
        self._tried[key] += 1
        finding = self._sent_again(suspicion, seen)
        self._confirmed[key] += finding.state == "confirmed"
        self._write(suspicion, finding)

    def _seen_by_kit(self, suspicion: Suspicion, kind: str) -> Shown | None:
        failure = Failure("timeout", suspicion.message) if suspicion.response is None else None
        return self._reader.read(
            kind, suspicion.operation, suspicion.request, Answer(suspicion.response, failure)
        )

    def _sent_again(self, suspicion: Suspicion, seen: Shown) -> _Finding:
        if not suspicion.whole:
            return _Finding(seen.kind, "unstable", seen, None)
        exchange: Exchange | None = None
        for outgoing in self._outgoings(suspicion, seen.kind):
            exchange = self._sender.send(outgoing)
            again = self._reader.read(
                seen.kind,
                suspicion.operation,
                exchange.request,
                Answer(exchange.response, exchange.failure),
            )
            if again is not None and again.kind == seen.kind:
                return _Finding(seen.kind, "confirmed", again, exchange)
        return _Finding(seen.kind, "unstable", seen, exchange)

    def _outgoings(self, suspicion: Suspicion, kind: str) -> list[Outgoing]:
        operation = self._contract.operations[suspicion.operation]
        request = suspicion.request
        credentials = ("none", "forged") if kind == "needs-credential" else ("party",)
        url = self._with_fresh_thing(suspicion, operation)
        body = request.body or None
        return [
            Outgoing(
                request.method,
                url,
                self._headers(request.headers),
                body,
                suspicion.party,
                credential,
                suspicion.operation,
            )
            for credential in credentials
        ]

    def _headers(self, headers: Headers) -> Headers:
        self._number += 1
        fresh = fresh_key(f"replay-{self._context.seed}-{id(self)}", self._number)
        return tuple(
            (name, fresh if name.lower() == "idempotency-key" else value)
            for name, value in headers
            if name.lower() not in DROPPED_HEADERS
        )

    def _with_fresh_thing(self, suspicion: Suspicion, operation: Operation) -> str:
        """The URL with an untouched thing in place of the one that the child used up, if the
        operation uses things up.
        """
        url = suspicion.request.url
        stock = self._stocks.get(suspicion.party)
        for parameter, used in (stock.given.get(operation.id, {}) if stock else {}).items():
            hit = next(
                (
                    value
                    for value in used
                    if f"/{quote(value)}" in url or f"/{value}" in unquote(url)
                ),
                None,
            )
            fresh = (
                stock.fresh(operation.id, parameter)
                if hit is not None and stock is not None
                else None
            )
            if hit is not None and fresh is not None:
                url = url.replace(quote(hit), quote(fresh), 1)
        return url

    def _observe(self, suspicion: Suspicion) -> None:
        key = (suspicion.operation, suspicion.source)
        self._tried[key] += 1
        if self._tried[key] <= OBSERVED_PER_CHECK:
            shown = Shown(
                suspicion.source, NOTHING, Text(suspicion.message[:1000], suspicion.message[:1000])
            )
            self._write(suspicion, _Finding(suspicion.source, "observation", shown, None))

    def _write(self, suspicion: Suspicion, finding: _Finding) -> None:
        exchange = (
            self._context.journal.exchange(finding.exchange, STEP, self._next())
            if finding.exchange is not None
            else ""
        )
        self._context.journal.write(
            CaseFinding(
                check=finding.kind,
                operation=suspicion.operation,
                requirement=self._declaration.bears_on(finding.kind, suspicion.operation),
                exchange=exchange,
                source=suspicion.source,
                state=finding.state,
                party=suspicion.party,
                phase=suspicion.phase,
                message=suspicion.message[:1000],
                expected=finding.shown.expected,
                actual=finding.shown.actual,
                request=_sketch(suspicion.request),
            )
        )

    def _next(self) -> int:
        self._number += 1
        return self._number


def _sketch(request: Request) -> RequestSketch:
    return RequestSketch(method=request.method, url=request.url, bytes=len(request.body))
