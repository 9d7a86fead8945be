"""The receiver keeps what arrives byte for byte, answers as scripted, and stays bounded."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from jidi.drive.connections import most_connections
from jidi.drive.receiver import KEEP_ALIVE_S, Receiver
from jidi.errors import TargetError
from jidi.model.exchange import Exchange
from jidi.model.incoming.arrivals import PlannedReply, ReceivedPush, ReceiverBounds
from jidi.model.outgoing import Outgoing
from jidi.model.target import ReceiverSettings

from .conftest import ClientMaker


def place(receiver: Receiver) -> str:
    return f"127.0.0.1:{receiver.address[1]}"


def post(receiver: Receiver, client_for: ClientMaker, url: str, body: bytes = b"{}") -> Exchange:
    return client_for(place(receiver), deadline_s=3).send(
        Outgoing("POST", url, (("Webhook-Id", "m1"),), body)
    )


def status(exchange: Exchange) -> int | None:
    return exchange.response.status if exchange.response else None


def test_receiver_keeps_raw_bytes_and_headers(receiver: Receiver, client_for: ClientMaker):
    """Body bytes are kept as sent, even when they are no JSON and no UTF-8."""
    endpoint = receiver.open("hook")
    exchange = post(receiver, client_for, endpoint.url, b'\xff\x00{ "a":1 }\n')
    (push,) = endpoint.pushes
    assert status(exchange) == 204
    assert push.body == b'\xff\x00{ "a":1 }\n'
    assert push.header("WEBHOOK-ID") == "m1"
    assert push.exchange.direction == "received"
    assert push.exchange.request.url == endpoint.url
    assert push.exchange.response is not None
    assert push.exchange.response.status == 204


def test_receiver_gives_each_endpoint_an_unguessable_address(receiver: Receiver):
    """Two endpoints of one name differ, and the path is long."""
    first, second = receiver.open("hook"), receiver.open("hook")
    assert first.url != second.url
    assert len(first.url.rsplit("/", 1)[1]) >= 32


def test_receiver_answers_404_on_unknown_paths_and_counts(
    receiver: Receiver, client_for: ClientMaker
):
    """Guesses reach no endpoint."""
    endpoint = receiver.open("hook")
    assert status(post(receiver, client_for, f"http://{place(receiver)}/guess")) == 404
    assert receiver.counters["unknown-path"] == 1
    assert endpoint.pushes == ()


def test_receiver_answers_405_to_other_methods(receiver: Receiver, client_for: ClientMaker):
    """A GET is no push and uses up no scripted reply."""
    endpoint = receiver.open("hook")
    endpoint.script([503])
    exchange = client_for(place(receiver)).send(Outgoing("GET", endpoint.url))
    assert status(exchange) == 405
    assert endpoint.pushes == ()
    assert status(post(receiver, client_for, endpoint.url)) == 503


def test_endpoint_answers_by_script_then_204(receiver: Receiver, client_for: ClientMaker):
    """Statuses and a cut connection come in the order of the script, then 204 again."""
    endpoint = receiver.open("hook")
    endpoint.script([503, "drop", 410])
    exchanges = [post(receiver, client_for, endpoint.url) for _ in range(4)]
    assert [status(exchange) for exchange in exchanges] == [503, None, 410, 204]
    assert exchanges[1].failure is not None
    assert exchanges[1].failure.kind == "reset"
    assert [push.index for push in endpoint.pushes] == [0, 1, 2, 3]
    assert endpoint.pushes[1].exchange.failure is not None


def test_endpoint_script_applies_to_matching_pushes_only(
    receiver: Receiver, client_for: ClientMaker
):
    """Other deliveries pass by a script, and a condition that stumbles does not match."""
    endpoint = receiver.open("hook")

    def wanted(push: ReceivedPush) -> bool:
        return push.body.decode("ascii").index("b") == 0

    endpoint.script([500], wanted)
    assert status(post(receiver, client_for, endpoint.url, b"a")) == 204
    assert status(post(receiver, client_for, endpoint.url, b"\xff")) == 204
    assert status(post(receiver, client_for, endpoint.url, b"b")) == 500
    assert status(post(receiver, client_for, endpoint.url, b"b")) == 204


def test_endpoint_delays_as_scripted(receiver: Receiver, client_for: ClientMaker):
    """A delayed reply comes late, but the push is seen at once."""
    endpoint = receiver.open("hook")
    endpoint.script([{"delay": 0.2, "status": 200}])
    exchange = post(receiver, client_for, endpoint.url)
    assert status(exchange) == 200
    assert exchange.finished - exchange.started >= 0.2
    assert endpoint.pushes[0].received < exchange.finished - 0.15


@pytest.mark.parametrize(
    "reply", [199, 600, "cut", True, {"delay": -1}, {"delay": 1, "x": 2}, None]
)
def test_planned_reply_refuses_what_is_none(reply: object):
    """A word that is no reply is refused with a sentence."""
    with pytest.raises(ValueError, match="is no reply"):
        PlannedReply.of(reply)  # type: ignore[arg-type]  # wrong on purpose


def test_endpoint_wait_wakes_on_arrival(receiver: Receiver, client_for: ClientMaker):
    """A waiting thread is woken by the push that makes its condition true."""
    endpoint = receiver.open("hook")
    seen: list[bool] = []
    waiter = threading.Thread(
        target=lambda: seen.append(
            endpoint.wait(lambda pushes: len(pushes) == 2, time.monotonic() + 60)
        )
    )
    waiter.start()
    for _ in range(2):
        post(receiver, client_for, endpoint.url)
    waiter.join(60)
    assert seen == [True]


def test_endpoint_wait_ends_at_the_deadline(receiver: Receiver):
    """Without pushes the wait is false at its deadline, not before."""
    started = time.monotonic()
    assert not receiver.open("hook").wait(bool, started + 0.1)
    assert time.monotonic() - started >= 0.1


def test_receiver_bounds_bodies(client_for: ClientMaker):
    """A body above the bound is cut, kept as truncated and answered 413."""
    with Receiver(ReceiverSettings(), ReceiverBounds(body_bytes=1000)) as receiver:
        endpoint = receiver.open("hook")
        assert status(post(receiver, client_for, endpoint.url, b"a" * 5000)) == 413
        assert endpoint.pushes[0].truncated
        assert len(endpoint.pushes[0].body) == 1000


def test_receiver_bounds_the_queue(client_for: ClientMaker):
    """Pushes above the bound are turned away and counted."""
    with Receiver(ReceiverSettings(), ReceiverBounds(pushes=2)) as receiver:
        endpoint = receiver.open("hook")
        assert [status(post(receiver, client_for, endpoint.url)) for _ in range(3)] == [
            204,
            204,
            503,
        ]
        assert receiver.counters["overflow"] == 1


def test_receiver_bounds_the_rate(client_for: ClientMaker):
    """A flood is answered 429 and counted."""
    with Receiver(ReceiverSettings(), ReceiverBounds(per_second=3)) as receiver:
        endpoint = receiver.open("hook")
        exchanges = client_for(place(receiver), deadline_s=3).send_together(
            [Outgoing("POST", endpoint.url, body=b"{}")], 12
        )
        assert {status(exchange) for exchange in exchanges} == {204, 429}
        assert receiver.counters["flood"] >= 6


def test_receiver_gives_up_slow_bodies():
    """A body that never arrives is given up and counted, not waited for."""
    with Receiver(ReceiverSettings(), ReceiverBounds(read_s=0.1)) as receiver:
        endpoint = receiver.open("hook")
        path = endpoint.url.rsplit("/", 1)[1]
        with socket.create_connection(receiver.address, timeout=3) as connection:
            connection.sendall(
                f"POST /{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc".encode()
            )
            connection.recv(1000)
        assert receiver.counters["too-slow"] == 1
        assert endpoint.pushes == ()


def test_receiver_probe_reaches_itself(receiver: Receiver):
    """The probe finds the receiver under its public address."""
    assert receiver.probe().ok


def test_receiver_probe_says_why_it_is_not_reached():
    """A public address that leads nowhere is told from one that works."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with Receiver(ReceiverSettings(public_url=url)) as receiver:
        probe = receiver.probe(0.5)
        assert receiver.open("hook").url.startswith(url)
    assert not probe.ok
    assert probe.detail.en.startswith("no answer")
    assert probe.detail.zh.startswith("无应答：")


