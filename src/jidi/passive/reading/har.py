"""HTTP Archive 1.2, as browsers, proxies, test tools and the kit itself write it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

from jidi.errors import OperatorError
from jidi.model.exchange import Exchange, Failure, Request, Response
from jidi.passive.reading.entries import (
    NO_HEADERS,
    BrokenEntryError,
    Entry,
    HeaderList,
    bounded_url,
    read_headers,
    read_method,
    read_status,
    rfc3339,
    seconds,
    unix_time,
)
from jidi.passive.reading.known import (
    ANY,
    NOT_KNOWN,
    Known,
    Told,
    from_base64,
    known_body,
    media_type,
)
from jidi.passive.reading.layout import Layout, LayoutError
from jidi.passive.reading.source import Source
from jidi.wording import sentence

_LARGEST_CREATOR: Final = 1 << 16
_FORM: Final = "application/x-www-form-urlencoded"


class HarReader:
    """Reads the entries of one archive; ``by_kit``: the kit wrote it, so ``⟦…⟧`` stands where it
    withheld a value.
    """

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self._name = name
        self.by_kit = False

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Offset and length of each entry.

        Raises:
            OperatorError: it is no archive at all, or breaks off.
        """
        seen = 0
        try:
            layout = Layout(self._source)
            for name in layout.members():
                if name == "log":
                    for member in layout.members():
                        if member == "entries":
                            seen += 1
                            yield from (layout.skip() for _ in layout.items())
                        elif member == "creator":
                            self._created(*layout.skip())
            layout.end()
        except LayoutError as error:
            raise self._no_archive(
                str(error), f"在第 {error.offset} 字节处中断或不是 JSON"
            ) from error
        if seen != 1:
            raise self._no_archive(
                "it has no log.entries" if not seen else "it has log.entries twice",
                "其中没有 log.entries" if not seen else "log.entries 出现两次",
            )

    def _created(self, offset: int, length: int) -> None:
        if length <= _LARGEST_CREATOR:
            try:
                creator = json.loads(self._source.read(offset, length))
            except (ValueError, RecursionError):
                return
            self.by_kit = isinstance(creator, Mapping) and creator.get("name") == "jidi"

    def _no_archive(self, cause: str, cause_zh: str) -> OperatorError:
        return OperatorError(
            sentence("passive/is-no-http-archive", name=self._name, cause=cause, cause_zh=cause_zh),
            next_step=sentence("passive/export-it-again-or-name-its-input"),
        )

    def value(self, data: bytes) -> Any:
        """The JSON of one entry.

        Raises:
            BrokenEntryError: it is none, or names a member twice.
        """
        return strict_json(data)

    def entry(self, value: Any) -> Entry:
        """One entry.

        Raises:
            BrokenEntryError: it cannot be read.
            ElsewhereError: it is no exchange over HTTP.
        """
        entry = _mapping(value, "entry", "the entry is no object")
        asked = _mapping(entry.get("request"), "request", "request is no object")
        url = bounded_url(asked.get("url"))
        method = read_method(asked.get("method"))
        answered = _mapping(entry.get("response"), "response", "response is no object")
        status = read_status(answered.get("status", 0))
        started, timed = unix_time(entry.get("startedDateTime"))
        headers = _headers(asked)
        if asked.get("headers") == [] and _tells_headers(asked, answered):
            headers = HeaderList()
        cached = _is_cached(entry) or _is_made_up(answered)
        if cached:  # what the browser would have sent, and a copy of what came before
            headers = HeaderList(headers.headers, headers.unread | {ANY}, headers.dropped)
        sent, came = self._request(asked, method, headers), NOT_KNOWN
        media, seen, response = media_type(headers.headers, _form_type(asked)), NO_HEADERS, None
        answer_media = ""
        if status and not cached:
            seen, content = _headers(answered), _or_nothing(answered.get("content"))
            answer_media = media_type(seen.headers, _text(content.get("mimeType")))
            came = self._response(answered, (method, status), seen, answer_media)
            response = Response(status, seen.headers, came.body)
        failure = None if response is not None else Failure("protocol", "no response was recorded")
        exchange = Exchange(
            "sent",
            "",
            "",
            Request(method, url, headers.headers, sent.body),
            response,
            failure,
            rfc3339(started),
            started,
            started + seconds(entry.get("time")),
        )
        return Entry(exchange, sent, came, headers, seen, (media, answer_media), timed)

    def _request(self, asked: Mapping[str, Any], method: str, headers: HeaderList) -> Known:
        posted = _or_nothing(asked.get("postData"))
        text, params = posted.get("text"), posted.get("params")
        media = media_type(headers.headers, _form_type(asked))
        encoded = _is_base64(posted) or posted.get("comment") == "base64"
        written = _written(text, encoded=encoded)
        told = Told(
            method,
            0,
            headers.headers,
            headers.unread,
            media,
            text=written[0],
            data=written[1],
            wire=_sizes(asked.get("bodySize")),
            cut=_is_cut(posted) or not _is_sound(asked, "postData", posted, encoded=encoded),
            by_kit=self.by_kit,
        )
        given = params if isinstance(params, list) and media == _FORM else []
        return _of_params(given) if given and not text and not told.cut else known_body(told)

    def _response(
        self, answered: Mapping[str, Any], of: tuple[str, int], headers: HeaderList, media: str
    ) -> Known:
        content = _or_nothing(answered.get("content"))
        text, encoded = content.get("text"), _is_base64(content)
        written = _written(text, encoded=encoded)
        told = Told(
            *of,
            headers.headers,
            headers.unread,
            media,
            text=written[0],
            data=written[1],
            sizes=_sizes(content.get("size")),
            wire=_sizes(answered.get("bodySize")) if not encoded else (),
            cut=_is_cut(content) or not _is_sound(answered, "content", content, encoded=encoded),
            by_kit=self.by_kit,
        )
        return known_body(told)


