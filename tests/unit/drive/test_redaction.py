"""What may stand in the evidence: the kit's own words, never a credential, never a foreign person's
data.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from tests.unit.judge.journals import plain, typed

from jidi.drive.keeping import (
    JournalWriter,
    KnownTexts,
    Place,
    Planted,
    Redactor,
    encode_exchange,
)
from jidi.drive.keeping.redaction import Findings
from jidi.drive.keeping.seeking.scanner import find_personal, is_identity_number
from jidi.model.exchange import Exchange, Failure, Headers, Request, Response
from jidi.model.journal import PlanRecord, ScenarioStarted
from jidi.model.text import Text
from jidi.registry.registry import Registry
from jidi.run.data import load_data
from jidi.run.planning.plan import Entry

OWN = {
    "recipient": {
        "name": "钱小满",
        "phone": {"number": "13912340001"},
        "address": {"province": "浙江省", "city": "杭州市", "detail": "和平路12号3幢2单元501室"},
    },
    "remark": "请放门口",
}
FOREIGN_IDENTITY = "11010119900307803X"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


@pytest.fixture
def redactor(registry: Registry) -> Redactor:
    planted = Planted()
    planted.add(OWN)
    made = Redactor(b"salt", lambda: ["s3cret/token", "Basic-pair"], planted, registry)
    made.use_vocabulary(KnownTexts([registry.code_list("event-codes")]))
    return made


def record(
    redactor: Redactor, body: Any, schema: str = "", headers: Headers = (), **request: Any
) -> dict[str, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    sent = Request(
        "GET",
        request.get("url", "http://h/"),
        request.get("sent_headers", ()),
        request.get("sent_body", b""),
    )
    exchange = Exchange("sent", "a", "op", sent, Response(200, headers, data), None, "", 0.0, 1.0)
    return plain(encode_exchange(exchange, Place("x1", "s", "t", schema=schema), redactor))


def text_of(made: dict[str, Any]) -> str:
    assert made["response"] is not None
    return str(made["response"]["body"]["text"])


def test_redactor_keeps_the_kits_own_data_byte_for_byte(redactor: Redactor):
    """A body with nothing foreign keeps its exact text, spaces and escapes included."""
    body = '{ "recipient_name" : "\\u94b1小满",\n "x": 1.0, "phone":"13912340001" }'.encode()
    made = record(redactor, body)
    assert text_of(made) == body.decode()
    assert made["redactions"] == []


def test_redactor_replaces_foreign_values_in_personal_fields(redactor: Redactor):
    """Direct and quasi values that the kit did not make up become commitments, with pointer, class
    and faults.
    """
    body = {
        "waybill_no": "JD0001",
        "consignment_id": "c-1",
        "consignment": {"recipient": {"name": "Li Si", "phone": {"number": "not a number"}}},
    }
    made = record(redactor, body, "consignment-record")
    found = {redaction["pointer"]: redaction for redaction in made["redactions"]}
    assert "Li Si" not in text_of(made)
    assert "not a number" not in text_of(made)
    assert found["/consignment/recipient/name"]["pi_class"] == "direct"
    assert "c-1" in text_of(made)
    assert all(
        "⟦" not in redaction["commitment"] and len(redaction["commitment"]) == 64
        for redaction in made["redactions"]
    )


def test_redactor_records_the_schema_faults_that_it_hides(redactor: Redactor):
    """The judge still learns that a withheld value broke its schema."""
    body = {"event_id": "e", "waybill_no": "JD0001", "description": 12345}
    made = record(redactor, body, "shipment-event")
    (redaction,) = [
        redaction for redaction in made["redactions"] if redaction["pointer"] == "/description"
    ]
    assert redaction["faults"] == ["type"]


def test_pointers_of_redactions_do_not_tell_a_member_name_that_was_withheld(redactor: Redactor):
    """A candidate may use somebody's number as the name of a member (the evidence is personal)."""
    body = {
        "event_id": "e",
        "waybill_no": "JD0001",
        "13600001111": {"a/b": "张三丰的电话 13600002222"},
    }
    made = record(redactor, body, "shipment-event")
    assert "13600001111" not in json.dumps(made, ensure_ascii=False)
    (name,) = [name for name in json.loads(text_of(made)) if name not in {"event_id", "waybill_no"}]
    assert f"/{name.replace('/', '~1')}/a~1b" in {
        redaction["pointer"] for redaction in made["redactions"]
    }