def test_receiver_leaves_idle_connections_open(receiver: Receiver):
    """For longer than any scenario waits, so that no call of a candidate is lost on a connection
    that the kit closes just then.
    """
    assert receiver._server is not None
    assert receiver._server.config.timeout_keep_alive == KEEP_ALIVE_S
    assert KEEP_ALIVE_S >= 300


def test_receiver_stops_whatever_is_delayed_and_leaves_no_thread(client_for: ClientMaker):
    """Stopping ends replies that are delayed by an hour, waits and the thread."""
    receiver = Receiver(ReceiverSettings())
    receiver.start()
    endpoint = receiver.open("hook")
    endpoint.script([{"delay": 3600, "status": 200}])
    sender = threading.Thread(target=post, args=(receiver, client_for, endpoint.url))
    sender.start()
    assert endpoint.wait(lambda pushes: len(pushes) == 1, time.monotonic() + 60)
    receiver.stop()
    assert not endpoint.wait(lambda pushes: len(pushes) == 9, time.monotonic() + 3600)
    sender.join(60)
    assert "jidi-receiver" not in {thread.name for thread in threading.enumerate()}
    receiver.stop()


def test_receiver_says_when_the_address_is_taken(receiver: Receiver):
    """A port in use is the operator's matter."""
    with pytest.raises(TargetError, match="cannot be listened on"):
        Receiver(ReceiverSettings(listen_port=receiver.address[1])).start()


