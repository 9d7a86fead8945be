"""The courier that the kit plays, as a machine without I/O: requests in, answers and pushes out.

It has no threads, no clock of its own and no sockets: whoever carries its bytes (``drive``) says
what time it is, hands it one request at a time and sends what it wants to be sent. So every rule
of a played courier can be tested without a network.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.pushes import PushPlan, envelope, header_map, signed
from jidi.counterparty.scripts import NORMAL, Reply
from jidi.counterparty.serving.access import Access
from jidi.counterparty.serving.answers import Answer, Incoming, Outcome
from jidi.counterparty.serving.api import Asked, CourierApi, Kept, Outside
from jidi.language.json_texts import read_loosely
from jidi.model.outgoing import PUSH_OPERATION, Outgoing

_OPEN: Final = frozenset({"getDiscovery", "issueToken"})
_PUSH_S: Final = 10.0


@dataclass(frozen=True)
class Identity:
    """Who a played courier is: ``code`` its carrier code, ``party`` that of its credential at the
    candidate; the secret is that of the candidate's client.
    """

    code: str
    party: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Read:
    """A request as understood, before anything is done: ``refusal`` where there is no such
    operation, ``known`` whether its caller is; ``about`` names the order, waybill and consignment.
    """

    asked: Asked
    about: Mapping[str, str]
    known: bool
    refusal: Answer | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a request: ``made`` is what was answered within (``None``: nothing was done),
    ``outcome`` what goes out, ``about`` what is now known of the parcel, ``events`` those to push.
    """

    made: Answer | None
    outcome: Outcome
    about: Mapping[str, str]
    events: tuple[dict[str, Any], ...]


class Courier:
    """One courier at ``root``; asked by one at a time.

    ``declared`` says which callbacks may be called, ``learn`` gets every secret that it gives out
    or is given.
    """

    def __init__(
        self,
        identity: Identity,
        rules: CourierRules,
        root: str,
        declared: Callable[[str], bool],
        learn: Callable[[str], None],
    ) -> None:
        self.identity = identity
        self.root = root
        self._rules = rules
        self._now = datetime.fromtimestamp(0, UTC)
        self._events: list[dict[str, Any]] = []
        self._access = Access(identity.client_id, identity.client_secret, learn)
        outside = Outside(lambda: self._now, declared, learn, self._events.extend)
        self._api = CourierApi(rules, identity.code, root, self._access, outside)

    @property
    def base_url(self) -> str:
        """Base address of its API."""
        return f"{self.root}/v1"

    @property
    def numbers(self) -> tuple[str, ...]:
        """Waybill numbers that it allocated."""
        return tuple(self._api.parcels.numbers)

    @property
    def subscribed(self) -> bool:
        """Whether there is somewhere to push to."""
        return self._api.subscriptions.current is not None

    @property
    def lasting(self) -> Kept:
        """What is kept from run to run."""
        return self._api.kept

    def restore(self, kept: Kept) -> None:
        """Take up what was kept of an earlier run."""
        self._api.restore(kept)

    def holds(self, waybill_no: str) -> bool:
        """Whether a consignment with this number was sent to it."""
        return waybill_no in self._api.parcels.by_waybill

    def knows(self, authorization: str, now: datetime) -> bool:
        """Whether a header carries a token that is live at ``now``."""
        return self._access.knows(authorization, now)

    def read(self, incoming: Incoming, now: datetime) -> Read:
        """What a request asks, and whether its caller is known; nothing is done."""
        routed = self._rules.route(incoming.method, incoming.path)
        query = dict(parse_qsl(incoming.query, keep_blank_values=True)[:50])
        headers = header_map(incoming.headers)
        document = _document(incoming.body)
        if isinstance(routed, Answer):
            nothing = Asked("", {}, query, headers, incoming.body, document)
            return Read(nothing, {}, known=False, refusal=routed)
        operation, path = routed
        asked = Asked(operation.id, path, query, headers, incoming.body, document)
        authorization = headers.get("authorization", "")
        known = operation.id in _OPEN or self._access.knows(authorization, now)
        return Read(asked, self._about(asked), known)

    def answer(self, read: Read, reply: Reply, now: datetime) -> Done:
        """Do what was asked unless ``reply`` says otherwise."""
        if read.refusal is not None:
            return Done(read.refusal, Outcome(read.refusal), {}, ())
        self._now = now
        made, outcome = self._carried_out(read.asked, reply, known=read.known)
        events = tuple(self._events)
        self._events.clear()
        return Done(made, outcome, self._about_answer(read.asked, made), events)

    def scan(self, parameters: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
        """Record a scan as ``record-scan`` does: the event, or ``None`` where there is no such
        parcel.

        Raises:
            RefusedScanError: the parcel's state does not allow it.
            KeyError: a parameter is missing.
        """
        parcel = self._api.parcels.by_waybill.get(str(parameters.get("waybill_no")))
        return None if parcel is None else self._api.parcels.append(parcel, parameters, now)

    def envelope(self, message_id: str, events: Sequence[Any], now: datetime) -> dict[str, Any]:
        """The push-envelope for ``events`` (none: a heartbeat), as this courier writes it."""
        return envelope(message_id, events, self.base_url, now)

    def push(self, plan: PushPlan, now: datetime, timeout_s: float = _PUSH_S) -> Outgoing | None:
        """The request of a push to the current subscription, or ``None`` while there is none.

        Raises:
            NoSuchSecretError: see :func:`signed`.
        """
        subscription = self._api.subscriptions.current
        if subscription is None:
            return None
        headers, body = signed(plan, subscription, now)
        return Outgoing(
            "POST",
            subscription.callback_url,
            headers,
            body,
            self.identity.party,
            credential="none",
            operation=PUSH_OPERATION,
            timeout_s=timeout_s,
        )

    def gone(self, callback_url: str) -> None:
        """A push to ``callback_url`` was answered with 410: nothing more is pushed there."""
        for subscription in self._api.subscriptions.by_id.values():
            if subscription.callback_url == callback_url:
                subscription.status = "stopped"

    def _carried_out(
        self, asked: Asked, reply: Reply, *, known: bool
    ) -> tuple[Answer | None, Outcome]:
        """What was answered within, and what goes out."""
        if reply.kind == "drop":
            return None, Outcome(None)
        if not known:
            refusal = self._rules.problems.answer(
                "unauthenticated", headers=(("WWW-Authenticate", "Bearer"),)
            )
            return refusal, Outcome(refusal)
        if reply.kind == "status":
            if reply.status == 401:
                self._access.end(asked.headers.get("authorization", ""))
            refusal = self._rules.problems.scripted(reply.status, reply.problem, reply.retry_after)
            return refusal, Outcome(refusal, reply.delay_s)
        made = self._api.answer(asked)
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

    def _about_answer(self, asked: Asked, made: Answer | None) -> Mapping[str, str]:
        document = made.document if made is not None else None
        identifier = (
            document.get("consignment_id")
            if isinstance(document, Mapping) and asked.operation == "createConsignment"
            else None
        )
        parcel = self._api.parcels.by_id.get(str(identifier))
        return {} if parcel is None else parcel.about


def _document(body: bytes) -> dict[str, Any] | None:
    """The JSON object in ``body``, or ``None``."""
    with contextlib.suppress(ValueError, RecursionError):
        found = read_loosely(body)
        return found if isinstance(found, dict) else None
    return None
