"""The played courier as a machine: every rule of it without a network, a thread or a clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from jidi.counterparty import Courier, CourierRules, Done, Identity, Incoming, PushPlan, Reply
from jidi.registry import Registry

NOON = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
ROOT = "http://127.0.0.1:1/couriers/east"
SECRET = "whsec_" + "A" * 43 + "="


@pytest.fixture
def courier() -> Courier:
    """A courier that calls back anywhere and tells nobody its secrets."""
    rules = CourierRules.of(Registry.load())
    identity = Identity("KITEAST", "east", "client", "secret")
    return Courier(identity, rules, ROOT, declared=lambda _: True, learn=lambda _: None)


def asked(
    courier: Courier,
    method: str,
    path: str,
    body: object = None,
    *,
    token: str = "",
    reply: Reply | None = None,
    now: datetime = NOON,
) -> Done:
    """What comes of one request at ``now``."""
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = (("Authorization", f"Bearer {token}"),) if token else ()
    incoming = Incoming(method, path, "", headers, raw, 0.0)
    return courier.answer(courier.read(incoming, now), reply or Reply(), now)


def token_of(courier: Courier, now: datetime = NOON) -> str:
    """A token that the courier issued at ``now``."""
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    done = asked(courier, "POST", "/oauth/token", urlencode(form).encode(), now=now)
    assert done.made is not None
    return str(done.made.document["access_token"])


def test_token_lives_by_the_time_that_the_machine_is_told(courier: Courier) -> None:
    """An hour later, without anybody having waited, it is dead."""
    token = token_of(courier)
    late = NOON + timedelta(hours=1)
    before = asked(courier, "GET", "/v1/status", token=token, now=late - timedelta(seconds=1))
    after = asked(courier, "GET", "/v1/status", token=token, now=late)
    assert [one.outcome.answer.status for one in (before, after) if one.outcome.answer] == [
        200,
        401,
    ]


def test_consignment_makes_an_event_to_push(courier: Courier) -> None:
    """The machine says what is to be sent; sending it is another's work."""
    token = token_of(courier)
    done = asked(courier, "POST", "/v1/consignments", {"order_no": "O-1"}, token=token)
    assert done.outcome.answer is not None
    assert done.outcome.answer.status == 201
    assert [event["event_code"] for event in done.events] == ["ORDER_CREATED"]
    assert courier.push(PushPlan("msg_1", b"{}"), NOON) is None
    hook = {"callback_url": "http://127.0.0.1:2/hook", "secret": SECRET}
    asked(courier, "POST", "/v1/subscriptions", hook, token=token)
    outgoing = courier.push(PushPlan("msg_1", b"{}"), NOON)
    assert outgoing is not None
    assert outgoing.url == hook["callback_url"]
    courier.gone(outgoing.url)
    assert not courier.subscribed


@pytest.mark.parametrize(
    ("reply", "status", "made"),
    [
        (Reply("drop"), None, None),
        (Reply("lost"), None, 201),
        (Reply("status", 503), 503, 503),
        (Reply("normal", 202), 202, 201),
        (Reply("normal", delay_s=3.0), 201, 201),
    ],
)
def test_scripted_reply_is_what_goes_out(
    courier: Courier, reply: Reply, status: int | None, made: int | None
) -> None:
    """What was done within, and what the candidate sees of it, are told apart; nobody waits."""
    done = asked(
        courier,
        "POST",
        "/v1/consignments",
        {"order_no": "O-1"},
        token=token_of(courier),
        reply=reply,
    )
    answer = done.outcome.answer
    assert (None if answer is None else answer.status) == status
    assert (None if done.made is None else done.made.status) == made
    assert done.outcome.delay_s == reply.delay_s
    assert bool(done.events) is (made == 201)


def test_token_that_was_refused_by_script_is_dead(courier: Courier) -> None:
    """Whoever is told that its token is dead gets nowhere with it, and on with a new one."""
    old, consignment = token_of(courier), {"order_no": "O-1"}
    statuses = [
        done.outcome.answer.status
        for token, reply in (
            (old, Reply("status", 401)),
            (old, Reply()),
            (token_of(courier), Reply()),
        )
        if (
            done := asked(
                courier, "POST", "/v1/consignments", consignment, token=token, reply=reply
            )
        )
        and done.outcome.answer
    ]
    assert statuses == [401, 401, 201]


def test_request_for_nothing_is_refused_and_changes_nothing(courier: Courier) -> None:
    """Neither path nor method exist."""
    for method, path, status in (("GET", "/v1/nothing", 404), ("PUT", "/v1/status", 405)):
        done = asked(courier, method, path, token=token_of(courier))
        assert done.outcome.answer is not None
        assert done.outcome.answer.status == status
        assert done.events == ()
