"""Readers of recordings: what they understand, what they pass over, and what they never write."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jidi.errors import OperatorError
from jidi.judge.rules.signatures import sign
from jidi.passive.inspection import PassiveOptions, judge_file
from jidi.passive.reading.flows import looks_like_flows
from jidi.passive.reading.recordings import read_bytes, read_recording
from jidi.registry import Registry

BASE = "https://api.courier.example/v1"
FLOWS = Path(__file__).parents[2] / "data" / "recordings" / "courier.mitm"


def entry(
    method: str, url: str, status: int, *, sent: Any = None, came: Any = None, **more: str
) -> dict[str, Any]:
    """One HAR entry; ``more`` are request headers with _ for -."""
    headers = [{"name": name.replace("_", "-"), "value": value} for name, value in more.items()]
    request: dict[str, Any] = {"method": method, "url": url, "headers": headers, "bodySize": 0}
    if sent is not None:
        request |= {
            "postData": {
                "mimeType": "application/json",
                "text": json.dumps(sent, ensure_ascii=False),
            }
        }
    media = "application/problem+json" if status >= 400 else "application/json"
    content = (
        {"size": 1, "mimeType": media, "text": json.dumps(came, ensure_ascii=False)}
        if came is not None
        else {"size": 0}
    )
    answered = {
        "status": status,
        "headers": [
            {"name": "content-type", "value": media},
            {"name": "standard-version", "value": "1.0"},
        ],
        "content": content,
    }
    return {
        "startedDateTime": "2026-11-22T08:00:00Z",
        "time": 5,
        "request": request,
        "response": answered,
    }


def har(*listed: Any) -> bytes:
    """An archive of a browser."""
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "browser"}, "entries": listed}},
        ensure_ascii=False,
    ).encode()


def judged(tmp_path: Path, *listed: Any, level: str = "core") -> tuple[str, dict[str, str], str]:
    """Word, outcomes by requirement, and everything that was written."""
    (tmp_path / "it.har").write_bytes(har(*listed))
    record = judge_file(
        tmp_path / "it.har", PassiveOptions(tmp_path / "run", "courier", level, BASE)
    )  # type: ignore[arg-type]
    outcomes = {one.requirement: one.outcome.value for one in record.verdict.requirements}
    return record.verdict.word, outcomes, (tmp_path / "run" / "journal.ndjson").read_text("utf-8")


@pytest.fixture
def parcel() -> dict[str, Any]:
    """A valid consignment with people in it who could be real."""
    value = json.loads(json.dumps(Registry.load().examples("valid", "consignment")[0].instance))
    value["recipient"] = {
        "name": "Li Xiaohong",
        "phone": {"kind": "mobile", "number": "13912345678"},
        "address": {
            "province": "浙江省",
            "city": "杭州市",
            "district": "西湖区",
            "detail": "文三路77号2幢3单元904室",
        },
    }
    return dict(value)


def test_nothing_personal_and_no_credential_of_a_recording_is_written(
    tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """Not from a body, a header, a query, a problem, nor from an answer that no schema
    describes.
    """
    problem = {
        "type": "https://example.org/x",
        "title": "no",
        "status": 422,
        "detail": "Li Xiaohong, +86 139 1234 5678, 文三路77号",
    }
    secret = {
        "authorization": "Bearer very-secret-token-1",
        "X_Api_Key": "key-4711-abcdef",
        "cookie": "sid=abcdef123456",
    }
    _, _, written = judged(
        tmp_path,
        entry("POST", f"{BASE}/consignments", 422, sent=parcel, came=problem, **secret),
        entry(
            "GET",
            f"{BASE}/consignments?order_no=ORD-1&q=13912345678&name=Li%20Xiaohong",
            200,
            came={"note": "Li Xiaohong"},
            **secret,
        ),
        entry(
            "POST",
            "https://elsewhere.example/login",
            200,
            sent={"password": "hunter2-hunter2"},
            came={"access_token": "tok-1234567890"},
        ),
        entry(
            "POST",
            f"{BASE}/subscriptions",
            418,
            sent={"callback_url": "https://p.example/h", "secret": "whsec_c2VjcmV0c2VjcmV0"},
            came={"name": "王小明"},
        ),
    )
    for value in (
        "Li Xiaohong",
        "13912345678",
        "1234 5678",
        "文三路",
        "904室",
        "very-secret-token-1",
        "key-4711-abcdef",
        "abcdef123456",
        "hunter2",
        "tok-1234567890",
    ):
        assert value not in written, value
    assert "whsec_c2V" not in written
    assert "王小明" not in written


def test_a_member_that_is_named_after_a_person_is_not_written(
    tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """Places in a body are told by the names of members, and a stranger chooses those."""
    parcel["recipient"]["name"] = "Li Na"
    parcel["李小红13912345678"] = "Li Na"
    _, outcomes, written = judged(
        tmp_path,
        entry(
            "POST",
            f"{BASE}/consignments",
            201,
            sent=parcel,
            came={"李小红": "Li Na"},
            authorization="Bearer abcdefgh",
        ),
    )
    assert outcomes["PI-07.1"] == "fail"
    for value in ("李小红", "13912345678", "Li Na"):
        assert value not in written, value


def test_a_valid_consignment_that_is_refused_breaks_one_requirement(
    tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """It was valid before redaction, which is what counts."""
    base = Registry.load().base_uri
    came = {
        "type": f"{base}problems/validation-failed",
        "title": "invalid",
        "status": 422,
        "errors": [{"pointer": "/remark", "code": "no", "detail": "no"}],
    }
    word, outcomes, _ = judged(
        tmp_path,
        entry(
            "POST",
            f"{BASE}/consignments",
            422,
            sent=parcel,
            came=came,
            authorization="Bearer abcdefgh",
        ),
    )
    assert word == "recording-failed"
    assert [name for name, outcome in outcomes.items() if outcome == "fail"] == ["DS-01.2"]


def test_an_invalid_consignment_that_is_taken_breaks_one_requirement(
    tmp_path: Path, parcel: dict[str, Any]
) -> None:
    """The requirement that its schema names."""
    del parcel["recipient"]["phone"]
    body = json.dumps(parcel, ensure_ascii=False)
    receipt = dict(Registry.load().examples("valid", "receipt")[0].instance) | {
        "payload_digest": "sha-256:" + hashlib.sha256(body.encode()).hexdigest()
    }
    _, outcomes, _ = judged(
        tmp_path,
        entry(
            "POST",
            f"{BASE}/consignments",
            201,
            sent=parcel,
            came=receipt,
            authorization="Bearer abcdefgh",
        ),
    )
    assert [name for name, outcome in outcomes.items() if outcome == "fail"] == ["DS-01.3"]


@pytest.mark.parametrize("role", ["platform", "integrator"])
def test_what_a_platform_sends_to_couriers_is_judged(
    tmp_path: Path, parcel: dict[str, Any], role: str
) -> None:
    """The consignment that lacks a telephone is its own fault, whatever the courier answers; so is
    a second body under one key.
    """
    whole = json.loads(json.dumps(parcel))
    del parcel["recipient"]["phone"]
    keyed = {"authorization": "Bearer abcdefgh", "Idempotency_Key": "order-1-abcdef"}
    calls = [
        entry("POST", "https://east.example/v1/consignments", 201, sent=body, came={}, **keyed)
        for body in (whole, parcel)
    ]
    push = entry("POST", f"{BASE}/shipment-events", 200, sent={}, came={})
    (tmp_path / "it.har").write_bytes(har(*calls, push))
    record = judge_file(tmp_path / "it.har", PassiveOptions(tmp_path / "run", role, "core", BASE))
    assert {"DS-01.1", "DS-01.7", "DS-02.9"} <= {
        one.requirement for one in record.verdict.requirements if one.outcome.value == "fail"
    }
    assert "Li Xiaohong" not in (tmp_path / "run" / "journal.ndjson").read_text("utf-8")


@pytest.mark.parametrize(("altered", "fails"), [(False, []), (True, ["DS-02.5"])])
def test_a_push_is_verified_when_the_recording_shows_its_secret(
    tmp_path: Path, *, altered: bool, fails: list[str]
) -> None:
    """The secret itself is never written."""
    registry = Registry.load()
    secret, hook = "whsec_" + base64.b64encode(b"k" * 32).decode(), "https://platform.example/hook"
    made = dict(registry.examples("valid", "subscription")[0].instance) | {"callback_url": hook}
    made.pop("event_codes", None)
    keyed = {"authorization": "Bearer abcdefgh", "Idempotency_Key": "subscription-1"}
    subscribed = entry(
        "POST",
        f"{BASE}/subscriptions",
        201,
        sent={"callback_url": hook, "secret": secret},
        came=made,
        **keyed,
    )
    body = next(
        one.instance
        for one in registry.examples("valid", "push-envelope")
        if one.instance["type"] == "shipment.events"
    )
    push = entry("POST", hook, 204, sent=body)
    stamp = str(int(datetime.fromisoformat("2026-11-22T08:00:00+00:00").timestamp()))
    text = push["request"]["postData"]["text"]
    signed = {
        "webhook-id": body["id"],
        "webhook-timestamp": stamp,
        "webhook-signature": sign(secret, body["id"], stamp, text.encode()),
    }
    push["request"]["headers"] = [{"name": name, "value": value} for name, value in signed.items()]
    push["request"]["postData"]["text"] = text.replace(": ", ":  ", 1) if altered else text
    _, outcomes, written = judged(tmp_path, subscribed, push)
    assert [name for name, outcome in outcomes.items() if outcome == "fail"] == fails
    assert secret not in written


def courier_events(count: int, **members: Any) -> list[dict[str, Any]]:
    """A waybill's first events, ten minutes apart; ``members`` are those of the last one."""
    codes = (
        ("ORDER_CREATED", "CREATED"),
        ("ACCEPTED", "ACCEPTED"),
        ("HUB_DEPARTED", "IN_TRANSIT"),
    )[:count]
    listed = [
        {
            "event_id": f"evt_{number}",
            "waybill_no": "KE0000000001",
            "sequence": number,
            "event_code": code,
            "state": state,
            "direction": "FORWARD",
        }
        | {
            "classifier": "ACT",
            "occurred_at": f"2026-11-22T07:{number}0:00+08:00",
            "recorded_at": f"2026-11-22T07:{number}0:00+08:00",
        }
        for number, (code, state) in enumerate(codes, 1)
    ]
    return [*listed[:-1], {**listed[-1], **members}]