def test_redactor_keeps_masks_of_the_kits_own_data(redactor: Redactor):
    """A mask made of the kit's own value stays, so that mask profiles can be judged; a foreign one
    goes.
    """
    for own in ("钱**", "139****0001", "*******0001", "***"):
        assert redactor._own(own)  # the unit under test is private: each caller goes through it
    for foreign in ("李**", "136****0009"):
        assert not redactor._own(foreign)


def test_redactor_keeps_canaries_visible_in_foreign_text(redactor: Redactor):
    """A leak of the kit's own data inside other text stays to be found; the rest of the text
    goes.
    """
    made = record(
        redactor, {"description": "快件由赵大海派送，收件人钱小满 13912340001"}, "shipment-event"
    )
    assert "钱小满" in text_of(made)
    assert "13912340001" in text_of(made)
    assert "赵大海" not in text_of(made)


@pytest.mark.parametrize(
    "beside",
    [
        "",
        " and 1.3.9.8.7.6.5.4.3.2.1",
        " and \\u8d75\\u5927\\u6d77",
        " and 12345678931 backwards",
        " and " + base64.b64encode("赵大海 13987654321".encode()).decode(),
        " and %E8%B5%B5%E5%A4%A7%E6%B5%B7",
    ],
)
def test_redactor_keeps_canaries_visible_beside_what_is_hidden(redactor: Redactor, beside: str):
    """A refusal that quotes what it refuses is seen to quote it, whatever else it says and however
    the kit's own words look when they are read backwards.
    """
    told = {"detail": f"Not for this purpose: {OWN}{beside}"}
    shown = json.loads(text_of(record(redactor, told, "problem")))["detail"]
    assert "钱小满" in shown
    assert "13912340001" in shown
    assert ("3幢2单元501室" in shown) == (not beside)  # rooms are made of words that anybody has
    if beside:
        assert beside.removeprefix(" and ") not in shown
        assert "⟦" in shown


def test_redactor_replaces_undeclared_text_but_keeps_evidence(redactor: Redactor):
    """Text in members that no schema knows goes; codes, times and internals stay for the judge."""
    extra = {
        "person": "Zhang Wei",
        "code": "E1001",
        "at": "2026-01-01T00:00:00+08:00",
        "trace": 'Traceback (most recent call last): File "/srv/a.py"',
    }
    made = record(redactor, {"x": extra}, "receipt")
    shown = json.loads(text_of(made))["x"]
    assert shown["person"].startswith("⟦undeclared:")
    assert {name: shown[name] for name in ("code", "at", "trace")} == {
        name: extra[name] for name in ("code", "at", "trace")
    }


@pytest.mark.parametrize(
    "value",
    [
        "13600001111",
        "+86 136-0000-1111",
        "１３６００００１１１１",
        "0571-86000001",
        "057186000001",
        "13600001111-4821",
        "95013123456-12",
        FOREIGN_IDENTITY,
        "a.person@example.org",
    ],
)
def test_redactor_finds_numbers_and_addresses_in_any_text(redactor: Redactor, value: str):
    """Phones, virtual numbers, identity numbers and e-mail addresses go wherever they stand."""
    for body in ({"detail": f"call {value}."}, {value: 1}, [f"({value})"]):
        assert value not in text_of(record(redactor, body, ""))
    assert value not in text_of(record(redactor, f"<p>{value}</p>".encode()))


@pytest.mark.parametrize(
    "value",
    [
        "SF1360000111122",
        "1736000011112",
        "9f86d081884c7d659a2feaa0c55ad015",
        "2026-01-01T00:00:00.000+08:00",
        "110101199003078031",
        "136000011112222",
        "1.0.136",
    ],
)
def test_redactor_leaves_other_numbers_alone(redactor: Redactor, value: str):
    """Waybill numbers, epochs, digests, times and false identity numbers are no personal data."""
    assert text_of(record(redactor, {"n": value})) == json.dumps({"n": value}, ensure_ascii=False)


def test_redactor_replaces_phone_like_json_numbers(redactor: Redactor):
    """A mobile number written as a JSON number goes as well; other numbers stay."""
    made = json.loads(
        text_of(
            record(redactor, {"a": 13600001111, "b": 1736000011112, "c": 13912340001, "d": 1.5})
        )
    )
    assert str(made["a"]).startswith("⟦direct:")
    assert (made["b"], made["c"], made["d"]) == (1736000011112, 13912340001, 1.5)


