"""A courier that the kit plays towards a platform or an integrator: it takes what comes, answers as
scripted, scans, and pushes (contract 9.6).
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.delivery import Deliveries, Delivery
from jidi.counterparty.endpoint import ReceivedPush
from jidi.counterparty.pushes import PushPlan, encoded, envelope, fresh_id, header_map, signed
from jidi.counterparty.scripts import NORMAL, Reply, ScriptBook
from jidi.counterparty.serving.access import Access
from jidi.counterparty.serving.answers import Answer
from jidi.counterparty.serving.api import Asked, CourierApi, Outside
from jidi.counterparty.serving.lifecycle import RefusedScanError
from jidi.counterparty.serving.own_discovery import PUSH_TIMEOUT_S, discovery_document
from jidi.counterparty.serving.subscriptions import Subscription
from jidi.model.drive_outcome import WORKED, DriveOutcome
from jidi.model.exchange import Exchange, Failure, Headers, Request, Response
from jidi.model.outgoing import Outgoing
from jidi.model.text import Text
from jidi.registry import Operation

PUSH_OPERATION: Final = "receiveShipmentEvents"
_OPEN: Final = frozenset({"getDiscovery", "issueToken"})


@dataclass(frozen=True)
class CourierSetup:
    """What a played courier is made of.

    ``name`` is its name in scenarios, ``party`` that of its credential at the candidate and in
    records, ``segment`` its place below ``/couriers/``.
    ``send`` and ``declared`` go by the target's hosts; ``now`` is the candidate's time. ``pushes``
    says that it pushes events by itself.
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


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as read from the wire: ``path`` below the courier's root, ``started`` in monotonic
    seconds.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    started: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done with the connection: ``answer`` after ``delay_s`` seconds, or (``None``) a
    cut.
    """

    answer: Answer | None
    delay_s: float = 0.0


class PlayedCourier:
    """One played courier; made by :meth:`Receiver.courier`. Safe to use from many threads."""

    def __init__(self, setup: CourierSetup, root: str) -> None:
        self._setup = setup
        self._root = root
        self._lock = threading.RLock()
        self._changed = threading.Condition()
        self._arrivals: list[ReceivedPush] = []
        self._closed = False
        self._scripts = ScriptBook()
        self._access = Access(setup.client_id, setup.client_secret, setup.learn)
        self._api = CourierApi(
            setup.rules,
            setup.code,
            self._access,
            Outside(setup.now, setup.declared, setup.learn, self._happened),
        )
        self._deliveries = Deliveries(self._deliver, fresh_id) if setup.pushes else None
        self._discovery = discovery_document(setup.rules.registry, setup.code, root)
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
        """Its place below ``/couriers/``."""
        return self._setup.segment

    @property
    def base_url(self) -> str:
        """Base address of its API."""
        return f"{self._root}/v1"

    @property
    def connection(self) -> dict[str, str]:
        """Parameters of ``connect-courier``; the secret in it is known to redaction."""
        discovery = f"{self._root}/.well-known/express-data-sharing"
        return {
            "courier_code": self.code,
            "discovery_url": discovery,
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
            return tuple(self._api.parcels.numbers)

    @property
    def subscribed(self) -> bool:
        """Whether there is somewhere to push to."""
        with self._lock:
            return self._api.subscriptions.current is not None

    def holds(self, waybill_no: str) -> bool:
        """Whether a consignment with this number was sent to it."""
        with self._lock:
            return waybill_no in self._api.parcels.by_waybill

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
        self._scripts.add(operation, replies, condition, owner, lasting=lasting)

    def unscript(self, owner: str) -> None:
        """End every script of ``owner``."""
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

    def take(self, incoming: Incoming, url: str) -> Outcome:
        """Judge one request, do what it asks unless a script says otherwise, and keep it; called by
        the receiver only.
        """
        routed = self._setup.rules.route(incoming.method, incoming.path)
        if isinstance(routed, Answer):
            self._keep(_arrival(incoming, url, self, routed))
            return Outcome(routed)
        operation, path = routed
        query = dict(parse_qsl(incoming.query, keep_blank_values=True)[:50])
        headers = header_map(incoming.headers)
        asked = Asked(operation.id, path, query, headers, incoming.body, _document(incoming.body))
        known = operation.id in _OPEN or self._access.knows(headers.get("authorization", ""))
        with self._lock:
            arrival = replace(
                _arrival(incoming, url, self, None),
                operation=operation.id,
                about=self._about(asked),
                parameters={**query, **path},
                document=asked.document,
            )
            reply = self._scripts.next(arrival, known=known)
            outcome = self._carried_out(operation, asked, reply, known=known)
            arrival = replace(
                arrival, about={**arrival.about, **self._about_answer(asked, outcome)}
            )
            self._keep(
                replace(arrival, exchange=_answered(arrival.exchange, operation.id, outcome[1]))
            )
        return outcome[1]

    def scan(self, parameters: Mapping[str, Any]) -> DriveOutcome:
        """Record a scan as ``record-scan`` does; one that pushes by itself waits until the
        candidate acknowledged it, or its time-out passed.
        """
        started = time.monotonic()
        with self._lock:
            parcel = self._api.parcels.by_waybill.get(str(parameters.get("waybill_no")))
            if parcel is None:
                unknown = Text(
                    f"no parcel of {self.code} has this waybill number",
                    f"{self.code} 没有此运单号的快件",
                )
                return DriveOutcome(None, unknown, False, started, time.monotonic())
            try:
                event = self._api.parcels.append(parcel, parameters, self._setup.now())
            except (RefusedScanError, KeyError) as refused:
                told = Text(
                    f"the played courier refuses: {refused}", f"所扮演的快递企业拒绝：{refused}"
                )
                return DriveOutcome(None, told, False, started, time.monotonic(), refused=True)
            delivery = self._deliveries.add(event) if self._deliveries is not None else None
        if delivery is not None:
            delivery.over.wait(PUSH_TIMEOUT_S)
            with self._lock:
                self._on_the_way[event["event_id"]] = delivery
        result = {
            "event_id": event["event_id"],
            "sequence": event["sequence"],
            "recorded_at": event["recorded_at"],
            "event": event,
        }
        return DriveOutcome(result, WORKED, False, started, time.monotonic())

    def attempts(self, event_id: str) -> tuple[Exchange, ...]:
        """The pushes of a scanned event so far, which are handed out once."""
        with self._lock:
            delivery = self._on_the_way.pop(event_id, None)
        return tuple(delivery.exchanges) if delivery is not None else ()

    def envelope(self, message_id: str, events: Sequence[Any]) -> dict[str, Any]:
        """The push-envelope for ``events`` (none: a heartbeat), as this courier writes it now."""
        return envelope(message_id, events, self.base_url, self._setup.now())

    def prepared(self, plan: PushPlan) -> Outgoing | None:
        """The request of a push to the current subscription, or ``None`` while there is none.

        Raises:
            NoSuchSecretError: see :func:`signed`.
        """
        with self._lock:
            subscription = self._api.subscriptions.current
        return None if subscription is None else self._outgoing(plan, subscription)

    def push(self, plan: PushPlan) -> Exchange | None:
        """Send one push, once; ``None`` while the candidate has no subscription.

        Raises:
            NoSuchSecretError: see :func:`signed`.
        """
        outgoing = self.prepared(plan)
        return None if outgoing is None else replace(self._setup.send(outgoing), party=self.party)

    def _outgoing(self, plan: PushPlan, subscription: Subscription) -> Outgoing:
        headers, body = signed(plan, subscription, self._setup.now())
        return Outgoing(
            "POST",
            subscription.callback_url,
            headers,
            body,
            self.party,
            credential="none",
            operation=PUSH_OPERATION,
            timeout_s=10.0,
        )

    def _carried_out(
        self, operation: Operation, asked: Asked, reply: Reply, *, known: bool
    ) -> tuple[Answer | None, Outcome]:
        """What was answered within, and what goes out."""
        if reply.kind == "drop":
            return None, Outcome(None)
        if not known:
            refusal = self._setup.rules.problems.answer(
                "unauthenticated", headers=(("WWW-Authenticate", "Bearer"),)
            )
            return refusal, Outcome(refusal)
        if reply.kind == "status":
            refusal = self._setup.rules.problems.scripted(
                reply.status, reply.problem, reply.retry_after
            )
            return refusal, Outcome(refusal, reply.delay_s)
        made = (
            Answer(200, self._discovery)
            if operation.id == "getDiscovery"
            else self._api.answer(asked)
        )
        if reply.kind == "lost":
            return made, Outcome(None)
        shown = made if reply is NORMAL or not reply.status else replace(made, status=reply.status)
        return made, Outcome(shown, reply.delay_s)

    def _about(self, asked: Asked) -> Mapping[str, str]:
        """Order, waybill and consignment that a request names."""
        parcel = self._api.parcel_of(asked.path)
        if parcel is not None:
            return parcel.about
        document = asked.document or {}
        named = {
            name: value
            for name in ("order_no", "waybill_no")
            if isinstance(value := document.get(name), str)
        }
        return {
            **named,
            **{
                name: value
                for name, value in asked.path.items()
                if name in {"waybill_no", "consignment_id"}
            },
        }

    def _about_answer(
        self, asked: Asked, outcome: tuple[Answer | None, Outcome]
    ) -> Mapping[str, str]:
        document = outcome[0].document if outcome[0] is not None else None
        identifier = (
            document.get("consignment_id")
            if isinstance(document, Mapping) and asked.operation == "createConsignment"
            else None
        )
        parcel = self._api.parcels.by_id.get(str(identifier))
        return {} if parcel is None else parcel.about

    def _keep(self, arrival: ReceivedPush) -> None:
        with self._changed:
            self._arrivals.append(replace(arrival, index=len(self._arrivals)))
            self._changed.notify_all()

    def _happened(self, events: Sequence[dict[str, Any]]) -> None:
        for event in events if self._deliveries is not None else ():
            self._deliveries.add(event)  # type: ignore[union-attr]  # looked at above

    def _deliver(self, delivery: Delivery, message_id: str) -> Exchange | None:
        with self._lock:
            subscription = self._api.subscriptions.current
        if subscription is None:
            return None
        body = encoded(self.envelope(message_id, [delivery.event]))
        outgoing = replace(
            self._outgoing(PushPlan(message_id, body), subscription), timeout_s=PUSH_TIMEOUT_S
        )
        exchange = replace(self._setup.send(outgoing), party=self.party)
        if exchange.response is not None and exchange.response.status == 410:
            subscription.status = "stopped"
        return exchange


def _document(body: bytes) -> dict[str, Any] | None:
    """The JSON object in ``body``, or ``None``."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(body)
        return found if isinstance(found, dict) else None
    return None


def _arrival(
    incoming: Incoming, url: str, courier: PlayedCourier, answer: Answer | None
) -> ReceivedPush:
    request = Request(incoming.method, url, incoming.headers, incoming.body)
    response = None if answer is None else Response(answer.status, answer.all_headers, answer.body)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return ReceivedPush(
        courier.name,
        0,
        Exchange(
            "received",
            courier.party,
            "",
            request,
            response,
            None,
            now,
            incoming.started,
            time.monotonic(),
        ),
    )


def _answered(exchange: Exchange, operation: str, outcome: Outcome) -> Exchange:
    if outcome.answer is None:
        return replace(
            exchange,
            operation=operation,
            failure=Failure("reset", "the kit cut the connection on purpose"),
        )
    response = Response(outcome.answer.status, outcome.answer.all_headers, outcome.answer.body)
    return replace(exchange, operation=operation, response=response)
