"""The discovery document of a candidate: where it lies, and how it is read (DS-05.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jidi.drive.keeping.foreign import shown
from jidi.language.expressions import point
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Exchange
from jidi.model.text import Text
from jidi.model.urls import NotAUrlError, host_of, read_url
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh

DISCOVERY_PATH: Final = "/.well-known/express-data-sharing"
MOST_VERSIONS: Final = 20
"""As many as the schema of discovery lets a document list."""


def read_discovery(exchange: Exchange) -> tuple[dict[str, Any] | None, Text]:
    """The discovery document in an answer, or ``None`` and why there is none: the one reader of
    every command.
    """
    if exchange.response is None:
        kind = exchange.failure.kind if exchange.failure is not None else "nothing"
        return None, sentence("run/no-answer", kind=kind, failure_zh=failure_zh(exchange.failure))
    status = exchange.response.status
    if status != 200:
        return None, sentence("run/the-answer-is-not-200", status=status)
    try:
        document = read_json(exchange.response.body.decode("utf-8"))
    except (NotJsonError, UnicodeDecodeError) as error:
        reason = error if isinstance(error, NotJsonError) else "it is not UTF-8"
        return None, sentence("run/it-is-not-json", reason=shown(reason))
    if not isinstance(document, dict):
        return None, sentence("run/it-is-not-a-json-object")
    return document, Text("", "")


def version_entry(discovery: Any, version: str) -> Mapping[str, Any]:
    """The entry of ``version`` in a discovery document; empty when there is none that is usable."""
    versions = point(discovery, "/versions") if isinstance(discovery, Mapping) else None
    entries = versions if isinstance(versions, list) else []
    return next(
        (
            one
            for one in entries
            if isinstance(one, Mapping)
            and one.get("version") == version
            and _is_address(one.get("base_url"))
        ),
        {},
    )


def named_urls(discovery: Mapping[str, Any]) -> dict[str, str]:
    """Every address of a discovery document that somebody may call, by its pointer: where each
    version is served (DS-05.2), the token endpoint (DS-08.2) and the form for requests of persons
    (PI-09.1). What is no http(s) URL is left out, for its schema tells of it.
    """
    versions = discovery.get("versions")
    count = min(len(versions), MOST_VERSIONS) if isinstance(versions, list) else 0
    places = [f"/versions/{index}/base_url" for index in range(count)]
    found = {
        place: point(discovery, place)
        for place in (*places, "/token_endpoint", "/contacts/privacy/url")
    }
    return {place: url for place, url in found.items() if host_of(url)}


def _is_address(value: Any) -> bool:
    """Whether ``value`` is an absolute http(s) URL that can be taken apart."""
    try:
        return read_url(value).geturl().isascii()
    except NotAUrlError:
        return False
