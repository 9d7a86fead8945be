"""Writes every exchange as HTTP Archive 1.2, for browsers' network panels and proxies."""

from __future__ import annotations

import io
from collections.abc import Iterable
from urllib.parse import parse_qsl

import harfile
from msgspec import convert

from jidi.model.journal import ExchangeRecord, JournalRequest, JournalResponse
from jidi.model.journal.codec import encode
from jidi.model.run import RunRecord
from jidi.model.urls import url_parts
from jidi.report import exchange_view as evidence
from jidi.report.escaping import well_formed


def har_json(record: RunRecord) -> bytes:
    """All exchanges in journal order. Scenario, step and direction stand in ``comment``, a missing
    answer has status 0.
    """
    buffer = io.StringIO()
    creator = harfile.Creator(name="jidi", version=well_formed(record.header.kit_version))
    with harfile.HarFile(buffer, creator=creator) as archive:
        for name, entry in record.exchanges.items():
            took, shown = evidence.milliseconds(entry), _well_formed(entry)
            archive.add_entry(
                startedDateTime=entry.started_at,
                time=round(took, 3),
                request=_request(shown.request),
                response=_response(shown.response, evidence.failure(shown)),
                timings=harfile.Timings(send=0, wait=round(took, 3), receive=0),
                comment=well_formed(_comment(name, entry)),
            )
    return (buffer.getvalue() + "\n").encode("utf-8")


def _well_formed(entry: ExchangeRecord) -> ExchangeRecord:
    """The record with texts that UTF-8 can hold."""
    return convert(well_formed(encode(entry)), ExchangeRecord)


def _comment(name: str, entry: ExchangeRecord) -> str:
    direction = "received by the kit" if evidence.is_received(entry) else "sent by the kit"
    return f"{name} {entry.scenario}/{entry.step} {direction}"


def _records(pairs: Iterable[tuple[str, str]]) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]


def _request(asked: JournalRequest) -> harfile.Request:
    body = evidence.payload(asked)
    # HAR knows no encoding for a request body: bytes that are no text stand there as base64, and
    # the comment says so.
    note = "base64" if body.text is None else None
    data = (
        harfile.PostData(
            mimeType=evidence.header(asked, "content-type"), text=body.shown, comment=note
        )
        if body.raw
        else None
    )
    return harfile.Request(
        method=asked.method,
        url=asked.url,
        httpVersion="HTTP/1.1",
        headers=_records(asked.headers),
        queryString=_records(_query(asked.url)),
        postData=data,
        bodySize=body.size,
    )


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(url_parts(url).query, keep_blank_values=True)
    except ValueError:
        return []


def _response(answer: JournalResponse | None, failure: str) -> harfile.Response:
    body = evidence.payload(answer)
    return harfile.Response(
        status=0 if answer is None else answer.status,
        statusText="",
        httpVersion="HTTP/1.1",
        headers=_records(() if answer is None else answer.headers),
        content=harfile.Content(
            size=body.size,
            mimeType=evidence.header(answer, "content-type"),
            text=body.shown,
            encoding="base64" if body.text is None else None,
            comment="truncated" if body.truncated else None,
        ),
        redirectURL=evidence.header(answer, "location"),
        bodySize=-1 if answer is None else body.size,
        comment=failure or None,
    )
