"""Rules over answers of token endpoints, beside their schema (RFC 6749, 5.1 and 5.2; DS-08.2)."""

from __future__ import annotations

from collections.abc import Iterator

from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, header_value
from jidi.passive.rules.observations import Observation, RecordedContext, both, is_known, lacks


def token_observations(view: ExchangeView, _context: RecordedContext) -> Iterator[Observation]:
    """A token is not to be stored on its way, and a client that is not believed is told how it
    proves itself. Both stand in RFC 6749 only, so that their lack warns.
    """
    if view.record.operation != "issueToken" or view.response is None:
        return
    yield from _kept(view)
    yield from _challenge(view)


def _kept(view: ExchangeView) -> Iterator[Observation]:
    """Whether a token is forbidden to be stored (RFC 6749, 5.1)."""
    if view.response is None:
        return
    if view.status == 200 and is_known(view, "response", "cache-control"):
        said = header_value(view.response.headers, "cache-control")
        fault = "" if "no-store" in str(said).lower() else "token-storable"
        told = both(f"Cache-Control: {'-' if said is ABSENT else said}")
        yield Observation("token-kept", "DS-08.2", view.record.id, fault, told, soft=True)


def _challenge(view: ExchangeView) -> Iterator[Observation]:
    """Whether a client that proved itself by header is told of it by header (RFC 6749, 5.2)."""
    basic = header_value(view.request.headers, "authorization") is not ABSENT
    if view.status == 401 and basic and is_known(view, "response", "www-authenticate"):
        fault = "no-www-authenticate" if lacks(view, "response", "www-authenticate") else ""
        yield Observation("challenge", "DS-08.2", view.record.id, fault, both("401"), soft=True)
