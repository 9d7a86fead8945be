"""Writes every exchange as HTTP Archive 1.2, for browsers' network panels and proxies."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import harfile

from jidi.model.journal import JournalRecord
from jidi.model.run import RunRecord
from jidi.model.urls import url_parts
from jidi.report import exchange_view as evidence
from jidi.report.escaping import well_formed


def har_json(record: RunRecord) -> bytes:
    """All exchanges in journal order. Scenario, step and direction stand in ``comment``, a missing
    answer has status 0.
    """
    buffer = io.StringIO()
    version = str(record.header.get("kit_version", ""))
    with harfile.HarFile(buffer, creator=harfile.Creator(name="jidi", version=version)) as archive:
        for name, entry in record.exchanges.items():
            took = evidence.milliseconds(entry)
            archive.add_entry(
                startedDateTime=str(entry.get("started_at", "")),
                time=round(took, 3),
                request=_request(well_formed(dict(evidence.request(entry)))),
                response=_response(
                    well_formed(dict(evidence.response(entry))), evidence.failure(entry)
                ),
                timings=harfile.Timings(send=0, wait=round(took, 3), receive=0),
                comment=well_formed(_comment(name, entry)),
            )
    return (buffer.getvalue() + "\n").encode("utf-8")


def _comment(name: str, entry: JournalRecord) -> str:
    direction = "received by the kit" if evidence.is_received(entry) else "sent by the kit"
    return f"{name} {entry.get('scenario', '')}/{entry.get('step', '')} {direction}"


def _records(pairs: list[tuple[str, str]]) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]


def _request(asked: Mapping[str, Any]) -> harfile.Request:
    url = str(asked.get("url", ""))
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
        method=str(asked.get("method", "")),
        url=url,
        httpVersion="HTTP/1.1",
        headers=_records(evidence.headers(asked)),
        queryString=_records(_query(url)),
        postData=data,
        bodySize=body.size,
    )


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(url_parts(url).query, keep_blank_values=True)
    except ValueError:
        return []


def _response(answer: Mapping[str, Any], failure: str) -> harfile.Response:
    body = evidence.payload(answer)
    status = answer.get("status", 0)
    return harfile.Response(
        status=status if isinstance(status, int) else 0,
        statusText="",
        httpVersion="HTTP/1.1",
        headers=_records(evidence.headers(answer)),
        content=harfile.Content(
            size=body.size,
            mimeType=evidence.header(answer, "content-type"),
            text=body.shown,
            encoding="base64" if body.text is None else None,
            comment="truncated" if body.truncated else None,
        ),
        redirectURL=evidence.header(answer, "location"),
        bodySize=body.size if answer else -1,
        comment=failure or None,
    )
