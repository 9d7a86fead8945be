"""Nothing that the kit sends of itself tells a candidate that it is the kit."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from tests.sampling import thinned

from jidi.fuzz.child.shaping import fresh_key
from jidi.model.target import NEUTRAL_CLIENT
from jidi.registry import Registry
from jidi.run.playing.making.generator import Generator

NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
MARKS = re.compile(r"jidi|conformance|schemathesis|\bkit\b", re.IGNORECASE)


def run(nonce: str, scope: str = "a") -> Generator:
    """The generator of one scenario of a run."""
    return Generator(7, nonce, scope, NOW, Registry.load())


def persons(nonce: str, count: int = 200) -> list[dict[str, object]]:
    """People of one run."""
    generator = run(nonce)
    return [generator.party({}) for _ in range(count)]


@pytest.mark.parametrize(
    "kind", thinned(["consignment", "order", "order-no", "waybill-no", "text"], 3)
)
def test_values_bear_no_mark(kind: str) -> None:
    """Neither the kit's name nor its tools' is in what it makes up."""
    made = json.dumps([run(str(nonce)).make(kind, {}) for nonce in range(40)], ensure_ascii=False)
    assert MARKS.search(made) is None


def test_client_and_keys_are_anybodys() -> None:
    """A client that partners use; keys that are UUIDs, and keys that are none."""
    assert MARKS.search(NEUTRAL_CLIENT) is None
    keys = [fresh_key("nonce", number) for number in range(100)]
    assert all(re.fullmatch("[!-~]{1,128}", key) for key in keys)
    uuids = [key for key in keys if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key)]
    assert 20 < len(uuids) < 80
    assert {26, 32, 128} <= {len(key) for key in keys}


def test_first_key_of_a_scenario_is_no_uuid() -> None:
    """Who remembers UUIDs only is met by a key that is none, whatever the run."""
    firsts = [run(str(nonce)).make("idempotency-key", {}) for nonce in range(60)]
    assert not any(re.fullmatch("[0-9a-f-]{36}", key) for key in firsts)
    assert len({len(key) for key in firsts}) > 5


def test_forms_are_drawn_for_each_value() -> None:
    """Order and waybill numbers of a run have many forms, as those of many shops have."""

    def form(number: str) -> str:
        return re.sub("[a-z]+", "a", re.sub("[A-Z]+", "A", re.sub("[0-9]", "0", number)))

    for kind, forms in (("order-no", 12), ("waybill-no", 3), ("text", 12)):
        made = {run("one", str(scope)).make(kind, {}) for scope in range(60)}
        assert len(made) == 60
        assert len({form(one) for one in made}) >= forms


def test_people_live_everywhere_and_have_any_number() -> None:
    """No prefix, city or length of name says that a person was made up."""
    people = persons("one")
    prefixes = {str(one["phone"]["number"])[:3] for one in people}  # type: ignore[index]
    provinces = {one["address"]["province"] for one in people}  # type: ignore[index]
    assert len(prefixes) > 30
    assert len(provinces) > 20
    assert {len(str(one["name"])) for one in people} == {2, 3, 4}
    assert len({one["name"] for one in people}) > 190


def test_people_of_two_runs_share_nothing() -> None:
    """A list of what an earlier run sent is of no use."""
    first, second = ({str(one["phone"]) for one in persons(nonce)} for nonce in ("one", "two"))
    assert first.isdisjoint(second)


def test_valid_consignments_are_made_of_them() -> None:
    """All of it meets the published schema."""
    registry = Registry.load()
    for nonce in range(60):
        made = run(str(nonce)).make("consignment", {})
        assert registry.validate("consignment", made, request=True) == []
        number = run(str(nonce)).make("waybill-no", {})
        assert re.fullmatch(r"[A-Z]{2,3}[0-9]{12,14}", number)


def test_name_of_two_characters_is_part_of_no_longer_one() -> None:
    """Who is looked for in what a candidate shows is never found in somebody else's name."""
    names = {str(one["name"]) for nonce in range(10) for one in persons(str(nonce))}
    short = {name for name in names if len(name) == 2}
    assert short
    assert not {one for one in names for two in short if two != one and two in one}


def test_orders_have_the_shapes_of_the_market_and_the_same_seed_the_same() -> None:
    """Shops and firms, service numbers, landlines, names of several parts, far places, signs in
    addresses.
    """
    made = [run("one", str(scope)).make("consignment", {}) for scope in range(400)]
    assert made == [run("one", str(scope)).make("consignment", {}) for scope in range(400)]
    senders, recipients = ([one[role] for one in made] for role in ("sender", "recipient"))
    assert {one["phone"]["kind"] for one in senders} == {"mobile", "service"}
    assert {one["phone"]["kind"] for one in recipients} == {"mobile", "landline", "international"}
    shops = [one["organisation"] for one in senders if "organisation" in one]
    assert 60 < len(shops) < 180
    assert sum(any(sign.isdigit() for sign in shop) for shop in shops) > 40
    assert any("·" in one["name"] or "•" in one["name"] for one in recipients)
    assert any(one["name"].isascii() for one in recipients)
    assert any("*" in one["address"]["detail"] for one in recipients)
    assert {"香港特别行政区", "台湾省"} & {one["address"].get("province") for one in recipients}
    optional = {name for one in made for name in one}
    assert {"payment", "packages", "delivery_point", "references", "extensions"} <= optional
    registry = Registry.load()
    assert [registry.validate("consignment", one, request=True) for one in made] == [[]] * 400


def test_keys_order_numbers_and_times_are_made_unlike_others_in_one_thing_alone() -> None:
    """In the last of 128 characters, in the case of letters, without the end, at another offset."""
    made = run("one")
    key, long = made.make("idempotency-key", {}), made.make("idempotency-key", {"longest": True})
    twin = made.make("idempotency-key", {"twin_of": long})
    cased = made.make("idempotency-key", {"case_of": key})
    most = Registry.load().schema("types")["$defs"]["idempotency_key"]["maxLength"]
    assert (len(long), twin[:-1], twin[-1] != long[-1]) == (most, long[:-1], True)
    assert (cased != key, cased.lower()) == (True, key.lower())
    number = made.make("order-no", {})
    assert number.startswith(made.make("order-no", {"beginning_of": number}))
    here, there = (made.make("time", {"utc_offset_h": hours}) for hours in (8, -3))
    assert datetime.fromisoformat(here) == datetime.fromisoformat(there)
    assert (here[-6:], there[-6:]) == ("+08:00", "-03:00")
