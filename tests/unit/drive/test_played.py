"""A played courier over real HTTP: it keeps the rules of a courier, takes what is faulty, answers
as scripted, scans and pushes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from jidi.counterparty import CourierRules, NoSuchSecretError, PushPlan, Reply, encoded, fresh_id
from jidi.counterparty.pushes import Sign, altered
from jidi.drive import Client
from jidi.drive.endpoint import Endpoint
from jidi.drive.played import CourierSetup, PlayedCourier
from jidi.drive.receiver import Receiver
from jidi.model.exchange import Exchange
from jidi.model.incoming.arrivals import ReceiverBounds
from jidi.model.outgoing import Outgoing
from jidi.model.target import ReceiverSettings
from jidi.registry import Registry

from .conftest import ClientMaker

REGISTRY = Registry.load()
RULES = CourierRules.of(REGISTRY)
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
CONSIGNMENT: dict[str, Any] = next(
    dict(one.instance)
    for one in REGISTRY.examples("valid", "consignment")
    if "waybill_no" not in one.instance
)


@dataclass
class Candidate:
    """A partner of the courier that can do everything right."""

    courier: PlayedCourier
    client: Client
    hook: Endpoint
    learnt: set[str] = field(default_factory=set)
    token: str = ""

    def get_token(self, secret: str = "") -> Exchange:
        """Ask for a token; remember it."""
        root = self.courier.base_url.removesuffix("/v1")
        form = {
            "grant_type": "client_credentials",
            "client_id": self.courier.connection["client_id"],
        }
        body = urlencode(
            {**form, "client_secret": secret or self.courier.connection["client_secret"]}
        ).encode()
        exchange = self.client.send(
            Outgoing(
                "POST",
                f"{root}/oauth/token",
                (("Content-Type", "application/x-www-form-urlencoded"),),
                body,
            )
        )
        self.token = said(exchange).get("access_token", "")
        return exchange

    def call(
        self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> Exchange:
        """Send one request with the token."""
        named = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            **headers,
            **({"Idempotency-Key": key} if key else {}),
        }
        data = (
            body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        )
        return self.client.send(
            Outgoing(method, self.courier.base_url + path, tuple(named.items()), data)
        )

    def consign(self, key: str, **changes: Any) -> dict[str, Any]:
        """A receipt."""
        return said(self.call("POST", "/consignments", {**CONSIGNMENT, **changes}, key))

    def subscribe(self) -> dict[str, Any]:
        """A subscription to the hook."""
        return said(
            self.call(
                "POST", "/subscriptions", {"callback_url": self.hook.url, "secret": SECRET}, "sub-1"
            )
        )


def said(exchange: Exchange) -> Any:
    """The JSON of an answer."""
    assert exchange.response is not None, exchange.failure
    return json.loads(exchange.response.body)


def status(exchange: Exchange) -> int | None:
    """Status, ``None`` when cut."""
    return exchange.response.status if exchange.response else None


def play(
    receiver: Receiver, client: Client, *, pushes: bool = False, declared: bool = True
) -> Candidate:
    """A courier and its partner, who has a token."""
    learnt: set[str] = set()
    setup = CourierSetup(
        name="east",
        code="KITEAST",
        party="east",
        segment="east-x1",
        client_id="candidate",
        client_secret="not-so-secret",
        rules=RULES,
        send=client.send,
        learn=learnt.add,
        declared=lambda url: declared and url.startswith("http://127.0.0.1"),
        now=lambda: datetime.now(UTC),
        pushes=pushes,
    )
    candidate = Candidate(
        receiver.courier(setup.segment, partial(PlayedCourier, setup)),
        client,
        receiver.open("hook"),
        learnt,
    )
    candidate.get_token()
    return candidate


@pytest.fixture
def client(receiver: Receiver, client_for: ClientMaker) -> Client:
    """A client that may speak to the receiver."""
    return client_for(f"127.0.0.1:{receiver.address[1]}", deadline_s=5, body_bytes=1_000_000)


@pytest.fixture
def candidate(receiver: Receiver, client: Client) -> Candidate:
    """Partner of a courier that pushes only when told to."""
    return play(receiver, client)


@pytest.fixture
def pushed_to(receiver: Receiver, client: Client) -> Iterator[Candidate]:
    """Partner of a courier that pushes by itself."""
    made = play(receiver, client, pushes=True)
    yield made
    made.courier.close()


def test_discovery_is_public_and_valid(candidate: Candidate) -> None:
    """What a candidate reads first holds under its schema, and leads to the API."""
    exchange = candidate.client.send(Outgoing("GET", candidate.courier.connection["discovery_url"]))
    document = said(exchange)
    assert REGISTRY.validate("discovery", document) == []
    assert document["versions"][0]["base_url"] == candidate.courier.base_url
    assert {name for name, value in document["capabilities"].items() if value is True} == {
        "push",
        "amendment",
        "replay",
        "secret_rotation",
        "waybill_numbers",
    }


def test_only_live_tokens_open_the_api(candidate: Candidate) -> None:
    """Wrong secret 401, no token 401 with WWW-Authenticate; secrets and tokens are learnt."""
    assert candidate.token in candidate.learnt
    assert "not-so-secret" in candidate.learnt
    refused = candidate.call("GET", "/status", Authorization="Bearer forged")
    assert refused.response is not None
    assert (refused.response.status, refused.response.header("WWW-Authenticate")) == (401, "Bearer")
    assert REGISTRY.validate("problem", said(refused)) == []
    assert status(candidate.get_token("wrong")) == 401
    candidate.token = ""
    assert status(candidate.call("GET", "/status")) == 401


def test_basic_authentication_gives_a_token_too(candidate: Candidate) -> None:
    """Both ways of the standard are served."""
    root = candidate.courier.base_url.removesuffix("/v1")
    basic = base64.b64encode(b"candidate:not-so-secret").decode()
    headers = (
        ("Authorization", f"Basic {basic}"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    exchange = candidate.client.send(
        Outgoing("POST", f"{root}/oauth/token", headers, b"grant_type=client_credentials")
    )
    assert REGISTRY.validate("token-response", said(exchange)) == []
    assert (
        status(
            candidate.client.send(
                Outgoing("POST", f"{root}/oauth/token", headers, b"grant_type=password")
            )
        )
        == 400
    )


def test_consignment_is_taken_once_for_each_key(candidate: Candidate) -> None:
    """The first result again; another body under the key is refused; another key is another
    consignment (DS-01.7).
    """
    first = candidate.call("POST", "/consignments", CONSIGNMENT, "k1")
    assert status(first) == 201
    assert REGISTRY.validate("receipt", said(first)) == []
    assert (
        said(first)["payload_digest"]
        == "sha-256:" + hashlib.sha256(json.dumps(CONSIGNMENT).encode()).hexdigest()
    )
    assert said(candidate.call("POST", "/consignments", CONSIGNMENT, "k1")) == said(first)
    other = candidate.call("POST", "/consignments", {**CONSIGNMENT, "remark": "x"}, "k1")
    assert (status(other), said(other)["type"].rsplit("/", 1)[1]) == (422, "idempotency-key-reused")
    assert candidate.consign("k2")["waybill_no"] != said(first)["waybill_no"]


@pytest.mark.parametrize("body", [{"order_no": 7}, {}, {"anything": [1, {"deep": None}]}])
def test_what_arrives_is_taken_however_faulty(candidate: Candidate, body: dict[str, Any]) -> None:
    """The judge says what was wrong; the courier goes on, even without a key."""
    receipt = candidate.call("POST", "/consignments", body)
    assert status(receipt) == 201
    record = said(candidate.call("GET", f"/consignments/{said(receipt)['consignment_id']}"))
    assert record["consignment"] == body


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(candidate: Candidate, body: bytes) -> None:
    """400, and the courier lives."""
    assert status(candidate.call("POST", "/consignments", body, "k1")) == 400
    assert status(candidate.call("GET", "/status")) == 200


def test_arrivals_tell_operation_party_and_what_they_are_about(candidate: Candidate) -> None:
    """Everything on which a scenario may build (docs/scenario-language.md)."""
    receipt = candidate.consign("k1", order_no="A-1")
    candidate.call(
        "POST", f"/consignments/{receipt['consignment_id']}/cancellation", {"reason_code": "OTHER"}
    )
    created, cancelled = candidate.courier.arrivals[-2:]
    about = {
        "order_no": "A-1",
        "waybill_no": receipt["waybill_no"],
        "consignment_id": receipt["consignment_id"],
    }
    assert (created.operation, created.exchange.operation, created.exchange.party) == (
        "createConsignment",
        "createConsignment",
        "east",
    )
    assert (dict(created.about), dict(cancelled.about)) == (about, about)
    assert created.exchange.direction == "received"
    assert created.exchange.response is not None
    assert json.loads(created.exchange.response.body) == receipt
    assert cancelled.parameters["consignment_id"] == receipt["consignment_id"]


def test_amendment_and_cancellation_until_acceptance(candidate: Candidate) -> None:
    """Before the first scan they are taken, afterwards 409 (DS-01.8)."""
    receipt = candidate.consign("k1")
    place = f"/consignments/{receipt['consignment_id']}"
    amended = candidate.call("PATCH", place, {"remark": "放门口"})
    assert said(amended)["consignment"]["remark"] == "放门口"
    assert REGISTRY.validate("consignment-record", said(amended)) == []
    assert (
        candidate.courier.scan(
            {"waybill_no": receipt["waybill_no"], "event_code": "ACCEPTED"}
        ).result
        is not None
    )
    assert status(candidate.call("PATCH", place, {"remark": "x"})) == 409
    assert status(candidate.call("POST", f"{place}/cancellation", {"reason_code": "OTHER"})) == 409
    other = candidate.consign("k2")
    cancelled = candidate.call(
        "POST", f"/consignments/{other['consignment_id']}/cancellation", {"reason_code": "OTHER"}
    )
    assert said(cancelled)["state"] == "CANCELLED"
    assert (
        status(
            candidate.call(
                "POST",
                f"/consignments/{other['consignment_id']}/cancellation",
                {"reason_code": "OTHER"},
            )
        )
        == 409
    )


def test_scans_follow_the_published_tables(candidate: Candidate) -> None:
    """Every event is valid, in sequence, and an illegal one is refused (DS-02.7)."""
    waybill = candidate.consign("k1")["waybill_no"]
    for code in (
        "ACCEPTED",
        "HUB_ARRIVED",
        "CUSTOMS_PRESENTED",
        "CUSTOMS_HELD",
        "CUSTOMS_RELEASED",
        "OUT_FOR_DELIVERY",
        "PICKUP_POINT_ARRIVED",
        "DELIVERED",
    ):
        outcome = candidate.courier.scan({"waybill_no": waybill, "event_code": code})
        assert outcome.result is not None, outcome.failure
    assert (
        candidate.courier.scan({"waybill_no": waybill, "event_code": "HUB_ARRIVED"}).result is None
    )
    assert candidate.courier.scan({"waybill_no": waybill, "event_code": "NONSENSE"}).result is None
    assert (
        candidate.courier.scan({"waybill_no": "unknown", "event_code": "ACCEPTED"}).result is None
    )
    page = said(candidate.call("GET", f"/shipments/{waybill}/events"))
    assert REGISTRY.validate("event-page", page) == []
    assert [event["sequence"] for event in page["items"]] == list(range(1, 10))
    assert page["items"][0]["event_code"] == "ORDER_CREATED"
    assert REGISTRY.validate("shipment", said(candidate.call("GET", f"/shipments/{waybill}"))) == []


def test_correction_voids_an_event(candidate: Candidate) -> None:
    """The state goes back to that of the last event that stands; a correction of nothing is
    refused.
    """
    waybill = candidate.consign("k1")["waybill_no"]
    candidate.courier.scan({"waybill_no": waybill, "event_code": "ACCEPTED"})
    wrong = candidate.courier.scan({"waybill_no": waybill, "event_code": "OUT_FOR_DELIVERY"}).result
    assert wrong is not None
    corrects = {"event_id": wrong["event_id"], "voids": True}
    outcome = candidate.courier.scan(
        {"waybill_no": waybill, "event_code": "CORRECTION", "corrects": corrects}
    )
    assert outcome.result is not None
    assert outcome.result["event"]["state"] == "ACCEPTED"
    assert REGISTRY.validate("shipment-event", outcome.result["event"]) == []
    for bad in ({"event_id": "none", "voids": True}, None):
        assert (
            candidate.courier.scan(
                {"waybill_no": waybill, "event_code": "CORRECTION", "corrects": bad}
            ).result
            is None
        )


def test_feed_is_paged(candidate: Candidate) -> None:
    """Pages hold everything once; a bad cursor or limit is refused."""
    for number in range(5):
        candidate.consign(f"k{number}")
    seen, cursor = [], ""
    while True:
        page = said(candidate.call("GET", f"/events?limit=2{cursor}"))
        seen += [event["event_id"] for event in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5
    assert status(candidate.call("GET", "/events?limit=0")) == 400
    assert status(candidate.call("GET", "/events?cursor=nonsense")) == 400
    assert said(candidate.call("GET", "/events?event_code=DELIVERED"))["items"] == []


def test_numbers_are_given_out_used_and_taken_back(candidate: Candidate) -> None:
    """The life of a number (PI-13.1)."""
    allocation = said(candidate.call("POST", "/waybill-number-allocations", {"count": 3}, "n1"))
    assert REGISTRY.validate("waybill-number-allocation", allocation) == []
    used, voided, returned = allocation["waybill_nos"]
    assert candidate.courier.numbers == (used, voided, returned)
    assert candidate.consign("k1", waybill_no=used)["waybill_no"] == used
    again = candidate.call("POST", "/consignments", {**CONSIGNMENT, "waybill_no": used}, "k2")
    assert (status(again), said(again)["type"].rsplit("/", 1)[1]) == (409, "waybill-number-used")
    closed = candidate.call("POST", f"/waybill-numbers/{voided}/void", {"reason_code": "OTHER"})
    assert REGISTRY.validate("waybill-number", said(closed)) == []
    assert (
        status(
            candidate.call("POST", f"/waybill-numbers/{voided}/return", {"reason_code": "OTHER"})
        )
        == 409
    )
    assert (
        said(
            candidate.call("POST", f"/waybill-numbers/{returned}/return", {"reason_code": "OTHER"})
        )["state"]
        == "RETURNED"
    )
    assert (
        status(candidate.call("POST", "/waybill-number-allocations", {"count": 501}, "n2")) == 422
    )


def test_unknown_places_methods_and_couriers(candidate: Candidate, receiver: Receiver) -> None:
    """404 and 405 with Allow, also after the courier is gone."""
    assert status(candidate.call("GET", "/nowhere")) == 404
    wrong = candidate.call("DELETE", "/consignments")
    assert wrong.response is not None
    assert (wrong.response.status, wrong.response.header("Allow")) == (405, "POST")
    assert status(candidate.call("GET", "/consignments/none")) == 404
    receiver.dismiss(candidate.courier)
    assert status(candidate.call("GET", "/status")) == 404


def test_callback_must_be_declared(receiver: Receiver, client: Client) -> None:
    """The kit pushes nowhere else."""
    candidate = play(receiver, client, declared=False)
    refused = candidate.call(
        "POST",
        "/subscriptions",
        {"callback_url": "http://elsewhere.example/x", "secret": SECRET},
        "s",
    )
    assert (status(refused), said(refused)["type"].rsplit("/", 1)[1]) == (422, "callback-refused")
    assert not candidate.courier.subscribed
    assert SECRET in candidate.learnt


def script(
    candidate: Candidate,
    *replies: Any,
    op: str = "createConsignment",
    lasting: bool = False,
    owner: str = "me",
) -> None:
    """Script replies without a condition."""
    candidate.courier.script(
        op, [Reply.of(reply) for reply in replies], ({}, lambda _: True), owner, lasting=lasting
    )


def test_scripted_replies_come_once_and_in_order(candidate: Candidate) -> None:
    """Drop does nothing, lost does it and cuts, a status does nothing, then as usual; the key holds
    it together (docs/scenario-language.md).
    """
    script(
        candidate,
        "drop",
        503,
        429,
        "lost",
        {"status": 409, "problem": "idempotency-in-flight", "retry-after": 2},
        500,
    )
    seen = [candidate.call("POST", "/consignments", CONSIGNMENT, "k1") for _ in range(7)]
    assert [status(one) for one in seen] == [None, 503, 429, None, 409, 500, 201]
    assert seen[1].response is not None
    assert seen[1].response.header("Retry-After") == "1"
    assert said(seen[4])["type"].endswith("/idempotency-in-flight")
    assert seen[4].response is not None
    assert seen[4].response.header("Retry-After") == "2"
    arrivals = [one for one in candidate.courier.arrivals if one.operation == "createConsignment"]
    assert [one.exchange.failure is not None for one in arrivals] == [
        True,
        False,
        False,
        True,
        False,
        False,
        False,
    ]
    assert dict(arrivals[3].about)["consignment_id"] == said(seen[6])["consignment_id"]
    assert "consignment_id" not in arrivals[0].about


def test_delay_comes_after_the_deed(candidate: Candidate) -> None:
    """The answer is late, what was asked is done at once."""
    script(candidate, {"delay": 0.3}, {"delay": 0.2, "status": 503})
    started = time.monotonic()
    assert status(candidate.call("POST", "/consignments", CONSIGNMENT, "k1")) == 201
    answered = time.monotonic()
    assert answered - started >= 0.3
    (arrival,) = [one for one in candidate.courier.arrivals if one.operation == "createConsignment"]
    assert answered - arrival.exchange.finished >= 0.3
    assert status(candidate.call("POST", "/consignments", CONSIGNMENT, "k2")) == 503


def test_lasting_reply_lasts_until_the_next_fault(candidate: Candidate) -> None:
    """Away and back; only for the operation, or for everything, tokens included."""
    script(candidate, "drop", lasting=True)
    assert [
        status(candidate.call("POST", "/consignments", CONSIGNMENT, "k")) for _ in range(3)
    ] == [None] * 3
    assert status(candidate.call("GET", "/status")) == 200
    script(candidate, "normal")
    assert [
        status(candidate.call("POST", "/consignments", CONSIGNMENT, "k")) for _ in range(2)
    ] == [201, 201]
    script(candidate, "drop", op="", lasting=True, owner="other")
    assert (
        candidate.client.send(
            Outgoing("GET", candidate.courier.connection["discovery_url"])
        ).response
        is None
    )
    assert candidate.call("GET", "/status", Authorization="Bearer forged").response is None
    candidate.courier.unscript("other")
    assert status(candidate.call("GET", "/status")) == 200


def test_caller_without_token_uses_up_no_script(candidate: Candidate) -> None:
    """The scripted reply is for whoever is let in."""
    script(candidate, 503)
    assert (
        status(
            candidate.call("POST", "/consignments", CONSIGNMENT, "k", Authorization="Bearer forged")
        )
        == 401
    )
    assert status(candidate.call("POST", "/consignments", CONSIGNMENT, "k")) == 503


@pytest.mark.parametrize(
    "word", ["later", 99, True, {"delay": -1}, {"delay": 1, "x": 2}, {"delay": True}, None]
)
def test_other_words_are_no_replies(word: Any) -> None:
    """A scenario that says what cannot be is a mistake of its author."""
    with pytest.raises(ValueError, match="no reply"):
        Reply.of(word)


def genuine(candidate: Candidate, secret: str = SECRET) -> bool:
    """Whether the last push at the hook is signed with ``secret``."""
    push = candidate.hook.pushes[-1]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{push.header('webhook-id')}.{push.header('webhook-timestamp')}.".encode() + push.body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return wanted in str(push.header("webhook-signature")).split()


def push(candidate: Candidate, sign: Sign = "good", **changes: Any) -> Exchange:
    """Push a heartbeat."""
    message_id = fresh_id()
    exchange = candidate.courier.push(
        PushPlan(message_id, encoded(candidate.courier.envelope(message_id, [])), sign, **changes)
    )
    assert exchange is not None
    return exchange


def test_push_is_an_envelope_that_is_truly_signed(candidate: Candidate) -> None:
    """Id, time and bytes hold together (DS-02.9); the exchange names operation and party."""
    assert REGISTRY.validate("subscription", candidate.subscribe()) == []
    exchange = push(candidate)
    received = candidate.hook.pushes[-1]
    assert genuine(candidate)
    assert REGISTRY.validate("push-envelope", json.loads(received.body)) == []
    assert received.header("webhook-id") == json.loads(received.body)["id"]
    assert (exchange.operation, exchange.party) == ("receiveShipmentEvents", "east")


@pytest.mark.parametrize(
    ("sign", "holds"),
    [
        ("wrong", False),
        ("empty", False),
        ("unknown-scheme", False),
        ("altered", False),
        ("other-id", False),
        ("other-end", False),
        ("stale", True),
        ("future", True),
        ("among-others", True),
    ],
)
def test_push_can_be_missigned(candidate: Candidate, sign: Sign, holds: bool) -> None:
    """Stale and future are true to their time; the others are not genuine."""
    candidate.subscribe()
    push(candidate, sign, skew_s=100.0)
    received = candidate.hook.pushes[-1]
    assert genuine(candidate) is holds
    off = int(received.header("webhook-timestamp") or 0) - time.time()
    assert abs(off) > 150 if sign in {"stale", "future"} else abs(off) < 5
    assert isinstance(json.loads(received.body), dict)


def test_altered_push_shows_by_its_signature_alone(candidate: Candidate) -> None:
    """Id, times and form are those of a push that is right, and the event is as valid as it was
    (DS-02.9).
    """
    candidate.subscribe()
    event = next(dict(one.instance) for one in REGISTRY.examples("valid", "shipment-event"))
    message_id = fresh_id()
    envelope = candidate.courier.envelope(message_id, [event])
    candidate.courier.push(PushPlan(message_id, encoded(envelope), "altered"))
    received = json.loads(candidate.hook.pushes[-1].body)
    assert not genuine(candidate)
    assert REGISTRY.validate("push-envelope", received) == []
    assert {**received, "data": {}} == {**envelope, "data": {}}
    moved = received["data"]["events"][0]
    assert {**moved, "occurred_at": event["occurred_at"]} == event
    assert datetime.fromisoformat(event["occurred_at"]) - datetime.fromisoformat(
        moved["occurred_at"]
    ) == timedelta(minutes=1)


def test_headers_of_a_right_push_can_go_out_over_other_bytes(candidate: Candidate) -> None:
    """A copy that was tampered with on its way."""
    candidate.subscribe()
    push(candidate)
    right = candidate.hook.pushes[-1]
    headers = tuple(
        (name, right.header(name) or "")
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    candidate.courier.push(PushPlan("ignored", right.body, "altered", headers))
    copy = candidate.hook.pushes[-1]
    assert [copy.header(name) for name, _ in headers] == [value for _, value in headers]
    assert copy.body != right.body
    assert not genuine(candidate)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"no json",
        b'{"data": 1}',
        b'{"data": {"events": [1]}}',
        b'{"data": {}, "time": "0001-01-01T00:00:00"}',
    ],
)
def test_whatever_body_can_be_altered(body: bytes) -> None:
    """A hostile body that is to be altered too becomes another one."""
    assert altered(body) != body


def test_push_without_signature_has_none_of_its_headers(candidate: Candidate) -> None:
    """none: as if nobody had signed."""
    candidate.subscribe()
    push(candidate, "none")
    received = candidate.hook.pushes[-1]
    assert [
        received.header(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ] == [None] * 3


def test_rotation_overlaps_and_the_old_secret_stays_at_hand(candidate: Candidate) -> None:
    """Both signatures during the overlap, the new one alone after it, the old one when asked
    for.
    """
    subscription, fresh = candidate.subscribe(), "whsec_" + base64.b64encode(b"n" * 32).decode()
    with pytest.raises(NoSuchSecretError):
        push(candidate, "old")
    place = f"/subscriptions/{subscription['subscription_id']}/secret-rotation"
    assert status(candidate.call("POST", place, {"secret": fresh, "overlap_s": 60})) == 200
    push(candidate)
    assert (genuine(candidate), genuine(candidate, fresh)) == (True, True)
    candidate.call("POST", place, {"secret": fresh, "overlap_s": 0})
    candidate.call("POST", place, {"secret": SECRET, "overlap_s": 0})
    push(candidate)
    assert (genuine(candidate), genuine(candidate, fresh)) == (True, False)
    push(candidate, "old")
    assert (genuine(candidate), genuine(candidate, fresh)) == (False, True)


def test_no_push_without_a_subscription(candidate: Candidate) -> None:
    """Nobody asked for it."""
    assert candidate.courier.push(PushPlan("m", b"{}")) is None
    subscription = candidate.subscribe()
    assert candidate.courier.subscribed
    assert (
        status(candidate.call("DELETE", f"/subscriptions/{subscription['subscription_id']}")) == 204
    )
    assert not candidate.courier.subscribed


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether ``condition`` comes to hold within a minute."""
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def events_at(candidate: Candidate) -> list[str]:
    """Codes of the events that arrived at the hook, in order."""
    return [
        event["event_code"]
        for one in candidate.hook.pushes
        for event in json.loads(one.body)["data"]["events"]
    ]


