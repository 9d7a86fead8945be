"""Credentials of the parties: static tokens, OAuth 2.0 client credentials (RFC 6749, 4.4), client
certificates.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from jidi.drive.keeping.foreign import foreign_member, shown
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Exchange, Headers
from jidi.model.outgoing import Outgoing
from jidi.model.target import Auth, Party, Target
from jidi.model.text import Text
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh

REFRESH_SHARE = 0.2
REFRESH_S = 30.0
DEFAULT_LIFE_S = 300.0
LONGEST_LIFE_S = 10**9
LONGEST_TOKEN = 16 * 1024
"""Characters; servers commonly refuse longer header lines anyway."""
PLAIN_HEADERS = frozenset(
    {"accept", "accept-language", "content-type", "user-agent", "cache-control", "standard-version"}
)


@dataclass(frozen=True, slots=True)
class CredentialFailure:
    """Why a party has no credential: ``cause`` is a sentence without any secret, ``exchange`` the
    token exchange if there was one.
    """

    party: str
    cause: Text
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at: float


class Credentials:
    """Headers that prove who a party is; tokens are fetched when first needed and renewed before
    they expire.

    ``send`` is :meth:`Client.send`. Safe to use from many threads: one token request at a time for
    each party.
    """

    def __init__(self, target: Target, send: Callable[[Outgoing], Exchange]) -> None:
        self._target = target
        self._send = send
        self._lock = threading.Lock()
        self._party_locks: dict[str, threading.Lock] = {}
        self._tokens: dict[str, _Token] = {}
        self._token_endpoint = ""
        self._secrets = frozenset(_given_secrets(target))
        self._added: dict[str, Party] = {}
        self._watch: Callable[[Exchange], None] = lambda _exchange: None

    def watch(self, seen: Callable[[Exchange], None]) -> None:
        """Hand every token exchange to ``seen``, refusals too, once its token is known as a secret.
        It is called from whatever thread asks for a token.
        """
        self._watch = seen

    def note(self, party: str, exchange: Exchange) -> None:
        """A token exchange that was made for ``party``."""
        self.learn(token_in(exchange))
        self._watch(replace(exchange, party=party))

    def use_token_endpoint(self, url: str) -> None:
        """Take the token endpoint from discovery for parties whose target entry names none."""
        self._token_endpoint = url

    def add(self, party: Party) -> None:
        """Take in a party that the target file does not give, such as a courier that was connected
        during the run, or give one new credentials.
        """
        with self._lock:
            self._added[party.name] = party
            self._tokens.pop(party.name, None)
            self._secrets |= frozenset(_secrets_of(party))

    def party(self, name: str) -> Party | None:
        """The party called ``name``: one that was added, or one of the target."""
        return self._added.get(name) or self._target.party(name)

    @property
    def added(self) -> tuple[Party, ...]:
        """Parties that were added, in that order."""
        return tuple(self._added.values())

    def headers_for(self, party: str) -> Headers | CredentialFailure:
        """The ``Authorization`` header of ``party``, nothing for mTLS and ``none``, or why there is
        none.
        """
        known = self.party(party)
        if known is None:
            text = sentence("drive/the-target-file-has-no-party-add", party=party)
            return CredentialFailure(party, text)
        if known.auth.type == "bearer":
            return (("Authorization", f"Bearer {known.auth.token}"),)
        if known.auth.type != "oauth2":
            return ()
        token = self._token(known)
        return (
            token
            if isinstance(token, CredentialFailure)
            else (("Authorization", f"Bearer {token.value}"),)
        )

    def invalidate(self, party: str) -> None:
        """Forget the cached token of ``party``; the next use fetches a new one."""
        with self._lock:
            self._tokens.pop(party, None)

    def forget_tokens(self) -> None:
        """Forget every cached token, as when the candidate's clock was moved and they may be
        over.
        """
        with self._lock:
            self._tokens.clear()

    def learn(self, secret: str) -> None:
        """Remember ``secret`` as something that no artefact may show."""
        if secret and secret not in self._secrets:
            with self._lock:
                self._secrets |= {secret}

    def secrets(self) -> frozenset[str]:
        """Every secret value known by now, tokens that were fetched included; the very same set
        until one more is learnt.
        """
        return self._secrets

    def _token(self, party: Party) -> _Token | CredentialFailure:
        with self._lock:
            lock = self._party_locks.setdefault(party.name, threading.Lock())
        with lock:
            cached = self._tokens.get(party.name)
            if cached is not None and time.monotonic() < cached.renew_at:
                return cached
            fetched = self._fetch(party)
            if isinstance(fetched, _Token):
                with self._lock:
                    self._tokens[party.name] = fetched
                    self._secrets |= {fetched.value}
            return fetched

    def _fetch(self, party: Party) -> _Token | CredentialFailure:
        endpoint = party.auth.token_endpoint or self._token_endpoint
        if not endpoint:
            text = sentence("drive/neither-the-target-file-nor-discovery-names")
            return CredentialFailure(party.name, text)
        started = time.monotonic()
        exchange = self._send(_token_request(party.auth, endpoint))
        self.note(party.name, exchange)
        if exchange.failure is not None:
            text = sentence(
                "drive/gave-no-answer",
                endpoint=shown(endpoint),
                kind=exchange.failure.kind,
                detail=exchange.failure.detail,
                failure_zh=failure_zh(exchange.failure),
            )
            return CredentialFailure(party.name, text, exchange)
        return _read_token(party.name, exchange, started)


def _token_request(auth: Auth, endpoint: str) -> Outgoing:
    form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
    ]
    if auth.client_auth == "post":
        form |= {"client_id": auth.client_id, "client_secret": auth.client_secret}
    else:
        headers.append(("Authorization", f"Basic {_basic(auth)}"))
    return Outgoing(
        "POST",
        endpoint,
        tuple(headers),
        urlencode(form).encode(),
        credential="none",
        operation="issueToken",
    )


def _basic(auth: Auth) -> str:
    pair = f"{quote_plus(auth.client_id)}:{quote_plus(auth.client_secret)}"
    return base64.b64encode(pair.encode()).decode()


def _read_token(party: str, exchange: Exchange, started: float) -> _Token | CredentialFailure:
    response = exchange.response
    if response is None or response.status != 200:
        status = (
            Text(str(response.status), str(response.status))
            if response
            else sentence("drive/nothing")
        )
        word = _error_shown(exchange)
        text = sentence(
            "drive/the-token-endpoint-answered-instead-of-200", status=status, word=word
        )
        return CredentialFailure(party, text, exchange)
    try:
        answer = read_loosely(response.body)
    except (ValueError, RecursionError):
        return CredentialFailure(
            party,
            sentence("drive/the-token-endpoints-answer-is-not-json"),
            exchange,
        )
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not _is_usable(token):
        text = sentence("drive/the-token-endpoints-answer-has-no-usable")
        return CredentialFailure(party, text, exchange)
    seconds = _life(answer.get("expires_in"))
    return _Token(token, started + seconds - min(REFRESH_S, seconds * REFRESH_SHARE))


def _is_usable(token: str) -> bool:
    """Whether a token fits into a header."""
    return 0 < len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable()


def _life(told: Any) -> float:
    """Seconds for which a token holds, by what its issuer tells."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not told >= 0:
        return DEFAULT_LIFE_S
    return float(min(told, LONGEST_LIFE_S))


