"""A candidate that says what nobody may read, in every place that it controls: each answer the next
of all values in all spellings.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final
from urllib.parse import quote, urlsplit

from tests.conformance.hostile.server import DISCOVERY, Asked, RawServer, Reply, document
from tests.conformance.leaks.spelled import SECRETS, SPELLINGS, VALUES

TEXTS: Final = tuple(write(value) for value in VALUES for write in SPELLINGS.values())
_STRIDE: Final = 131
"""No divisor of the number of texts, so that places and texts meet in every pairing."""
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ADDRESS: Final = re.compile(r'http://127\.0\.0\.1:\d+[^"\s]*')
_CREDENTIAL: Final = re.compile(r'"(?:token|access_token|client_secret|secret)": "([!-~]+?)"')
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Speaker:
    """Gives the next text; ``start`` is where it begins."""

    def __init__(self, start: int) -> None:
        self._numbers = count(start)

    def next(self, allowed: re.Pattern[str] | None = None) -> str:
        """A text, or the next that ``allowed`` matches as a whole."""
        while True:
            text = TEXTS[next(self._numbers) * _STRIDE % len(TEXTS)]
            if allowed is None or allowed.fullmatch(text):
                return text

    def line(self) -> str:
        """One that can stand in a header or a status line."""
        return self.next().replace("\n", " ")


class Leaking:
    """Answers each request; ``broken`` says which requests on the way to a run are refused."""

    def __init__(self, start: int, broken: str = "", role: str = "courier") -> None:
        self._speaker = Speaker(start)
        self._role = role
        self._broken = broken

    def respond(self, _server: RawServer, asked: Asked) -> Reply:
        """The answer to ``asked``, and perhaps a push behind its back."""
        path = asked.path.partition("?")[0]
        speaker = self._speaker
        if path == DISCOVERY:
            return [self._discovery(asked)]
        if path == "/oauth/token":
            return [self._token()]
        if path.startswith("/sandbox"):
            return [self._acted(asked)]
        if asked.method == "POST" and path.endswith("/subscriptions"):
            _push_later(asked, speaker)
        if asked.number % 3 == 0:
            return [self._problem(asked)]
        return [self._thing(asked)]

    def _discovery(self, asked: Asked) -> bytes:
        speaker = self._speaker
        if self._broken == "redirect":
            where = f"http://127.0.0.2:9/{quote(speaker.next())}?who={quote(speaker.next())}"
            return self._answer({}, "302", [("Location", where)])
        made = document(asked.origin, role=self._role)
        made["legal_entity"]["name"] = speaker.next()
        made["contacts"] = {"technical": {"name": speaker.next(), "email": speaker.next()}}
        made[speaker.next()] = speaker.next()
        if self._broken == "elsewhere":
            made["token_endpoint"] = f"http://127.0.0.2:9/{quote(speaker.next())}"
            made["environment"] = made["role"] = speaker.next()
        return self._answer(made)

    def _token(self) -> bytes:
        speaker = self._speaker
        if self._broken == "token":
            said = {"error": speaker.next()[:60], "error_description": speaker.next()}
            return self._answer(said, "400")
        token = f"at-{speaker.next(_ID)}-{speaker.next(_ID)}"
        said = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        return self._answer({**said, "scope": speaker.next(), speaker.next(): speaker.next()})

    def _acted(self, asked: Asked) -> bytes:
        speaker = self._speaker
        _call_couriers(asked, speaker)
        if asked.number % 4 == 0:
            return self._answer({"failure": speaker.next()})
        if asked.number % 4 == 1:
            return self._problem(asked)
        result = {
            "event_id": speaker.next(_ID),
            "sequence": 1,
            "recorded_at": "2026-01-01T00:00:00Z",
            "order_no": speaker.next(),
            "note": speaker.next(),
            speaker.next(): speaker.next(),
        }
        return self._answer({"result": result})

    def _problem(self, asked: Asked) -> bytes:
        speaker = self._speaker
        fault = {"pointer": f"/{speaker.next()}", "code": speaker.next(), "detail": speaker.next()}
        said = {
            "type": f"https://schemas.jidi.example/v1.0/problems/{speaker.next()}",
            "title": speaker.next(),
            "status": 422,
            "detail": f"not {speaker.next()} but {speaker.next()}",
            "instance": f"{asked.path}/{speaker.next()}",
            "errors": [fault],
        }
        return self._answer(said, "422")

    def _thing(self, asked: Asked) -> bytes:
        speaker = self._speaker
        if asked.number % 10 == 7:
            return self._raw(f"<html><p>{speaker.next()}</p>\n{speaker.next()}\n".encode())
        person = {
            "name": speaker.next(),
            "phone": {"kind": "mobile", "number": speaker.next()},
            "address": {"detail": speaker.next(), "city": speaker.next()},
        }
        event = {"event_id": speaker.next(_ID), "state": speaker.next(), "note": speaker.next()}
        made = {
            "consignment_id": speaker.next(_ID),
            "subscription_id": speaker.next(_ID),
            "waybill_no": speaker.next(_ID),
            "state": speaker.next(),
            "consignment": {"recipient": person, "remark": speaker.next()},
            "items": [event],
            "next_cursor": None,
            "resume_cursor": speaker.next(),
            "number": 13876504321,
            speaker.next(): {speaker.next(): [speaker.next()]},
        }
        return self._answer(made, "201" if asked.method == "POST" else "200")

    def _answer(
        self, value: Any, status: str = "200", headers: list[tuple[str, str]] | None = None
    ) -> bytes:
        return self._raw(json.dumps(value, ensure_ascii=False).encode(), status, headers or [])

    def _raw(
        self, body: bytes, status: str = "200", headers: list[tuple[str, str]] | None = None
    ) -> bytes:
        """With something in the status line, in names and values of headers, and in a trailer."""
        speaker = self._speaker
        location = [] if headers else [("Location", f"/v1/consignments/{speaker.line()}")]
        lines = [
            f"HTTP/1.1 {status} {speaker.line()}",
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
            "Connection: close",
            "Standard-Version: 1.0",
            f"X-{speaker.next(_TOKEN)}: {speaker.line()}",
            f"ETag: {speaker.line()}",
            f"Server: {speaker.line()}",
            f"Set-Cookie: id={speaker.line()}",
            f"WWW-Authenticate: Bearer realm={speaker.line()}",
            f"X-Note: {speaker.line()}",
            *(f"{name}: {value}" for name, value in (*(headers or []), *location)),
        ]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        trailer = f"X-Trailer: {speaker.line()}\r\n".encode()
        return head + b"%x\r\n%s\r\n0\r\n" % (len(body), body) + trailer + b"\r\n"


def _push_later(asked: Asked, speaker: Speaker) -> None:
    """Push to the address that was given, without a right signature."""
    given = asked.json
    url = given.get("callback_url") if isinstance(given, dict) else None
    if isinstance(url, str):
        threading.Thread(target=_push, args=(url, speaker), daemon=True).start()


def _call_couriers(asked: Asked, speaker: Speaker) -> None:
    """Call every address that an action brings, such as those of the couriers that are played."""
    text = json.dumps(asked.json)
    for url in sorted(set(_ADDRESS.findall(text)))[:4]:
        token = _CREDENTIAL.search(text)
        for path in ("", "/consignments", f"/shipments/{quote(speaker.next(), safe='')}"):
            _push(url + path, speaker, token[1] if token else "")


def _push(url: str, speaker: Speaker, token: str = "") -> None:
    try:
        place = urlsplit(url)
    except ValueError:  # a generated subscription may name any address
        return
    body = {
        "order_no": speaker.next(),
        "recipient": {"name": speaker.next(), speaker.next(): speaker.next()},
        "id": speaker.next(),
        "type": "shipment.events",
        "data": {"events": [{"event_id": speaker.next(), speaker.next(): speaker.next()}]},
    }
    headers = {
        "webhook-id": speaker.next(_TOKEN),
        "webhook-signature": f"v1,{speaker.next(_TOKEN)}",
        f"X-{speaker.next(_TOKEN)}": speaker.next(_TOKEN),
        "Authorization": f"Bearer {token or speaker.next(_TOKEN)}",
        "Idempotency-Key": speaker.next(_TOKEN),
        "Content-Type": "application/json",
    }
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        wire = http.client.HTTPConnection(str(place.hostname), place.port or 80, timeout=5)
        path = f"{place.path}?who={quote(speaker.next())}"
        wire.request("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)
        wire.getresponse().read()
        wire.close()


@contextmanager
def leaking(start: int, broken: str = "", role: str = "courier") -> Iterator[dict[str, Any]]:
    """The target document of such a candidate, which answers meanwhile; the kit's own credentials
    are among what it says.
    """
    with RawServer(Leaking(start, broken, role).respond) as server:
        parties = {
            name: {"auth": {"type": "oauth2", "client_id": name, "client_secret": secret}}
            for name, secret in zip(
                ("platform-a", "platform-b", "supervisor"), SECRETS, strict=False
            )
        }
        yield {
            "jidi-target": 1,
            "name": "leaking",
            "role": role,
            "base_url": server.origin,
            "parties": parties,
            "driver": {
                "kind": "http",
                "url": f"{server.origin}/sandbox/actions",
                "timeout_s": 5,
                "headers": {"X-Gate": SECRETS[3]},
            },
        }