def test_courier_of_an_integrator_pushes_scans_in_order_and_again(pushed_to: Candidate) -> None:
    """The scan comes back when the push was acknowledged; a refused one comes again with the same
    id (docs/standard/platforms-and-integrators.md).
    """
    pushed_to.subscribe()
    waybill = pushed_to.consign("k1")["waybill_no"]
    assert eventually(lambda: events_at(pushed_to) == ["ORDER_CREATED"])
    pushed_to.hook.script([503, "drop"])
    outcome = pushed_to.courier.scan({"waybill_no": waybill, "event_code": "ACCEPTED"})
    assert outcome.result is not None
    assert events_at(pushed_to) == ["ORDER_CREATED", *["ACCEPTED"] * 3]
    assert len({one.header("webhook-id") for one in pushed_to.hook.pushes[1:]}) == 1
    attempts = pushed_to.courier.attempts(outcome.result["event_id"])
    assert [status(one) for one in attempts] == [503, None, 204]
    assert pushed_to.courier.attempts(outcome.result["event_id"]) == ()


def test_replay_pushes_again_what_was_recorded(pushed_to: Candidate) -> None:
    """Same events, on request."""
    subscription = pushed_to.subscribe()
    pushed_to.consign("k1")
    assert eventually(lambda: len(events_at(pushed_to)) == 1)
    receipt = said(
        pushed_to.call("POST", f"/subscriptions/{subscription['subscription_id']}/replay", {}, "r1")
    )
    assert receipt["event_count"] == 1
    assert eventually(lambda: len(events_at(pushed_to)) == 2)


