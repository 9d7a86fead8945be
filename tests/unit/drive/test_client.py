"""The client against real sockets: exact bytes out, bounded evidence back, never an exception."""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
import sys
import threading
import zlib

import pytest

from jidi.model.outgoing import Outgoing

from .conftest import (
    ClientMaker,
    RawServer,
    ServerMaker,
    answer,
    bearer,
    drip,
    keep_answering,
    pour,
    reply,
    silence,
)

OK = reply(b'{"ok":true}', b"Content-Type: application/json")


def test_client_sends_body_and_headers_exactly(raw_server: ServerMaker, client_for: ClientMaker):
    """Bytes of the body, order and spelling of headers arrive as given, and duplicates are kept."""
    server = raw_server(answer(OK))
    body = b'{ "a" : 1.0,\r\n "b":"\xe5\xbc\xa0" }'
    headers = (("X-One", "1"), ("x-two", "2"), ("X-One", "3"), ("Content-Type", "application/json"))
    client_for(server.host).send(Outgoing("POST", server.url + "a?b=%E5", headers, body))
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert sent == body
    assert head.startswith(b"POST /a?b=%E5 HTTP/1.1")
    assert b"X-One: 1" in head
    assert b"X-One: 3" in head
    assert b"x-two: 2" in head


def test_client_records_the_headers_that_really_went_out(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """The recorded request has Host and Content-Length too, exactly as the server saw them."""
    server = raw_server(answer(OK))
    exchange = client_for(server.host).send(Outgoing("POST", server.url, (("X-A", "b"),), b"12"))
    lines = server.requests[0].split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    assert [f"{name}: {value}" for name, value in exchange.request.headers] == lines


def test_client_sends_header_and_body_in_one_piece(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """Whoever refuses by the header alone has the body, too, when it answers and closes: else the
    reset that follows takes the answer away.
    """
    pieces: list[bytes] = []

    def refuse(connection: socket.socket, _server: RawServer) -> None:
        pieces.append(connection.recv(65536))
        connection.sendall(OK)

    server = raw_server(refuse)
    client = client_for(server.host)
    for _ in range(20):
        exchange = client.send(Outgoing("POST", server.url, (), b'{"a":1}'))
        assert exchange.failure is None
    assert {piece.partition(b"\r\n\r\n")[2] for piece in pieces} == {b'{"a":1}'}


def test_client_returns_response_with_times(raw_server: ServerMaker, client_for: ClientMaker):
    """Status, headers and body come back; the monotonic times are in order and the start has an
    offset.
    """
    server = raw_server(answer(OK))
    exchange = client_for(server.host).send(Outgoing("GET", server.url, operation="getStatus"))
    assert exchange.response is not None
    assert (
        exchange.response.status,
        exchange.response.body,
        exchange.response.header("CONTENT-TYPE"),
    ) == (200, b'{"ok":true}', "application/json")
    assert exchange.failure is None
    assert exchange.operation == "getStatus"
    assert exchange.started <= exchange.finished
    assert exchange.started_at.endswith("+00:00")


def test_client_keeps_connections_alive(raw_server: ServerMaker, client_for: ClientMaker):
    """Several requests of one thread share one connection."""
    server = raw_server(keep_answering(OK))
    client = client_for(server.host)
    for _ in range(5):
        assert client.send(Outgoing("GET", server.url)).response is not None
    assert len(server.connections) == 1


def test_client_sends_safe_requests_again_when_a_kept_connection_was_closed(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A candidate that closes idle connections is not blamed for it."""

    def once_then_close(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        connection.sendall(OK)
        if len(server.connections) == 1:
            connection.recv(
                65536
            )  # the second request comes, and the connection is closed under it

    server = raw_server(once_then_close)
    client = client_for(server.host)
    first = client.send(Outgoing("GET", server.url))
    second = client.send(Outgoing("GET", server.url))
    assert first.failure is None
    assert second.failure is None
    assert len(server.connections) == 2


def _closing_under_the_next(connection: socket.socket, server: RawServer) -> None:
    """Answers once; whatever comes after that on the same connection finds it closed."""
    server.read_request(connection)
    connection.sendall(OK)
    connection.recv(1)


@pytest.mark.parametrize(
    "methods",
    [
        ("POST", "POST"),
        ("GET", "POST"),
        ("GET", "PATCH"),
        ("PATCH", "DELETE", "GET"),
        ("POST", "GET", "POST", "GET"),
        ("GET", "put"),
    ],
)
def test_client_blames_nobody_who_closes_a_kept_connection(
    methods: tuple[str, ...], raw_server: ServerMaker, client_for: ClientMaker
):
    """A connection may end at any time after an answer: what is not safe to repeat goes over one
    that nobody has answered on yet, and each arrives once.
    """
    server = raw_server(_closing_under_the_next)
    client = client_for(server.host)
    exchanges = [client.send(Outgoing(method, server.url, body=b"1")) for method in methods]
    assert [exchange.failure for exchange in exchanges] == [None] * len(methods)
    assert [request.split(b" ")[0].decode() for request in server.requests] == list(methods)


def test_client_sends_at_once_over_the_connections_that_were_opened(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """Those of a race are fresh, so none is opened in vain."""
    server = raw_server(_closing_under_the_next)
    client = client_for(server.host)
    asked = [Outgoing("POST", server.url, body=b"1"), Outgoing("POST", server.url, body=b"2")]
    assert all(exchange.failure is None for exchange in client.send_together(asked, n=3))
    assert len(server.connections) == 6


def test_client_never_sends_unsafe_requests_twice(raw_server: ServerMaker, client_for: ClientMaker):
    """A POST whose connection breaks is a reset, since it may have been carried out."""

    def close_without_answer(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)

    server = raw_server(close_without_answer)
    exchange = client_for(server.host).send(Outgoing("POST", server.url, body=b"2"))
    assert exchange.failure is not None
    assert exchange.failure.kind == "reset"
    assert len(server.requests) == 1


def test_client_says_refused_when_nobody_listens(client_for: ClientMaker):
    """A closed port is failure ``refused``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    exchange = client_for(host).send(Outgoing("GET", f"http://{host}/"))
    assert exchange.response is None
    assert exchange.failure is not None
    assert exchange.failure.kind == "refused"


def test_client_says_unresolved_for_a_host_without_address(client_for: ClientMaker):
    """A host name that cannot exist is failure ``unresolved``."""
    exchange = client_for("no-such-host.invalid:80").send(
        Outgoing("GET", "http://no-such-host.invalid/")
    )
    assert exchange.failure is not None
    assert exchange.failure.kind == "unresolved"


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/",
        "http://127.0.0.1:1/",
        "https://{host}@other.example/",
        "http://other.example\\@{host}/",
        "http://user:pw@{host}/",
    ],
)
def test_client_refuses_undeclared_hosts_before_connecting(
    raw_server: ServerMaker, client_for: ClientMaker, url: str
):
    """Nothing is sent to a host that the target does not declare, whatever tricks the URL plays."""
    server = raw_server(answer(OK))
    exchange = client_for(server.host).send(Outgoing("GET", url.format(host=server.host)))
    assert exchange.failure is not None
    assert exchange.failure.kind in {"forbidden-host", "protocol"}
    assert server.requests == []
    assert server.connections == []


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "/relative", "http://[::1", "http://127.0.0.1:99999/", ""]
)
def test_client_turns_unusable_urls_into_failures(client_for: ClientMaker, url: str):
    """A URL that a candidate made up badly is evidence, not an exception."""
    exchange = client_for("127.0.0.1:80").send(Outgoing("GET", url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "protocol"


def test_client_turns_unsendable_headers_into_failures(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A header value with a line break, as a candidate's cursor might have, is not sent."""
    server = raw_server(answer(OK))
    exchange = client_for(server.host).send(Outgoing("GET", server.url, (("X-A", "a\r\nX-B: c"),)))
    assert exchange.failure is not None
    assert exchange.failure.kind == "protocol"
    assert server.requests == []


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n" * 3,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n",
        b"HTTP/1.1 199 Soon\r\nStandard-Version: 0.9\r\n\r\n",
    ],
)
def test_client_takes_no_interim_answer_for_the_answer(
    raw_server: ServerMaker, client_for: ClientMaker, interim: bytes
):
    """What begins with 1xx only announces the answer; nothing of it is kept (RFC 9110, 15.2)."""
    server = raw_server(answer(interim + OK))
    with_it = client_for(server.host)
    for _ in range(2):  # the connection is good for another request
        exchange = with_it.send(Outgoing("GET", server.url))
        assert exchange.response is not None, exchange.failure
        assert exchange.response.status == 200
        assert exchange.response.body == b'{"ok":true}'
        assert exchange.response.header("Link") is None
        assert exchange.response.header("Standard-Version") is None


def test_client_stays_with_a_protocol_that_was_switched(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """101 is no interim answer: nobody asked for it, and what follows is no HTTP."""
    server = raw_server(answer(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + OK))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.response is not None
    assert exchange.response.status == 101


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
    ],
)
def test_client_cuts_slow_answers_at_the_deadline(
    raw_server: ServerMaker, client_for: ClientMaker, head: bytes, drop: bytes
):
    """Status line, header, body, chunks, trailer or interim answers that drip without end are cut
    on wall time, and not before it.
    """
    server = raw_server(drip(head, drop))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "timeout"
    assert exchange.finished - exchange.started > 0.3