def told_to_an_integrator(
    events: list[dict[str, Any]], told: list[dict[str, Any]], secret: str, signed_with: str
) -> list[dict[str, Any]]:
    """A subscription at a courier, its push of ``events``, and the page that a platform reads
    then.
    """
    callback = f"{BASE}/shipment-events/KITEAST"
    subscription = dict(Registry.load().examples("valid", "subscription")[0].instance) | {
        "callback_url": callback
    }
    subscription.pop("event_codes", None)
    keyed = {"authorization": "Bearer abcdefgh", "Idempotency_Key": "subscription-1"}
    subscribed = entry(
        "POST",
        "https://east.example/v1/subscriptions",
        201,
        sent={"callback_url": callback, "secret": secret},
        came=subscription,
        **keyed,
    )
    head = {
        "id": "msg_1",
        "type": "shipment.events",
        "time": "2026-11-22T16:00:00+08:00",
        "source": "https://east.example/",
        "spec_version": "1.0",
    }
    result = {"result": "accepted", "accepted": len(events), "rejected": []}
    push = entry("POST", callback, 200, sent={**head, "data": {"events": events}}, came=result)
    stamp = str(int(datetime.fromisoformat("2026-11-22T08:00:00+00:00").timestamp()))
    signature = sign(signed_with, "msg_1", stamp, push["request"]["postData"]["text"].encode())
    signed = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}
    push["request"]["headers"] = [{"name": name, "value": value} for name, value in signed.items()]
    page = {"items": told, "next_cursor": None, "resume_cursor": "c1"}
    return [
        subscribed,
        push,
        entry(
            "GET",
            f"{BASE}/shipments/KE0000000001/events",
            200,
            came=page,
            authorization="Bearer ijklmnop",
        ),
    ]