def test_courier_of_a_platform_pushes_nothing_by_itself(candidate: Candidate) -> None:
    """Only push steps push."""
    candidate.subscribe()
    waybill = candidate.consign("k1")["waybill_no"]
    assert (
        candidate.courier.scan({"waybill_no": waybill, "event_code": "ACCEPTED"}).result is not None
    )
    candidate.courier.push(PushPlan("m", b"{}"))
    assert eventually(lambda: len(candidate.hook.pushes) > 0)
    assert [one.body for one in candidate.hook.pushes] == [b"{}"]


def test_waiting_wakes_on_arrival_and_ends_with_the_courier(candidate: Candidate) -> None:
    """Arrivals are counted from a number on."""
    since = len(candidate.courier.arrivals)
    candidate.call("GET", "/status")
    assert candidate.courier.wait(lambda found: len(found) == 1, time.monotonic() + 60, since)
    assert not candidate.courier.wait(lambda found: len(found) == 2, time.monotonic() + 0.05, since)
    candidate.courier.close()
    assert not candidate.courier.wait(lambda _: False, time.monotonic() + 3600)


STRANGE: list[Any] = [
    {},
    {"callback_url": 7, "secret": ["x"], "event_codes": "DELIVERED"},
    {"callback_url": "http://[", "secret": None},
    {"reason_code": {"deep": [1]}, "overlap_s": "soon", "secret": 5},
    {"overlap_s": -1, "count": True, "waybill_nos": [{}], "recorded_from": "9" * 500},
    {"overlap_s": 1e400, "count": 1e9, "recorded_from": "0001-01-01T00:00:00+23:59"},
    {"order_no": ["x"], "waybill_no": "x" * 33, "recipient": None, "state": "\ud800"},
]


