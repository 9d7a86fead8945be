"""Reads an answer within its bounds, whatever the candidate makes of it."""

from __future__ import annotations

from dataclasses import replace

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from jidi.drive.http.bounds import CURRENT, Bounds, ContentError
from jidi.drive.http.decoding import decode
from jidi.drive.http.failures import failure_of
from jidi.model.exchange import Failure, Response

CHUNK = 64 * 1024


def take_answer(raw: BaseHTTPResponse, bounds: Bounds) -> tuple[Response, Failure | None]:
    """Read the answer within its bounds; a connection that was not read to its end is
    closed.
    """
    headers = tuple((name, value) for name, value in raw.headers.items())
    if len(headers) > bounds.header_count:
        raw.close()
        detail = f"more than {bounds.header_count} header fields"
        return Response(raw.status, headers[: bounds.header_count], b"", truncated=True), Failure(
            "too-large", detail
        )
    body, failure = _read(raw, bounds.body_bytes)
    if failure is None:
        raw.release_conn()
    else:
        raw.close()
    response = Response(raw.status, headers, body, truncated=failure is not None)
    encoding = raw.headers.get("content-encoding", "")
    return (
        _decoded(response, encoding, bounds.body_bytes, CURRENT.get().deadline)
        if encoding and failure is None
        else (response, failure)
    )


def _read(raw: BaseHTTPResponse, bound: int) -> tuple[bytes, Failure | None]:
    body = bytearray()
    try:
        while chunk := raw.read1(CHUNK, decode_content=False):
            body += chunk
            if len(body) > bound:
                return bytes(body[:bound]), Failure(
                    "too-large", f"the body is longer than {bound} bytes"
                )
    except (OSError, HTTPError, ValueError) as error:
        failure = failure_of(error)
        return bytes(body), Failure(
            failure.kind, f"the body broke off after {len(body)} bytes: {failure.detail}"
        )
    return bytes(body), None


def _decoded(
    response: Response, encoding: str, bound: int, deadline: float
) -> tuple[Response, Failure | None]:
    try:
        body, cut = decode(response.body, encoding, bound, deadline)
    except (ContentError, TimeoutError) as error:
        return response, failure_of(error)
    if cut:
        return replace(response, body=body, truncated=True), Failure(
            "decoding", f"the body expands beyond {bound} bytes"
        )
    return replace(response, body=body), None