def test_client_keeps_what_came_of_a_slow_body(raw_server: ServerMaker, client_for: ClientMaker):
    """The part of the body that came in time is kept, marked as truncated."""
    server = raw_server(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\nstart", b"a"))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.response is not None
    assert exchange.response.body.startswith(b"starta")
    assert exchange.response.truncated


def test_client_times_out_when_nothing_comes(raw_server: ServerMaker, client_for: ClientMaker):
    """Silence is a time-out; the request's own bound wins over the client's, which would never
    come.
    """
    server = raw_server(silence)
    exchange = client_for(server.host, deadline_s=3600).send(
        Outgoing("GET", server.url, timeout_s=0.1)
    )
    assert exchange.failure is not None
    assert exchange.failure.kind == "timeout"
    assert exchange.finished - exchange.started >= 0.1


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
def test_client_bounds_endless_bodies(
    raw_server: ServerMaker, client_for: ClientMaker, head: bytes
):
    """A body without end is cut at the bound and is ``too-large``, with and without chunks."""
    drop = b"a" * 1000 if b"chunked" not in head else b"3e8\r\n" + b"a" * 1000 + b"\r\n"
    server = raw_server(pour(head, drop))
    exchange = client_for(server.host, deadline_s=5).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "too-large"
    assert exchange.response is not None
    assert exchange.response.body == b"a" * 4096
    assert exchange.response.truncated


@pytest.mark.parametrize("drop", [b"X-A: " + b"b" * 1000 + b"\r\n", b"X" * 70000, b"X: y\r\n"])
def test_client_bounds_endless_headers(
    raw_server: ServerMaker, client_for: ClientMaker, drop: bytes
):
    """Too many header bytes, lines or fields are ``too-large`` without reading on."""
    server = raw_server(pour(b"HTTP/1.1 200 OK\r\n", drop))
    exchange = client_for(server.host, deadline_s=5).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "too-large"


def test_client_bounds_the_number_of_header_fields(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A bound below that of the library holds too."""
    server = raw_server(answer(reply(b"{}", *(b"X-%d: y" % number for number in range(20)))))
    exchange = client_for(server.host, header_count=10).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "too-large"


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-server\r\n\r\n",
        b"<html>no http</html>\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
)
def test_client_says_protocol_when_it_is_not_http(
    raw_server: ServerMaker, client_for: ClientMaker, data: bytes
):
    """Bytes that are no HTTP answer are failure ``protocol``."""
    server = raw_server(answer(data))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "protocol"


def test_client_says_protocol_for_broken_chunks(raw_server: ServerMaker, client_for: ClientMaker):
    """A chunk size that is no number breaks off the body."""
    server = raw_server(
        answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\nabc\r\n")
    )
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind in {"protocol", "reset"}
    assert exchange.response is not None
    assert exchange.response.body == b"abc"


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\nContent-"])
def test_client_says_reset_when_the_connection_breaks_in_the_header(
    raw_server: ServerMaker, client_for: ClientMaker, data: bytes
):
    """A connection that ends before the header does is a reset, never a response."""
    server = raw_server(answer(data))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.response is None
    assert exchange.failure is not None
    assert exchange.failure.kind == "reset"


def test_client_says_reset_and_keeps_the_part_of_a_short_body(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A content-length that promises too much gives what came, truncated, and a reset."""
    server = raw_server(answer(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "reset"
    assert exchange.response is not None
    assert (exchange.response.body, exchange.response.truncated) == (b"abc", True)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("identity", b"hello"),
    ],
)
def test_client_decodes_content(
    raw_server: ServerMaker, client_for: ClientMaker, encoding: str, data: bytes
):
    """Encodings that were offered are undone."""
    server = raw_server(answer(reply(data, b"Content-Encoding: " + encoding.encode())))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.failure is None
    assert exchange.response is not None
    assert exchange.response.body == b"hello"


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("gzip", b"not gzip"), ("gzip", gzip.compress(b"x" * 500, mtime=0)[:-9]), ("br", b"abc")],
)
def test_client_says_decoding_when_the_encoding_lies(
    raw_server: ServerMaker, client_for: ClientMaker, encoding: str, data: bytes
):
    """A body that is not encoded as it says, or in a way nobody asked for, is failure
    ``decoding``.
    """
    server = raw_server(answer(reply(data, b"Content-Encoding: " + encoding.encode())))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "decoding"


