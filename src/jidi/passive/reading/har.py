"""HTTP Archive 1.2, as browsers, mitmproxy and the kit itself write it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from jidi.errors import OperatorError
from jidi.model.exchange import Exchange, Failure, Headers, Request, Response
from jidi.passive.reading.entries import (
    LARGEST_BODY,
    MOST_ENTRIES,
    BrokenEntryError,
    Entry,
    Recording,
    bounded_headers,
    bounded_url,
    rfc3339,
    unix_time,
)


def read_har(data: bytes, name: str) -> Recording:
    """Every entry of an archive; what cannot be read is passed over and told.

    Raises:
        OperatorError: it is no archive at all.
    """
    try:
        log = json.loads(data.decode("utf-8-sig"), parse_constant=_refused)["log"]
        listed = log["entries"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise OperatorError(
            f"{name} is no HTTP Archive: {type(error).__name__}.",
            next_step="Export it again, or name its --input.",
            zh=f"{name} 不是 HTTP Archive：{type(error).__name__}。",
            zh_next_step="请重新导出，或用 --input 指明格式。",
        ) from error
    if not isinstance(listed, list):
        raise OperatorError(
            f"{name} is no HTTP Archive: log.entries is no list.",
            next_step="Export it again, or name its --input.",
            zh=f"{name} 不是 HTTP Archive：log.entries 不是列表。",
            zh_next_step="请重新导出，或用 --input 指明格式。",
        )
    creator = log.get("creator")
    recording = Recording(
        "har", [], by_kit=isinstance(creator, Mapping) and creator.get("name") == "jidi"
    )
    for number, value in enumerate(listed[:MOST_ENTRIES], 1):
        try:
            recording.entries.append(_entry(value))
        except BrokenEntryError as error:
            recording.pass_over(number, error)
    if len(listed) > MOST_ENTRIES:
        recording.pass_over(
            MOST_ENTRIES + 1,
            f"{len(listed) - MOST_ENTRIES} entries beyond the first {MOST_ENTRIES} were not read",
        )
    return recording


def _refused(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BrokenEntryError(f"{what} is no object")
    return value


def _entry(value: Any) -> Entry:
    entry = _mapping(value, "the entry")
    asked, answered = (
        _mapping(entry.get("request"), "request"),
        _mapping(entry.get("response"), "response"),
    )
    started = unix_time(entry.get("startedDateTime"))
    took = entry.get("time")
    finished = started + (
        min(max(took, 0.0), 3.6e6) / 1000 if isinstance(took, int | float) else 0.0
    )
    headers = _headers(asked)
    body, request_known = _request_body(asked)
    response, response_known = _response(answered)
    failure = None if response is not None else Failure("protocol", "no response was recorded")
    exchange = Exchange(
        "sent",
        "",
        "",
        Request(_method(asked), bounded_url(asked.get("url")), headers, body),
        response,
        failure,
        rfc3339(started),
        started,
        finished,
    )
    return Entry(exchange, request_known, response_known)


def _method(asked: Mapping[str, Any]) -> str:
    method = asked.get("method")
    if not isinstance(method, str) or not 1 <= len(method) <= 20:
        raise BrokenEntryError("the method is no text")
    return method.upper()


def _headers(message: Mapping[str, Any]) -> Headers:
    listed = message.get("headers", [])
    if not isinstance(listed, list) or not all(isinstance(pair, Mapping) for pair in listed):
        raise BrokenEntryError("headers is no list of objects")
    return bounded_headers((pair.get("name"), pair.get("value")) for pair in listed)


def _request_body(asked: Mapping[str, Any]) -> tuple[bytes, bool]:
    data = asked.get("postData")
    size = asked.get("bodySize")
    if not isinstance(data, Mapping):
        return b"", not (isinstance(size, int) and size > 0)
    text = data.get("text")
    if not isinstance(text, str):
        return b"", False
    return _bytes(text, data.get("encoding") == "base64" or data.get("comment") == "base64")


def _response(answered: Mapping[str, Any]) -> tuple[Response | None, bool]:
    status = answered.get("status")
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 999:
        return None, False
    content = answered.get("content")
    content = content if isinstance(content, Mapping) else {}
    text, size = content.get("text"), content.get("size")
    if isinstance(text, str):
        body, known = _bytes(text, content.get("encoding") == "base64")
        known = known and content.get("comment") != "truncated"
    else:
        body, known = b"", not (isinstance(size, int) and size > 0)
    return Response(status, _headers(answered), body), known


def _bytes(text: str, encoded: bool) -> tuple[bytes, bool]:
    if len(text) > LARGEST_BODY * 2:
        return b"", False
    try:
        body = base64.b64decode(text, validate=True) if encoded else text.encode("utf-8")
    except (binascii.Error, ValueError):
        return b"", False
    return (body, True) if len(body) <= LARGEST_BODY else (b"", False)
