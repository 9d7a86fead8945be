"""The kit's own journal as a recording: its exchanges, without anything that was judged from
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jidi.drive.keeping import BrokenChainError, Follower, is_linked, tampered
from jidi.errors import OperatorError
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
    unix_time,
)
from jidi.passive.reading.har import strict_json
from jidi.passive.reading.known import (
    NOT_KNOWN,
    Known,
    Told,
    from_base64,
    known_body,
    media_type,
)
from jidi.passive.reading.source import Source
from jidi.wording import sentence

_CHUNK: Final = 1 << 20
_LONGEST_LINE: Final = 64 << 20


class JournalReader:
    """Reads the exchanges of one journal; lines that are no records are broken, also the torn last
    one of a killed run.
    """

    by_kit = True

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self._name = name
        self._seen = False

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Offset and length of each line that is not blank.

        Raises:
            OperatorError: no line was a record of a journal.
            RunDirectoryError: a line that ends with a digest does not follow from the one before.
                (Of lines that somebody wrote anew without digests nothing is known, as of any
                recording.)
        """
        start, offset, begun, follower = 0, 0, False, Follower()
        while chunk := self._source.read(offset, _CHUNK):
            lines = chunk.split(b"\n")
            for line in lines[:-1]:
                offset += len(line) + 1
                if begun or line.strip():
                    self._follow(follower, start, offset - 1 - start)
                    yield start, offset - 1 - start
                start, begun = offset, False
            offset, begun = offset + len(lines[-1]), begun or bool(lines[-1].strip())
        if begun:
            yield start, offset - start
        if not self._seen:
            raise OperatorError(
                sentence("passive/is-no-journal-of-the-kit", name=self._name),
                next_step=sentence("passive/give-journal-ndjson-of-a-run-or"),
            )

    def _follow(self, follower: Follower, start: int, length: int) -> None:
        line = self._source.read(start, length)
        try:
            if is_linked(line):
                follower.read(line)
        except BrokenChainError as error:
            raise tampered(self._name, error) from error

    def value(self, data: bytes) -> Any:
        """The record on one line.

        Raises:
            BrokenEntryError: it is none.
        """
        record = strict_json(data)
        if not isinstance(record, Mapping) or not isinstance(record.get("kind"), str):
            raise BrokenEntryError("entry", "the line is no record of a journal")
        self._seen = True
        return record

    def entry(self, value: Any) -> Entry:
        """One exchange.

        Raises:
            BrokenEntryError: it cannot be read.
            ElsewhereError: the record is of another kind.
        """
        if value.get("kind") != "exchange" or value.get("of_driver"):
            raise ElsewhereError("record")
        return _entry(value)


def _entry(record: Mapping[str, Any]) -> Entry:
    asked, answered = record.get("request"), record.get("response")
    if not isinstance(asked, Mapping):
        raise BrokenEntryError("request", "the exchange has no request")
    began, timed = unix_time(record.get("started_at"))
    took = _number(record.get("finished")) - _number(record.get("started"))
    url, method = bounded_url(asked.get("url")), read_method(asked.get("method"))
    headers = _headers(asked)
    sent = _body(asked.get("body"), (method, 0), headers)
    response, came, seen = None, NOT_KNOWN, NO_HEADERS
    if answered is not None:
        if not isinstance(answered, Mapping):
            raise BrokenEntryError("response", "the response is no object")
        status, seen = read_status(answered.get("status")), _headers(answered)
        came = _body(answered.get("body"), (method, status), seen)
        response = Response(status, seen.headers, came.body) if status else None
    failure = None if response is not None else Failure("protocol", "no response was recorded")
    request = Request(method, url, headers.headers, sent.body)
    exchange = Exchange(
        "sent", "", "", request, response, failure, rfc3339(began), began, began + max(0.0, took)
    )
    digest = asked["body"].get("digest", "") if isinstance(asked.get("body"), Mapping) else ""
    return Entry(
        exchange,
        sent,
        came,
        headers,
        seen,
        (media_type(headers.headers), media_type(seen.headers)),
        timed,
        _redacted(record.get("redactions")),
        digest if isinstance(digest, str) else "",
    )


def _number(value: Any) -> float:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
        else 0.0
    )


def _headers(message: Mapping[str, Any]) -> HeaderList:
    listed = message.get("headers", [])
    if not isinstance(listed, list):
        return HeaderList((), NO_HEADERS.unread, ("no-list",))
    return read_headers(
        (pair[0], pair[1]) if isinstance(pair, list) and len(pair) == 2 else (None, None)
        for pair in listed
    )


def _body(body: Any, of: tuple[str, int], headers: HeaderList) -> Known:
    if not isinstance(body, Mapping):
        return NOT_KNOWN
    text, encoded = body.get("text"), body.get("base64")
    told = Told(
        *of,
        headers.headers,
        headers.unread,
        media_type(headers.headers),
        text=text if isinstance(text, str) else None,
        data=from_base64(encoded) if isinstance(encoded, str) else None,
        sizes=(0,) if body.get("size") == 0 else (),
        cut=bool(body.get("truncated")),
        by_kit=True,
    )
    # The kit keeps bodies decoded, whatever the header says.
    return Known(told.data, whole=True, exact=True) if told.data else known_body(told)


def _redacted(listed: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in listed if isinstance(listed, list) else ():
        if (
            isinstance(one, Mapping)
            and isinstance(one.get("pointer"), str)
            and isinstance(one.get("faults"), list)
        ):
            found[one["pointer"]] = [str(fault)[:100] for fault in one["faults"][:20]]
    return found
