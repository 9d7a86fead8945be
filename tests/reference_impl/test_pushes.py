"""Pushes: signed, ordered, retried with the same bytes, each subscription by itself; read with a
public library.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from push_receiver import PushReceiver, new_secret
from running_courier import Party, RunningCourier, faults_of, wait_for
from standardwebhooks import Webhook, WebhookVerificationError

pytestmark = pytest.mark.parametrize(
    "courier",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)


class Subscribed:
    """A partner of its own with a subscription at a receiver."""

    def __init__(self, courier: RunningCourier, receiver: PushReceiver, **wish: Any) -> None:
        self.courier = courier
        self.receiver = receiver
        self.partner: Party = courier.partner(f"partner-{time.monotonic_ns()}")
        self.secret = new_secret()
        body = {"callback_url": receiver.url, "secret": self.secret, **wish}
        self.document = self.partner.call("createSubscription", json=body).json()
        self.path = {"subscription_id": self.document["subscription_id"]}

    def place(self) -> str:
        """The waybill number of a new consignment."""
        waybill_no: str = self.partner.place()["waybill_no"]
        return waybill_no

    def status(self) -> str:
        """The subscription's status."""
        status: str = self.partner.call("getSubscription", path=self.path).json()["status"]
        return status


@pytest.fixture
def subscribed(courier: RunningCourier, receiver: PushReceiver) -> Iterator[Subscribed]:
    """A subscription, deleted afterwards."""
    subscription = Subscribed(courier, receiver)
    yield subscription
    subscription.partner.call("deleteSubscription", path=subscription.path)


def test_push_verifies_and_agrees_with_pull(subscribed: Subscribed) -> None:
    """The public standardwebhooks library believes each push, and its events are field by field
    those of the feed (DS-02.6).
    """
    waybill_no = subscribed.place()
    subscribed.courier.scan(waybill_no, "ACCEPTED", "SORTED", "OUT_FOR_DELIVERY", "DELIVERED")
    wait_for(lambda: len(subscribed.receiver.events()) >= 5)
    for message in subscribed.receiver.messages:
        assert Webhook(subscribed.secret).verify(message.body, message.headers) == message.envelope
        assert message.headers["webhook-id"] == message.envelope["id"]
        assert faults_of("push-envelope", message.envelope) == []
        with pytest.raises(WebhookVerificationError):
            Webhook(new_secret()).verify(message.body, message.headers)
    assert subscribed.receiver.events() == subscribed.partner.feed()


def test_retry_repeats_id_and_bytes_with_growing_gaps(subscribed: Subscribed) -> None:
    """Failures and redirects are tried again, not followed; only timestamp and signature are new
    (DS-02.5).
    """
    subscribed.receiver.script.extend([503, 302, 500])
    subscribed.place()
    messages = wait_for(
        lambda: len(subscribed.receiver.messages) >= 4 and subscribed.receiver.messages
    )
    assert len({message.headers["webhook-id"] for message in messages}) == 1
    assert len({message.body for message in messages}) == 1
    for message in messages:
        Webhook(subscribed.secret).verify(message.body, message.headers)
    gaps = [later.at - earlier.at for earlier, later in pairwise(messages)]
    assert gaps[0] >= 0.2
    assert gaps[1] >= 0.4
    assert gaps[2] >= 0.8


def test_attempts_end_after_the_declared_number(subscribed: Subscribed) -> None:
    """The eighth failure is the last; the next event starts afresh."""
    subscribed.receiver.script.extend([500] * 8)
    first = subscribed.place()
    for attempt in range(1, 9):  # the clock is moved instead of waiting for half a minute
        wait_for(lambda attempt=attempt: len(subscribed.receiver.messages) >= attempt)
        subscribed.courier.act("advance-clock", seconds=30)
    second = subscribed.place()
    wait_for(lambda: len(subscribed.receiver.messages) >= 9)
    waybills = [message.events[0]["waybill_no"] for message in subscribed.receiver.messages]
    assert waybills == [first] * 8 + [second]


def test_gone_stops_the_subscription(subscribed: Subscribed) -> None:
    """After 410 nothing more arrives, and the subscription says so."""
    subscribed.receiver.script.append(410)
    subscribed.place()
    wait_for(lambda: subscribed.status() == "stopped")
    subscribed.place()
    answer = subscribed.partner.call("replaySubscription", path=subscribed.path, json={})
    assert answer.status_code == 409
    assert len(subscribed.receiver.messages) == 1


