"""The Starlette application: a route for each path, problems for everything else."""

from __future__ import annotations

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from jidi_reference.contract.bundle import VERSION
from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Caller, Context
from jidi_reference.web.answers import Refusal, Reply
from jidi_reference.web.body import BodyUnread, linger, read_body
from jidi_reference.web.faces import operations_of
from jidi_reference.web.negotiation import check_media_type
from jidi_reference.web.operation import Call, Operation
from jidi_reference.web.pipeline import Gate
from jidi_reference.web.token_endpoint import grant

_LOG = logging.getLogger(__name__)
_PROBLEM = "application/problem+json"
Lifespan = Callable[[object], AbstractAsyncContextManager[None]]


def build_app(gate: Gate, lifespan: Lifespan) -> Router:
    """The application with what the partner's role, level and environment serve."""
    by_path: dict[str, dict[str, Operation]] = {}
    for path, operation in operations_of(gate.context.settings):
        by_path.setdefault(path, {})[operation.method] = operation
    routes = [Route(path, _Resource(gate, methods)) for path, methods in by_path.items()]
    routes.append(Route("/oauth/token", _TokenEndpoint(gate)))
    # A router alone: the endpoints turn every exception into a problem themselves, and there is no
    # middleware to pass through.
    return Router(routes, redirect_slashes=False, default=_Nowhere(gate), lifespan=lifespan)


class _Endpoint(ABC):
    """An ASGI application that turns every refusal and every accident into a problem."""

    methods: tuple[str, ...] = ()

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            response = _response(await self._answer(request))
        except BodyUnread as problem:
            await _respond_and_linger(self.gate.context, problem, receive, send)
            return
        except Problem as problem:
            response = _refusal(self.gate.context, problem)
        except ClientDisconnect:
            return
        except Exception:
            _LOG.exception("an unexpected fault in %s", request.method)
            response = _refusal(
                self.gate.context,
                Problem("internal-error", "The server failed; the fault was recorded."),
            )
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Reply:
        if request.method not in self.methods and not (
            request.method == "HEAD" and "GET" in self.methods
        ):
            raise Refusal(
                "method-not-allowed",
                "This resource has other methods.",
                {"Allow": ", ".join(self.methods)},
            )
        return await self.serve(request)

    @abstractmethod
    async def serve(self, request: Request) -> Reply:
        """Answer a request whose method is allowed."""


class _Resource(_Endpoint):
    """The operations of one path."""

    def __init__(self, gate: Gate, operations: Mapping[str, Operation]) -> None:
        super().__init__(gate)
        self._operations = operations
        self.methods = tuple(sorted(operations))

    async def serve(self, request: Request) -> Reply:
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        gate, context = self.gate, self.gate.context
        caller = (
            gate.admit(request, operation)
            if context.storage.at_hand
            else await run_in_threadpool(gate.admit, request, operation)
        )
        raw = (
            await read_body(request, context.settings.limits.max_body_bytes)
            if operation.body
            else b""
        )
        return await run_in_threadpool(gate.perform, self._call(request, caller, operation, raw))

    def _call(self, request: Request, caller: Caller, operation: Operation, raw: bytes) -> Call:
        context, headers = self.gate.context, request.headers
        path = {name: str(value) for name, value in request.path_params.items()}
        if not all(context.contract.fits("id", value) for value in path.values()):
            raise Problem.unknown()
        if operation.signed:
            check_media_type(headers)
        return Call(
            context,
            caller,
            operation,
            _origin(request, context),
            path,
            dict(request.query_params),
            raw,
            key=headers.get("idempotency-key", ""),
            purpose=_stated(request, "processing-purpose"),
            consent_reference=_stated(request, "consent-reference"),
            accept=headers.getlist("accept"),
            headers=_single(request) if operation.signed else {},
            rate=self.gate.rate_limit.take,
        )


class _TokenEndpoint(_Endpoint):
    """OAuth's own conventions: forms in, RFC 6749 errors out."""

    methods = ("POST",)

    async def serve(self, request: Request) -> Reply:
        raw = await read_body(request, self.gate.context.settings.limits.max_body_bytes)
        return await run_in_threadpool(
            grant, self.gate.context, request.headers, request.url.query, raw
        )


class _Nowhere(_Endpoint):
    """Every path that is in no table."""

    async def _answer(self, request: Request) -> Reply:
        return await self.serve(request)

    async def serve(self, request: Request) -> Reply:
        _LOG.debug("no route for a %s", request.method)
        raise Problem.unknown()


def _single(request: Request) -> dict[str, str]:
    """The headers by name in lower case; of one that comes twice nothing, for two readers could
    take different lines.
    """
    names = list(request.headers.keys())
    return {name: value for name, value in request.headers.items() if names.count(name) == 1}


def _stated(request: Request, name: str) -> str | None:
    """A header's text; several lines become one, which then is no code."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None


def _origin(request: Request, context: Context) -> str:
    if context.settings.public_url:
        return context.settings.public_url.rstrip("/")
    host, port = request.scope["server"]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _response(reply: Reply) -> Response:
    headers = {"Standard-Version": VERSION, **reply.headers}
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    if isinstance(reply.body, bytes):
        return Response(reply.body, reply.status, headers, reply.media_type)
    text = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, reply.status, headers, "application/json")


def _refusal(context: Context, problem: Problem) -> Response:
    text = json.dumps(context.problem_types.document(problem))
    headers = {"Standard-Version": VERSION}
    if isinstance(problem, Refusal):
        headers.update(problem.headers)
    if problem.content.wait_s is not None:
        headers["Retry-After"] = str(problem.content.wait_s)
    return Response(text, context.problem_types.status(problem), headers, _PROBLEM)


async def _respond_and_linger(
    context: Context, problem: Problem, receive: Receive, send: Send
) -> None:
    response = _refusal(context, problem)
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    await linger(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def lifespan_of(start: Callable[[], None], stop: Callable[[], None]) -> Lifespan:
    """A lifespan that runs blocking ``start`` and ``stop`` off the event loop."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        await run_in_threadpool(start)
        try:
            yield
        finally:
            await run_in_threadpool(stop)

    return lifespan
