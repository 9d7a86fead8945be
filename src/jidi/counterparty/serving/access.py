"""Who may speak to a played courier: the one client that it knows, and the tokens that it gave
out.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, unquote_plus

from jidi.counterparty.serving.answers import Answer

TOKEN_LIFE_S: Final = 3600
SCOPES: Final = (
    "consignments:write consignments:read events:read subscriptions:write status:read "
    "waybill-numbers:write"
)
_MOST_TOKENS: Final = 10_000


class Access:
    """Client credentials and tokens of the candidate at one played courier; ``learn`` gets every
    secret.
    """

    def __init__(self, client_id: str, client_secret: str, learn: Callable[[str], None]) -> None:
        self.client_id = client_id
        self._client_secret = client_secret
        self._learn = learn
        self._tokens: dict[str, datetime] = {}
        for secret in (
            client_secret,
            base64.b64encode(f"{client_id}:{client_secret}".encode()).decode(),
        ):
            learn(secret)

    def issue(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Answer:
        """The token endpoint's answer to a form (OAuth 2.0 client credentials, basic or post)."""
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
        if form.get("grant_type") != ["client_credentials"]:
            return Answer(
                400, {"error": "unsupported_grant_type"}, (("Cache-Control", "no-store"),)
            )
        given = _basic(headers.get("authorization", "")) or (
            form.get("client_id", [""])[0],
            form.get("client_secret", [""])[0],
        )
        if not secrets.compare_digest(
            f"{given[0]}:{given[1]}".encode(), f"{self.client_id}:{self._client_secret}".encode()
        ):
            return Answer(
                401,
                {"error": "invalid_client"},
                (("WWW-Authenticate", "Basic"), ("Cache-Control", "no-store")),
            )
        token = secrets.token_urlsafe(24 + secrets.randbelow(24))
        self._learn(token)
        if len(self._tokens) < _MOST_TOKENS:
            self._tokens[token] = now + timedelta(seconds=TOKEN_LIFE_S)
        made = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
            "scope": SCOPES,
        }
        return Answer(200, made, (("Cache-Control", "no-store"),))

    def knows(self, authorization: str, now: datetime) -> bool:
        """Whether a header carries a token that is live at ``now``."""
        scheme, _, token = authorization.partition(" ")
        ends = self._tokens.get(token.strip())
        return scheme.lower() == "bearer" and ends is not None and now < ends

    def end(self, authorization: str) -> None:
        """The token of a header is dead from now on."""
        self._tokens.pop(authorization.partition(" ")[2].strip(), None)


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        identifier, _, secret = (
            base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(identifier), unquote_plus(secret)
