"""Every problem type, each from a request that earns it, with pointers, headers and nothing
internal.
"""

from __future__ import annotations

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from push_receiver import new_secret
from running_courier import Party, RunningCourier, check_response, consignment

_JSON = {"Content-Type": "application/json"}
_INTERNALS = re.compile(
    r"traceback|sqlalchemy|sqlite|psycopg|starlette|uvicorn|\.py\b|/home/|/usr/", re.IGNORECASE
)


def slug_of(response: requests.Response) -> str:
    """The problem type's last segment, after a look for internals in the answer."""
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not _INTERNALS.search(response.text + str(response.headers))
    document = response.json()
    assert document["status"] == response.status_code
    slug: str = document["type"].rsplit("/", 1)[1]
    return slug


def pointers_of(response: requests.Response) -> set[str]:
    """Where the faults are."""
    return {error["pointer"] for error in response.json()["errors"]}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e400}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
    ],
    ids=[
        "empty",
        "cut",
        "twice",
        "nan",
        "infinity",
        "huge",
        "digits",
        "utf-8",
        "surrogate",
        "bom",
        "deep",
        "abyss",
    ],
)
def test_malformed_json_is_refused(platform_a: Party, raw: bytes) -> None:
    """What is not strictly JSON is 400 malformed-json."""
    answer = platform_a.call("createConsignment", data=raw, headers=_JSON)
    assert (answer.status_code, slug_of(answer)) == (400, "malformed-json")


def test_nesting_of_64_is_read(platform_a: Party) -> None:
    """Depth 64 is still JSON to the courier, only not a consignment."""
    answer = platform_a.call("createConsignment", data=b"[" * 64 + b"]" * 64, headers=_JSON)
    assert slug_of(answer) == "validation-failed"


def test_all_faults_are_named_at_once(platform_a: Party) -> None:
    """Missing, wrong and excess members each get their own pointer, and nothing is named that is
    right.
    """
    body = consignment(id_number="x", service_product="NONE")
    del body["recipient"]["phone"]
    body["sender"]["a/b~c"] = 1
    body["contents"]["items"][0]["quantity"] = "two"
    del body["order_no"]
    answer = platform_a.call("createConsignment", json=body)
    assert (answer.status_code, slug_of(answer)) == (422, "validation-failed")
    expected = {
        "/recipient/phone",
        "/sender/a~1b~0c",
        "/contents/items/0/quantity",
        "/order_no",
        "/id_number",
        "/service_product",
    }
    assert pointers_of(answer) == expected


def test_faults_do_not_repeat_values(platform_a: Party) -> None:
    """An error text never carries the personal value that was wrong (PI-07.2)."""
    body = consignment()
    body["recipient"]["name"] = "张**机密"
    answer = platform_a.call("createConsignment", json=body)
    assert pointers_of(answer) == {"/recipient/name"}
    assert "机密" not in answer.text
    assert "机密" not in json.dumps(answer.json(), ensure_ascii=False)


def test_masked_recipient_without_token_is_refused_and_with_token_accepted(
    platform_a: Party,
) -> None:
    """A masked recipient is legal only as a tokenised party."""
    masked = {
        "recipient_token": "tok_0123456789abcdef",
        "display_name": "测*",
        "display_phone": "138****0002",
        "display_address": {"province": "上海市", "city": "上海市", "detail": "样例大道88号**"},
    }
    platform_a.place(recipient=masked)
    without = {name: value for name, value in masked.items() if name != "recipient_token"}
    answer = platform_a.call("createConsignment", json=consignment(recipient=without))
    assert {"/recipient/name", "/recipient/phone", "/recipient/address"} <= pointers_of(answer)


@pytest.mark.parametrize(
    ("operation", "query"),
    [
        ("listEvents", {"limit": "0"}),
        ("listEvents", {"limit": "501"}),
        ("listEvents", {"limit": "1e2"}),
        ("listEvents", {"limit": "２"}),
        ("listEvents", {"limit": ["5", "6"]}),
        ("listEvents", {"unknown": "1"}),
        ("listEvents", {"event_code": "TELEPORTED"}),
        ("listEvents", {"waybill_no": "\x00"}),
        ("listConsignments", {"order_no": ""}),
        ("listConsignments", {"": "x"}),
        ("getStatus", {"verbose": "1"}),
    ],
)
def test_bad_query_parameter_is_refused_by_name(
    platform_a: Party, operation: str, query: dict[str, Any]
) -> None:
    """The answer says which parameter."""
    answer = platform_a.call(operation, params=query)
    assert (answer.status_code, slug_of(answer)) == (400, "parameter-invalid")
    assert answer.json()["errors"][0]["in"] == "query"
    assert answer.json()["errors"][0]["name"] in (*query, "(empty)")


