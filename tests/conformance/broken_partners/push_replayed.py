"""Couriers that break DS-02.5 and DS-02.6 where pushes are replayed, acknowledged, ended, or told
otherwise than what is pulled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    requests_of,
    shown_events,
)

from jidi_reference.service.ports.subscriptions import Delivery

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from jidi_reference.bootstrap import App

_REPLAY: Final = ("replaySubscription",)
_ENDED: Final = "push-ended"
_OFFSET: Final = re.compile(r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$")


def _at_offset(offset: str) -> Wrap:
    """The moment from which a replay begins is read as if it stood at this offset."""

    def change(asked: Any) -> Any:
        body = asked.json
        if not isinstance(body, dict) or "recorded_from" not in body:
            return asked
        moment = _OFFSET.sub(offset, str(body["recorded_from"]))
        return asked.with_json({**body, "recorded_from": moment})

    return requests_of(_REPLAY, change)


@dataclass(frozen=True)
class _AnyCode(Wrap):
    """A replay sends what its subscription never asked for, too."""

    def around(self, app: App, asgi: ASGIApp) -> ASGIApp:
        """The application that forgets codes while it queues a replay."""

        def codes(asked: Asked, known: str | None) -> str | None:
            subscription_id = asked.values["subscription_id"]
            with app.context.storage.write() as unit:
                row = unit.subscriptions.find_subscription(asked.party, subscription_id, lock=True)
                if row is not None:
                    unit.subscriptions.change_subscription(subscription_id, event_codes=known)
                return None if row is None else row.event_codes

        async def handler(asked: Asked, forward: Forward) -> Told:
            before = codes(asked, None)
            try:
                return await forward(asked)
            finally:
                codes(asked, before)

        return Around(_REPLAY, handler).around(app, asgi)


def _acknowledged_by(*statuses: int) -> Wrap:
    """Only these statuses are an acknowledgement."""

    def make(healthy: Callable[..., bool]) -> Callable[..., bool]:
        def conclude(context: Any, unit: Any, row: Delivery, status: int) -> bool:
            refused = 200 <= status < 300 and status not in statuses
            return healthy(context, unit, row, 503 if refused else status)

        return conclude

    return Inside("push.conclude", make)


def _kept(_healthy: Callable[..., None]) -> Callable[..., None]:
    """A deletion is answered, and nothing is deleted."""
    return lambda _context, _caller, _subscription_id: None


def _without(*members: str) -> Wrap:
    """Pushes tell events without these members."""

    def bare(text: str) -> str:
        event = json.loads(text)
        return json.dumps({name: value for name, value in event.items() if name not in members})

    def make(healthy: Callable[..., None]) -> Callable[..., None]:
        def make_messages(context: Any, unit: Any, row: Any, events: Any) -> None:
            healthy(context, unit, row, [replace(one, body=bare(one.body)) for one in events])

        return make_messages

    return Inside("push.messages", make)


def _first_signature(healthy: Callable[..., str]) -> Callable[..., str]:
    """Every attempt is signed with the secrets of the first one."""
    first: dict[str, tuple[str, ...]] = {}

    def signatures(secrets: Iterable[str], identifier: str, stamp: int, body: bytes) -> str:
        return healthy(first.setdefault(identifier, tuple(secrets)), identifier, stamp, body)

    return signatures


def _newest_alone_on_retry(healthy: Callable[..., str]) -> Callable[..., str]:
    """A retry is signed with the newest secret alone, overlap or not."""
    seen: set[str] = set()

    def signatures(secrets: Iterable[str], identifier: str, stamp: int, body: bytes) -> str:
        known = tuple(secrets)
        again = identifier in seen
        seen.add(identifier)
        return healthy(known[:1] if again else known, identifier, stamp, body)

    return signatures


async def _from_beijing_alone(asked: Asked, forward: Forward) -> Told:
    """A replay from a moment that is not told in Beijing time is refused."""
    moment = str((asked.json or {}).get("recorded_from", "+08:00"))
    return await forward(
        asked
        if moment.endswith("+08:00")
        else asked.with_json({**asked.json, "recorded_from": "?"})
    )


def _latest_without(member: str) -> Wrap:
    return shown_events(
        lambda event: {name: value for name, value in event.items() if name != member},
        ("getShipment",),
    )


_SAID: Final = "push-replay/chosen/from-that-moment#never"
FAULTS: Final = (
    Fault(
        "replay-of-any-code",
        "DS-02.5",
        "answer-not-as-published",
        "A replay sends events of codes that its subscription does not name.",
        ("push-replay/choosy-all/codes-kept#count",),
        _AnyCode(),
    ),
    Fault(
        "replay-from-local-time",
        "DS-02.5",
        "answer-not-as-published",
        "The moment from which a replay begins is read as Beijing time, whatever its offset.",
        (_SAID,),
        _at_offset("+08:00"),
    ),
    Fault(
        "replay-from-time-as-utc",
        "DS-02.5",
        "answer-not-as-published",
        "The moment from which a replay begins is read as UTC, whatever its offset.",
        (_SAID,),
        _at_offset("Z"),
    ),
    Fault(
        "acknowledged-by-200-and-204-alone",
        "DS-02.5",
        "goes-on-when-acknowledged",
        "A push that is answered with 202 is sent again.",
        (f"{_ENDED}/all/stops-with-202#count",),
        _acknowledged_by(200, 204),
    ),
    Fault(
        "deleted-subscription-goes-on",
        "DS-02.5",
        "goes-on-after-410",
        "A subscription that was deleted is not shown any more, and its pushes go on.",
        (f"{_ENDED}/silence/nothing-after-deletion#not-quiet",),
        Inside("subscription.remove", _kept),
    ),
    Fault(
        "retries-signed-as-first",
        "DS-02.5",
        "wrong-signature",
        "A retry is signed with the secrets of its first attempt, whatever was rotated since.",
        ("push-rotation/retried/retry-with-newer#signature",),
        Inside("push.signatures", _first_signature),
    ),
    Fault(
        "retries-signed-with-newest-alone",
        "DS-02.5",
        "wrong-signature",
        "A retry is signed with the newest secret alone, while the one before it is good still.",
        ("push-rotation/retried/retry-with-overlapping#signature",),
        Inside("push.signatures", _newest_alone_on_retry),
    ),
    Fault(
        "replay-from-beijing-time-alone",
        "DS-02.5",
        "answer-not-as-published",
        "A replay from a moment that is told in another time than Beijing's is refused.",
        ("push-replay/replay-choosy/choosy-accepted#status",),
        Around(_REPLAY, _from_beijing_alone),
    ),
    Fault(
        "pushed-without-external-codes",
        "DS-02.6",
        "push-pull-differ",
        "Pushes tell events without the codes of others.",
        ("push-signed/pull/agree",),
        _without("external_codes"),
    ),
    Fault(
        "pushed-without-description",
        "DS-02.6",
        "push-pull-differ",
        "Pushes tell events without their description.",
        ("push-signed/pull/agree",),
        _without("description"),
    ),
    Fault(
        "latest-without-external-codes",
        "DS-02.6",
        "push-pull-differ",
        "The latest event of a shipment is told without the codes of others.",
        ("push-signed/shipment/latest-whole",),
        _latest_without("external_codes"),
    ),
    Fault(
        "integrator-latest-without-external-codes",
        "DS-02.6",
        "push-pull-differ",
        "The latest event of a shipment is told without the codes of others.",
        ("push-signed/shipment/latest-whole",),
        _latest_without("external_codes"),
        role="integrator",
    ),
)
"""Faults of replays, acknowledgements, ends, and of what pushes tell."""