def test_hanging_receiver_is_timed_out_and_holds_up_nobody(
    courier: RunningCourier, receiver: PushReceiver
) -> None:
    """While one receiver hangs, another gets its pushes at once; the first is tried again after the
    time-out.
    """
    other = PushReceiver()
    try:
        hanging, prompt = Subscribed(courier, receiver), Subscribed(courier, other)
        receiver.script.append("hang")
        hanging.place()
        wait_for(lambda: receiver.messages)
        prompt.place()
        wait_for(lambda: other.messages, within_s=1.5)
        wait_for(lambda: len(receiver.messages) == 2, within_s=5)
        assert receiver.messages[0].body == receiver.messages[1].body
        assert receiver.messages[1].at - receiver.messages[0].at >= 2
    finally:
        other.close()


def test_rotation_overlaps_and_ends(subscribed: Subscribed) -> None:
    """During the overlap both secrets verify each push, afterwards only the new one does."""
    new = new_secret()
    rotated = subscribed.partner.call(
        "rotateSubscriptionSecret", path=subscribed.path, json={"secret": new, "overlap_s": 300}
    )
    assert rotated.json() == subscribed.document
    subscribed.place()
    both = wait_for(lambda: subscribed.receiver.messages)[0]
    assert len(both.headers["webhook-signature"].split()) == 2
    for secret in (new, subscribed.secret):
        Webhook(secret).verify(both.body, both.headers)
    subscribed.courier.act("advance-clock", seconds=301)
    subscribed.place()
    after = wait_for(
        lambda: len(subscribed.receiver.messages) >= 2 and subscribed.receiver.messages
    )[1]
    Webhook(new).verify(after.body, after.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(subscribed.secret).verify(after.body, after.headers)


def test_order_is_kept_within_a_waybill(subscribed: Subscribed) -> None:
    """Many scans while the receiver fails now and then: each waybill's sequence arrives in
    order.
    """
    subscribed.receiver.script.extend([500, 204, 503, 204, 500])
    waybills = [subscribed.place() for _ in range(3)]
    for code in ("ACCEPTED", "SORTED", "HUB_DEPARTED", "OUT_FOR_DELIVERY", "DELIVERED"):
        for waybill_no in waybills:
            subscribed.courier.scan(waybill_no, code)
    wait_for(lambda: len({event["event_id"] for event in subscribed.receiver.events()}) == 18)
    for waybill_no in waybills:
        sequences = [
            event["sequence"]
            for event in subscribed.receiver.events()
            if event["waybill_no"] == waybill_no
        ]
        assert list(dict.fromkeys(sequences)) == [
            1,
            2,
            3,
            4,
            5,
            6,
        ]  # a retried message repeats what it holds


def test_filtered_subscription_gets_only_its_codes(
    courier: RunningCourier, receiver: PushReceiver
) -> None:
    """A subscription for DELIVERED hears nothing of the way there."""
    subscription = Subscribed(courier, receiver, event_codes=["DELIVERED"])
    courier.scan(subscription.place(), "ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED")
    assert [event["event_code"] for event in wait_for(receiver.events)] == ["DELIVERED"]
    assert subscription.document["event_codes"] == ["DELIVERED"]


def test_partner_gets_only_its_own_events(subscribed: Subscribed, platform_b: Party) -> None:
    """Another's parcels are not pushed (DS-08.3)."""
    foreign = platform_b.place()["waybill_no"]
    own = subscribed.place()
    wait_for(subscribed.receiver.events)
    assert {event["waybill_no"] for event in subscribed.receiver.events()} == {own} - {foreign}


def test_replay_sends_the_same_event_ids_again(subscribed: Subscribed) -> None:
    """What is replayed are the old events, more than a hundred of them in several messages."""
    waybills = [subscribed.place() for _ in range(4)]
    for waybill_no in waybills:
        subscribed.courier.scan(waybill_no, *["PICKUP_PENDING"] * 29)
    wait_for(lambda: len(subscribed.receiver.events()) == 120)
    before = subscribed.receiver.events()
    answer = subscribed.partner.call("replaySubscription", path=subscribed.path, json={})
    assert (answer.status_code, answer.json()["event_count"]) == (202, 120)
    wait_for(lambda: len(subscribed.receiver.events()) == 240)
    assert subscribed.receiver.events()[120:] == before
    assert max(len(message.events) for message in subscribed.receiver.messages) <= 100
    chosen = subscribed.partner.call(
        "replaySubscription", path=subscribed.path, json={"waybill_nos": waybills[:1]}
    )
    assert chosen.json()["event_count"] == 30
    since = before[60]["recorded_at"]
    later = subscribed.partner.call(
        "replaySubscription", path=subscribed.path, json={"recorded_from": since}
    )
    assert later.json()["event_count"] == sum(event["recorded_at"] >= since for event in before)


def test_secret_is_never_shown(subscribed: Subscribed) -> None:
    """No answer about a subscription contains its secret."""
    shown = subscribed.partner.call("getSubscription", path=subscribed.path).text
    listed = subscribed.partner.call("listSubscriptions").text
    assert subscribed.secret not in shown + listed
    assert subscribed.document["subscription_id"] in listed