def token_in(exchange: Exchange) -> str:
    """Whatever an answer gives as a token, usable or not."""
    try:
        answer = read_loosely(exchange.response.body) if exchange.response else None
    except (ValueError, RecursionError):
        return ""
    token = answer.get("access_token") if isinstance(answer, dict) else None
    return token if isinstance(token, str) and len(token) <= LONGEST_TOKEN else ""


def _error_shown(exchange: Exchange) -> str:
    try:
        answer = read_loosely(exchange.response.body) if exchange.response else None
    except (ValueError, RecursionError):
        return ""
    word = foreign_member(answer, "error")
    return f" ({shown(word)})" if word is not None and len(word) <= 60 else ""


def _secrets_of(party: Party) -> list[str]:
    auth = party.auth
    values = [auth.token, auth.client_secret]
    if auth.client_secret:
        values += [
            _basic(auth),
            base64.b64encode(f"{auth.client_id}:{auth.client_secret}".encode()).decode(),
        ]
    values += [value for name, value in party.headers if name.lower() not in PLAIN_HEADERS]
    return [value for value in values if value]


def _given_secrets(target: Target) -> list[str]:
    values: list[str] = []
    for party in target.parties:
        values += _secrets_of(party)
    values += [courier.client_secret for courier in target.couriers] + [target.couriers_key]
    values += [value for name, value in target.driver.headers if name.lower() not in PLAIN_HEADERS]
    bare = [
        value.split(" ", 1)[1]
        for value in values
        if value.lower().startswith(("bearer ", "basic "))
    ]
    return [value for value in (*values, *bare) if value]
