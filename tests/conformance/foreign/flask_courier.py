"""A small courier in Flask, written from the OpenAPI documents alone: level core, with pushes,
without any other capability.

Run as ``python -m tests.conformance.foreign.flask_courier TARGET_FILE``: it writes a target file
for itself once it listens.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from flask import Flask, Response, g, request
from tests.conformance.foreign.announced import BURST, MAX_BODY, MAX_PAGE, RATE, discovery
from tests.conformance.foreign.contract import (
    Contract,
    Operation,
    RefusalError,
    operations,
    strict_json,
)
from tests.conformance.foreign.parcels import Depot, Parcel, Subscriber
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.serving import WSGIRequestHandler, make_server

SCOPES = (
    "consignments:write",
    "consignments:read",
    "events:read",
    "subscriptions:write",
    "status:read",
)
Answer = tuple[int, Any, dict[str, str]]


@dataclass
class Client:
    """A partner with what it may do, and the tokens of its bucket."""

    secret: str
    scopes: tuple[str, ...]
    tokens: float = BURST
    seen: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        """Whether one more request is within the rate."""
        now = time.monotonic()
        self.tokens, self.seen = min(BURST, self.tokens + (now - self.seen) * RATE), now
        within = self.tokens >= 1
        self.tokens -= within
        return within


class Courier:
    """The interface: one method for each operation, the rules that all of them share in
    :meth:`serve`.
    """

    def __init__(self, origin: str) -> None:
        self.origin, self.contract, self.key = origin, Contract(), secrets.token_bytes(32)
        self.depot = Depot(self.contract, origin)
        self.clients = {
            name: Client(secrets.token_urlsafe(24), SCOPES) for name in ("platform-a", "platform-b")
        }
        self.clients["supervisor"] = Client(secrets.token_urlsafe(24), ("status:read",))
        self.tokens: dict[str, tuple[str, float]] = {}
        self.results: dict[tuple[str, str, str], tuple[str, Answer]] = {}

    # What every operation shares

    def serve(self, operation: Operation, handler: Callable[..., Answer], **path: str) -> Answer:
        """Answer one request.

        Raises:
            RefusalError: it is not as the contract has it.
        """
        body = g.body = self._body() if request.method in {"POST", "PATCH"} else b""
        version = request.headers.get("Standard-Version", "1.0")
        if version != "1.0":
            raise RefusalError(400, "unsupported-version", supported_versions=["1.0"])
        client = self._client(operation)
        self._parameters(operation, path)
        accept = request.accept_mimetypes
        if accept and not (accept["application/json"] or accept["application/problem+json"]):
            raise RefusalError(406, "not-acceptable")
        given = self._document(operation, body) if operation.schema else None
        if "Idempotency-Key" not in operation.named("header"):
            with self.depot.lock:
                return handler(client, given, **path)
        return self._once(
            client, operation, body, functools.partial(handler, client, given, **path)
        )

    def _body(self) -> bytes:
        body = request.stream.read(MAX_BODY + 1)
        if len(body) <= MAX_BODY:
            return body
        while request.stream.read(
            65536
        ):  # take the rest, so that the caller is there to hear the refusal
            pass
        raise RefusalError(413, "body-too-large")

    def _client(self, operation: Operation) -> str:
        name, until = self.tokens.get(
            request.headers.get("Authorization", "").removeprefix("Bearer "), ("", 0.0)
        )
        if until < time.time():
            raise RefusalError(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})
        with self.depot.lock:
            within = self.clients[name].take()
        if not within:
            raise RefusalError(429, "rate-limited", headers={"Retry-After": "1"})
        if not set(operation.scopes) <= set(self.clients[name].scopes):
            raise RefusalError(403, "insufficient-scope")
        return name

    def _parameters(self, operation: Operation, path: dict[str, str]) -> None:
        for name, value in path.items():
            if not self.contract.parameter_holds(operation.named("path")[name], value):
                raise RefusalError(404, "not-found")
        known = operation.named("query")
        wrong = [
            name
            for name, value in request.args.items(multi=True)
            if name not in known or not self.contract.parameter_holds(known[name], value)
        ]
        wrong += [name for name in known if len(request.args.getlist(name)) > 1]
        wrong += (
            ["limit"]
            if "limit" in request.args
            and "limit" not in wrong
            and int(request.args["limit"]) > MAX_PAGE
            else []
        )
        if wrong:
            raise RefusalError(
                400,
                "parameter-invalid",
                [
                    {"in": "query", "name": name[:100], "code": "invalid", "detail": "not allowed"}
                    for name in dict.fromkeys(wrong)
                ],
            )
        key = operation.named("header").get("Idempotency-Key")
        if key is not None and not self.contract.parameter_holds(
            key, request.headers.get("Idempotency-Key", "")
        ):
            raise RefusalError(400, "idempotency-key-missing")

    def _document(self, operation: Operation, body: bytes) -> Any:
        if request.mimetype != "application/json" or request.content_encoding:
            raise RefusalError(415, "unsupported-media-type")
        given = strict_json(body)
        faults = self.contract.faults(operation.schema, given)
        if faults:
            raise RefusalError(422, "validation-failed", faults[:100])
        return given

    def _once(
        self, client: str, operation: Operation, body: bytes, act: Callable[[], Answer]
    ) -> Answer:
        place, digest = (
            (client, operation.id, request.headers["Idempotency-Key"]),
            hashlib.sha256(body).hexdigest(),
        )
        with self.depot.lock:
            if place not in self.results:
                self.results[place] = (digest, act())
            first, answer = self.results[place]
        if first != digest:
            raise RefusalError(422, "idempotency-key-reused")
        return answer

    def _page(self, client: str, items: Sequence[tuple[int, Any]]) -> Answer:
        """A page of numbered ``items``; the cursor says after which number to go on, for whom and
        for which question.
        """
        question = json.dumps(
            [
                client,
                request.path,
                sorted(
                    (name, value)
                    for name, value in request.args.items()
                    if name not in {"limit", "cursor"}
                ),
            ]
        )
        after, limit = (
            self._after(request.args.get("cursor", ""), question),
            int(request.args.get("limit", MAX_PAGE)),
        )
        rest = [one for one in items if one[0] > after]
        shown = rest[:limit]
        cursor = self._cursor(shown[-1][0] if shown else after, question)
        return (
            200,
            {
                "items": [item for _, item in shown],
                "next_cursor": cursor if len(rest) > limit else None,
                "resume_cursor": cursor,
            },
            {},
        )

    def _cursor(self, after: int, question: str) -> str:
        seal = hmac.new(self.key, f"{after} {question}".encode(), hashlib.sha256).hexdigest()[:24]
        return base64.urlsafe_b64encode(f"{after} {seal}".encode()).decode().rstrip("=")

    def _after(self, cursor: str, question: str) -> int:
        if not cursor:
            return -1
        try:
            after = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).split()[0])
        except (ValueError, IndexError):
            after = -2
        if after < -1 or not hmac.compare_digest(self._cursor(after, question), cursor):
            raise RefusalError(
                400,
                "cursor-invalid",
                [
                    {
                        "in": "query",
                        "name": "cursor",
                        "code": "invalid",
                        "detail": "not a cursor of this list",
                    }
                ],
            )
        return after

    def _own(self, client: str, found: Any) -> Any:
        if found is None or found.owner != client:
            raise RefusalError(404, "not-found")
        return found

    # Consignments

    def create_consignment(self, client: str, given: Any) -> Answer:
        """Take a consignment in."""
        parcel = self.depot.accept(client, given)
        receipt = {
            "consignment_id": parcel.consignment_id,
            "waybill_no": parcel.waybill_no,
            "state": parcel.state,
            "received_at": parcel.created_at,
        }
        digest = "sha-256:" + hashlib.sha256(g.body).hexdigest()
        return (
            201,
            {**receipt, "payload_digest": digest},
            {"Location": f"{self.origin}/v1/consignments/{parcel.consignment_id}"},
        )

    def list_consignments(self, client: str, _given: Any) -> Answer:
        """One's own consignments."""
        order = request.args.get("order_no")
        mine = [
            (number, parcel)
            for number, parcel in enumerate(self.depot.parcels.values())
            if parcel.owner == client
        ]
        return self._page(
            client,
            [
                (number, parcel.record())
                for number, parcel in mine
                if order in {None, parcel.consignment["order_no"]}
            ],
        )

    def get_consignment(self, client: str, _given: Any, consignment_id: str) -> Answer:
        """One consignment as it was sent."""
        return 200, self._own(client, self.depot.parcels.get(consignment_id)).record(), {}

    def cancel_consignment(self, client: str, _given: Any, consignment_id: str) -> Answer:
        """Cancel before acceptance."""
        parcel: Parcel = self._own(client, self.depot.parcels.get(consignment_id))
        if parcel.state != "CREATED":
            raise RefusalError(
                409,
                "state-conflict",
                detail=f"The parcel is {parcel.state}; only one that is CREATED can be cancelled.",
            )
        self.depot.record(parcel, {"event_code": "CANCELLED"})
        return 200, parcel.record(), {}

    # Shipments and events

    def get_shipment(self, client: str, _given: Any, waybill_no: str) -> Answer:
        """Where a parcel stands."""
        return 200, self._own(client, self.depot.by_waybill.get(waybill_no)).shipment(), {}

    def list_shipment_events(self, client: str, _given: Any, waybill_no: str) -> Answer:
        """Events of one parcel, by sequence."""
        parcel: Parcel = self._own(client, self.depot.by_waybill.get(waybill_no))
        return self._page(client, list(enumerate(parcel.events)))

    def query_shipments(self, client: str, given: Any) -> Answer:
        """Several parcels at once."""
        results: list[dict[str, Any]] = []
        for waybill in given["waybill_nos"]:
            parcel = self.depot.by_waybill.get(waybill)
            mine = parcel if parcel is not None and parcel.owner == client else None
            results.append(
                {"waybill_no": waybill, "outcome": "not-found"}
                if mine is None
                else {"waybill_no": waybill, "outcome": "found", "shipment": mine.shipment()}
            )
        return 200, {"results": results}, {}

    def list_events(self, client: str, _given: Any) -> Answer:
        """The feed, in the order recorded."""
        wanted = {
            name: request.args[name]
            for name in ("waybill_no", "event_code")
            if name in request.args
        }
        mine = [
            (number, event)
            for number, (owner, event) in enumerate(self.depot.feed)
            if owner == client
        ]
        return self._page(
            client,
            [one for one in mine if all(one[1][name] == value for name, value in wanted.items())],
        )

    # Subscriptions

    def create_subscription(self, client: str, given: Any) -> Answer:
        """Begin to push."""
        url = urlsplit(given["callback_url"])
        if url.scheme != "https" and url.hostname not in {"127.0.0.1", "localhost"}:
            raise RefusalError(
                422,
                "callback-refused",
                [{"pointer": "/callback_url", "code": "refused", "detail": "https only"}],
            )
        subscriber = Subscriber(client, given, self.depot.now(), self.origin)
        self.depot.subscribers[subscriber.id] = subscriber
        return (
            201,
            subscriber.shown(),
            {"Location": f"{self.origin}/v1/subscriptions/{subscriber.id}"},
        )

    def list_subscriptions(self, client: str, _given: Any) -> Answer:
        """One's own subscriptions."""
        return self._page(
            client,
            [
                (number, one.shown())
                for number, one in enumerate(self.depot.subscribers.values())
                if one.owner == client
            ],
        )

    def get_subscription(self, client: str, _given: Any, subscription_id: str) -> Answer:
        """One subscription, without its secret."""
        return 200, self._own(client, self.depot.subscribers.get(subscription_id)).shown(), {}

    def delete_subscription(self, client: str, _given: Any, subscription_id: str) -> Answer:
        """Push no more."""
        self._own(client, self.depot.subscribers.get(subscription_id)).status = "stopped"
        del self.depot.subscribers[subscription_id]
        return 204, None, {}

    # Governance and sandbox

    def get_status(self, _client: str, _given: Any) -> Answer:
        """State of the one flow that there is."""
        now = self.depot.now()
        flow = {
            "flow": "shipment-events",
            "state": "operating",
            "last_success_at": now,
            "lag_s": 0,
            "high_water_sequence": len(self.depot.feed),
        }
        return 200, {"observed_at": now, "flows": [flow]}, {}

    def token(self) -> Answer:
        """OAuth 2.0 client credentials."""
        basic = request.authorization
        name, secret = (
            (basic.username, basic.password)
            if basic is not None and basic.type == "basic"
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        client = self.clients.get(str(name))
        if client is None or not hmac.compare_digest(client.secret.encode(), str(secret).encode()):
            raise RefusalError(401, "unauthenticated", headers={"WWW-Authenticate": "Basic"})
        if request.form.get("grant_type") != "client_credentials":
            raise RefusalError(400, "parameter-invalid")
        return (
            200,
            {
                "access_token": self._issue(str(name), 3600),
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": " ".join(client.scopes),
            },
            {"Cache-Control": "no-store"},
        )

    def _issue(self, client: str, seconds: float) -> str:
        token = secrets.token_urlsafe(32)
        self.tokens[token] = (client, time.time() + seconds)
        return token

    def act(self, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """One action of the sandbox."""
        if action == "provision-partner":
            name = f"partner-{secrets.token_hex(4)}"
            self.clients[name] = Client(secrets.token_urlsafe(24), tuple(given["scopes"]))
            return {"client_id": name, "client_secret": self.clients[name].secret}
        if action == "issue-token":
            expired = self._issue(str(given.get("party", "platform-a")), -1)
            return {
                "access_token": expired
                if given["variant"] == "expired"
                else secrets.token_urlsafe(32)
            }
        if action == "record-scan":
            parcel = self.depot.by_waybill.get(given["waybill_no"])
            if parcel is None:
                raise RefusalError(404, "not-found")
            event = self.depot.record(
                parcel, {name: value for name, value in given.items() if name != "waybill_no"}
            )
            return {name: event[name] for name in ("event_id", "sequence", "recorded_at")}
        raise RefusalError(
            422,
            "validation-failed",
            [{"pointer": "/action", "code": "unsupported", "detail": "not offered here"}],
        )


def build(courier: Courier) -> Flask:
    """The WSGI application."""
    app = Flask(__name__)
    app.url_map.merge_slashes = False
    known = operations("courier", "governance")
    handlers = {
        "createConsignment": courier.create_consignment,
        "listConsignments": courier.list_consignments,
        "getConsignment": courier.get_consignment,
        "cancelConsignment": courier.cancel_consignment,
        "getShipment": courier.get_shipment,
        "listShipmentEvents": courier.list_shipment_events,
        "queryShipments": courier.query_shipments,
        "listEvents": courier.list_events,
        "createSubscription": courier.create_subscription,
        "listSubscriptions": courier.list_subscriptions,
        "getSubscription": courier.get_subscription,
        "deleteSubscription": courier.delete_subscription,
        "getStatus": courier.get_status,
    }
    for name, handler in handlers.items():
        operation = known[name]
        rule = "/v1" + operation.path.replace("{", "<").replace("}", ">")
        view = functools.partial(_answered, functools.partial(courier.serve, operation, handler))
        app.add_url_rule(
            rule, name, view, methods=[operation.method], provide_automatic_options=False
        )
    app.add_url_rule(
        "/.well-known/express-data-sharing",
        "discovery",
        lambda: _answered(lambda: (200, discovery(courier.origin), {})),
        provide_automatic_options=False,
    )
    app.add_url_rule(
        "/oauth/token",
        "token",
        lambda: _answered(courier.token),
        methods=["POST"],
        provide_automatic_options=False,
    )
    app.add_url_rule(
        "/sandbox/actions",
        "sandbox",
        lambda: _answered(functools.partial(_sandbox, courier)),
        methods=["POST"],
        provide_automatic_options=False,
    )
    app.register_error_handler(HTTPException, _of_flask)
    return app


def _answered(act: Callable[..., Answer], **path: str) -> Response:
    try:
        status, body, headers = act(**path)
    except RefusalError as refusal:
        return _response(
            refusal.status, refusal.document(), refusal.headers, "application/problem+json"
        )
    return _response(status, body, headers, "application/json")


def _response(status: int, body: Any, headers: dict[str, str], media_type: str) -> Response:
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    response = Response(
        text, status, headers, content_type=media_type if body is not None else None
    )
    response.headers["Standard-Version"] = "1.0"
    return response


def _of_flask(error: HTTPException) -> Response:
    """Refusals that Flask itself makes."""
    slug = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}.get(
        error.code or 500, "internal-error" if (error.code or 500) >= 500 else "malformed-json"
    )
    allowed = (
        {"Allow": ", ".join(sorted(error.valid_methods or ()))}
        if isinstance(error, MethodNotAllowed)
        else {}
    )
    refusal = RefusalError(error.code or 500, slug)
    return _response(refusal.status, refusal.document(), allowed, "application/problem+json")


def _sandbox(courier: Courier) -> Answer:
    wish = strict_json(request.get_data())
    faults = courier.contract.faults("sandbox-action", wish)
    if faults:
        raise RefusalError(422, "validation-failed", faults)
    with courier.depot.lock:
        return 200, {"result": courier.act(wish["action"], wish["parameters"])}, {}


class Quiet(WSGIRequestHandler):
    """Says nothing, neither in a log nor about what it is made of."""

    def log(self, *_: Any) -> None:
        """Nothing."""

    def version_string(self) -> str:
        """A name without versions."""
        return "courier"


def main(target_file: Path) -> None:
    """Listen on a free port, write the target file, serve until the end."""
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    origin = f"http://127.0.0.1:{server.server_port}"
    courier = Courier(origin)
    server.app = build(courier)
    parties = {
        name: {"auth": {"type": "oauth2", "client_id": name, "client_secret": client.secret}}
        for name, client in courier.clients.items()
    }
    target = {
        "jidi-target": 1,
        "name": "courier in Flask",
        "role": "courier",
        "base_url": origin,
        "parties": parties,
    }
    driver = {
        "kind": "http",
        "url": f"{origin}/sandbox/actions",
        "actions": ["provision-partner", "issue-token", "record-scan"],
    }
    partial = target_file.with_suffix(".part")
    partial.write_text(yaml.safe_dump({**target, "driver": driver}), "utf-8")
    partial.replace(target_file)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
