"""Whatever the spelling: a value that may not be read is withheld; what is the kit's own stays; and
equal values stay equal wherever they stand.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import pytest
from tests.conformance.leaks.spelled import IDENTITIES, SECRETS, SPELLINGS, TELEPHONES, VALUES
from tests.unit.judge.journals import plain, typed

from jidi.drive.keeping import Place, Planted, Redactor, encode_exchange
from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.foreign import secrets_net
from jidi.drive.keeping.foreign import shown as printable
from jidi.judge.personal.canaries import Canary, disguises
from jidi.model.exchange import Exchange, Headers, Request, Response
from jidi.model.texts.escapes import one_line
from jidi.registry import Registry
from jidi.run.journal_writer import make_redactor
from jidi.wording import sentence

REGISTRY = Registry.load()


@pytest.fixture
def redactor() -> Redactor:
    return make_redactor(REGISTRY, lambda: frozenset(SECRETS), Planted())


def shown(redactor: Redactor, text: str) -> str:
    return redactor.text(text, "x", Findings())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_redactor_withholds_each_value_in_each_spelling(redactor: Redactor, spelling: str):
    """Thirty values alone and inside a sentence: nothing of how they were written is left."""
    write = SPELLINGS[spelling]
    left = [
        (value, text)
        for value in VALUES
        for text in (write(value), f"see {write(value)}, please")
        if "⟦" not in shown(redactor, text)
    ]
    assert left == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_net_withholds_each_credential_in_what_is_printed(spelling: str):
    """Before there is a journal: what was made visible, and perhaps cut, on its way is seen
    through.
    """
    net = secrets_net(lambda: frozenset(SECRETS))
    for value in SECRETS:
        text = SPELLINGS[spelling](value)
        printed = net(sentence("drive/the-driver-says", told=printable(text, 2_000)))
        assert one_line(text, None) not in printed.en
        assert one_line(text, None) not in printed.zh


@pytest.mark.parametrize("left", [1, 5, 12])
@pytest.mark.parametrize("before", ["x" * 300, "said ", "赵", "a\u200bb "])
@pytest.mark.parametrize("value", SECRETS)
def test_net_withholds_a_credential_of_which_the_end_was_cut_off(
    value: str, before: str, left: int
):
    """All but a few characters of a credential are as good as all."""
    known: list[frozenset[str]] = [frozenset()]
    net = secrets_net(lambda: known[0])
    text = f"{before}{value} and more"
    cut = printable(text, len(before) + len(value) - left)
    assert net(sentence("drive/the-driver-says", told=cut)).en  # it is nobody's secret yet
    known[0] = frozenset(SECRETS)
    assert value[: len(value) - left] not in net(sentence("drive/the-driver-says", told=cut)).en


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_redactor_withholds_each_value_in_addresses(redactor: Redactor, spelling: str):
    """As a part of a path, in a query and in the Location header, whatever splits it there."""
    write = SPELLINGS[spelling]
    for value in VALUES:
        said = write(value).replace("\n", "")
        for url in (f"http://h.example/v1/{said}", f"/x?who={said}", f"/v1/x#{said}"):
            shown_url = redactor.url(url, Findings())
            header = redactor.foreign_header("Location", url, Findings())
            assert said not in shown_url, url
            assert said not in header, url


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_redactor_withholds_a_credential_whose_parts_are_words_of_the_kit(spelling: str):
    """In a personal field and in one that no schema has, though each word and number of it was
    sent by the kit.
    """
    planted = Planted()
    planted.add(["secret", "platform", "0123456789", "tok 9f8e7d6c5b4a39281706", SECRETS[2]])
    redactor = make_redactor(REGISTRY, lambda: frozenset(SECRETS), planted)
    for value in SECRETS:
        said = SPELLINGS[spelling](value)
        body = {"recipient": {"phone": {"number": said}, "name": said}, "mine": said}
        made = redactor.tree(body, "consignment")
        assert json.dumps(said)[1:-1] not in json.dumps(made), value


def _record(redactor: Redactor, value: str) -> dict[str, Any]:
    """``value`` as id in a body, in both halves of a header, in a URL that the kit asks for, and in
    a body that the kit sends.
    """
    headers: Headers = (("Location", f"/v1/consignments/{value}"), ("ETag", value), (value, "1"))
    request = Request(
        "GET",
        f"http://127.0.0.1:1/v1/consignments/{value}?cursor={value}",
        (("If-Match", value),),
        json.dumps({"consignment_id": value}).encode(),
    )
    answer = Response(200, headers, json.dumps({"consignment_id": value}).encode())
    exchange = Exchange("sent", "a", "getConsignment", request, answer, None, "", 0.0, 1.0)
    place = Place("x1", "s", "t", schema="consignment-record", own="consignment")
    return plain(encode_exchange(exchange, place, redactor))


@pytest.mark.parametrize(
    "value", ["13876504321", IDENTITIES[0], "c-13876504321", "evt_15912345670"]
)
def test_redactor_withholds_an_id_alike_everywhere(redactor: Redactor, value: str):
    """What the kit says again is no more its own than what it heard; what was equal stays equal."""
    made = _record(redactor, value)
    written = json.dumps(made, ensure_ascii=False)
    assert value not in written
    body = json.loads(made["response"]["body"]["text"])["consignment_id"]
    assert json.loads(made["request"]["body"]["text"])["consignment_id"] == body
    assert made["request"]["url"] == f"http://127.0.0.1:1/v1/consignments/{body}?cursor={body}"
    assert made["response"]["headers"][1] == ["ETag", body]
    assert made["request"]["headers"][0] == ["If-Match", body]
    result = redactor.tree({"result": {"event_id": value}}, "sandbox-result")
    assert result["result"]["event_id"] == body
    assert redactor.record(
        typed({"kind": "step-finished", "step": "a", "observed": {"x": [value]}})
    )["observed"] == {"x": [body]}


@pytest.mark.parametrize(
    "value",
    [
        "412345678901234567",
        "731958264013579246",
        "1736000011112",
        "SF1360000111122",
        "KITEAST0000001",
        "ORD-0123456789ABCDEF",
        "2026-11-29T10:00:00.123+08:00",
        "550107200013312345",
    ],
)
def test_redactor_leaves_ids_that_only_look_like_numbers_alone(redactor: Redactor, value: str):
    """Snowflakes, epochs, waybill and order numbers, times: evidence stays readable."""
    assert shown(redactor, value) == value


def test_redactor_leaves_random_tokens_and_digests_alone(redactor: Redactor):
    """Base64 and hexadecimal digits that say nothing are not taken for something hidden."""
    texts = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(400)]
    texts += [f"sha-256:{text}" for text in texts] + [text[:32] for text in texts]
    texts += [f"{uuid.UUID(text[:32])}"[:23] for text in texts[:400]]
    assert [text for text in texts if shown(redactor, text) != text] == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_redactor_keeps_the_kits_own_value_in_every_spelling(spelling: str):
    """A canary that a candidate shows again must be seen in the evidence, however it is written."""
    planted = Planted()
    planted.add([disguises(Canary("钱小满", "name", "direct")), "14012345678", "钱小满"])
    redactor = make_redactor(REGISTRY, frozenset, planted)
    for value in ("14012345678", "钱小满"):
        text = SPELLINGS[spelling](value)
        assert shown(redactor, text) == text


@pytest.mark.parametrize(
    "text", ["⟦direct:013876504321⟧", "x⟦credential:013876504321⟧y", "⟦⟧", "a⟦b"]
)
def test_redactor_lets_nobody_forge_a_marker(redactor: Redactor, text: str):
    """A commitment that this run did not make may hold a number in clear."""
    made = shown(redactor, text)
    assert "013876504321" not in made
    assert text not in made
    assert shown(redactor, text) == made


def test_redactor_keeps_its_own_markers(redactor: Redactor):
    """What was withheld once is not committed to again, so it stays equal to itself."""
    once = shown(redactor, f"call {TELEPHONES[0]}")
    assert "⟦" in once
    assert shown(redactor, once) == once


def test_redactor_gives_one_value_one_marker_whatever_class_its_place_has(redactor: Redactor):
    """An id that also stands in a personal field is still the same."""
    first = redactor.marker("direct", "13876504321")
    assert redactor.marker("undeclared", "13876504321") == first


def test_encode_gives_no_plain_digest_of_a_body_with_a_number(redactor: Redactor):
    """Whoever tries all numbers would have it back from the digest of a short body."""
    for body in (b"13876504321", b'"13876504321"'):
        request = Request("GET", "http://h/", (), b"")
        exchange = Exchange("sent", "", "op", request, Response(200, (), body), None, "", 0.0, 1.0)
        made = encode_exchange(exchange, Place("x", "s", "t"), redactor)
        assert made.response is not None
        assert hashlib.sha256(body).hexdigest() not in made.response.body.digest


@pytest.mark.parametrize("before", ["X-", "x-who-is-", "cons_", "a/b-", "evt_"])
@pytest.mark.parametrize("spelling", [name for name in SPELLINGS if name != "reversed"])
def test_redactor_withholds_each_value_behind_the_beginning_of_a_name(
    redactor: Redactor, spelling: str, before: str
):
    """Names of headers and ids begin with letters and a hyphen, which base64 has as well."""
    write = SPELLINGS[spelling]
    left = [value for value in VALUES if "⟦" not in shown(redactor, before + write(value))]
    assert left == []


@pytest.mark.parametrize("name", ["X-13876504321", "X-赵大海", SECRETS[1]])
def test_encode_redacts_names_of_headers(redactor: Redactor, name: str):
    """The name of a header is as foreign as its value."""
    answer = Response(200, ((name, "1"),), b"{}")
    exchange = Exchange(
        "sent", "", "op", Request("GET", "http://h/", (), b""), answer, None, "", 0.0, 1.0
    )
    made = json.dumps(
        plain(encode_exchange(exchange, Place("x", "s", "t"), redactor)), ensure_ascii=False
    )
    assert name.removeprefix("X-") not in made
