"""The delivery worker: pushes what is due, each subscription on its own (DS-02.5)."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from sqlalchemy import Connection
from urllib3.exceptions import HTTPError

from jidi_reference.domain.signing import signatures
from jidi_reference.service.context import Context
from jidi_reference.service.messages import MAX_EVENTS, make_messages
from jidi_reference.storage import events, subscriptions
from jidi_reference.storage.events import EventFilter
from jidi_reference.storage.subscriptions import ACKNOWLEDGED, ACTIVE, GIVEN_UP, STOPPED, Delivery, SubscriptionRow

_LOG = logging.getLogger(__name__)
_LANES = 128
_IDLE_S = 1.0
_BREATH_S = 0.02  # gathers what is recorded within it into one look at the database
_MAX_ANSWER = 64 * 1024


class DeliveryWorker:
    """One scheduler thread and a lane for each subscription with something due.

    The feed itself is the outbox: an event is recorded and thereby queued in one transaction, and ``pushed_position`` and the frozen
    messages say how far each subscription is. Whatever a crash interrupts is therefore found again at the next start.
    """

    def __init__(self) -> None:
        """A worker that does nothing until ``start``."""
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._busy: set[str] = set()
        self._guard = threading.Lock()
        self._scheduler: threading.Thread | None = None
        self._lanes: ThreadPoolExecutor | None = None

    def wake(self) -> None:
        """Something was recorded; look soon."""
        self._wake.set()

    def start(self, context: Context) -> None:
        """Begin to push, first of all what an earlier run left."""
        self._stop.clear()
        self._lanes = ThreadPoolExecutor(_LANES, thread_name_prefix="push")
        self._scheduler = threading.Thread(target=self._schedule, args=(context, self._lanes), name="push-scheduler", daemon=True)
        self._scheduler.start()

    def stop(self) -> None:
        """End after the attempts that are under way."""
        self._stop.set()
        self._wake.set()
        if self._scheduler is not None:
            self._scheduler.join()
        if self._lanes is not None:
            self._lanes.shutdown(cancel_futures=True)

    def _schedule(self, context: Context, lanes: ThreadPoolExecutor) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            pause = _IDLE_S
            try:
                pause = self._dispatch(context, lanes)
            except Exception:
                _LOG.exception("the delivery scheduler could not look for work and will try again")
            self._wake.wait(pause)
            time.sleep(_BREATH_S)  # lets what comes in together be sent together, and bounds the pace of the loop

    def _dispatch(self, context: Context, lanes: ThreadPoolExecutor) -> float:
        with context.database.read() as connection:
            due = subscriptions.due_subscriptions(connection, events.last_position(connection))
        pause = _IDLE_S
        for subscription_id, when in due:
            with self._guard:
                if subscription_id in self._busy:
                    continue
                late_s = context.clock.now() - when
                if late_s < 0:
                    pause = min(pause, -late_s)
                    continue
                self._busy.add(subscription_id)
            lanes.submit(self._run_lane, context, subscription_id)
        return pause

    def _run_lane(self, context: Context, subscription_id: str) -> None:
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy and no netrc may redirect or sign a push
                while not self._stop.is_set() and _push_next(context, session, subscription_id):
                    pass
        except Exception:
            _LOG.exception("a push lane failed and will be tried again")
            self._stop.wait(_IDLE_S)
        finally:
            with self._guard:
                self._busy.discard(subscription_id)
            self._wake.set()


def _push_next(context: Context, session: requests.Session, subscription_id: str) -> bool:
    """Send the subscription's next message if it is due; whether it is worth coming back at once."""
    with context.database.write() as connection:
        row = subscriptions.find_subscription(connection, None, subscription_id, lock=True)
        delivery = None if row is None or row.status != ACTIVE else _next_delivery(context, connection, row)
    if row is None or delivery is None or delivery.next_attempt_at > context.clock.now():
        return False
    status = _send(context, session, row, delivery)
    with context.database.write() as connection:
        return _conclude(context, connection, delivery, status)


def _next_delivery(context: Context, connection: Connection, row: SubscriptionRow) -> Delivery | None:
    waiting = subscriptions.first_delivery(connection, row.subscription_id)
    if waiting is not None:
        return waiting
    head = events.last_position(connection)
    fresh = events.feed(connection, row.owner, EventFilter(event_codes=row.wanted_codes), row.pushed_position, MAX_EVENTS)
    # A short page was read to the end of what this transaction sees; a full one only to its last event.
    position = fresh[-1].position if len(fresh) == MAX_EVENTS else max([head, *(event.position for event in fresh)])
    if position > row.pushed_position:
        subscriptions.change_subscription(connection, row.subscription_id, pushed_position=position)
    make_messages(context, connection, row, fresh)
    return subscriptions.first_delivery(connection, row.subscription_id)


def _send(context: Context, session: requests.Session, row: SubscriptionRow, delivery: Delivery) -> int:
    """The answer's status; 0 for no answer in time."""
    stamp = int(time.time())  # the real time, of each attempt: receivers refuse what looks stale
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "jidi-reference",
        "Accept-Encoding": "identity",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signatures(row.secrets_at(context.clock.now()), delivery.message_id, stamp, delivery.body),
    }
    limit = context.settings.limits.push_timeout_s
    deadline = time.monotonic() + limit
    try:
        with session.post(row.callback_url, data=delivery.body, headers=headers, timeout=limit, allow_redirects=False, stream=True) as answer:
            _drain(answer, deadline)
            return answer.status_code
    except (requests.RequestException, HTTPError, OSError, ValueError):
        return 0


def _drain(answer: requests.Response, deadline: float) -> None:
    """Read a short answer, so that the connection can be used again; leave a long or slow one, its status is known."""
    read = 0
    try:
        for chunk in answer.raw.stream(8192, decode_content=False):
            read += len(chunk)
            if read > _MAX_ANSWER or time.monotonic() > deadline:
                return
    except (HTTPError, OSError):
        return


def _conclude(context: Context, connection: Connection, delivery: Delivery, status: int) -> bool:
    attempts = delivery.attempts + 1
    if 200 <= status < 300:
        subscriptions.change_delivery(connection, delivery.delivery_no, attempts=attempts, status=ACKNOWLEDGED)
        return True
    if status == 410:
        subscriptions.change_delivery(connection, delivery.delivery_no, attempts=attempts, status=GIVEN_UP)
        subscriptions.change_subscription(connection, delivery.subscription_id, status=STOPPED)
        return False
    limits = context.settings.limits
    if attempts >= limits.push_attempts:
        subscriptions.change_delivery(connection, delivery.delivery_no, attempts=attempts, status=GIVEN_UP)
        return True
    gap = limits.push_initial_backoff_s * 2 ** (attempts - 1)
    subscriptions.change_delivery(connection, delivery.delivery_no, attempts=attempts, next_attempt_at=context.clock.now() + gap)
    return False
