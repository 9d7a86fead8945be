"""The dump file of mitmproxy: typed netstrings, one a flow. Read by a small bounded reader of our
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jidi.model.exchange import Exchange, Failure, Request, Response
from jidi.passive.reading.entries import (
    NO_HEADERS,
    BrokenEntryError,
    ElsewhereError,
    Entry,
    HeaderList,
    bounded_url,
    read_headers,
    read_method,
    read_status,
    rfc3339,
)
from jidi.passive.reading.known import NOT_KNOWN, Known, Told, known_body, media_type
from jidi.passive.reading.source import Source

_DEEPEST: Final = 24
_MOST_MEMBERS: Final = 20_000
_LONGEST_LENGTH: Final = 10
"""Digits of a length; more would be beyond every bound."""
_TYPES: Final = frozenset(b",;#^!~]}")


class FlowReader:
    """Reads the flows of one dump file."""

    by_kit = False

    def __init__(self, source: Source, _name: str) -> None:
        self._source = source

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Offset and length of each flow.

        Raises:
            BrokenEntryError: what follows cannot be read.
        """
        position = 0
        while position < self._source.size:
            length, colon, _ = self._source.read(position, _LONGEST_LENGTH + 1).partition(b":")
            whole = len(length) + int(length) + 2 if colon and length.isdigit() else 0
            if not whole or position + whole > self._source.size:
                raise BrokenEntryError(
                    "netstring",
                    f"there is no netstring at byte {position}; the rest was not read",
                )
            yield position, whole
            position += whole

    def value(self, data: bytes) -> Any:
        """The value of one flow.

        Raises:
            BrokenEntryError: it is no typed netstring.
        """
        return _value(data, _element(data, 0, len(data)), 0)

    def entry(self, value: Any) -> Entry:
        """One flow.

        Raises:
            BrokenEntryError: it cannot be read.
            ElsewhereError: it is no flow over HTTP.
        """
        if not isinstance(value, Mapping):
            raise BrokenEntryError("entry", "the flow is no dictionary")
        if value.get("type") != "http":
            raise ElsewhereError("flow")
        return _entry(value)


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
        raise BrokenEntryError("netstring", f"there is no netstring at byte {position}")
    start = colon + 1
    stop = start + int(length)
    if stop >= end or data[stop] not in _TYPES:
        raise BrokenEntryError(
            "netstring", f"the netstring at byte {position} is cut off or of an unknown type"
        )
    return data[stop], start, stop


def _value(data: bytes, element: tuple[int, int, int], depth: int) -> Any:
    kind, start, end = element
    if kind in b"}]":
        return _container(data, element, depth)
    try:
        return _SCALARS[kind](data[start:end])
    except ValueError as error:
        raise BrokenEntryError(
            "netstring", f"the value at byte {start} is not of its type"
        ) from error


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
        raise BrokenEntryError("netstring", f"nested deeper than {_DEEPEST} levels")
    values = [_value(data, one, depth + 1) for one in _elements(data, start, end)]
    if kind in b"]":
        return values
    if len(values) % 2:
        raise BrokenEntryError("netstring", "a dictionary has a key without a value")
    names = [
        name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in values[::2]
    ]
    if not all(isinstance(name, str) for name in names):
        raise BrokenEntryError("netstring", "a key is no text")
    return dict(zip(names, values[1::2], strict=True))


def _elements(data: bytes, position: int, end: int) -> Iterator[tuple[int, int, int]]:
    count = 0
    while position < end:
        count += 1
        if count > _MOST_MEMBERS:
            raise BrokenEntryError("netstring", f"a list has more than {_MOST_MEMBERS} members")
        # An element inside ends before the type byte of what holds it, which stands at ``end``.
        element = _element(data, position, end)
        yield element
        position = element[2] + 1


def _entry(flow: Mapping[str, Any]) -> Entry:
    asked = flow.get("request")
    if not isinstance(asked, Mapping):
        raise BrokenEntryError("request", "the flow has no request")
    url, method = bounded_url(_url(asked)), read_method(_text(asked.get("method")))
    headers, answered = _headers(asked), flow.get("response")
    sent = _body(asked, (method, 0), headers)
    started, timed = _time(asked.get("timestamp_start"))
    response, came, seen, finished = None, NOT_KNOWN, NO_HEADERS, started
    if isinstance(answered, Mapping):
        status = read_status(answered.get("status_code"))
        seen = _headers(answered)
        came = _body(answered, (method, status), seen)
        response = Response(status, seen.headers, came.body) if status else None
        ended, _ = _time(answered.get("timestamp_end") or answered.get("timestamp_start"))
        finished = max(started, ended)
    elif answered is not None:
        raise BrokenEntryError("response", "the response is no dictionary")
    failure = None if response is not None else Failure("protocol", "no response was recorded")
    request = Request(method, url, headers.headers, sent.body)
    exchange = Exchange(
        "sent", "", "", request, response, failure, rfc3339(started), started, finished
    )
    media = (media_type(headers.headers), media_type(seen.headers))
    return Entry(exchange, sent, came, headers, seen, media, timed)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
    if isinstance(value, str):
        return value
    raise BrokenEntryError("text", "a text is missing")


def _url(asked: Mapping[str, Any]) -> str:
    """Scheme, host and path; the host that the client named counts, since a reverse proxy knows the
    system behind it by another name.
    """
    host, port = _text(asked.get("host")), asked.get("port")
    scheme = _text(asked.get("scheme"))
    named = next(
        (value for name, value in _headers(asked).headers if name.lower() == "host"), ""
    ) or _text(asked.get("authority") or b"")
    place = named or (f"{host}:{port}" if port not in (80, 443) else host)
    return f"{scheme}://{place}{_text(asked.get('path'))}"


def _headers(message: Mapping[str, Any]) -> HeaderList:
    listed = message.get("headers")
    if not isinstance(listed, list):
        return HeaderList((), NO_HEADERS.unread, ("no-list",))
    return read_headers(_pair(pair) for pair in listed)


def _pair(pair: Any) -> tuple[Any, Any]:
    if not isinstance(pair, list) or len(pair) != 2:
        return None, None
    name, value = (_text(one) if isinstance(one, bytes) else one for one in pair)
    return name, value


def _body(message: Mapping[str, Any], of: tuple[str, int], headers: HeaderList) -> Known:
    content = message.get("content")
    if not isinstance(content, bytes):  # not kept: streamed, or too large for the proxy
        return NOT_KNOWN
    told = Told(
        *of, headers.headers, headers.unread, media_type(headers.headers), data=content, sizes=(0,)
    )
    return known_body(told)


def _time(value: Any) -> tuple[float, bool]:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return (float(value), True) if usable and 0 <= value < 1e11 else (0.0, False)
