"""The kit's own journal as a recording: its exchanges, without anything that was judged from
them.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

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


def read_journal_file(data: bytes, name: str) -> Recording:
    """Every exchange of a journal; lines that are no records are passed over and told, also the
    torn last one of a killed run.

    Raises:
        OperatorError: no line is a record of a journal.
    """
    recording = Recording("journal", [], by_kit=True)
    seen = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = _record(line)
            seen += 1
            if record.get("kind") == "exchange" and not record.get("of_driver"):
                recording.entries.append(_entry(record))
        except BrokenEntryError as error:
            recording.pass_over(number, error)
        if len(recording.entries) >= MOST_ENTRIES:
            recording.pass_over(number, "too many exchanges; what follows was not read")
            break
    if not seen:
        raise OperatorError(
            f"{name} is no journal of the kit.",
            next_step="Give journal.ndjson of a run, or name its --input.",
            zh=f"{name} 不是本测试工具的运行日志。",
            zh_next_step="请给出某次运行的 journal.ndjson，或用 --input 指明格式。",
        )
    return recording


def _record(line: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenEntryError("the line is not JSON") from error
    if not isinstance(record, Mapping) or not isinstance(record.get("kind"), str):
        raise BrokenEntryError("the line is no record of a journal")
    return record


def _entry(record: Mapping[str, Any]) -> Entry:
    asked, answered = record.get("request"), record.get("response")
    if not isinstance(asked, Mapping):
        raise BrokenEntryError("the exchange has no request")
    began = unix_time(record.get("started_at"))
    took = _number(record.get("finished")) - _number(record.get("started"))
    method = asked.get("method")
    if not isinstance(method, str) or not 1 <= len(method) <= 20:
        raise BrokenEntryError("the method is no text")
    body, request_known = _body(asked.get("body"))
    request = Request(method.upper(), bounded_url(asked.get("url")), _headers(asked), body)
    response, response_known = _response(answered)
    failure = None if response is not None else Failure("protocol", "no response was recorded")
    exchange = Exchange(
        "sent", "", "", request, response, failure, rfc3339(began), began, began + max(0.0, took)
    )
    digest = asked["body"].get("digest", "") if isinstance(asked.get("body"), Mapping) else ""
    return Entry(
        exchange,
        request_known,
        response_known,
        _redacted(record.get("redactions")),
        digest if isinstance(digest, str) else "",
    )


def _number(value: Any) -> float:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
        else 0.0
    )


def _headers(message: Mapping[str, Any]) -> Headers:
    listed = message.get("headers", [])
    if not isinstance(listed, list) or not all(
        isinstance(pair, list) and len(pair) == 2 for pair in listed
    ):
        raise BrokenEntryError("headers is no list of pairs")
    return bounded_headers((pair[0], pair[1]) for pair in listed)


def _response(answered: Any) -> tuple[Response | None, bool]:
    status = answered.get("status") if isinstance(answered, Mapping) else None
    if not isinstance(status, int) or not 100 <= status <= 999:
        return None, False
    body, known = _body(answered.get("body"))
    return Response(status, _headers(answered), body), known


def _body(body: Any) -> tuple[bytes, bool]:
    if not isinstance(body, Mapping):
        return b"", False
    text, encoded = body.get("text"), body.get("base64")
    try:
        data = (
            text.encode("utf-8")
            if isinstance(text, str)
            else base64.b64decode(encoded, validate=True)
            if isinstance(encoded, str)
            else b""
        )
    except (binascii.Error, ValueError):
        return b"", False
    if body.get("truncated") or len(data) > LARGEST_BODY:
        return b"", False
    return data, isinstance(text, str) or isinstance(encoded, str) or body.get("size") == 0


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
