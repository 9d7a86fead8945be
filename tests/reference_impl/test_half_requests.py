"""Callers that begin requests and finish none are not waited for long, and hold up nobody."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Final
from urllib.parse import urlsplit

import pytest
from running_courier import RunningCourier, consignment

_HEAD: Final = b"POST /v1/consignments HTTP/1.1\r\nHost: courier\r\n"
_FORM: Final = (
    b"POST /oauth/token HTTP/1.1\r\nHost: courier\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
_DISCOVERY: Final = b"GET /.well-known/express-data-sharing HTTP/1.1\r\nHost: courier\r\n\r\n"
_PARTS: Final = {
    "nothing": b"",
    "method": b"PO",
    "line": b"POST /v1/consignments HTTP/1.1\r\n",
    "header": _HEAD + b"X-Slow: a",
    "head": _HEAD + b"Content-Type: application/json\r\n",
    "body": _FORM + b"Content-Length: 100\r\n\r\ngrant_type=",
    "chunk": _FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\ngr",
    "second": _DISCOVERY + b"GET /v1/stat",
}
_MOST: Final = 40


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourier]:
    """A courier that waits a second for a request."""
    directory = tmp_path_factory.mktemp("hasty")
    url = f"sqlite:///{directory / 'courier.sqlite'}"
    running = RunningCourier(directory, url, JIDI_REFERENCE_REQUEST_WITHIN_S="1").start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourier]:
    """A courier that waits for hours, but for few requests at once."""
    directory = tmp_path_factory.mktemp("narrow")
    url = f"sqlite:///{directory / 'courier.sqlite'}"
    patience = {
        "JIDI_REFERENCE_REQUEST_WITHIN_S": "7200",
        "JIDI_REFERENCE_UNFINISHED_REQUESTS": str(_MOST),
    }
    running = RunningCourier(directory, url, **patience).start()
    yield running
    assert running.stop() == 0


def _connect(courier: RunningCourier) -> socket.socket:
    address = urlsplit(courier.base_url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=60)


def _rest(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts: list[bytes] = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


@pytest.mark.parametrize("part", _PARTS)
def test_half_a_request_is_given_up(hasty: RunningCourier, part: str) -> None:
    """Wherever a request stops, its connection ends; whoever began one is told 408."""
    with _connect(hasty) as connection:
        connection.sendall(_PARTS[part])
        told = _rest(connection)
    assert (b" 408 " in told) == (part != "nothing")
    assert told.count(b" 200 ") == (part == "second")


def test_answered_half_is_closed_without_another_word(hasty: RunningCourier) -> None:
    """Who was refused before the body came gets no second answer to the same request."""
    with _connect(hasty) as connection:
        connection.sendall(_HEAD + b"Content-Length: 100\r\n\r\n{")
        told = _rest(connection)
    assert (told.count(b"HTTP/1.1 "), told.count(b"HTTP/1.1 401 ")) == (1, 1)


def test_trickling_does_not_help(hasty: RunningCourier) -> None:
    """The time counts from the first byte; a byte now and then buys no more of it."""
    with _connect(hasty) as connection:
        connection.sendall(_HEAD + b"X-Slow: ")
        while connection not in select.select([connection], [], [], 0.2)[0]:
            with suppress(ConnectionError):  # it may be closed since we looked
                connection.sendall(b"a")
        assert b" 408 " in _rest(connection)


def test_whole_requests_are_served_by_a_hasty_courier(hasty: RunningCourier) -> None:
    """A connection that is kept serves one whole request after another."""
    party = hasty.party("platform-a")
    assert party.call("createConsignment", json=consignment()).status_code == 201
    assert party.call("listConsignments").status_code == 200


@pytest.mark.thorough
def test_honest_callers_are_served_among_many_halves(narrow: RunningCourier) -> None:
    """Of many half requests the oldest are given up, and honest ones are answered all the while."""
    party = narrow.party("platform-a")
    parts = [part for name, part in _PARTS.items() if name != "second"]
    with ExitStack() as stack:
        halves: list[socket.socket] = []
        for number in range(4 * _MOST):
            connection = stack.enter_context(_connect(narrow))
            connection.sendall(parts[number % len(parts)])
            halves.append(connection)
            if number % _MOST == 0:
                assert party.call("createConsignment", json=consignment()).status_code == 201
        for connection in halves[: 3 * _MOST]:
            _rest(connection)  # returns once the courier has closed it
        assert party.call("listConsignments").status_code == 200
        ended, _, _ = select.select(halves[-_MOST // 2 :], [], [], 0)
        assert ended == [], "the newest are still waited for"