def held_open(receiver: Receiver, count: int, said: bytes) -> list[socket.socket]:
    """So many connections that say ``said`` and then nothing."""
    held = []
    for _ in range(count):
        connection = socket.create_connection(receiver.address, timeout=5)
        connection.sendall(said)
        held.append(connection)
    return held


@pytest.mark.parametrize("said", [b"", b"POST /x HTTP/1.1\r\nHost: x\r\n", b"P"])
def test_half_requests_keep_nobody_out(
    receiver: Receiver, client_for: ClientMaker, said: bytes
) -> None:
    """More of them than the receiver holds, and an honest push is taken all the same."""
    endpoint = receiver.open("hook")
    held = held_open(receiver, most_connections() + 60, said)
    try:
        assert status(post(receiver, client_for, endpoint.url)) == 204
        assert receiver.counters["connections"] >= 1
    finally:
        for connection in held:
            connection.close()


def test_a_head_that_does_not_end_is_given_up() -> None:
    """After its time, which is counted from its first byte, also on a connection that was used."""
    with Receiver(ReceiverSettings(), ReceiverBounds(head_s=0.2)) as receiver:
        endpoint = receiver.open("hook")
        path = endpoint.url.rsplit("/", 1)[1]
        whole = f"POST /{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}".encode()
        with socket.create_connection(receiver.address, timeout=30) as connection:
            connection.sendall(whole)
            assert connection.recv(1000).startswith(b"HTTP/1.1 204")
            connection.sendall(whole[:20])
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1000) == b""
        assert receiver.counters["half-request"] == 1
        assert len(endpoint.pushes) == 1


def test_an_address_that_is_full_fills_no_other(client_for: ClientMaker) -> None:
    """Bounds hold for each by itself, and what was not kept is told to whoever listens there."""
    with Receiver(ReceiverSettings(), ReceiverBounds(pushes=2)) as receiver:
        full, other = receiver.open("full"), receiver.open("other")
        for _ in range(5):
            post(receiver, client_for, full.url)
        assert status(post(receiver, client_for, other.url)) == 204
        assert (full.dropped, other.dropped) == (3, 0)


def test_a_flood_at_unknown_paths_leaves_the_others_alone(client_for: ClientMaker) -> None:
    """It is counted, and is in nobody's way."""
    with Receiver(ReceiverSettings(), ReceiverBounds(per_second=5)) as receiver:
        endpoint = receiver.open("hook")
        for _ in range(30):
            post(receiver, client_for, f"http://{place(receiver)}/couriers/nobody/v1/consignments")
            post(receiver, client_for, f"http://{place(receiver)}/nothing")
        assert status(post(receiver, client_for, endpoint.url)) == 204
        assert receiver.counters["unknown-path"] == 60
        assert endpoint.dropped == 0