def test_query_on_a_creating_operation_is_refused(platform_a: Party) -> None:
    """An unknown parameter is a fault there too."""
    assert (
        slug_of(platform_a.call("createConsignment", params={"dry_run": "1"}, json=consignment()))
        == "parameter-invalid"
    )


def test_cursor_serves_only_its_caller_listing_and_filter(
    platform_a: Party, platform_b: Party
) -> None:
    """Forged, foreign and re-purposed cursors are all cursor-invalid."""
    cursor = platform_a.call("listEvents").json()["resume_cursor"]
    flipped = ("B" if cursor[0] == "A" else "A") + cursor[1:]
    attempts = [
        platform_a.call("listEvents", params={"cursor": "nonsense"}),
        platform_a.call("listEvents", params={"cursor": flipped}),
        platform_a.call("listEvents", params={"cursor": "%%%"}),
        platform_a.call("listEvents", params={"cursor": cursor, "event_code": "ACCEPTED"}),
        platform_a.call("listConsignments", params={"cursor": cursor}),
        platform_b.call("listEvents", params={"cursor": cursor}),
    ]
    assert [(answer.status_code, slug_of(answer)) for answer in attempts] == [
        (400, "cursor-invalid")
    ] * len(attempts)


def test_other_version_is_refused_with_those_served(platform_a: Party) -> None:
    """There is no silent fall-back to the version served here (DS-05.2)."""
    answer = platform_a.call("getStatus", headers={"Standard-Version": "2.0"})
    assert slug_of(answer) == "unsupported-version"
    assert answer.json()["supported_versions"] == ["1.0"]
    assert platform_a.call("getStatus", headers={"Standard-Version": "1.0"}).status_code == 200


@pytest.mark.parametrize("key", [None, "", "with space", "x" * 129, "\xe9"])
def test_missing_or_malformed_key_is_refused(platform_a: Party, key: str | None) -> None:
    """A creating operation needs one printable key of at most 128 characters."""
    answer = platform_a.call(
        "createConsignment", json=consignment(), headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, slug_of(answer)) == (400, "idempotency-key-missing")


def test_bad_credentials_are_unauthenticated(courier: RunningCourier, platform_a: Party) -> None:
    """Missing, forged, expired, foreign and ill-formed credentials are 401 with a challenge
    (DS-08.2).
    """
    duds = [
        courier.act("issue-token", party="platform-a", variant=variant).json()["result"][
            "access_token"
        ]
        for variant in ("expired", "other-environment")
    ]
    headers: list[dict[str, Any]] = [
        {"Authorization": None},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer \xff"},
    ]
    for header in [
        *headers,
        *({"Authorization": f"Bearer {token}"} for token in ("forged", *duds)),
    ]:
        answer = platform_a.call("getStatus", headers=header)
        assert (answer.status_code, slug_of(answer)) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_token_ends_with_its_lifetime(courier: RunningCourier) -> None:
    """A token that has lived its hour no longer opens anything."""
    partner = courier.partner("short-lived")
    assert partner.call("listEvents").status_code == 200
    courier.act("advance-clock", seconds=3601)
    try:
        assert partner.call("listEvents").status_code == 401
    finally:
        courier.act("reset")


