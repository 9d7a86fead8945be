"""A played courier on the network: carries the bytes of the machine that it is, keeps what arrived,
and sends its pushes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from jidi.counterparty.courier import Courier, Identity
from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.pushes import PushPlan, encoded, fresh_id
from jidi.counterparty.scripts import NORMAL, Reply, ScriptBook
from jidi.counterparty.serving.answers import Incoming, Outcome
from jidi.counterparty.serving.lifecycle import RefusedScanError
from jidi.counterparty.serving.own_discovery import PUSH_TIMEOUT_S
from jidi.drive.played.deliveries import Deliveries, Delivery
from jidi.drive.played.memory import NOTHING_KEPT, KeptCourier
from jidi.model.exchange import Exchange, Failure, Request, Response
from jidi.model.incoming.arrivals import ReceivedPush
from jidi.model.incoming.drive_outcome import WORKED, DriveOutcome
from jidi.model.outgoing import Outgoing
from jidi.wording import sentence


@dataclass(frozen=True)
class CourierSetup:
    """What a played courier is made of.

    ``name`` is its name in scenarios, ``party`` that of its credential at the candidate and in
    records, ``segment`` its place below the receiver's. ``send`` and ``declared`` go by the
    target's hosts; ``now`` is the candidate's time. ``pushes`` says that it pushes events by
    itself. One that people entered begins with what is ``kept`` of it, and gives ``keep`` what is
    to be kept.
    """

    name: str
    code: str
    party: str
    segment: str
    client_id: str
    client_secret: str
    rules: CourierRules
    send: Callable[[Outgoing], Exchange]
    learn: Callable[[str], None]
    declared: Callable[[str], bool]
    now: Callable[[], datetime]
    pushes: bool = False
    kept: KeptCourier = NOTHING_KEPT
    keep: Callable[[KeptCourier], None] | None = None


class PlayedCourier:
    """One played courier; made by :meth:`Receiver.courier`. Safe to use from many threads."""

    def __init__(self, setup: CourierSetup, root: str) -> None:
        self._setup = setup
        self._lock = threading.RLock()
        self._changed = threading.Condition()
        self._arrivals: list[ReceivedPush] = []
        self._closed = False
        self.dropped = 0
        self._scripts = ScriptBook()
        identity = Identity(setup.code, setup.party, setup.client_id, setup.client_secret)
        self._courier = Courier(identity, setup.rules, root, setup.declared, setup.learn)
        self._restore(setup.kept)
        self._deliveries = Deliveries(self._deliver, fresh_id) if setup.pushes else None
        self._on_the_way: dict[str, Delivery] = {}

    @property
    def name(self) -> str:
        """Its name in scenarios."""
        return self._setup.name

    @property
    def code(self) -> str:
        """Its carrier code."""
        return self._setup.code

    @property
    def party(self) -> str:
        """The party of its credential at the candidate, and in records."""
        return self._setup.party

    @property
    def segment(self) -> str:
        """Its place below the receiver's address."""
        return self._setup.segment

    @property
    def base_url(self) -> str:
        """Base address of its API."""
        return self._courier.base_url

    @property
    def connection(self) -> dict[str, str]:
        """Parameters of ``connect-courier``; the secret in it is known to redaction."""
        return {
            "courier_code": self.code,
            "discovery_url": f"{self._courier.root}/.well-known/express-data-sharing",
            "client_id": self._setup.client_id,
            "client_secret": self._setup.client_secret,
        }

    @property
    def arrivals(self) -> tuple[ReceivedPush, ...]:
        """Every request so far, in the order in which they were taken in."""
        with self._changed:
            return tuple(self._arrivals)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Waybill numbers that it allocated."""
        with self._lock:
            return self._courier.numbers

    @property
    def subscribed(self) -> bool:
        """Whether there is somewhere to push to."""
        with self._lock:
            return self._courier.subscribed

    def holds(self, waybill_no: str) -> bool:
        """Whether a consignment with this number was sent to it."""
        with self._lock:
            return self._courier.holds(waybill_no)

    def script(
        self,
        operation: str,
        replies: Sequence[Reply],
        condition: tuple[Mapping[str, Any], Callable[[ReceivedPush], bool]],
        owner: str,
        *,
        lasting: bool,
    ) -> None:
        """Answer requests of ``operation`` (empty: any) that meet ``condition`` with ``replies``;
        see :meth:`ScriptBook.add`.
        """
        with self._lock:
            self._scripts.add(operation, replies, condition, owner, lasting=lasting)

    def unscript(self, owner: str) -> None:
        """End every script of ``owner``."""
        with self._lock:
            self._scripts.end(owner)

    def wait(
        self, predicate: Callable[[tuple[ReceivedPush, ...]], bool], deadline: float, since: int = 0
    ) -> bool:
        """Whether ``predicate`` came to hold over the arrivals from number ``since`` on before
        ``deadline`` (monotonic); wakes on each arrival.
        """
        with self._changed:
            while not predicate(tuple(self._arrivals[since:])):
                left = deadline - time.monotonic()
                if left <= 0 or self._closed:
                    return False
                self._changed.wait(left)
            return True

    def close(self) -> None:
        """Let every :meth:`wait` return, and push nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._deliveries is not None:
            self._deliveries.stop()

    def knows(self, authorization: str) -> bool:
        """Whether a header carries a token that this courier gave out and that is live."""
        with self._lock:
            return self._courier.knows(authorization, self._setup.now())

    def drop(self, *, known: bool) -> None:
        """Count a request that was not kept; only those of the candidate leave a gap."""
        self.dropped += known

    def take(self, incoming: Incoming, url: str, *, kept: bool = True) -> Outcome:
        """Judge one request, do what it asks unless a script says otherwise, and keep it; called by
        the receiver only. One that is not ``kept`` is answered all the same.
        """
        now = self._setup.now()
        with self._lock:
            read = self._courier.read(incoming, now)
            asked = read.asked
            arrival = replace(
                _arrival(incoming, url, self),
                operation=asked.operation,
                about=read.about,
                parameters={**asked.query, **asked.path},
                document=asked.document,
            )
            scripted = read.refusal is None
            reply = self._scripts.next(arrival, known=read.known) if scripted else NORMAL
            done = self._courier.answer(read, reply, now)
            self._queue(done.events)
            exchange = _answered(arrival.exchange, asked.operation, done.outcome)
            if kept:
                about = {**arrival.about, **done.about}
                again = reply is NORMAL and _calls_for_another_try(done.outcome)
                self._keep(replace(arrival, about=about, exchange=exchange, asked_again=again))
            if self._setup.keep is not None and read.known and asked.operation in _LASTING:
                self._setup.keep(self._kept())
        return done.outcome

    def scan(self, parameters: Mapping[str, Any]) -> DriveOutcome:
        """Record a scan as ``record-scan`` does; one that pushes by itself waits until the
        candidate acknowledged it, or its time-out passed.
        """
        started = time.monotonic()
        with self._lock:
            try:
                event = self._courier.scan(parameters, self._setup.now())
            except (RefusedScanError, KeyError) as refused:
                told = sentence("drive/the-played-courier-refuses", refused=str(refused))
                return DriveOutcome(None, told, False, started, time.monotonic(), refused=True)
            if event is None:
                unknown = sentence("drive/no-parcel-of-has-this-waybill-number", code=self.code)
                return DriveOutcome(None, unknown, False, started, time.monotonic())
            delivery = self._deliveries.add(event) if self._deliveries is not None else None
        if delivery is not None:
            delivery.over.wait(PUSH_TIMEOUT_S)
            with self._lock:
                self._on_the_way[event["event_id"]] = delivery
        result = {name: event[name] for name in ("event_id", "sequence", "recorded_at")}
        return DriveOutcome({**result, "event": event}, WORKED, False, started, time.monotonic())

    def attempts(self, event_id: str) -> tuple[Exchange, ...]:
        """The pushes of a scanned event so far, which are handed out once."""
        with self._lock:
            delivery = self._on_the_way.pop(event_id, None)
        return tuple(delivery.exchanges) if delivery is not None else ()

    def envelope(self, message_id: str, events: Sequence[Any]) -> dict[str, Any]:
        """The push-envelope for ``events`` (none: a heartbeat), as this courier writes it now."""
        return self._courier.envelope(message_id, events, self._setup.now())

    def prepared(self, plan: PushPlan) -> Outgoing | None:
        """The request of a push to the current subscription, or ``None`` while there is none.

        Raises:
            NoSuchSecretError: see :func:`jidi.counterparty.pushes.signed`.
        """
        with self._lock:
            return self._courier.push(plan, self._setup.now())

    def push(self, plan: PushPlan) -> Exchange | None:
        """Send one push, once; ``None`` while the candidate has no subscription.

        Raises:
            NoSuchSecretError: see :func:`jidi.counterparty.pushes.signed`.
        """
        outgoing = self.prepared(plan)
        return None if outgoing is None else replace(self._setup.send(outgoing), party=self.party)

    def _keep(self, arrival: ReceivedPush) -> None:
        with self._changed:
            self._arrivals.append(replace(arrival, index=len(self._arrivals)))
            self._changed.notify_all()

    def _restore(self, kept: KeptCourier) -> None:
        """Go on where an earlier run ended; how the candidate subscribed is seen as if it came now,
        under its own date.
        """
        self._courier.restore(kept.holds)
        if kept.subscribing is not None:
            now = time.monotonic()
            exchange = replace(kept.subscribing.exchange, started=now, finished=now)
            self._keep(replace(kept.subscribing, exchange=exchange))

    def _kept(self) -> KeptCourier:
        made = [one for one in self.arrivals if one.operation == "createSubscription"]
        last = replace(made[-1], document=None) if made else None
        return KeptCourier(self._courier.lasting, last)

    def _queue(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Give events over for delivery, where this courier pushes at all."""
        if self._deliveries is not None:
            for event in events:
                self._deliveries.add(event)

    def _deliver(self, delivery: Delivery, message_id: str) -> Exchange | None:
        body = encoded(self.envelope(message_id, [delivery.event]))
        with self._lock:
            plan = PushPlan(message_id, body)
            outgoing = self._courier.push(plan, self._setup.now(), PUSH_TIMEOUT_S)
        if outgoing is None:
            return None
        exchange = replace(self._setup.send(outgoing), party=self.party)
        if exchange.response is not None and exchange.response.status == 410:
            with self._lock:
                self._courier.gone(outgoing.url)
        return exchange


_LASTING: Final = frozenset(
    {
        "createSubscription",
        "deleteSubscription",
        "rotateSubscriptionSecret",
        "allocateWaybillNumbers",
        "voidWaybillNumber",
        "returnWaybillNumber",
    }
)
"""Operations that change what is kept from run to run."""
_TRY_AGAIN: Final = frozenset({401, 408, 425, 429})


def _calls_for_another_try(outcome: Outcome) -> bool:
    """Whether the answer is one after which the same request comes again (*Sending consignments* in
    docs/standard/platforms-and-integrators.md); any other refusal is final.
    """
    answer = outcome.answer
    return answer is not None and (answer.status in _TRY_AGAIN or answer.status >= 500)


def _arrival(incoming: Incoming, url: str, courier: PlayedCourier) -> ReceivedPush:
    request = Request(incoming.method, url, incoming.headers, incoming.body)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    started, read = incoming.started, time.monotonic()
    exchange = Exchange("received", courier.party, "", request, None, None, at, started, read)
    return ReceivedPush(courier.name, 0, exchange)


def _answered(exchange: Exchange, operation: str, outcome: Outcome) -> Exchange:
    if outcome.answer is None:
        return replace(
            exchange,
            operation=operation,
            failure=Failure("reset", "the kit cut the connection on purpose"),
        )
    response = Response(outcome.answer.status, outcome.answer.all_headers, outcome.answer.body)
    return replace(exchange, operation=operation, response=response)
