"""From the ``call`` of a step to the bytes that are sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from jidi.errors import DataError
from jidi.fuzz.child.shaping import key
from jidi.model.outgoing import Outgoing
from jidi.model.step import UNSET, Call
from jidi.model.texts.seeded import seeded
from jidi.model.urls import join_url
from jidi.registry import Operation
from jidi.run.playing.making.filling import apply_patch, filled
from jidi.run.playing.making.usual_forms import Manner, misspelt, unknown, waybill_no
from jidi.run.playing.stage import Stage

PURPOSE: Final = "Processing-Purpose"
VERSION: Final = "Standard-Version"
DEFAULT_PURPOSE: Final = "DELIVERY"
"""Said with every read of personal data unless a scenario says otherwise (DS-03.2)."""

_WITHOUT_CONTENT: Final = frozenset({"GET", "HEAD", "DELETE"})
"""Requests that carry a body only where their operation describes one: it has no meaning, and
whoever refuses such a request may close the connection on what nobody asked for (RFC 9110, 9.3.1).
"""


def build(
    call: Call,
    scope: Mapping[str, Any],
    stage: Stage,
    query: Mapping[str, Any] | None = None,
) -> Outgoing:
    """The request that ``call`` describes; ``query`` adds or replaces query parameters (paging).

    Raises:
        BlockedError: an expression points at nothing.
        DataError: the scenario asks for what cannot be sent.
    """
    operation = stage.registry.operation(filled(call.op, scope, "op")) if call.op else None
    body, media_type = _body(call, operation, scope, stage.manner)
    party = "" if call.party in {"", "none"} else stage.party(call.party)
    headers = _headers(call, operation, scope, media_type, stage.manner)
    request = Outgoing(
        method=str(filled(call.method or "GET", scope, "method")) if operation is None else "",
        url=_url(call, operation, scope, stage)
        + _query({**filled(call.query or {}, scope, "query"), **(query or {})}),
        headers=headers,
        body=body,
        party=party,
        credential=_credential(call, scope, party),
    )
    if operation is None:
        return request
    return replace(request, method=operation.method, operation=operation.id)


def _headers(
    call: Call,
    operation: Operation | None,
    scope: Mapping[str, Any],
    media_type: str,
    manner: Manner,
) -> tuple[tuple[str, str], ...]:
    """What the operation wants, with what the call sets and without what it leaves out."""
    headers = {"Accept": manner.accept}
    if media_type:
        headers["Content-Type"] = media_type
    if operation is not None:
        headers |= _wanted(operation, manner)
    for name, value in filled(call.headers or {}, scope, "headers").items():
        headers[name] = str(value)
    dropped = {name.lower() for name in call.omit_headers}
    return tuple((name, value) for name, value in headers.items() if name.lower() not in dropped)


def _wanted(operation: Operation, manner: Manner) -> dict[str, str]:
    """What the operation takes and clients say unless a scenario has it otherwise."""
    wanted = {}
    if _takes_key(operation):
        wanted["Idempotency-Key"] = key(seeded(secrets.token_hex(16)))
    if _takes(operation, PURPOSE):
        wanted[PURPOSE] = DEFAULT_PURPOSE
    if manner.version and _takes(operation, VERSION):
        wanted[VERSION] = manner.version
    return wanted


def _credential(call: Call, scope: Mapping[str, Any], party: str) -> str:
    if call.credential:
        return misspelt(str(filled(call.credential, scope, "credential")), call.misspelt)
    return "party" if party else "none"


def _takes_key(operation: Operation) -> bool:
    return any(
        parameter.name == "Idempotency-Key" and parameter.required
        for parameter in operation.parameters
    )


def _takes(operation: Operation, name: str) -> bool:
    return any(
        parameter.name == name and parameter.location == "header"
        for parameter in operation.parameters
    )


def _takes_none(operation: Operation | None) -> bool:
    return (
        operation is not None and not operation.media_types and operation.method in _WITHOUT_CONTENT
    )


def _body(
    call: Call, operation: Operation | None, scope: Mapping[str, Any], manner: Manner
) -> tuple[bytes | None, str]:
    media_type = call.media_type or "application/json"
    if call.raw is not None:
        raw = str(filled(call.raw, scope, "raw"))
        return raw.encode("utf-8", "surrogatepass"), media_type
    if call.body is UNSET or _takes_none(operation):
        return None, ""
    document = apply_patch(
        filled(call.body, scope, "body"), filled(call.patch or [], scope, "patch")
    )
    return manner.document(document), media_type


def _url(call: Call, operation: Operation | None, scope: Mapping[str, Any], stage: Stage) -> str:
    if operation is None:
        url = str(filled(call.url, scope, "url"))
        return url if "://" in url else _below(stage.base_url, url)
    if operation.served_at == "token-endpoint":
        return stage.token_endpoint
    given = filled(call.path or {}, scope, "path")
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            value = given.get(parameter.name, unknown_id(stage, parameter.name))
            path = path.replace("{" + parameter.name + "}", quote(str(value), safe=""))
    if "{" in path:
        raise DataError(
            f"The path {operation.path} of {operation.id} has a parameter that is not described.",
            next_step="Describe it in the OpenAPI document.",
        )
    return _below(
        stage.target.base_url if operation.served_at == "origin" else stage.base_url, path
    )


def unknown_id(stage: Stage, name: str) -> str:
    """An id that nothing has, in a form that ids have; the same for a parameter all through a
    scenario.
    """
    pick = seeded(f"{stage.nonce}/{stage.manner.accept}/{name}")
    return waybill_no(pick) if name == "waybill_no" else unknown(pick)


def _below(base: str, path: str) -> str:
    return join_url(base.rstrip("/") + "/", path.lstrip("/"))


def _query(parameters: Mapping[str, Any]) -> str:
    shown = {
        name: str(int(value) if isinstance(value, float) and value.is_integer() else value)
        for name, value in parameters.items()
    }  # 500.0 is an integer
    return "?" + urlencode(shown) if shown else ""
