"""Tokens are fetched once, renewed in time, and never raise."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from jidi.drive import CredentialFailure, Credentials
from jidi.model.exchange import Exchange, Request, Response
from jidi.model.outgoing import Outgoing
from jidi.model.target import Auth, Party, Target

from .conftest import ClientMaker, ServerMaker, answer, keep_answering, reply

TOKEN = {"access_token": "fetched-token", "token_type": "Bearer", "expires_in": 3600}


def oauth(endpoint: str, **more: str) -> Party:
    return Party(
        "a",
        Auth("oauth2", client_id="id a", client_secret="s:cret/1", token_endpoint=endpoint, **more),
    )  # type: ignore[arg-type]  # literals


def with_answers(
    answers: Callable[[], bytes], status: int = 200
) -> tuple[Credentials, list[Outgoing]]:
    """Credentials over a sender that gives these bodies, and what was sent."""
    sent: list[Outgoing] = []

    def send(outgoing: Outgoing) -> Exchange:
        sent.append(outgoing)
        request = Request("POST", outgoing.url, (), b"")
        return Exchange(
            "sent", "", "issueToken", request, Response(status, (), answers()), None, "", 0.0, 0.0
        )

    target = Target("x", "courier", "http://h:1", frozenset({"h:1"}), (oauth("http://h:1/token"),))
    return Credentials(target, send), sent


def test_credentials_fetch_a_token_with_basic_authentication(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """Client credentials go form-encoded into the Basic header (RFC 6749, 2.3.1), the scope into
    the form.
    """
    server = raw_server(keep_answering(reply(json.dumps(TOKEN).encode())))
    client = client_for(server.host, parties=(oauth(f"{server.url}token", scope="a b"),))
    client.send(Outgoing("GET", server.url, party="a"))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Authorization: Basic " + base64.b64encode(b"id+a:s%3Acret%2F1") in head
    assert parse_qs(body.decode()) == {"grant_type": ["client_credentials"], "scope": ["a b"]}
    assert b"Authorization: Bearer fetched-token" in server.requests[1]
    assert {"fetched-token", "s:cret/1"} <= client.credentials.secrets()


def test_credentials_can_go_into_the_form(raw_server: ServerMaker, client_for: ClientMaker):
    """``client_auth: post`` sends id and secret in the form."""
    server = raw_server(answer(reply(json.dumps(TOKEN).encode())))
    client = client_for(server.host, parties=(oauth(f"{server.url}token", client_auth="post"),))
    client.credentials.headers_for("a")
    assert parse_qs(server.requests[0].split(b"\r\n\r\n")[1].decode())["client_secret"] == [
        "s:cret/1"
    ]
    assert b"Basic" not in server.requests[0]


def test_credentials_are_cached_and_shared_between_threads():
    """Many threads that need a token at once cause one token request."""
    credentials, sent = with_answers(lambda: json.dumps(TOKEN).encode())
    threads = [threading.Thread(target=credentials.headers_for, args=("a",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 1


def test_credentials_renew_a_token_that_expires():
    """A token without life left is not used again; a forgotten one is fetched anew."""
    credentials, sent = with_answers(lambda: json.dumps(TOKEN | {"expires_in": 0}).encode())
    credentials.headers_for("a")
    credentials.headers_for("a")
    assert len(sent) == 2
    lasting, sent = with_answers(lambda: json.dumps(TOKEN).encode())
    lasting.headers_for("a")
    lasting.invalidate("a")
    lasting.headers_for("a")
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("body", "status", "word", "chinese"),
    [
        (
            b'{"error":"invalid_client"}',
            401,
            "401 instead of 200 (invalid_client)",
            "令牌端点的应答为 401，而非 200 (invalid_client)",
        ),
        (b"<html>", 200, "not JSON", "令牌端点的应答不是 JSON"),
        (b"[]", 200, "no usable access_token", "令牌端点的应答中没有可用的 access_token"),
        (
            b'{"access_token": "a\\nb"}',
            200,
            "no usable access_token",
            "令牌端点的应答中没有可用的 access_token",
        ),
    ],
)
def test_credentials_say_why_there_is_no_token(body: bytes, status: int, word: str, chinese: str):
    """Each way to fail is a value with a cause in both languages, which holds no secret."""
    credentials, _ = with_answers(lambda: body, status)
    failure = credentials.headers_for("a")
    assert isinstance(failure, CredentialFailure)
    assert word in failure.cause.en
    assert failure.cause.zh == chinese
    assert "s:cret/1" not in failure.cause.en + failure.cause.zh
    assert failure.exchange is not None


def test_credentials_take_the_token_endpoint_from_discovery():
    """Without an endpoint in the target, that of discovery is used; without both it is said."""
    sent: list[Outgoing] = []
    target = Target("x", "courier", "http://h:1", frozenset(), (oauth(""),))

    def send(outgoing: Outgoing) -> Exchange:
        sent.append(outgoing)
        return Exchange(
            "sent",
            "",
            "",
            Request("POST", "", (), b""),
            Response(200, (), json.dumps(TOKEN).encode()),
            None,
            "",
            0,
            0,
        )

    credentials = Credentials(target, send)
    failure = credentials.headers_for("a")
    assert isinstance(failure, CredentialFailure)
    assert "token_endpoint" in failure.cause.en
    assert failure.cause.zh == "目标文件与发现文档均未给出 token_endpoint"
    credentials.use_token_endpoint("http://h:1/oauth")
    assert credentials.headers_for("a") == (("Authorization", "Bearer fetched-token"),)
    assert sent[0].url == "http://h:1/oauth"


def test_client_reports_a_token_that_cannot_be_had(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """The request is not sent, and its failure says whose credential is missing and why."""
    server = raw_server(keep_answering(reply(b"{}", status=b"403 No")))
    exchange = client_for(server.host, parties=(oauth(f"{server.url}token"),)).send(
        Outgoing("GET", server.url, party="a")
    )
    assert exchange.failure is not None
    assert exchange.failure.detail.startswith("no credential: the token endpoint answered 403")
    assert len(server.requests) == 1