@pytest.mark.parametrize("body", STRANGE, ids=range(len(STRANGE)))
def test_nothing_that_a_candidate_sends_breaks_a_courier(candidate: Candidate, body: Any) -> None:
    """Every operation has an answer of its own for strange members, numbers and texts; none is a
    fault of the kit.
    """
    receipt, subscription = candidate.consign("k1"), candidate.subscribe()
    number = said(candidate.call("POST", "/waybill-number-allocations", {"count": 1}, "n1"))[
        "waybill_nos"
    ][0]
    places = [
        ("POST", "/consignments"),
        ("PATCH", f"/consignments/{receipt['consignment_id']}"),
        ("POST", f"/consignments/{receipt['consignment_id']}/cancellation"),
        ("POST", "/subscriptions"),
        ("POST", f"/subscriptions/{subscription['subscription_id']}/secret-rotation"),
        ("POST", f"/subscriptions/{subscription['subscription_id']}/replay"),
        ("POST", "/waybill-number-allocations"),
        ("POST", f"/waybill-numbers/{number}/void"),
    ]
    seen = [
        status(candidate.call(method, path, json.dumps(body).encode(), f"key-{index}"))
        for index, (method, path) in enumerate(places)
    ]
    assert all(one is not None and one < 500 for one in seen), seen
    assert candidate.courier.push(PushPlan("m", b"{}")) is not None