@pytest.mark.parametrize("told", ["15.0", "1.5e1", "150e-1", "15.00", "15"])
def test_redactor_shows_a_number_of_its_own_however_it_is_written(registry: Registry, told: str):
    """JSON has one number for all of these; one that nobody sent goes in every writing."""
    planted = Planted()
    planted.add({"extensions": {"com.example.shop": {"box": {"w": 15}}}})
    made = Redactor(b"salt", list, planted, registry)
    body = f'{{"extensions": {{"com.example.shop": {{"box": {{"w": {told}, "h": 1{told}}}}}}}}}'
    box = json.loads(text_of(record(made, body.encode(), "consignment")))["extensions"]
    assert box["com.example.shop"]["box"]["w"] == 15
    assert str(box["com.example.shop"]["box"]["h"]).startswith("⟦quasi:")


@pytest.mark.parametrize(
    "number", [10**400, -(10**4_000), 10**308 * 9, 1.7e308, -0.0, 5e-324, 13600001111 * 10**400]
)
def test_redactor_takes_numbers_beyond_every_double(redactor: Redactor, number: float):
    """JSON has them, and a candidate may say them anywhere, also where a person's data stands."""
    body = {"expires_in": number, "recipient": {"phone": {"number": number}}, "items": [number]}
    for schema in ("", "consignment"):
        made = json.loads(text_of(record(redactor, body, schema)))
        assert made["expires_in"] in {number, f"{made['expires_in']}"}


def test_redactor_replaces_han_text_outside_the_vocabulary(redactor: Redactor, registry: Registry):
    """Chinese words of the published lists stay; others go, for a name looks like any word."""
    words = [code["zh"] for code in registry.code_list("event-codes")["codes"]]
    for word in words:
        assert json.loads(text_of(record(redactor, {"detail": word}))) == {"detail": word}
    made = text_of(record(redactor, {"detail": "赵大海"}))
    assert "赵大海" not in made


def test_redactor_gives_equal_values_equal_markers(redactor: Redactor):
    """The judge can still compare; another salt gives other markers."""
    first = json.loads(text_of(record(redactor, {"a": "赵大海", "b": "赵大海", "c": "孙大江"})))
    assert first["a"] == first["b"] != first["c"]
    assert Redactor(b"other", list, Planted(), None).marker("undeclared", "赵大海") != first["a"]


def test_redactor_gives_a_name_one_marker_whatever_is_made_up_meanwhile(registry: Registry):
    """Parts of a name become known as parts of names that the kit makes up while it runs."""
    planted = Planted()
    redactor = Redactor(b"salt", list, planted, registry)
    told = {"recipient": {"name": "欧阳静姝"}, "sender": {"name": "欧阳静姝"}}
    before = text_of(record(redactor, told, "consignment"))
    planted.add({"name": "欧阳霁晟"})
    assert text_of(record(redactor, told, "consignment")) == before


def test_redactor_takes_credentials_out_of_everything(redactor: Redactor):
    """By value in URLs, headers and bodies, also URL-encoded, escaped and in base64; on the kit's
    side too.
    """
    secret = "s3cret/token"
    forms = [
        secret,
        quote(secret, safe=""),
        base64.b64encode(secret.encode()).decode().rstrip("="),
        secret.replace("/", "\\/"),
    ]
    body = f'{{"a": "{forms[0]}", "b": "{forms[3]}", "{forms[0]}": 1}}'.encode()
    made = record(
        redactor,
        body,
        "",
        (("X-Echo", forms[2]),),
        url=f"http://h/?t={forms[1]}",
        sent_body=forms[0].encode(),
    )
    shown = json.dumps(made, ensure_ascii=False)
    for form in forms:
        assert form not in shown


@pytest.mark.parametrize("name", ["Authorization", "proxy-authorization", "Cookie", "SET-COOKIE"])
def test_redactor_withholds_credential_headers_whole(redactor: Redactor, name: str):
    """Values of headers that carry credentials go, known or not; the scheme may stay."""
    made = record(
        redactor,
        {},
        "",
        ((name, "Bearer unheard-of"),),
        sent_headers=((name, "Bearer unheard-of"),),
    )
    assert "unheard-of" not in json.dumps(made)


def test_redactor_withholds_token_members_by_name(redactor: Redactor):
    """A token that the kit has not learnt yet does not slip out of a token answer."""
    assert "brand-new" not in text_of(
        record(redactor, {"access_token": "brand-new", "token_type": "Bearer"}, "token-response")
    )


