"""The API of one played courier: every rule of the standard towards the candidate but one, for what
arrives is taken however faulty it is (docs/standard/platforms-and-integrators.md).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from jidi.counterparty.courier_rules import CourierRules
from jidi.counterparty.serving.access import Access
from jidi.counterparty.serving.answers import Answer
from jidi.counterparty.serving.identifiers import identifier
from jidi.counterparty.serving.lifecycle import RefusedScanError, shown
from jidi.counterparty.serving.own_discovery import PAGE, REUSE_S, discovery_document
from jidi.counterparty.serving.parcels import Number, NumberUsedError, Parcel, Parcels
from jidi.counterparty.serving.replays import MARKED, Replays
from jidi.counterparty.serving.subscriptions import Subscription, Subscriptions
from jidi.language.json_texts import read_loosely

_MOST_NUMBERS: Final = 500
_BEFORE_ACCEPTANCE: Final = frozenset({"CREATED"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was routed and whose caller is known; ``document`` is its JSON object,
    ``None`` when the body is something else.
    """

    operation: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    document: dict[str, Any] | None


@dataclass(frozen=True)
class Outside:
    """What a courier asks of the kit: the candidate's time, which callbacks are declared, who
    learns secrets, what is done with new events.
    """

    now: Callable[[], datetime]
    declared: Callable[[str], bool]
    learn: Callable[[str], None]
    happened: Callable[[Sequence[dict[str, Any]]], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a courier that people entered keeps from run to run."""

    subscriptions: tuple[Subscription, ...] = ()
    numbers: tuple[Number, ...] = ()


class CourierApi:
    """Answers requests, one at a time."""

    def __init__(
        self, rules: CourierRules, code: str, root: str, access: Access, outside: Outside
    ) -> None:
        discovery = discovery_document(rules.registry, code, root)
        self._rules = rules
        self._code = code
        self._access = access
        self._outside = outside
        self._replays = Replays()
        self.parcels = Parcels(rules.lifecycle, "K" + code[3:4])
        self.subscriptions = Subscriptions()
        self._answers: Mapping[str, Callable[[Asked], Answer]] = {
            "getDiscovery": lambda _: Answer(200, discovery),
            "issueToken": self._token,
            "getStatus": self._status,
            "createConsignment": self._create,
            "getConsignment": lambda asked: self._of_parcel(
                asked, lambda parcel: Answer(200, parcel.record())
            ),
            "amendConsignment": lambda asked: self._of_parcel(
                asked, lambda parcel: self._amend(parcel, asked)
            ),
            "cancelConsignment": lambda asked: self._of_parcel(
                asked, lambda parcel: self._cancel(parcel, asked)
            ),
            "getShipment": lambda asked: self._of_parcel(
                asked, lambda parcel: Answer(200, parcel.shipment())
            ),
            "listShipmentEvents": lambda asked: self._of_parcel(
                asked, lambda parcel: self._page(asked, parcel.events)
            ),
            "listEvents": self._events,
            "createSubscription": self._subscribe,
            "listSubscriptions": lambda asked: self._page(
                asked, [one.document() for one in self.subscriptions.by_id.values()]
            ),
            "getSubscription": lambda asked: self._of_subscription(
                asked, lambda one: Answer(200, one.document())
            ),
            "deleteSubscription": lambda asked: self._of_subscription(asked, self._unsubscribe),
            "rotateSubscriptionSecret": lambda asked: self._of_subscription(
                asked, lambda one: self._rotate(one, asked)
            ),
            "replaySubscription": lambda asked: self._of_subscription(
                asked, lambda _: self._replay(asked)
            ),
            "allocateWaybillNumbers": self._allocate,
            "voidWaybillNumber": lambda asked: self._close_number(asked, "VOIDED"),
            "returnWaybillNumber": lambda asked: self._close_number(asked, "RETURNED"),
        }

    @property
    def kept(self) -> Kept:
        """What is kept from run to run."""
        return Kept(
            tuple(replace(one) for one in self.subscriptions.by_id.values()),
            tuple(replace(one) for one in self.parcels.numbers.values()),
        )

    def restore(self, kept: Kept) -> None:
        """Take up what was kept of an earlier run."""
        for one in kept.subscriptions:
            self.subscriptions.by_id[one.subscription_id] = replace(one)
            for secret in filter(None, (one.secret, one.previous)):
                self._outside.learn(secret)
        self.parcels.numbers |= {one.waybill_no: replace(one) for one in kept.numbers}

    def answer(self, asked: Asked) -> Answer:
        """The answer to ``asked``, idempotency included."""
        if asked.operation in MARKED:
            key = asked.headers.get("idempotency-key", "")
            first = self._replays.first(asked.operation, key, asked.body)
            if isinstance(first, Answer):
                return first
            if first:
                return self._rules.problems.answer("idempotency-key-reused")
            made = self._answers[asked.operation](asked)
            self._replays.keep(asked.operation, key, asked.body, made)
            return made
        return self._answers[asked.operation](asked)

    def parcel_of(self, path: Mapping[str, str]) -> Parcel | None:
        """The parcel that path parameters name."""
        if "consignment_id" in path:
            return self.parcels.by_id.get(path["consignment_id"])
        return self.parcels.by_waybill.get(path.get("waybill_no", ""))

    def _token(self, asked: Asked) -> Answer:
        try:
            return self._access.issue(asked.headers, asked.body, self._outside.now())
        except ValueError:
            return Answer(400, {"error": "invalid_request"})

    def _status(self, _asked: Asked) -> Answer:
        now = shown(self._outside.now())
        flows = ("consignments", "shipment-events")
        listed = [
            {
                "flow": flow,
                "state": "operating",
                "last_success_at": now,
                "lag_s": 0,
                "high_water_sequence": len(self.parcels.feed),
            }
            for flow in flows
        ]
        return Answer(200, {"observed_at": now, "flows": listed})

    def _create(self, asked: Asked) -> Answer:
        if asked.document is None:
            return self._rules.problems.answer("malformed-json")
        try:
            parcel = self.parcels.take(asked.document, asked.body, self._outside.now())
        except NumberUsedError:
            return self._rules.problems.answer("waybill-number-used", pointer="/waybill_no")
        self._outside.happened(parcel.events)
        return Answer(
            201, parcel.receipt(), (("Location", f"/v1/consignments/{parcel.consignment_id}"),)
        )

    def _of_parcel(self, asked: Asked, then: Callable[[Parcel], Answer]) -> Answer:
        parcel = self.parcel_of(asked.path)
        return self._rules.problems.answer("not-found") if parcel is None else then(parcel)

    def _amend(self, parcel: Parcel, asked: Asked) -> Answer:
        if asked.document is None:
            return self._rules.problems.answer("malformed-json")
        if parcel.state not in _BEFORE_ACCEPTANCE:
            return self._rules.problems.answer("state-conflict")
        self.parcels.amend(parcel, asked.document, self._outside.now())
        return Answer(200, parcel.record())

    def _cancel(self, parcel: Parcel, asked: Asked) -> Answer:
        if asked.document is None:
            return self._rules.problems.answer("malformed-json")
        if parcel.state not in _BEFORE_ACCEPTANCE:
            return self._rules.problems.answer("state-conflict")
        reason = asked.document.get("reason_code")
        code = (
            [{"scheme": "carrier", "code": reason}]
            if isinstance(reason, str) and reason.isascii() and 0 < len(reason) <= 40
            else []
        )
        try:
            event = self.parcels.append(
                parcel,
                {"event_code": "CANCELLED", **({"external_codes": code} if code else {})},
                self._outside.now(),
            )
        except RefusedScanError as refused:
            return self._rules.problems.answer(refused.slug, str(refused))
        self._outside.happened([event])
        return Answer(200, parcel.record())

    def _events(self, asked: Asked) -> Answer:
        waybill, code = asked.query.get("waybill_no"), asked.query.get("event_code")
        found = self.parcels.events_of(None if waybill is None else [waybill])
        return self._page(
            asked, [event for event in found if code is None or event["event_code"] == code]
        )

    def _page(self, asked: Asked, items: Sequence[Any]) -> Answer:
        limit, cursor = asked.query.get("limit", str(PAGE)), asked.query.get("cursor", "")
        if (
            not limit.isascii()
            or not limit.isdigit()
            or len(limit) > 6
            or not 1 <= int(limit) <= PAGE
        ):
            return self._rules.problems.answer("parameter-invalid", "limit is out of range")
        start = _opened(cursor) if cursor else 0
        if start is None:
            return self._rules.problems.answer("cursor-invalid")
        end = min(start + int(limit), len(items))
        more = end < len(items)
        return Answer(
            200,
            {
                "items": list(items[start:end]),
                "next_cursor": _sealed(end) if more else None,
                "resume_cursor": _sealed(max(start, end)),
            },
        )

    def _subscribe(self, asked: Asked) -> Answer:
        if asked.document is None:
            return self._rules.problems.answer("malformed-json")
        self._outside.learn(str(asked.document.get("secret", "")))
        if not self._outside.declared(str(asked.document.get("callback_url", ""))):
            return self._rules.problems.answer(
                "callback-refused",
                "the host is not among those that the target declares",
                pointer="/callback_url",
            )
        made = self.subscriptions.create(asked.document, self._outside.now())
        return Answer(
            201, made.document(), (("Location", f"/v1/subscriptions/{made.subscription_id}"),)
        )

    def _of_subscription(self, asked: Asked, then: Callable[[Subscription], Answer]) -> Answer:
        found = self.subscriptions.by_id.get(asked.path.get("subscription_id", ""))
        return self._rules.problems.answer("not-found") if found is None else then(found)

    def _unsubscribe(self, subscription: Subscription) -> Answer:
        del self.subscriptions.by_id[subscription.subscription_id]
        return Answer(204)

    def _rotate(self, subscription: Subscription, asked: Asked) -> Answer:
        if asked.document is None:
            return self._rules.problems.answer("malformed-json")
        self._outside.learn(str(asked.document.get("secret", "")))
        self.subscriptions.rotate(subscription, asked.document, self._outside.now())
        return Answer(200, subscription.document())

    def _replay(self, asked: Asked) -> Answer:
        if asked.document is None:
            return self._rules.problems.answer("malformed-json")
        wanted, since = (
            asked.document.get("waybill_nos"),
            str(asked.document.get("recorded_from", "")),
        )
        events = self.parcels.events_of(wanted if isinstance(wanted, list) else None)
        again = [event for event in events if _moment(event["recorded_at"]) >= _moment(since)]
        self._outside.happened(again)
        return Answer(202, {"replay_id": identifier("rep"), "event_count": len(again)})

    def _allocate(self, asked: Asked) -> Answer:
        count = (asked.document or {}).get("count")
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST_NUMBERS:
            return self._rules.problems.answer("validation-failed", pointer="/count")
        made = self.parcels.allocate(count, self._outside.now())
        listed = {
            "allocation_id": made[0].allocation_id,
            "carrier_code": self._code,
            "holder": self._access.client_id,
        }
        return Answer(
            201,
            {
                **listed,
                "waybill_nos": [one.waybill_no for one in made],
                "count": count,
                "allocated_at": made[0].allocated_at,
            },
        )

    def _close_number(self, asked: Asked, state: str) -> Answer:
        number = self.parcels.numbers.get(asked.path.get("waybill_no", ""))
        if number is None:
            return self._rules.problems.answer("not-found")
        if not (number.state == "ALLOCATED" or (state == "VOIDED" and self._cancelled(number))):
            return self._rules.problems.answer("state-conflict")
        now = self._outside.now()
        number.state, number.changed_at, number.reusable_after = (
            state,
            shown(now),
            shown(now + timedelta(seconds=REUSE_S)),
        )
        return Answer(200, number.document())

    def _cancelled(self, number: Number) -> bool:
        parcel = self.parcels.by_id.get(number.consignment_id)
        return number.state == "USED" and parcel is not None and parcel.state == "CANCELLED"


def _moment(text: str) -> float:
    """A time as Unix seconds; what is none lies before all others."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo is not None else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _sealed(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"p": position}).encode()).decode().rstrip("=")


def _opened(cursor: str) -> int | None:
    try:
        found = read_loosely(
            base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor[:200]) % 4))
        )
    except (binascii.Error, ValueError):
        return None
    position = found.get("p") if isinstance(found, dict) else None
    return (
        position
        if isinstance(position, int) and not isinstance(position, bool) and position >= 0
        else None
    )