@pytest.mark.parametrize(
    "query",
    [
        "limit=" + "9" * 5000,
        "limit=²",
        "cursor=" + "A" * 5000,
        "cursor=%ff%00",
        "limit=1&limit=2",
        "&&&=",
        "x" * 9000,
    ],
)
def test_strange_queries_are_answered(candidate: Candidate, query: str) -> None:
    """A page or a refusal, never a fault of the kit."""
    answer = status(candidate.call("GET", f"/events?{query}"))
    assert answer in {200, 400}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer  ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Basic " + base64.b64encode(b"x").decode(),
    ],
)
def test_strange_credentials_get_no_token(candidate: Candidate, authorization: str) -> None:
    """401 or 400 from the token endpoint, 401 from the API."""
    root = candidate.courier.base_url.removesuffix("/v1")
    headers = (
        ("Authorization", authorization),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    form = b"grant_type=client_credentials&" + b"&".join(
        b"a=1" for _ in range(100 if "x" in authorization else 1)
    )
    assert status(
        candidate.client.send(Outgoing("POST", f"{root}/oauth/token", headers, form))
    ) in {400, 401}
    assert status(candidate.call("GET", "/status", Authorization=authorization)) == 401


def test_a_stranger_fills_nothing_that_is_the_candidates(client_for: ClientMaker) -> None:
    """Who shows no credential is answered, kept a few times, and counted apart."""
    with Receiver(ReceiverSettings(), ReceiverBounds(pushes=60, per_second=400)) as receiver:
        client = client_for(f"127.0.0.1:{receiver.address[1]}", deadline_s=3)
        candidate = play(receiver, client)
        candidate.get_token()
        consignments = f"{candidate.courier.base_url}/consignments"
        for number in range(80):
            forged = (("Authorization", "Bearer forged"), ("Idempotency-Key", f"k{number}"))
            assert status(client.send(Outgoing("POST", consignments, forged, b"{}"))) == 401
        assert candidate.consign("honest")["consignment_id"]
        assert candidate.courier.dropped == 0
        assert receiver.counters["overflow"] > 0
        assert len(candidate.courier.arrivals) <= 62