@pytest.mark.parametrize(
    "value", ["赵大海", quote("赵大海"), "赵大海".encode().decode("latin-1"), "tel 13600001111"]
)
def test_redactor_looks_into_headers_of_the_candidate(redactor: Redactor, value: str):
    """Names in headers go, raw, percent-encoded or as bytes read as Latin-1."""
    made = record(redactor, {}, "", (("X-Operator", value),))
    assert made["response"] is not None
    assert value not in made["response"]["headers"][0][1]
    assert made["redactions"][0]["pointer"] == "header:X-Operator"


@pytest.mark.parametrize(
    "body",
    [
        '{"a": "\\u8d75\\u5927\\u6d77", "a": 1}',
        '{"a": "\\u8d75\\u5927\\u6d77',
        "<p>&#36213;&#22823;&#28023;</p>",
    ],
)
def test_redactor_sees_through_escapes_in_what_is_no_json(redactor: Redactor, body: str):
    """Broken JSON, doubled members and HTML do not hide names behind escapes."""
    made = text_of(record(redactor, body.encode()))
    assert "8d75" not in made
    assert "36213" not in made
    assert "⟦undeclared:" in made


def test_redactor_survives_deep_nesting(redactor: Redactor):
    """A body nested beyond any reason is treated as text."""
    assert "13600001111" not in text_of(record(redactor, b"[" * 100_000 + b'"13600001111"'))


def test_encode_keeps_binary_as_digest_only(redactor: Redactor):
    """What nobody can redact is not kept."""
    made = record(redactor, b"\xff\xfe\x00")
    assert made["response"] is not None
    assert set(made["response"]["body"]) == {"digest", "size"}


def test_encode_digest_is_of_the_bytes_before_redaction(redactor: Redactor):
    """The digest commits to what really came."""
    first, second = (
        record(redactor, {"name": name}, "party")["response"] for name in ("Li Si", "Wang Wu")
    )
    assert first is not None
    assert second is not None
    assert first["body"]["digest"] != second["body"]["digest"]


def test_encode_redacts_the_request_side_of_a_push(redactor: Redactor):
    """In a received push the candidate wrote the request, so that is where foreign data goes."""
    push = Request(
        "POST",
        "http://127.0.0.1/x",
        (("webhook-id", "m"),),
        json.dumps({"data": {"events": [{"description": "赵大海派送"}]}}).encode(),
    )
    exchange = Exchange(
        "received",
        "",
        "",
        push,
        Response(204, (), b""),
        Failure("reset", "by 13600001111"),
        "",
        0.0,
        0.0,
    )
    place = Place(
        "x", "s", "t", schema="push-envelope", receiver="hook", facts={"signature": "valid"}
    )
    made = plain(encode_exchange(exchange, place, redactor))
    assert "赵大海" not in json.dumps(made, ensure_ascii=False)
    assert "13600001111" not in json.dumps(made)
    assert made["receiver"] == "hook"
    assert made["facts"] == {"signature": "valid"}
    assert {redaction["pointer"] for redaction in made["redactions"]} == {
        "/data/events/0/description",
        "failure",
    }


def test_redactor_leaves_valid_examples_of_the_standard_judgeable(
    registry: Registry, redactor: Redactor
):
    """Redaction never touches codes, ids and times: outside personal fields every example stays as
    it was.
    """
    for example in registry.examples("valid", "shipment-event"):
        shown = json.loads(text_of(record(redactor, example.instance, "shipment-event")))
        for member in (
            "event_id",
            "waybill_no",
            "sequence",
            "event_code",
            "occurred_at",
            "recorded_at",
            "state",
        ):
            assert shown.get(member) == example.instance.get(member)


def test_redactor_does_not_touch_what_it_redacted(redactor: Redactor):
    """Markers are not scanned again, so scrubbing twice changes nothing."""
    once = redactor.text("赵大海 13600001111 s3cret/token", "text", Findings())
    assert redactor.text(once, "text", Findings()) == once
    assert redactor.scrub({"client_secret": redactor.marker("credential", "x")}) == {
        "client_secret": redactor.marker("credential", "x")
    }


def test_identity_number_needs_its_check_character():
    """Checksum after GB 11643."""
    assert is_identity_number(FOREIGN_IDENTITY)
    assert is_identity_number(FOREIGN_IDENTITY.lower())
    assert not is_identity_number("110101199003078031")


def test_scanner_gives_stretches_that_do_not_overlap():
    """A virtual number is one finding, not also the mobile inside."""
    findings = find_personal("a 13600001111-4821, 13600001112")
    assert [(finding.kind, finding.start, finding.end) for finding in findings] == [
        ("virtual", 2, 18),
        ("phone", 20, 31),
    ]


