"""What the reference platform believes of what is pushed to it, and how it judges a batch (contract
9.4).
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from push_receiver import new_secret
from running_courier import Party, slug, wait_for
from running_network import Node, Pusher, accepted, body_id, envelope, everything, outgoing, started


@dataclass
class Scene:
    """A platform with two couriers, a waybill of each, and pushes in the name of the first."""

    platform: Node
    east: Party
    pusher: Pusher
    waybill_no: str
    foreign_no: str
    first: dict[str, Any]

    def event(self, sequence: int, **members: Any) -> dict[str, Any]:
        """A valid event with a fresh id."""
        fresh = {
            "event_id": f"evt_{secrets.token_hex(8)}",
            "sequence": sequence,
            "event_code": "ACCEPTED",
            "state": "ACCEPTED",
        }
        return {**self.first, **fresh, **members}

    def kept(self) -> list[str]:
        """Ids of what was accepted."""
        return [
            event["event_id"]
            for event in everything(self.east, "listReceivedEvents", waybill_no=self.waybill_no)
        ]


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Node, Node, Node, dict[str, Party]]]:
    """Platform and couriers."""
    directory = tmp_path_factory.mktemp("pushes")
    platform = Node(directory / "platform", "platform")
    east, west = Node(directory / "east", "courier"), Node(directory / "west", "courier")
    with started(platform, east, west):
        yield (
            platform,
            east,
            west,
            {"EAST": platform.connect("EAST", east), "WEST": platform.connect("WEST", west)},
        )


@pytest.fixture
def scene(nodes: tuple[Node, Node, Node, dict[str, Party]]) -> Scene:
    """Fresh waybills for each test."""
    platform, east, _, parties = nodes
    numbers = {}
    for code, party in parties.items():
        order_no = f"PUSH-{code}-{secrets.token_hex(4)}"
        platform.order(code, order_no)
        numbers[code] = accepted(party, order_no)["waybill_no"]
    (first,) = wait_for(
        lambda: everything(parties["EAST"], "listReceivedEvents", waybill_no=numbers["EAST"])
    )
    return Scene(platform, parties["EAST"], Pusher(east), numbers["EAST"], numbers["WEST"], first)


def result(answer: requests.Response) -> tuple[str, int, list[str]]:
    """Word, number accepted, and codes of what was rejected."""
    told = answer.json()
    return told["result"], told["accepted"], [one["code"] for one in told["rejected"]]


Forgery = Callable[[Scene, bytes], tuple[bytes, dict[str, str]]]
FORGERIES: dict[str, Forgery] = {
    "without-headers": lambda _scene, body: (body, {"Content-Type": "application/json"}),
    "token-instead": lambda scene, body: (
        body,
        {"Content-Type": "application/json", "Authorization": f"Bearer {scene.east.token}"},
    ),
    "wrong-secret": lambda scene, body: (
        body,
        scene.pusher.headers(body_id(body), body, secret=new_secret()),
    ),
    "stale": lambda scene, body: (
        body,
        scene.pusher.headers(body_id(body), body, at=time.time() - 400),
    ),
    "future": lambda scene, body: (
        body,
        scene.pusher.headers(body_id(body), body, at=time.time() + 400),
    ),
    "altered": lambda scene, body: (
        body.replace(b"ACCEPTED", b"SORTED__"),
        scene.pusher.headers(body_id(body), body),
    ),
    "other-id": lambda scene, body: (body, scene.pusher.headers("msg_other", body)),
    "timestamp-moved": lambda scene, body: (
        body,
        scene.pusher.headers(body_id(body), body)
        | {"webhook-timestamp": str(int(time.time()) + 9)},
    ),
    "unknown-scheme": lambda scene, body: (
        body,
        _scheme(scene.pusher.headers(body_id(body), body), "v9"),
    ),
    "no-signature": lambda scene, body: (
        body,
        scene.pusher.headers(body_id(body), body) | {"webhook-signature": "v1,"},
    ),
}


def _scheme(headers: dict[str, str], scheme: str) -> dict[str, str]:
    return headers | {
        "webhook-signature": headers["webhook-signature"].replace("v1,", f"{scheme},")
    }


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_push_is_refused_and_nothing_kept(scene: Scene, name: str) -> None:
    """401 with a challenge; the same event rightly pushed afterwards is taken."""
    event = scene.event(2)
    body = envelope([event])
    answer = scene.pusher.send(*FORGERIES[name](scene, body))
    assert slug(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"]
    assert event["event_id"] not in scene.kept()
    assert result(scene.pusher.push([event])) == ("accepted", 1, [])
    assert scene.kept() == [scene.first["event_id"], event["event_id"]]


def test_same_push_again_gets_the_same_result(scene: Scene) -> None:
    """To the byte or signed afresh; other bytes under the same id are refused."""
    body = envelope([scene.event(2), scene.event(3, waybill_no="JR00000000000001")])
    headers = scene.pusher.headers(body_id(body), body)
    first = scene.pusher.send(body, headers)
    assert result(first) == ("partial", 1, ["unknown-waybill"])
    later = scene.pusher.headers(body_id(body), body, at=time.time() + 2)
    assert (
        scene.pusher.send(body, headers).json()
        == scene.pusher.send(body, later).json()
        == first.json()
    )
    assert slug(scene.pusher.push([scene.event(4)], body_id(body))) == (
        422,
        "idempotency-key-reused",
    )
    assert len(scene.kept()) == 2


def test_batch_is_judged_event_by_event(scene: Scene) -> None:
    """Each fault has its code, and the good ones are kept."""
    good = scene.event(2)
    known = scene.first
    batch = [
        good,
        {**scene.event(3), "email": "a@b.example"},
        scene.event(4, waybill_no=scene.foreign_no),
        known,
        {**known, "description": "altered"},
        scene.event(5, occurred_at="2099-01-01T00:00:00+08:00"),
        {name: value for name, value in scene.event(6).items() if name != "event_id"},
        good,
    ]
    answer = scene.pusher.push(batch)
    assert result(answer) == (
        "partial",
        3,
        [
            "invalid-event",
            "unknown-waybill",
            "conflicting-duplicate",
            "invalid-event",
            "invalid-event",
        ],
    )
    assert scene.kept() == [known["event_id"], good["event_id"]]
    assert result(scene.pusher.push([scene.event(9, waybill_no="JR00000000000001")])) == (
        "rejected",
        0,
        ["unknown-waybill"],
    )


def test_late_event_is_kept_but_the_state_stays(scene: Scene) -> None:
    """The state is that of the highest sequence, estimates left aside."""
    assert result(
        scene.pusher.push([scene.event(4, event_code="HUB_ARRIVED", state="IN_TRANSIT")])
    ) == ("accepted", 1, [])
    assert result(scene.pusher.push([scene.event(2)])) == ("accepted", 1, [])
    estimate = scene.event(
        9,
        classifier="EST",
        event_code="DELIVERED",
        state="DELIVERED",
        signatory_type="SELF",
        expected_at="2099-01-01T00:00:00+08:00",
    )
    assert result(scene.pusher.push([estimate])) == ("accepted", 1, [])
    order_no = next(
        one
        for one in everything(scene.east, "listOutgoingConsignments")
        if one.get("waybill_no") == scene.waybill_no
    )["consignment"]["order_no"]
    assert outgoing(scene.east, order_no)["shipment_state"] == "IN_TRANSIT"
    assert len(scene.kept()) == 4


def test_heartbeat_and_faulty_envelopes(scene: Scene) -> None:
    """A heartbeat counts nothing; an envelope that is none is refused as a whole."""
    beat = {**json.loads(envelope([])), "type": "heartbeat"}
    beat["data"] = {
        "flow": "shipment-events",
        "interval_s": 60,
        "last_recorded_at": scene.first["recorded_at"],
        "high_water_sequence": 1,
    }
    body = json.dumps(beat).encode()
    assert result(scene.pusher.send(body, scene.pusher.headers(beat["id"], body))) == (
        "accepted",
        0,
        [],
    )
    broken = b'{"id": '
    assert slug(scene.pusher.send(broken, scene.pusher.headers("msg_broken", broken))) == (
        400,
        "malformed-json",
    )
    extra = json.dumps({**json.loads(envelope([scene.event(2)])), "more": 1}).encode()
    assert slug(scene.pusher.send(extra, scene.pusher.headers(body_id(extra), extra))) == (
        422,
        "validation-failed",
    )
    assert slug(scene.pusher.push([])) == (422, "validation-failed")
    assert slug(scene.pusher.push([scene.event(number) for number in range(2, 103)])) == (
        422,
        "validation-failed",
    )
    assert len(scene.kept()) == 1


def test_size_and_type_come_before_the_signature(scene: Scene) -> None:
    """413 and 415 without looking at who sent it."""
    large = b" " * 1_100_000
    assert slug(scene.pusher.send(large, {"Content-Type": "text/plain"})) == (413, "body-too-large")
    assert slug(scene.pusher.send(b"{}", {"Content-Type": "text/plain"})) == (
        415,
        "unsupported-media-type",
    )


def test_plain_path_is_served_too(scene: Scene) -> None:
    """Without the courier in the path it is known by its secret; under another courier's path it is
    not believed.
    """
    event = scene.event(2)
    body = envelope([event])
    base = scene.pusher.url.rpartition("/")[0]
    scene.pusher.url = f"{base}/WEST"
    assert slug(scene.pusher.push([event])) == (401, "unauthenticated")
    scene.pusher.url = base
    assert result(scene.pusher.send(body, scene.pusher.headers(body_id(body), body))) == (
        "accepted",
        1,
        [],
    )
