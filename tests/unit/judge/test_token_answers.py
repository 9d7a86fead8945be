"""What is said of answers of token endpoints, what is left of them in the journal, and the verdicts
on them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.judge.journals import judge_tokens

from jidi.drive import Credentials
from jidi.judge.token_answers import FACT, presentable, token_facts
from jidi.model.exchange import Exchange, Request, Response
from jidi.model.outgoing import Outgoing
from jidi.model.target import Auth, Party, Target
from jidi.registry import Registry

TOKEN = {"access_token": "abc.DEF-123", "token_type": "Bearer", "expires_in": 3600, "scope": "a b"}
JSON = ("Content-Type", "application/json")
NO_STORE = ("Cache-Control", "no-store")


def answer(value: Any, status: int = 200, *headers: tuple[str, str]) -> Response:
    """An answer with a JSON body, or with these bytes."""
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return Response(status, headers or (JSON, NO_STORE), body)


def exchange(response: Response | None) -> Exchange:
    """A token exchange."""
    request = Request("POST", "http://h:1/token", (), b"grant_type=client_credentials")
    return Exchange("sent", "a", "issueToken", request, response, None, "", 0.0, 0.0)


LEGAL: dict[str, Response] = {
    "as published": answer(TOKEN),
    "bearer in lower case": answer({**TOKEN, "token_type": "bearer"}),
    "bearer in capitals": answer({**TOKEN, "token_type": "BEARER"}),
    "without a scope": answer({name: TOKEN[name] for name in TOKEN if name != "scope"}),
    "scopes of its own": answer({**TOKEN, "scope": "openid https://x/y!z"}),
    "further members": answer({**TOKEN, "refresh_token": "r", "x": [1, {"y": None}]}),
    "a charset": answer(TOKEN, 200, ("content-type", "Application/JSON; charset=utf-8"), NO_STORE),
    "a second": answer({**TOKEN, "expires_in": 1}),
    "a whole number of another spelling": answer(
        json.dumps(TOKEN).replace("3600", "3.6e3").encode()
    ),
    "blanks around": answer(b" \n" + json.dumps(TOKEN, indent=2).encode() + b"\n"),
    "an error": answer({"error": "invalid_client"}, 401),
    "an error with a sentence": answer(
        {"error": "invalid_scope", "error_description": "no", "error_uri": "https://x/"}, 400
    ),
    "a problem": answer({"type": "about:blank"}, 400, ("Content-Type", "application/problem+json")),
    "too many": answer(b"slow down", 429, ("Content-Type", "text/plain")),
    "interrupted": answer(b"", 503, ("Retry-After", "1")),
}


@pytest.mark.parametrize("response", LEGAL.values(), ids=LEGAL.keys())
def test_a_legal_token_answer_has_no_fault(response: Response) -> None:
    """Whatever RFC 6749 and the contract leave free."""
    assert token_facts(Registry.load(), response)["faults"] == []


BROKEN: dict[str, tuple[Response, str]] = {
    "type mac": (answer({**TOKEN, "token_type": "mac"}), "/token_type"),
    "no type": (answer({name: TOKEN[name] for name in TOKEN if name != "token_type"}), "type"),
    "expiry as text": (answer({**TOKEN, "expires_in": "3600"}), "/expires_in"),
    "expiry of null": (answer({**TOKEN, "expires_in": None}), "/expires_in"),
    "expiry of zero": (answer({**TOKEN, "expires_in": 0}), "/expires_in"),
    "expiry below zero": (answer({**TOKEN, "expires_in": -1}), "/expires_in"),
    "expiry in parts": (answer({**TOKEN, "expires_in": 0.5}), "/expires_in"),
    "expiry beyond": (answer({**TOKEN, "expires_in": 10**400}), "/expires_in"),
    "no expiry": (answer({name: TOKEN[name] for name in TOKEN if name != "expires_in"}), "exp"),
    "scope as list": (answer({**TOKEN, "scope": ["a"]}), "/scope"),
    "scope of null": (answer({**TOKEN, "scope": None}), "/scope"),
    "scope with two blanks": (answer({**TOKEN, "scope": "a  b"}), "/scope"),
    "empty scope": (answer({**TOKEN, "scope": ""}), "/scope"),
    "token with a line end": (answer({**TOKEN, "access_token": "a\n"}), "/access_token"),
    "token with its scheme": (answer({**TOKEN, "access_token": "Bearer a"}), "/access_token"),
    "token that is none": (answer({**TOKEN, "access_token": {"v": "a"}}), "/access_token"),
    "wrapped": (answer({"code": 0, "data": TOKEN}), "access_token"),
    "a list": (answer([TOKEN]), "object"),
    "a form": (answer(b"access_token=a&token_type=bearer"), "object"),
    "nothing": (answer(b""), "object"),
    "a mark before it": (answer(b"\xef\xbb\xbf" + json.dumps(TOKEN).encode()), "object"),
    "a member twice": (answer(b'{"access_token": "a", "access_token": "b"}'), "object"),
    "nested without end": (answer(b"[" * 100_000), "object"),
    "as text": (answer(TOKEN, 200, ("Content-Type", "text/plain")), "media type text/plain"),
    "of no type": (answer(TOKEN, 200, NO_STORE), "media type -"),
    "created": (answer(TOKEN, 201), "201"),
    "redirected": (answer(b"", 302, ("Location", "/login")), "302"),
    "an error of another word": (answer({"error": "no_such_word"}, 400), "/error"),
    "an error without a word": (answer({"code": 40001}, 401), "error"),
    "an error that is a page": (answer(b"<html>", 401, ("Content-Type", "text/html")), "media"),
}


@pytest.mark.parametrize(("response", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_token_answer_says_where(response: Response, told: str) -> None:
    """Never with the token, and never as an exception."""
    faults = token_facts(Registry.load(), response)["faults"]
    assert faults
    assert told in "; ".join(faults)
    assert "abc.DEF-123" not in "; ".join(faults)


def test_only_what_the_contract_describes_is_left_of_an_answer() -> None:
    """Any other member may be a credential."""
    made = exchange(answer({**TOKEN, "refresh_token": "very-secret", "data": {"token": "other-1"}}))
    shown = presentable(made).response
    assert shown is not None
    assert json.loads(shown.body) == TOKEN
    assert shown.truncated
    assert presentable(exchange(answer(TOKEN))) == exchange(answer(TOKEN))


@pytest.mark.parametrize(
    "body",
    [
        b"access_token=very-secret&token_type=bearer",
        b'callback({"access_token": "very-secret"})',
        b'["very-secret"]',
        b'\xef\xbb\xbf{"access_token": "very-secret"}',
        b'{"access_token": {"v": "very-secret"}}',
        b'{"access_token": "a", "access_token": "very-secret"}',
        b"\xffvery-secret",
    ],
)
def test_an_answer_of_another_form_leaves_no_token_behind(body: bytes) -> None:
    """It may stand anywhere in it."""
    shown = presentable(exchange(answer(body))).response
    assert shown is not None
    assert b"very-secret" not in shown.body


def record(number: int, response: Response) -> dict[str, Any]:
    """A journal record of a token exchange."""
    return {
        "kind": "exchange",
        "id": f"x{number}",
        "operation": "issueToken",
        "facts": {FACT: token_facts(Registry.load(), response)},
    }


def verdicts(*responses: Response) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Outcome and exchanges by check."""
    records = [record(number, one) for number, one in enumerate(responses)]
    rows = {"DS-08.2": object()}
    return {one.check: (one.outcome.value, one.exchanges) for one in judge_tokens(records, rows)}