def test_client_defuses_decompression_bombs(raw_server: ServerMaker, client_for: ClientMaker):
    """A small body that would expand to megabytes is cut at the bound."""
    bomb = gzip.compress(gzip.compress(b"\0" * 20_000_000))
    server = raw_server(answer(reply(bomb, b"Content-Encoding: gzip, gzip")))
    exchange = client_for(server.host, deadline_s=5).send(Outgoing("GET", server.url))
    assert exchange.failure is not None
    assert exchange.failure.kind == "decoding"
    assert exchange.response is not None
    assert exchange.response.truncated
    assert len(exchange.response.body) <= 4096


def test_client_returns_redirects_as_responses(raw_server: ServerMaker, client_for: ClientMaker):
    """A redirect is an answer like any other; its target is not called."""
    server = raw_server(answer(reply(b"", b"Location: /elsewhere", status=b"302 Found")))
    exchange = client_for(server.host).send(Outgoing("GET", server.url))
    assert exchange.response is not None
    assert exchange.response.status == 302
    assert len(server.requests) == 1


def test_client_follows_redirects_only_when_asked_and_only_so_far(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """Following ends at the bound with ``redirect-loop``."""
    server = raw_server(keep_answering(reply(b"", b"Location: /again", status=b"307 Again")))
    trail = client_for(server.host).follow(Outgoing("GET", server.url))
    assert len(trail) == 4
    assert trail[-1].failure is not None
    assert trail[-1].failure.kind == "redirect-loop"


def test_client_follows_redirects_to_declared_hosts_only(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A redirect to another host ends in ``forbidden-host``."""
    server = raw_server(answer(reply(b"", b"Location: http://other.example/", status=b"301 Moved")))
    trail = client_for(server.host).follow(Outgoing("GET", server.url))
    assert trail[-1].failure is not None
    assert trail[-1].failure.kind == "forbidden-host"


def test_client_keeps_no_cookies(raw_server: ServerMaker, client_for: ClientMaker):
    """A cookie that a candidate sets never comes back."""
    server = raw_server(keep_answering(reply(b"{}", b"Set-Cookie: session=abcdef; Path=/")))
    client = client_for(server.host)
    for _ in range(2):
        client.send(Outgoing("GET", server.url))
    assert b"cookie" not in server.requests[1].lower()


def test_client_ignores_proxies_of_the_environment(
    raw_server: ServerMaker, client_for: ClientMaker, monkeypatch: pytest.MonkeyPatch
):
    """Proxy variables do not lead the kit elsewhere."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server = raw_server(answer(OK))
    assert client_for(server.host).send(Outgoing("GET", server.url)).failure is None


def test_client_sends_the_credential_and_headers_of_the_party(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A party's token and extra headers go with its requests; an own header of the request wins."""
    server = raw_server(keep_answering(OK))
    client = client_for(server.host, parties=(bearer("a", "token-of-a", X_Gate="gate-key"),))
    client.send(Outgoing("GET", server.url, party="a"))
    client.send(Outgoing("GET", server.url, (("Authorization", "Basic own"),), party="a"))
    assert b"Authorization: Bearer token-of-a" in server.requests[0]
    assert b"X-Gate: gate-key" in server.requests[0]
    assert b"Authorization: Basic own" in server.requests[1]
    assert b"token-of-a" not in server.requests[1]


def test_client_sends_no_forged_or_explicit_credential_of_the_party(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """``none`` sends nothing, ``forged`` something made up, any other word itself; what was sent
    counts as secret.
    """
    server = raw_server(keep_answering(OK))
    client = client_for(server.host, parties=(bearer("a", "token-of-a"),))
    exchanges = [
        client.send(Outgoing("GET", server.url, party="a", credential=word))
        for word in ("none", "forged", "explicit-token")
    ]
    assert b"authorization" not in server.requests[0].lower()
    assert re.search(rb"Authorization: Bearer [A-Za-z0-9_-]{43}\r\n", server.requests[1])
    assert b"Authorization: Bearer explicit-token" in server.requests[2]
    assert [exchange.party for exchange in exchanges] == ["", "a", "a"]
    assert [exchange.credential for exchange in exchanges] == ["", "forged", "given"]
    assert "explicit-token" in client.credentials.secrets()


def test_client_fails_without_sending_when_the_party_is_unknown(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A party that the target does not give is a failure that says so."""
    server = raw_server(answer(OK))
    exchange = client_for(server.host).send(Outgoing("GET", server.url, party="nobody"))
    assert exchange.failure is not None
    assert exchange.failure.detail.startswith("no credential:")
    assert server.requests == []


def test_client_sends_together_at_the_same_moment(raw_server: ServerMaker, client_for: ClientMaker):
    """All requests are on their way before the first is answered: each answer waits for all of
    them.
    """
    everybody = threading.Barrier(8)

    def meet(connection: socket.socket, server: RawServer) -> None:
        if server.read_request(connection):
            everybody.wait(60)
            connection.sendall(OK)

    server = raw_server(meet)
    exchanges = client_for(server.host, deadline_s=60).send_together(
        [Outgoing("POST", server.url, body=b"same")], 8
    )
    assert [exchange.failure for exchange in exchanges] == [None] * 8
    assert len(server.requests) == 8
    assert max(exchange.started for exchange in exchanges) <= min(
        exchange.finished for exchange in exchanges
    )


def test_client_sends_different_requests_together_in_order(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """Answers stand in the order of the requests, also when one of them cannot be sent."""
    server = raw_server(keep_answering(OK))
    requests = [
        Outgoing("POST", server.url, body=b"1"),
        Outgoing("POST", "http://other.example/"),
        Outgoing("POST", server.url, body=b"3"),
    ]
    exchanges = client_for(server.host).send_together(requests)
    assert [exchange.request.body for exchange in exchanges] == [b"1", b"", b"3"]
    assert [exchange.failure.kind if exchange.failure else "" for exchange in exchanges] == [
        "",
        "forbidden-host",
        "",
    ]


def test_client_reads_an_early_answer_to_a_big_body(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """A 413 that comes before the body was taken is seen, not lost in a broken pipe."""

    def refuse_early(connection: socket.socket, _: RawServer) -> None:
        connection.recv(1024)
        connection.sendall(reply(b"{}", b"Connection: close", status=b"413 Too Large"))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    server = raw_server(refuse_early)
    exchange = client_for(server.host, deadline_s=3).send(
        Outgoing("POST", server.url, body=b"a" * 3_000_000)
    )
    assert exchange.response is not None
    assert exchange.response.status == 413


def test_client_bounds_the_time_of_sending(raw_server: ServerMaker, client_for: ClientMaker):
    """A candidate that never takes the body runs into the same deadline: the call comes back."""
    server = raw_server(silence)
    exchange = client_for(server.host).send(Outgoing("POST", server.url, body=b"a" * 30_000_000))
    assert exchange.failure is not None
    assert exchange.failure.kind == "timeout"
    assert exchange.finished - exchange.started >= 0.4


def test_other_libraries_read_on_too_once_they_are_told(raw_server: ServerMaker):
    """The child of the generated phase sends with a library of its own, which took the first."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    server = raw_server(answer(hints + OK))
    program = (
        "import sys, requests; from jidi.drive.http import interim; "
        "first = requests.get(sys.argv[1], timeout=5).status_code; interim.read_on_everywhere(); "
        "print(first, requests.get(sys.argv[1], timeout=5).status_code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, server.url],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert ran.stdout.split() == ["103", "200"]
