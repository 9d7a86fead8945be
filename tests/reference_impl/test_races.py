"""What must hold when many callers act at once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from push_receiver import new_secret
from running_courier import Party, RunningCourier, consignment

pytestmark = pytest.mark.parametrize(
    "courier",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)


def at_once(count: int, call: Any) -> list[requests.Response]:
    """The answers of ``count`` calls that start together."""
    barrier = threading.Barrier(count)

    def run(number: int) -> requests.Response:
        barrier.wait()
        answer: requests.Response = call(number)
        return answer

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_twins_create_one_consignment(platform_a: Party) -> None:
    """Sixteen equal requests at once: one result, the others get the same or are told that it is in
    flight (DS-01.7).
    """
    for round_number in range(5):
        key, order_no = secrets.token_hex(8), f"TWINS-{round_number}"
        body = json.dumps(consignment(order_no=order_no))
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        answers = at_once(
            16,
            lambda _, body=body, headers=headers: platform_a.call(
                "createConsignment", data=body, headers=headers
            ),
        )
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert all(
            answer.json()["type"].endswith("/idempotency-in-flight")
            for answer in answers
            if answer.status_code == 409
        )
        first = {answer.content for answer in answers if answer.status_code == 201}
        assert len(first) == 1
        again = platform_a.call("createConsignment", data=body, headers=headers)
        assert {again.content} == first
        assert again.headers["Location"].endswith(again.json()["consignment_id"])
        assert (
            len(platform_a.call("listConsignments", params={"order_no": order_no}).json()["items"])
            == 1
        )


def test_rivals_with_one_key_and_different_bodies_leave_one_consignment(platform_a: Party) -> None:
    """Of sixteen different bodies under one key exactly one is stored."""
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    answers = at_once(
        16,
        lambda number: platform_a.call(
            "createConsignment", json=consignment(order_no=f"RIVAL-{number}"), headers=headers
        ),
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[201] == 1
    assert set(statuses) <= {201, 409, 422}
    stored = [
        n
        for n in range(16)
        if platform_a.call("listConsignments", params={"order_no": f"RIVAL-{n}"}).json()["items"]
    ]
    assert len(stored) == 1


def test_key_belongs_to_caller_operation_and_body(platform_a: Party, platform_b: Party) -> None:
    """The same key is free for another caller and operation, refused for another body, and repeats
    batch and subscription results.
    """
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    first = platform_a.call("createConsignment", json=consignment(), headers=headers)
    assert first.status_code == 201
    assert (
        platform_b.call("createConsignment", json=consignment(), headers=headers).json()
        != first.json()
    )
    reused = platform_a.call("createConsignment", json=consignment(remark="另"), headers=headers)
    assert (reused.status_code, reused.json()["type"].rsplit("/", 1)[1]) == (
        422,
        "idempotency-key-reused",
    )
    batch = {"consignments": [consignment(), consignment(order_no="")]}
    results = [
        platform_a.call("createConsignmentBatch", json=batch, headers=headers) for _ in range(2)
    ]
    assert results[0].content == results[1].content
    wish = {"callback_url": "http://127.0.0.1:9/x", "secret": new_secret()}
    made = [platform_a.call("createSubscription", json=wish, headers=headers) for _ in range(2)]
    assert made[0].content == made[1].content
    path = {"subscription_id": made[0].json()["subscription_id"]}
    replays = [
        platform_a.call("replaySubscription", path=path, json={}, headers=headers) for _ in range(2)
    ]
    assert replays[0].content == replays[1].content
    assert platform_a.call("deleteSubscription", path=path).status_code == 204


def test_refused_request_leaves_its_key_free(platform_a: Party) -> None:
    """A callback that is refused may be mended under the same key."""
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    wish = {"callback_url": "http://10.0.0.8/x", "secret": new_secret()}
    assert platform_a.call("createSubscription", json=wish, headers=headers).status_code == 422
    mended = platform_a.call(
        "createSubscription", json={**wish, "callback_url": "http://127.0.0.1:9/x"}, headers=headers
    )
    assert mended.status_code == 201
    platform_a.call(
        "deleteSubscription", path={"subscription_id": mended.json()["subscription_id"]}
    )


def test_key_is_forgotten_after_its_retention(courier: RunningCourier) -> None:
    """Beyond the declared retention a key counts as new."""
    partner = courier.partner("late")
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    first = partner.call("createConsignment", json=consignment(), headers=headers).json()
    courier.act("advance-clock", seconds=3601)
    try:
        later = Party(courier.base_url, *partner.credentials)
        assert (
            later.call("createConsignment", json=consignment(), headers=headers).json()[
                "consignment_id"
            ]
            != first["consignment_id"]
        )
    finally:
        courier.act("advance-clock", seconds=0)


def test_scans_at_once_keep_the_sequence_contiguous(
    courier: RunningCourier, platform_a: Party
) -> None:
    """Sixteen scans of one parcel at once get sixteen successive sequence numbers."""
    courier.act("reset")
    waybill_no = platform_a.place()["waybill_no"]
    answers = at_once(
        16, lambda _: courier.act("record-scan", waybill_no=waybill_no, event_code="PICKUP_PENDING")
    )
    assert sorted(answer.json()["result"]["sequence"] for answer in answers) == list(range(2, 18))
    trail = platform_a.call("listShipmentEvents", path={"waybill_no": waybill_no}).json()["items"]
    assert [event["sequence"] for event in trail] == list(range(1, 18))


def test_cancellation_and_acceptance_race_has_one_winner(
    courier: RunningCourier, platform_a: Party
) -> None:
    """Whichever comes first, the other is refused."""
    for _ in range(5):
        receipt = platform_a.place()
        path, waybill_no = {"consignment_id": receipt["consignment_id"]}, receipt["waybill_no"]

        def act(
            number: int, path: dict[str, str] = path, waybill_no: str = waybill_no
        ) -> requests.Response:
            if number % 2:
                return platform_a.call(
                    "cancelConsignment", path=path, json={"reason_code": "OTHER"}
                )
            return courier.act("record-scan", waybill_no=waybill_no, event_code="ACCEPTED")

        answers = at_once(2, act)
        assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_feed_is_complete_in_order_and_stable_while_events_arrive(platform_b: Party) -> None:
    """A reader who pages while eight writers write sees every event once, in order, and never one
    behind its cursor (DS-02.4).
    """
    writers, each = 8, 12

    def write(number: int) -> set[str]:
        return {platform_b.place(order_no=f"FEED-{number}-{n}")["waybill_no"] for n in range(each)}

    with ThreadPoolExecutor(writers) as pool:
        writing = [pool.submit(write, number) for number in range(writers)]
        seen: list[dict[str, Any]] = []
        cursor = None
        while True:
            done = all(future.done() for future in writing)
            page = platform_b.call(
                "listEvents", params={"limit": 7, **({"cursor": cursor} if cursor else {})}
            ).json()
            seen += page["items"]
            cursor = page["resume_cursor"]
            if done and page["next_cursor"] is None:
                break
    written = set.union(*(future.result() for future in writing))
    ids = [event["event_id"] for event in seen]
    assert len(ids) == len(set(ids))
    assert written <= {event["waybill_no"] for event in seen}
    assert [event["event_id"] for event in platform_b.feed(limit=50)] == ids
    assert [event["recorded_at"] for event in seen] == sorted(
        event["recorded_at"] for event in seen
    )


def test_cursor_before_the_first_event_is_good_for_later(courier: RunningCourier) -> None:
    """An empty page still gives a resume cursor, which later finds exactly what was recorded
    since.
    """
    partner = courier.partner("early-bird")
    page = partner.call("listEvents").json()
    assert (page["items"], page["next_cursor"]) == ([], None)
    waybill_no = partner.place()["waybill_no"]
    later = partner.call("listEvents", params={"cursor": page["resume_cursor"]}).json()
    assert [event["waybill_no"] for event in later["items"]] == [waybill_no]


def test_listing_pages_hold_each_consignment_once(courier: RunningCourier) -> None:
    """Consignments and subscriptions are listed oldest first, without gap or repetition, while more
    are made.
    """
    partner = courier.partner("lister")
    placed = [partner.place()["consignment_id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = partner.call(
            "listConsignments", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += [record["consignment_id"] for record in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        if len(placed) < 8:
            placed.append(partner.place()["consignment_id"])
    assert seen == placed
