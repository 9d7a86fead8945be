"""The delivery worker: pushes what is due, each subscription on its own (DS-02.5)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests
from urllib3.exceptions import HTTPError

from jidi_reference.domain.signing import signatures
from jidi_reference.service.context import Context
from jidi_reference.service.courier.messages import MAX_EVENTS, make_messages
from jidi_reference.service.lanes import LaneWorker, Task
from jidi_reference.service.ports.events import EventFilter, Events
from jidi_reference.service.ports.subscriptions import (
    ACKNOWLEDGED,
    ACTIVE,
    GIVEN_UP,
    STOPPED,
    Delivery,
    SubscriptionRow,
)
from jidi_reference.service.ports.unit import Unit

_LANES = 128
_MAX_ANSWER = 64 * 1024


class DeliveryWorker(LaneWorker):
    """A lane for each subscription with something due.

    The feed itself is the outbox: an event is recorded and thereby queued in one transaction, and
    ``pushed_position`` and the frozen
    messages say how far each subscription is.
    """

    def __init__(self) -> None:
        """A worker that does nothing until ``start``."""
        super().__init__("push", _LANES, _LANES)

    def tasks(self, context: Context) -> Iterator[Task]:
        """Subscriptions with something to push."""
        with context.storage.read() as unit:
            due = unit.subscriptions.due_subscriptions(_recorded(unit).last_position())
        for subscription_id, when in due:
            yield Task("push", (subscription_id,), when, "")

    def work(self, context: Context, task: Task) -> None:
        """Push until nothing is due any more."""
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no netrc may redirect or sign a push
            with context.storage.write() as unit:
                due = _due(context, unit, *task.names)
            while due is not None:
                row, delivery = due
                status = _send(context, session, row, delivery)
                with context.storage.write() as unit:
                    goes_on = (
                        _conclude(context, unit, delivery, status) and not self.stopping.is_set()
                    )
                    due = _due(context, unit, *task.names) if goes_on else None


def _due(
    context: Context, unit: Unit, subscription_id: str
) -> tuple[SubscriptionRow, Delivery] | None:
    """The subscription with its next message, when that may be sent now."""
    row = unit.subscriptions.find_subscription(None, subscription_id, lock=True)
    delivery = None if row is None or row.status != ACTIVE else _next_delivery(context, unit, row)
    return (
        None
        if row is None or delivery is None or delivery.next_attempt_at > context.clock.now()
        else (row, delivery)
    )


def _next_delivery(context: Context, unit: Unit, row: SubscriptionRow) -> Delivery | None:
    waiting = unit.subscriptions.first_delivery(row.subscription_id)
    if waiting is not None:
        return waiting
    head = _recorded(unit).last_position()
    fresh = _recorded(unit).feed(
        row.owner,
        EventFilter(event_codes=row.wanted_codes),
        row.pushed_position,
        MAX_EVENTS,
    )
    # A short page was read to the end of what this transaction sees; a full one only to its last
    # event.
    position = (
        fresh[-1].position
        if len(fresh) == MAX_EVENTS
        else max([head, *(event.position for event in fresh)])
    )
    if position > row.pushed_position:
        unit.subscriptions.change_subscription(row.subscription_id, pushed_position=position)
    make_messages(context, unit, row, fresh)
    return unit.subscriptions.first_delivery(row.subscription_id)


def _send(
    context: Context, session: requests.Session, row: SubscriptionRow, delivery: Delivery
) -> int:
    """The answer's status; 0 for no answer in time."""
    stamp = int(time.time())  # the real time, of each attempt: receivers refuse what looks stale
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "jidi-reference",
        "Accept-Encoding": "identity",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signatures(
            row.secrets_at(context.clock.now()), delivery.message_id, stamp, delivery.body
        ),
    }
    limit = context.settings.limits.push_timeout_s
    deadline = time.monotonic() + limit
    try:
        with session.post(
            row.callback_url,
            data=delivery.body,
            headers=headers,
            timeout=limit,
            allow_redirects=False,
            stream=True,
        ) as answer:
            _drain(answer, deadline)
            return answer.status_code
    except (requests.RequestException, HTTPError, OSError, ValueError):
        return 0


def _drain(answer: requests.Response, deadline: float) -> None:
    """Read a short answer, so that the connection can be used again; leave a long or slow one, its
    status is known.
    """
    read = 0
    try:
        for chunk in answer.raw.stream(8192, decode_content=False):
            read += len(chunk)
            if read > _MAX_ANSWER or time.monotonic() > deadline:
                return
    except (HTTPError, OSError):
        return


def _conclude(context: Context, unit: Unit, delivery: Delivery, status: int) -> bool:
    attempts = delivery.attempts + 1
    if 200 <= status < 300:
        unit.subscriptions.change_delivery(
            delivery.delivery_no, attempts=attempts, status=ACKNOWLEDGED
        )
        return True
    if status == 410:
        unit.subscriptions.change_delivery(delivery.delivery_no, attempts=attempts, status=GIVEN_UP)
        unit.subscriptions.change_subscription(delivery.subscription_id, status=STOPPED)
        return False
    limits = context.settings.limits
    if attempts >= limits.push_attempts:
        unit.subscriptions.change_delivery(delivery.delivery_no, attempts=attempts, status=GIVEN_UP)
        return True
    gap = limits.push_initial_backoff_s * 2 ** (attempts - 1)
    unit.subscriptions.change_delivery(
        delivery.delivery_no,
        attempts=attempts,
        next_attempt_at=context.clock.now() + gap,
    )
    return False


def _recorded(unit: Unit) -> Events:
    """The events as they are pushed."""
    return unit.events