def test_every_token_answer_of_a_run_is_judged_with_its_exchange() -> None:
    """One broken among good ones is found, and named."""
    good, bad = answer(TOKEN), answer({**TOKEN, "token_type": "mac"})
    assert verdicts(good, good) == {
        "sweep/token-answers": ("pass", ()),
        "sweep/token-kept": ("pass", ()),
    }
    assert verdicts(good, bad, good)["sweep/token-answers"] == ("fail", ("x1",))
    assert verdicts() == {}


def test_a_token_answer_that_may_be_stored_warns() -> None:
    """An error holds no token."""
    loose = answer(TOKEN, 200, JSON)
    assert verdicts(loose)["sweep/token-kept"] == ("warn", ("x0",))
    assert "sweep/token-kept" not in verdicts(answer({"error": "invalid_client"}, 401, JSON))


@pytest.mark.parametrize("status", [200, 401])
def test_every_fetch_is_handed_on_once_its_token_is_a_secret(status: int) -> None:
    """Refusals too, with the party that asked."""
    auth = Auth("oauth2", token_endpoint="http://h:1/token", client_id="i", client_secret="s-1234")
    target = Target("x", "courier", "http://h:1", frozenset({"h:1"}), (Party("a", auth),))
    seen: list[tuple[str, bool]] = []

    def send(_outgoing: Outgoing) -> Exchange:
        return exchange(answer(TOKEN, status))

    credentials = Credentials(target, send)
    credentials.watch(
        lambda one: seen.append((one.party, TOKEN["access_token"] in credentials.secrets()))
    )
    credentials.headers_for("a")
    assert seen == [("a", True)]
