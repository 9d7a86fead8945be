"""The named action that asks for a token, rightly or with a secret that is nearly right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from jidi.drive.candidate.credentials import token_in
from jidi.language.expressions import BlockedError
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.run.playing.making.usual_forms import misspelt
from jidi.run.playing.stage import Stage

_Result = tuple[Sequence[Exchange], dict[str, Any]]
_HEADERS: Final = (
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Accept", "application/json"),
)


def ask_for_token(given: Mapping[str, Any], stage: Stage) -> _Result:
    """Ask the token endpoint for a token (DS-08.2). ``given``: ``client_id``, ``client_secret``,
    and ``misspelt``, how the secret is written. Leaves the exchange.
    Observed: ``token``, empty without one.

    Raises:
        BlockedError: discovery names no token endpoint.
    """
    if not stage.token_endpoint:
        raise BlockedError("discovery names no token endpoint")
    secret = misspelt(str(given["client_secret"]), str(given.get("misspelt", "")))
    for one in (str(given["client_secret"]), secret):
        stage.client.credentials.learn(one)
    form = {
        "grant_type": "client_credentials",
        "client_id": str(given["client_id"]),
        "client_secret": secret,
    }
    exchange = stage.client.send(
        Outgoing(
            "POST",
            stage.token_endpoint,
            _HEADERS,
            urlencode(form).encode(),
            credential="none",
            operation="issueToken",
        )
    )
    stage.client.credentials.note("", exchange)
    return (exchange,), {"token": token_in(exchange)}


TOKEN_ACTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Stage], _Result]]] = {
    "ask-for-token": ask_for_token
}
"""The action on tokens, by the name that scenarios use."""