def judged_integrator(tmp_path: Path, *listed: Any) -> tuple[dict[str, str], str]:
    """Outcomes by requirement, and everything that was written."""
    (tmp_path / "it.har").write_bytes(har(*listed))
    record = judge_file(
        tmp_path / "it.har", PassiveOptions(tmp_path / "run", "integrator", "core", BASE)
    )
    return {one.requirement: one.outcome.value for one in record.verdict.requirements}, (
        tmp_path / "run" / "journal.ndjson"
    ).read_text("utf-8")


SECRETS = ["whsec_" + base64.b64encode(letter * 32).decode() for letter in (b"k", b"z")]


@pytest.mark.parametrize(("signed_with", "outcome"), [(SECRETS[0], "pass"), (SECRETS[1], "fail")])
def test_a_push_that_was_taken_is_verified_with_the_secret_that_the_courier_was_given(
    tmp_path: Path, signed_with: str, outcome: str
) -> None:
    """The callback lies below the path of pushes, and what follows it may be a secret too."""
    events = courier_events(2)
    outcomes, written = judged_integrator(
        tmp_path, *told_to_an_integrator(events, events, SECRETS[0], signed_with)
    )
    assert outcomes["DS-02.9"] == outcome
    assert outcomes["DS-01.6"] == "pass"
    assert [name for name, one in outcomes.items() if one == "fail"] == (
        ["DS-02.9"] if outcome == "fail" else []
    )
    assert SECRETS[0] not in written
    assert f'"url":"{BASE}/shipment-events/KITEAST' not in written