def test_planted_contains_parts_forms_and_numbers():
    """Other spellings and parts of what the kit sent are the kit's own; near misses are not."""
    planted = Planted()
    planted.add(OWN)
    for own in (
        "钱小满",
        "+86 139-1234-0001",
        "１３９１２３４０００１",
        "浙江省杭州市",
        "和平路",
        "请放门口 钱小满",
    ):
        assert planted.contains(own)
    for other in ("钱小", "13912340002", "钱大满", "赵", "Li Si"):
        assert planted.contains(other) is (other == "钱小")
    planted.add(b'{"n": 42424242}')
    assert planted.contains("42424242")


def test_nothing_foreign_reaches_a_journal(tmp_path: Path, redactor: Redactor):
    """Whole way: the bytes on disk hold neither the credential nor the foreign person."""
    with JournalWriter(tmp_path / "j", redactor) as journal:
        journal.write(
            record(redactor, {"name": "赵大海", "phone": "13600001111", "t": "s3cret/token"})
        )
    data = (tmp_path / "j").read_text("utf-8")
    assert not any(word in data for word in ("赵大海", "13600001111", "s3cret/token"))


def test_redactor_says_where_a_known_credential_stood(redactor: Redactor):
    """Whoever judges the redacted body against its schema must know that a marker is no secret of
    the wrong form.
    """
    made = record(redactor, {"secret": "s3cret/token", "overlap_s": 4}, "secret-rotation")
    assert [(one["pointer"], one["pi_class"]) for one in made["redactions"]] == [
        ("/secret", "credential")
    ]


def test_names_of_the_kits_own_data_stay_in_every_record(redactor: Redactor):
    """Scenario and step say where a record belongs, whatever they could be read as: a verdict rests
    on finding it again.
    """
    _, catalogue = load_data("1.0")
    for scenario in catalogue.scenarios():
        entry = Entry(scenario, "planned", "", Text("", "")).as_planned()
        plan = PlanRecord(scenarios=(entry,))
        assert redactor.record(plan)["scenarios"][0]["id"] == scenario.id
        for step in (*scenario.steps, *scenario.teardown):
            for kind in ("step-finished", "drive", "note"):
                record = {"kind": kind, "scenario": scenario.id, "step": step.id}
                written = redactor.record(typed(record))
                assert (written["scenario"], written["step"]) == (scenario.id, step.id)


RECEIPT = {
    "consignment_id": "cons_4fd00560610e84a1f19b509c",
    "waybill_no": "JR13152226912707",
    "payload_digest": "sha-256:" + "0" * 64,
    "received_at": "2026-11-22T10:08:00.008+08:00",
}


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("cons_4fd00560610e84a1f19b509c", "cons_4fd00560610e84a1f19b509c"),
        (["cons_4fd00560610e84a1f19b509c"], "cons_4fd00560610e84a1f19b509c"),
        ({"of": {"id": "cons_4fd00560610e84a1f19b509c"}}, "4fd00560610e84a1f19b509c"),
        ("it is cons_4fd00560610e84a1f19b509c of", "4fd00560610e84a1f19b509c"),
        ("JR13152226912707 belongs to 王芳", "JR13152226912707"),
    ],
)
def test_id_that_stands_in_clear_is_not_withheld_where_no_schema_has_it(
    redactor: Redactor, hint: Any, shown: str
):
    """Another partner's id that leaks in a member of the candidate's own stays visible once it was
    shown, and nothing beside it does.
    """
    leak = {"results": [], "hint": hint}
    assert shown not in text_of(record(redactor, leak, "shipment-query-result"))
    record(redactor, RECEIPT, "receipt")
    after = text_of(record(redactor, leak, "shipment-query-result"))
    assert shown in after
    assert "王芳" not in after
    assert "it is" not in after


@pytest.mark.parametrize(
    "hint", ["cons_4FD00560610e84a1f19b509c", "cons_00560610e84a1f19b509c4fd", "somebody else's"]
)
def test_what_was_not_shown_is_withheld_where_no_schema_has_it(redactor: Redactor, hint: str):
    """An id that is nearly the same says nothing."""
    record(redactor, RECEIPT, "receipt")
    made = text_of(record(redactor, {"results": [], "hint": hint}, "shipment-query-result"))
    assert hint not in made
    assert "⟦undeclared:" in made