@pytest.mark.parametrize(
    ("form", "auth", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, ("platform-a", "wrong"), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, ("nobody", "wrong"), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, None, 401, "invalid_client"),
        ({"grant_type": "password"}, ("platform-a", "wrong"), 400, "unsupported_grant_type"),
        ({}, ("platform-a", "wrong"), 400, "invalid_request"),
        (
            {"grant_type": "client_credentials", "x": "1"},
            ("platform-a", "wrong"),
            400,
            "invalid_request",
        ),
        (
            {"grant_type": "client_credentials", "scope": "everything"},
            ("platform-a", "wrong"),
            400,
            "invalid_scope",
        ),
    ],
)
def test_token_endpoint_refuses_as_oauth_says(
    courier: RunningCourier,
    form: dict[str, str],
    auth: tuple[str, str] | None,
    status: int,
    error: str,
) -> None:
    """Failures are RFC 6749 error documents."""
    answer = requests.post(f"{courier.base_url}/oauth/token", data=form, auth=auth, timeout=5)
    check_response("issueToken", answer)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_client_gets_no_scope_beyond_its_own(courier: RunningCourier) -> None:
    """The supervisor cannot ask for consignments."""
    auth = courier.target["parties"]["supervisor"]["auth"]
    form = {"grant_type": "client_credentials", "scope": "consignments:read"}
    answer = requests.post(
        f"{courier.base_url}/oauth/token",
        data=form,
        auth=(auth["client_id"], auth["client_secret"]),
        timeout=5,
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_token_short_of_scope_is_forbidden(courier: RunningCourier) -> None:
    """A narrowed token reads exactly what it was narrowed to."""
    narrow = courier.party("platform-a", "events:read")
    assert narrow.call("listEvents").status_code == 200
    answer = narrow.call("createConsignment", json=consignment())
    assert (answer.status_code, slug_of(answer)) == (403, "insufficient-scope")


def test_unknown_routes_and_methods_are_problems(courier: RunningCourier) -> None:
    """Off the table is 404; a wrong method is 405 with the methods there are."""
    for path in (
        "/",
        "/v1",
        "/v1/",
        "/v2/events",
        "/v1/consignments/",
        "/v1/consignments/a%2Fb/c",
        "/docs",
        "/v1/events/../../etc",
    ):
        answer = requests.get(courier.base_url + path, timeout=5)
        assert (answer.status_code, slug_of(answer), answer.headers["Standard-Version"]) == (
            404,
            "not-found",
            "1.0",
        ), path
    answer = requests.put(f"{courier.base_url}/v1/consignments", timeout=5)
    assert (answer.status_code, slug_of(answer), answer.headers["Allow"]) == (
        405,
        "method-not-allowed",
        "GET, POST",
    )
    answer = requests.options(f"{courier.base_url}/v1/subscriptions/x", timeout=5)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET")


@pytest.mark.parametrize(
    "waybill_no", ["x", "JR00000000000000", "%00", "a" * 300, "%27%20OR%201=1", "%F0%9F%93%A6"]
)
def test_strange_identifiers_are_not_found(platform_a: Party, waybill_no: str) -> None:
    """Whatever stands in the path, an unknown shipment is 404."""
    assert slug_of(platform_a.call("getShipment", path={"waybill_no": waybill_no})) == "not-found"


def test_another_partners_objects_do_not_exist(platform_a: Party, platform_b: Party) -> None:
    """Every way to another's object answers byte for byte like an unknown one (DS-08.3)."""
    receipt = platform_a.place(order_no="ISOLATED-1")
    body = {"callback_url": "http://127.0.0.1:9/x", "secret": new_secret()}
    subscription_id = platform_a.call("createSubscription", json=body).json()["subscription_id"]
    rotation = {"secret": new_secret(), "overlap_s": 0}
    calls: list[tuple[str, str, str, dict[str, Any]]] = [
        ("getConsignment", "consignment_id", receipt["consignment_id"], {}),
        (
            "amendConsignment",
            "consignment_id",
            receipt["consignment_id"],
            {"json": {"remark": "别人"}},
        ),
        (
            "cancelConsignment",
            "consignment_id",
            receipt["consignment_id"],
            {"json": {"reason_code": "OTHER"}},
        ),
        ("getShipment", "waybill_no", receipt["waybill_no"], {}),
        ("listShipmentEvents", "waybill_no", receipt["waybill_no"], {}),
        ("getSubscription", "subscription_id", subscription_id, {}),
        ("deleteSubscription", "subscription_id", subscription_id, {}),
        ("rotateSubscriptionSecret", "subscription_id", subscription_id, {"json": rotation}),
        ("replaySubscription", "subscription_id", subscription_id, {"json": {}}),
    ]
    for operation, name, value, options in calls:
        foreign = platform_b.call(operation, path={name: value}, **options)
        unknown = platform_b.call(operation, path={name: "JR99999999999999"}, **options)
        assert (foreign.status_code, foreign.content) == (404, unknown.content), operation
    assert (
        platform_b.call("listConsignments", params={"order_no": "ISOLATED-1"}).json()["items"] == []
    )
    assert platform_b.feed(waybill_no=receipt["waybill_no"]) == []
    results = platform_b.call(
        "queryShipments", json={"waybill_nos": [receipt["waybill_no"]]}
    ).json()["results"]
    assert results[0]["outcome"] == "not-found"
    assert (
        platform_a.call(
            "getConsignment", path={"consignment_id": receipt["consignment_id"]}
        ).json()["state"]
        == "CREATED"
    )
    assert (
        platform_a.call("deleteSubscription", path={"subscription_id": subscription_id}).status_code
        == 204
    )


def test_media_types_are_negotiated(platform_a: Party) -> None:
    """Only JSON goes in and out."""
    for media_type in ("text/plain", "application/xml", "application/json; charset=gbk", None):
        answer = platform_a.call(
            "createConsignment",
            data=json.dumps(consignment()),
            headers={"Content-Type": media_type},
        )
        assert (answer.status_code, slug_of(answer)) == (415, "unsupported-media-type")
    zipped = platform_a.call(
        "createConsignment", data=b"x", headers={**_JSON, "Content-Encoding": "gzip"}
    )
    assert zipped.status_code == 415
    for accept in ("text/html", "application/json;q=0", "application/xml, text/*"):
        answer = platform_a.call("listEvents", headers={"Accept": accept})
        assert (answer.status_code, slug_of(answer)) == (406, "not-acceptable")
    for accept in ("*/*", "application/*;q=0.5", "text/html, application/json;q=0.1"):
        assert platform_a.call("listEvents", headers={"Accept": accept}).status_code == 200


def test_oversize_body_is_refused_before_it_is_read(
    courier: RunningCourier, platform_a: Party
) -> None:
    """An announced length above the limit is answered at once, a body that grows beyond it when it
    does.
    """
    answer = platform_a.call("createConsignment", data=b" " * 1_048_577, headers=_JSON)
    assert (answer.status_code, slug_of(answer)) == (413, "body-too-large")
    endless = platform_a.call(
        "createConsignment", data=(b" " * 65_536 for _ in range(40)), headers=_JSON
    )
    assert endless.status_code == 413
    parts = urlsplit(courier.base_url)
    head = (
        "POST /v1/consignments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        f"{platform_a.token}\r\nIdempotency-Key: k\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        connection.sendall(
            f"{head}Content-Type: application/json\r\nContent-Length: 900000000\r\n\r\n".encode()
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")
    assert platform_a.call("getStatus").status_code == 200


def test_body_of_countless_values_is_refused_as_a_whole(platform_a: Party) -> None:
    """A body within the byte limit that would earn half a million faults is refused as a whole, and
    the connection goes on.
    """
    answer = platform_a.call(
        "createConsignmentBatch",
        data=b'{"consignments":[' + b",".join([b"1"] * 500_000) + b"]}",
        headers=_JSON,
    )
    assert (answer.status_code, slug_of(answer)) == (413, "body-too-large")
    assert platform_a.call("getStatus").status_code == 200


def test_flood_is_limited_and_service_goes_on(tmp_path: Path) -> None:
    """One credential's flood gets 429 with Retry-After, others do not, and the declared pause mends
    it (DS-08.5).
    """
    limits = {
        "JIDI_REFERENCE_LIMITS_RATE_PER_SECOND": "2",
        "JIDI_REFERENCE_LIMITS_RATE_BURST": "10",
    }
    small = RunningCourier(tmp_path, f"sqlite:///{tmp_path / 'courier.sqlite'}", **limits).start()
    try:
        flooder, neighbour = small.party("platform-a"), small.party("platform-b")
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: flooder.call("getStatus"), range(60)))
        limited = [answer for answer in answers if answer.status_code == 429]
        assert limited
        assert sum(answer.status_code == 200 for answer in answers) >= 10
        assert {slug_of(answer) for answer in limited} == {"rate-limited"}
        assert neighbour.call("getStatus").status_code == 200
        time.sleep(
            int(limited[-1].headers["Retry-After"])
        )  # the declared pause is itself what is tested
        assert flooder.call("getStatus").status_code == 200
    finally:
        small.stop()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "http://10.0.0.8/push",
        "https://example.com/push",
        "http://localhost.example.com/push",
        "http://user:secret@127.0.0.1/push",
        "http://2130706433/push",
        "http://0.0.0.0/push",
        "http://[::ffff:10.0.0.1]/push",
    ],
)
def test_callback_outside_the_allowed_hosts_is_refused(platform_a: Party, url: str) -> None:
    """The courier does not become a probe of its own network."""
    answer = platform_a.call(
        "createSubscription", json={"callback_url": url, "secret": new_secret()}
    )
    assert answer.status_code == 422
    assert slug_of(answer) in ("callback-refused", "validation-failed")
    assert "/callback_url" in pointers_of(answer)


def test_sandbox_needs_its_own_token(courier: RunningCourier, platform_a: Party) -> None:
    """A partner's token drives nothing."""
    body = {"action": "reset", "parameters": {}}
    assert platform_a.call("performSandboxAction", json=body).status_code == 401
    assert (
        courier.act("record-scan", waybill_no="JR00000000000000", event_code="ACCEPTED").status_code
        == 404
    )
    assert courier.act("record-scan", waybill_no="JR00000000000000").status_code == 422
