"""The OAuth 2.0 token endpoint (RFC 6749 sections 2.3.1, 4.4, 5)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from starlette.datastructures import Headers

from jidi_reference.contract.bundle import VERSION
from jidi_reference.service.context import Context
from jidi_reference.service.tokens import TokenRefused, issue_token
from jidi_reference.web.answers import Reply

_FORM = "application/x-www-form-urlencoded"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def grant(context: Context, headers: Headers, query: str, raw: bytes) -> Reply:
    """The answer to a token request; a refusal is an answer too (400, or 401 for wrong client
    credentials).
    """
    try:
        form = _form(context, headers, query, raw)
        client_id, client_secret = _client(headers, form)
        return Reply(
            200, issue_token(context, client_id, client_secret, form.get("scope")), _NO_STORE
        )
    except TokenRefused as refusal:
        body = {"error": refusal.error, "error_description": refusal.description}
        if refusal.error == "invalid_client":
            return Reply(401, body, {**_NO_STORE, "WWW-Authenticate": 'Basic realm="jidi"'})
        return Reply(400, body, _NO_STORE)


def _form(context: Context, headers: Headers, query: str, raw: bytes) -> dict[str, str]:
    if query:
        raise TokenRefused(
            "invalid_request", "credentials belong in the body or header, never in the address"
        )
    if headers.get("standard-version", VERSION).strip() != VERSION:
        raise TokenRefused("invalid_request", f"this server speaks version {VERSION}")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise TokenRefused("invalid_request", f"send {_FORM}")
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            max_num_fields=20,
            errors="strict",
        )
    except ValueError:
        raise TokenRefused("invalid_request", "the body is not a form in UTF-8") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise TokenRefused("invalid_request", "a parameter is repeated")
    _check_form(context, form)
    return form


def _check_form(context: Context, form: Mapping[str, str]) -> None:
    faults = {
        (fault.pointer or "").lstrip("/")
        for fault in context.contract.faults("token-request", dict(form))
    }
    if not faults:
        return
    if faults == {"grant_type"} and "grant_type" in form:
        raise TokenRefused("unsupported_grant_type", "only client_credentials is granted")
    if faults == {"scope"}:
        raise TokenRefused("invalid_scope", "scope names none or an unknown one")
    raise TokenRefused("invalid_request", "a parameter is missing, unknown or not allowed here")


def _client(headers: Headers, form: Mapping[str, str]) -> tuple[str, str]:
    header = headers.get("authorization")
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise TokenRefused(
                "invalid_client", "send client credentials by HTTP Basic or in the form"
            )
        return form["client_id"], form["client_secret"]
    if "client_secret" in form:
        raise TokenRefused("invalid_request", "use one way of client authentication")
    scheme, _, credentials = header.partition(" ")
    try:
        client_id, _, secret = (
            base64.b64decode(credentials.strip(), validate=True).decode("utf-8").partition(":")
        )
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise TokenRefused("invalid_client", "the Authorization header cannot be read") from None
    if scheme.lower() != "basic" or "\x00" in client_id:
        raise TokenRefused("invalid_client", "use HTTP Basic")
    return unquote_plus(client_id), unquote_plus(secret)
