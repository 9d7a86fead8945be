"""The dump file of mitmproxy: typed netstrings, one a flow. Read by a small bounded reader of our
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jidi.model.exchange import Exchange, Failure, Headers, Request, Response
from jidi.passive.reading.entries import (
    MOST_ENTRIES,
    BrokenEntryError,
    Entry,
    Recording,
    bounded_headers,
    bounded_url,
    decoded_body,
    rfc3339,
)

_DEEPEST: Final = 24
_MOST_MEMBERS: Final = 20_000
_LONGEST_LENGTH: Final = 10
"""Digits of a length; more would be beyond every bound."""
_TYPES: Final = frozenset(b",;#^!~]}")


def read_flows(data: bytes, _name: str) -> Recording:
    """Every HTTP flow of a dump file; other flows are left out, broken ones passed over and
    told.
    """
    recording = Recording("mitmproxy", [])
    position, number = 0, 0
    while position < len(data):
        number += 1
        try:
            kind, start, end = _element(data, position, len(data))
        except BrokenEntryError as error:
            recording.pass_over(number, f"{error}; what follows it was not read")
            return recording
        position = end + 1
        if number > MOST_ENTRIES:
            recording.pass_over(number, "too many flows; what follows was not read")
            return recording
        try:
            flow = _value(data, (kind, start, end), 0)
            if isinstance(flow, Mapping) and flow.get("type") == "http":
                recording.entries.append(_entry(flow))
        except BrokenEntryError as error:
            recording.pass_over(number, error)
    return recording


def looks_like_flows(head: bytes) -> bool:
    """Whether a file begins like a typed netstring that holds more."""
    length, colon, rest = head[: _LONGEST_LENGTH + 2].partition(b":")
    return bool(colon) and length.isdigit() and rest[:1].isdigit()


def _element(data: bytes, position: int, end: int) -> tuple[int, int, int]:
    """Type, start and end of the payload of the element at ``position``; the type byte stands at
    its end.
    """
    colon = data.find(b":", position, min(end, position + _LONGEST_LENGTH + 1))
    length = data[position:colon] if colon > 0 else b""
    if not length.isdigit():
        raise BrokenEntryError(f"there is no netstring at byte {position}")
    start = colon + 1
    stop = start + int(length)
    if stop >= end or data[stop] not in _TYPES:
        raise BrokenEntryError(f"the netstring at byte {position} is cut off or of an unknown type")
    return data[stop], start, stop


def _value(data: bytes, element: tuple[int, int, int], depth: int) -> Any:
    kind, start, end = element
    if kind in b"}]":
        return _container(data, element, depth)
    try:
        return _SCALARS[kind](data[start:end])
    except ValueError as error:
        raise BrokenEntryError(f"the value at byte {start} is not of its type") from error


def _integer(payload: bytes) -> int:
    if len(payload) > 20:
        raise ValueError("too long")
    return int(payload)


_SCALARS: Final[Mapping[int, Callable[[bytes], Any]]] = {
    ord(","): bytes,
    ord(";"): lambda payload: payload.decode("utf-8"),
    ord("#"): _integer,
    ord("^"): float,
    ord("!"): lambda payload: payload == b"true",
    ord("~"): lambda _payload: None,
}


def _container(data: bytes, element: tuple[int, int, int], depth: int) -> Any:
    kind, start, end = element
    if depth >= _DEEPEST:
        raise BrokenEntryError(f"nested deeper than {_DEEPEST} levels")
    values = [_value(data, one, depth + 1) for one in _elements(data, start, end)]
    if kind in b"]":
        return values
    if len(values) % 2:
        raise BrokenEntryError("a dictionary has a key without a value")
    names = [
        name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in values[::2]
    ]
    if not all(isinstance(name, str) for name in names):
        raise BrokenEntryError("a key is no text")
    return dict(zip(names, values[1::2], strict=True))


def _elements(data: bytes, position: int, end: int) -> Iterator[tuple[int, int, int]]:
    count = 0
    while position < end:
        count += 1
        if count > _MOST_MEMBERS:
            raise BrokenEntryError(f"a list has more than {_MOST_MEMBERS} members")
        # An element inside ends before the type byte of what holds it, which stands at ``end``.
        element = _element(data, position, end)
        yield element
        position = element[2] + 1


def _entry(flow: Mapping[str, Any]) -> Entry:
    asked = flow.get("request")
    if not isinstance(asked, Mapping):
        raise BrokenEntryError("the flow has no request")
    headers = _headers(asked)
    body, request_known = _body(asked, headers)
    started = _time(asked.get("timestamp_start"))
    answered = flow.get("response")
    response, response_known, finished = None, False, started
    if isinstance(answered, Mapping):
        status = answered.get("status_code")
        if not isinstance(status, int) or not 100 <= status <= 999:
            raise BrokenEntryError("the status is no number")
        answer_headers = _headers(answered)
        content, response_known = _body(answered, answer_headers)
        response = Response(status, answer_headers, content)
        finished = max(
            started,
            _time(answered.get("timestamp_end") or answered.get("timestamp_start") or started),
        )
    failure = None if response is not None else Failure("protocol", "no response was recorded")
    request = Request(_text(asked.get("method")).upper(), _url(asked), headers, body)
    return Entry(
        Exchange("sent", "", "", request, response, failure, rfc3339(started), started, finished),
        request_known,
        response_known,
    )


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
    if isinstance(value, str):
        return value
    raise BrokenEntryError("a text is missing")


def _url(asked: Mapping[str, Any]) -> str:
    """Scheme, host and path; the host that the client named counts, since a reverse proxy knows the
    system behind it by another name.
    """
    host, port = _text(asked.get("host")), asked.get("port")
    scheme = _text(asked.get("scheme"))
    named = next(
        (_text(value) for name, value in _pairs(asked) if _text(name).lower() == "host"), ""
    ) or _text(asked.get("authority") or b"")
    place = named or (f"{host}:{port}" if port not in {80, 443} else host)
    return bounded_url(f"{scheme}://{place}{_text(asked.get('path'))}")


def _pairs(message: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    listed = message.get("headers")
    if not isinstance(listed, list) or not all(
        isinstance(pair, list) and len(pair) == 2 for pair in listed
    ):
        raise BrokenEntryError("headers is no list of pairs")
    return [(pair[0], pair[1]) for pair in listed]


def _headers(message: Mapping[str, Any]) -> Headers:
    return bounded_headers((_text(name), _text(value)) for name, value in _pairs(message))


def _body(message: Mapping[str, Any], headers: Headers) -> tuple[bytes, bool]:
    content = message.get("content")
    return (
        decoded_body(content, headers) if isinstance(content, bytes) else (b"", False)
    )  # not kept: streamed, or too large for the proxy


def _time(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BrokenEntryError("its time is no number")
    return float(value)