def test_an_integrator_is_not_blamed_for_what_its_courier_told(tmp_path: Path) -> None:
    """It passes on what came, even times that run backwards."""
    events = courier_events(
        3, recorded_at="2026-11-21T07:00:00+08:00", occurred_at="2026-11-21T07:00:00+08:00"
    )
    outcomes, _ = judged_integrator(
        tmp_path, *told_to_an_integrator(events, events, SECRETS[0], SECRETS[0])
    )
    assert [name for name, one in outcomes.items() if one in {"fail", "warn"}] == []
    courier = judge_file(
        tmp_path / "it.har", PassiveOptions(tmp_path / "as-courier", "courier", "core", BASE)
    )
    assert [
        one.requirement for one in courier.verdict.requirements if one.outcome.value == "fail"
    ] == ["DS-02.7"]


def test_an_event_that_an_integrator_rewrites_breaks_one_requirement(tmp_path: Path) -> None:
    """Every member goes on as it came."""
    events = courier_events(2)
    told = [events[0], {**events[1], "description": "rewritten"}]
    outcomes, _ = judged_integrator(
        tmp_path, *told_to_an_integrator(events, told, SECRETS[0], SECRETS[0])
    )
    assert [name for name, one in outcomes.items() if one == "fail"] == ["DS-01.6"]


def test_a_push_that_was_refused_is_not_held_against_the_receiver(tmp_path: Path) -> None:
    """A good envelope may be refused with any type of problem: whether it was to be believed is not
    in it.
    """
    came = {
        "type": f"{Registry.load().base_uri}problems/validation-failed",
        "title": "no",
        "status": 400,
    }
    listed = told_to_an_integrator(courier_events(2), [], SECRETS[0], SECRETS[1])
    refused = entry(
        "POST",
        f"{BASE}/shipment-events/KITEAST",
        400,
        sent=json.loads(listed[1]["request"]["postData"]["text"]),
        came=came,
    )
    refused["request"]["headers"] = listed[1]["request"]["headers"]
    outcomes, _ = judged_integrator(tmp_path, listed[0], refused, listed[2])
    assert outcomes["DS-02.9"] == "pass"
    assert [name for name, one in outcomes.items() if one == "fail"] == []


def test_of_several_roles_one_must_be_named(tmp_path: Path) -> None:
    """The traffic of a platform shows its couriers' discovery documents too."""
    documents = {
        one.instance["role"]: one.instance for one in Registry.load().examples("valid", "discovery")
    }
    roles = sorted(documents)[:2]
    listed = [
        entry(
            "GET",
            f"https://{role}.example/.well-known/express-data-sharing",
            200,
            came=documents[role],
        )
        for role in roles
    ]
    (tmp_path / "it.har").write_bytes(har(*listed))
    with pytest.raises(OperatorError, match="shows a"):
        judge_file(tmp_path / "it.har", PassiveOptions(tmp_path / "run"))
    assert (
        judge_file(tmp_path / "it.har", PassiveOptions(tmp_path / "one", roles[1])).verdict.role
        == roles[1]
    )