@pytest.mark.parametrize(
    "personal", ["13876504321", FOREIGN_IDENTITY, "wangfang", "fang.wang", "c-13876504321"]
)
def test_what_may_be_a_person_is_never_remembered_as_an_id(redactor: Redactor, personal: str):
    """A number of somebody, or a name without a digit, is withheld in members of the candidate's
    own, whatever it was called before.
    """
    record(redactor, {**RECEIPT, "consignment_id": personal}, "receipt")
    made = text_of(record(redactor, {"results": [], "hint": personal}, "shipment-query-result"))
    assert personal not in made


@pytest.mark.parametrize(
    "hidden", ["MTM4NzY1MDQzMjE", "12340567831", "%31%33%38%37%36%35%30%34%33%32%31"]
)
def test_ids_that_were_shown_change_nothing_in_texts_that_hide_something(
    redactor: Redactor, hidden: str
):
    """A code with an id in it has one mark, whether the id was shown before or not; else what is
    printed would differ from the data.
    """
    code = f"JIDI1.0/cons_4fd00560610e84a1f19b509c/{hidden}"
    before = text_of(record(redactor, {"qr": code}))
    record(redactor, RECEIPT, "receipt")
    assert text_of(record(redactor, {"qr": code})) == before


@pytest.mark.parametrize("made_up", ["2019款习题册-XA44285藏青", "5byg5LiJ5Liw", "0571-88123456"])
def test_what_the_kit_made_up_is_shown_alike_with_a_schema_and_without(
    registry: Registry, made_up: str
) -> None:
    """What hides in one by chance was never anybody's; a credential is withheld all the same."""
    planted = Planted()
    planted.add({**OWN, "item": made_up, "secret": "s3cret/token"})
    redactor = Redactor(b"salt", lambda: ["s3cret/token"], planted, registry)
    values = {"parcel": {"items": [made_up]}, "nick": "s3cret/token", "own": "13800138000"}
    record = ScenarioStarted(scenario="a", variables=values, canaries=())
    shown = redactor.record(record)["variables"]
    assert shown["parcel"] == {"items": [made_up]}
    assert "s3cret" not in shown["nick"]
    assert shown["own"] != "13800138000"
    assert redactor.tree({"told": [made_up]}, "") == {"told": [made_up]}
    assert redactor.text(made_up, "", Findings()) == made_up


@pytest.mark.parametrize(
    "foreign",
    [
        "永福路12号3栋2单元501室",
        "永福路485号16栋5单元740室",
        "幸福路12号",
        "新永福路",
        "赵大海",
        "欧阳大海",
    ],
)
@pytest.mark.parametrize("spelled", ["{}", "https://a.example/x?q={}", "收件：{}"])
def test_somebody_whose_address_or_name_shares_parts_is_withheld(
    registry: Registry, foreign: str, spelled: str
) -> None:
    """A street or half a name that the kit drew, too, makes nobody the kit's own."""
    planted = Planted()
    planted.add({"a": "永福路485号15栋5单元740室", "b": "上海大道12号", "c": "大海报一张"})
    redactor = Redactor(b"salt", list, planted, registry)
    for text in (spelled.format(foreign), spelled.format(quote(foreign))):
        assert foreign not in unquote(redactor.text(text, "", Findings()))
    shown = redactor.tree({"address": {"detail": foreign}}, "")
    assert foreign not in json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize(
    "own",
    [
        "永福路485号15栋5单元740室",
        "485号15栋5单元740室",
        "永福路485号",
        "鼓楼区永福路485号15栋",
        "15栋5单元740室 永福路",
    ],
)
def test_parts_of_an_address_of_the_kits_own_stay_readable(registry: Registry, own: str) -> None:
    """Cut off, put together and turned round: evidence shows what became of it."""
    planted = Planted()
    planted.add({"detail": "永福路485号15栋5单元740室", "district": "鼓楼区"})
    redactor = Redactor(b"salt", list, planted, registry)
    assert planted.contains(own)
    assert redactor.text(own, "", Findings()) == own


@pytest.mark.parametrize("place", ["/v1/shipments/{}/events", "/v1/{}/label?x=1", "id-{}-x"])
@pytest.mark.parametrize("charset", ["gbk", "utf-16-be", "utf-16-le"])
def test_chinese_below_base64_is_found_in_the_middle_of_a_path(
    registry: Registry, place: str, charset: str
) -> None:
    """What follows it is no part of it."""
    spelled = base64.b64encode("玫瑰花园别墅八八号".encode(charset)).decode().rstrip("=")
    text = place.format(spelled)
    assert spelled not in Redactor(b"salt", list, Planted(), registry).text(text, "", Findings())