def strict_json(data: bytes) -> Any:
    """The JSON in ``data``.

    Raises:
        BrokenEntryError: it is none, or names a member twice, so that a value would be hidden.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refused)
    except BrokenEntryError:
        raise
    except (ValueError, RecursionError) as error:
        raise BrokenEntryError("json", "it is not JSON, or nested too deeply") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenEntryError("twice", "a member stands twice in it")
    return found


def _refused(_text: str) -> NoReturn:
    raise BrokenEntryError("json", "it is not JSON")


def _mapping(value: Any, kind: str, cause: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BrokenEntryError(kind, cause)
    return value


def _or_nothing(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) < 200 else ""


def _form_type(asked: Mapping[str, Any]) -> str:
    return _text(_or_nothing(asked.get("postData")).get("mimeType"))


def _headers(message: Mapping[str, Any]) -> HeaderList:
    """Headers as listed; an empty list means that none were recorded, since there always are
    some.
    """
    listed = message.get("headers")
    if listed is None or listed == []:
        return NO_HEADERS
    if not isinstance(listed, list):
        return HeaderList((), NO_HEADERS.unread, ("no-list",))
    return read_headers(
        (pair.get("name"), pair.get("value")) if isinstance(pair, Mapping) else (None, None)
        for pair in listed
    )


def _tells_headers(asked: Mapping[str, Any], answered: Mapping[str, Any]) -> bool:
    """Whether the recorder kept headers of the answer, and counts none in the request: then the
    request had none worth keeping.
    """
    size = asked.get("headersSize")
    counted = isinstance(size, int | float) and size > 0
    return bool(_headers(answered).headers) and not counted


def _sizes(value: Any) -> tuple[int, ...]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return (int(value),) if number and 0 <= value < 1 << 40 else ()


def _written(text: Any, *, encoded: bool) -> tuple[str | None, bytes | None]:
    """A body as it is told: as a text, or as bytes in base64."""
    if not isinstance(text, str):
        return None, None
    return (None, from_base64(text)) if encoded else (text, None)


def _is_base64(holder: Mapping[str, Any]) -> bool:
    encoding = holder.get("encoding")
    return isinstance(encoding, str) and encoding.strip().lower() == "base64"


def _is_cut(holder: Mapping[str, Any]) -> bool:
    """Whether the recorder says itself that it left something out."""
    comment = holder.get("comment")
    flags = (holder.get("truncated"), holder.get("_truncated"), holder.get("_isTruncated"))
    return any(bool(flag) for flag in flags) or (
        isinstance(comment, str) and "truncated" in comment.lower()
    )


def _is_sound(
    message: Mapping[str, Any], member: str, holder: Mapping[str, Any], *, encoded: bool
) -> bool:
    """Whether body and encoding are what they should be; of others nothing is believed."""
    text, encoding = holder.get("text"), holder.get("encoding")
    if message.get(member) is not None and not isinstance(message[member], Mapping):
        return False
    if text is not None and not isinstance(text, str):
        return False
    if encoded:
        return text is None or from_base64(text) is not None
    plain = not isinstance(encoding, str) or encoding.strip().lower() in {"", "utf-8", "utf8"}
    return plain and (encoding is None or isinstance(encoding, str))


def _is_cached(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("_fromCache") or entry.get("_servedFromCache"))


def _is_made_up(answered: Mapping[str, Any]) -> bool:
    """Whether the browser answered itself: a redirect to https that it knew of before."""
    pairs = answered.get("headers")
    named = any(
        isinstance(pair, Mapping) and str(pair.get("name")).lower() == "non-authoritative-reason"
        for pair in (pairs if isinstance(pairs, list) else ())
    )
    return named or answered.get("statusText") == "Internal Redirect"


def _of_params(params: list[Any]) -> Known:
    """A form of which only the parameters were kept: what it means, not its bytes."""
    pairs = [
        (pair["name"], pair["value"])
        for pair in params
        if isinstance(pair, Mapping)
        and isinstance(pair.get("name"), str)
        and isinstance(pair.get("value"), str)
    ]
    if len(pairs) != len(params):
        return NOT_KNOWN
    try:
        return Known(urlencode(pairs).encode("ascii"), whole=True, exact=False)
    except UnicodeError:
        return NOT_KNOWN