def test_absent_credentials_say_nothing_where_the_recording_shows_none_at_all(
    tmp_path: Path,
) -> None:
    """Browsers leave them out of what they export."""
    page = Registry.load().examples("valid", "consignment-page")[0].instance
    _, outcomes, _ = judged(tmp_path, entry("GET", f"{BASE}/consignments", 200, came=page))
    assert outcomes["DS-08.2"] == "not-exercised"


def test_broken_entries_of_an_archive_are_told_and_passed_over() -> None:
    """Each for itself."""
    good = entry("GET", f"{BASE}/consignments", 200, came={})
    broken = [
        None,
        {},
        {"request": {}, "response": {}},
        {**good, "response": {**good["response"], "status": "soon"}},
        {**good, "request": {**good["request"], "url": "//x/"}},
    ]
    recording = read_bytes(har(good, *broken, good), "har")
    assert len(recording) == 2
    assert recording.passed.kinds.total() == len(broken) == len(recording.passed.troubles)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"log": {"entries": 3}}',
        b'{"a":' * 100_000,
        b'{"log": NaN}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_archive_is_the_operators_matter(data: bytes) -> None:
    """A sentence, never a traceback."""
    with pytest.raises(OperatorError):
        read_bytes(data, "har")


def test_a_journal_without_its_end_is_read_as_far_as_it_goes() -> None:
    """The torn line is told."""
    record = {
        "kind": "exchange",
        "seq": 1,
        "request": {"method": "GET", "url": BASE, "headers": [], "body": {}},
        "response": None,
    }
    record |= {"started_at": "2026-11-22T08:00:00Z", "started": 1.0, "finished": 2.0}
    recording = read_bytes(
        b'{"kind":"run-started","seq":0}\n' + json.dumps(record).encode() + b'\n{"kind":"exch',
        "journal",
    )
    assert (len(recording), recording.passed.kinds.total()) == (1, 1)
    with pytest.raises(OperatorError):
        read_bytes(b"nothing\n", "journal")


def test_the_dump_of_the_real_mitmproxy_is_read() -> None:
    """Every flow, in order of time, with the host that the client named."""
    recording = read_recording(FLOWS)
    assert recording.format == "mitmproxy"
    assert [
        (one.exchange.request.method, one.exchange.response.status)
        for one in recording
        if one.exchange.response
    ] == [
        *(
            ("POST", 201),
            ("POST", 201),
            ("POST", 422),
            ("GET", 400),
            ("GET", 401),
            ("GET", 200),
            ("GET", 200),
        ),
    ]
    assert all("/v1/" in one.exchange.request.url for one in recording)
    assert recording.digest.startswith("sha256:")


HOSTILE = {
    "cut off": FLOWS.read_bytes()[:-100] if FLOWS.exists() else b"",
    "length beyond the end": b"99999999:abc,",
    "length of many digits": b"9" * 5000 + b":,",
    "negative": b"-1:,",
    "unknown type": b"3:abc?",
    "nested without end": b"".join(b"%d:" % (400 - index) for index in range(100)) + b"]" * 100,
    "dictionary with an odd key": b"11:4:type;1:a;}"[:15],
    "key that is a list": b"10:0:]4:http;}",
    "no flow": b"4:http;",
    "bits": bytes(range(256)),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_dump_leaves_only_whole_flows(data: bytes) -> None:
    """Never an exception, never a hang."""
    recording = read_bytes(data, "mitmproxy")
    assert all(one.exchange.request.url.startswith("http") for one in recording)


def nested(depth: int) -> bytes:
    """Lists in lists as a typed netstring."""
    data = b"0:]"
    for _ in range(depth):
        data = b"%d:%s]" % (len(data), data)
    return data


def test_nesting_beyond_the_bound_is_one_broken_entry() -> None:
    """What follows it is still read."""
    recording = read_bytes(nested(500) + FLOWS.read_bytes(), "mitmproxy")
    assert (recording.passed.kinds.total(), len(recording)) == (1, 7)


def test_the_beginning_of_a_dump_is_told_from_json() -> None:
    """By its length and colon."""
    assert looks_like_flows(FLOWS.read_bytes()[:64])
    assert not looks_like_flows(b'{"log": {}}')
