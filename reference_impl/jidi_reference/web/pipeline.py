"""The way of every request: version, credential, rate, scope, headers, body, schema, and only then
the handler.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.datastructures import Headers
from starlette.requests import Request

from jidi_reference.domain.json_body import parse_json
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.service import tokens
from jidi_reference.service.context import Caller, Context
from jidi_reference.web import negotiation
from jidi_reference.web.answers import Refusal, Reply
from jidi_reference.web.operation import JUDGED_BY_SERVICE, Call, Operation
from jidi_reference.web.operations.sandbox import SANDBOX_SCOPE
from jidi_reference.web.rate_limit import RateLimit

_NOBODY = Caller("", "", frozenset())
_MAX_NAME = 128  # problem.schema.json
_MAX_PLACE = 100  # audit-record.schema.json


@dataclass(frozen=True)
class Gate:
    """What stands between the network and the services; one for each running partner."""

    context: Context
    rate_limit: RateLimit
    sandbox_token: str

    def admit(self, request: Request, operation: Operation) -> Caller:
        """Who is calling, once everything that needs no body is found in order.

        Raises:
            Problem: the first thing found wrong.
        """
        negotiation.check_version(request.headers)
        caller = replace(self._caller(request.headers, operation), place=_place(request))
        if not operation.negotiates:
            negotiation.check_accept(request.headers)
        self._check_query(request, operation)
        if operation.needs_key:
            negotiation.idempotency_key(request.headers)
        if operation.body is not None and not operation.signed:
            negotiation.check_media_type(request.headers)
        return caller

    def perform(self, call: Call) -> Reply:
        """Judge the body by its schema and run the handler.

        Raises:
            Problem: a refusal by schema or by the service.
        """
        operation = call.operation
        if operation.body is None or operation.signed:
            return self._handled(call)
        body = parse_json(call.raw)
        faults = self.context.contract.faults(operation.body, body)
        if any(not (operation.judges_items and _in_item(fault)) for fault in faults):
            raise Problem.invalid(faults)
        return self._handled(replace(call, body=body, faults=faults))

    def _handled(self, call: Call) -> Reply:
        operation = call.operation
        try:
            return operation.answer.reply(operation.handle(call))
        except Problem as problem:
            if problem.slug == "unauthenticated":
                raise _unauthenticated(problem.content.detail, operation.signed) from None
            raise

    def _caller(self, headers: Headers, operation: Operation) -> Caller:
        if operation.scope is None:
            return _NOBODY
        token = _bearer(headers)
        if operation.scope == SANDBOX_SCOPE:
            if not hmac.compare_digest(token.encode(), self.sandbox_token.encode()):
                raise _unauthenticated()
            return _NOBODY
        caller = tokens.authenticate(self.context, token)
        if caller is None:
            raise _unauthenticated()
        self.rate_limit.take(caller.client_id)
        fitting = operation.scope.split("|")
        if caller.scopes.isdisjoint(fitting):
            challenge = {
                "WWW-Authenticate": (
                    f'Bearer realm="jidi", error="insufficient_scope", scope="{fitting[0]}"'
                )
            }
            raise Refusal(
                "insufficient-scope",
                f"This operation needs the scope {' or '.join(fitting)}.",
                challenge,
            )
        if not caller.committed and not operation.for_rejected:
            raise Problem(
                "deidentification-commitment-missing",
                "Commit to de-identifying labels first; see your access review.",
            )
        return caller

    def _check_query(self, request: Request, operation: Operation) -> None:
        given = request.query_params.multi_items()
        names = [name for name, _ in given]
        faults = [
            self._query_fault(operation.parameters, name, value, names.count(name))
            for name, value in given
        ]
        found = list(dict.fromkeys(fault for fault in faults if fault is not None))
        if found:
            slug = (
                "cursor-invalid"
                if all(fault.code == "cursor-invalid" for fault in found)
                else "parameter-invalid"
            )
            raise Problem(
                slug, "A query parameter cannot be used; errors says which.", faults=found
            )

    def _query_fault(
        self, legal: Mapping[str, str], name: str, value: str, count: int
    ) -> Fault | None:
        most = self.context.settings.limits.max_page_items
        code, detail = "parameter-invalid", ""
        if name not in legal:
            detail = "this operation has no such parameter"
        elif count > 1:
            detail = "give it once"
        elif name == "limit":
            detail = "" if _is_count(value, most) else f"a whole number from 1 to {most}"
        elif legal[name] != JUDGED_BY_SERVICE and not self.context.contract.fits(
            legal[name], value
        ):
            code, detail = (
                ("cursor-invalid" if name == "cursor" else code),
                "not a value that this parameter can have",
            )
        return (
            Fault(code, detail, where="query", name=name[:_MAX_NAME] or "(empty)")
            if detail
            else None
        )


def _is_count(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most


def _bearer(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated()
    return token.strip()


def _unauthenticated(
    detail: str = "Send a live access token as Authorization: Bearer.", signed: bool = False
) -> Problem:
    challenge = f'{"Signature" if signed else "Bearer"} realm="jidi"'
    return Refusal("unauthenticated", detail, {"WWW-Authenticate": challenge})


def _place(request: Request) -> str:
    host = request.client.host if request.client else ""
    return "".join(host.split())[:_MAX_PLACE] or "unknown"


def _in_item(fault: Fault) -> bool:
    parts = (fault.pointer or "").split("/")
    return len(parts) > 2 and parts[1] == "consignments"
