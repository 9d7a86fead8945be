"""Scenarios with played couriers, played over real HTTP against a small platform and judged from
the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.unit.run.network import REGISTRY, Theatre, load, theatre

from jidi.cli.preflight.courier_check import check_couriers
from jidi.model.target import Auth, Party
from jidi.model.text import Text
from jidi.run.planning.plan import Standing, make_plan, parties_of
from jidi.run.playing.acting.actions import flood, numbers_of_courier, oversize
from jidi.run.playing.making.generator import Generator
from jidi.run.playing.partners import partners_of

PLACE = """
couriers: [east]
generate: {number: order-no, order: {kind: order, order_no: $number}}
steps:
  - {id: place, drive: {action: place-order, parameters: {courier_code: $east.code, order: $order}}}
"""
ARRIVAL = (
    "  - id: arrival\n    receive: {courier: east, op: createConsignment, where: {order_no: "
    "$number}, within: 3, after: place, at-least: %s}\n"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Theatre]:
    """A connected platform."""
    with theatre(tmp_path) as made:
        yield made


def outcomes(house: Theatre, text: str) -> dict[str, str]:
    """Outcome, or reason of the fail, by the check's id."""
    return {
        verdict.check.rsplit("/", 1)[1]: verdict.reason or verdict.outcome.value
        for verdict in house.play(text)
    }


def test_couriers_are_connected_before_the_first_scenario(house: Theatre) -> None:
    """Both have a subscription, a credential at the candidate, and stand in the journal without a
    secret.
    """
    assert house.couriers.connected == {"east", "west"}
    assert all(courier.subscribed for courier in house.couriers.shared.values())
    connections = [record for record in house.records() if record["kind"] == "drive"]
    assert [record["parameters"]["courier_code"] for record in connections] == [
        "KITEAST",
        "KITWEST",
    ]
    text = house.journal.read_text("utf-8")
    assert not [
        secret
        for secret in house.stage.client.credentials.secrets()
        if len(secret) > 8 and secret in text
    ]


def test_order_arrives_and_is_judged_by_what_the_kit_answered(house: Theatre) -> None:
    """Request, answer, messages, lag and gaps of an arrival (docs/scenario-language.md)."""
    text = (
        PLACE
        + ARRIVAL % 1
        + """    check:
      - {id: in-time, req: DS-01.4, in-time: true}
      - {id: valid, req: DS-01.1, schema: consignment}
      - {id: carried, req: DS-01.1, rule: {name: order-carried, with: {order: $order, arrived: $arrival.request.body}}}
      - {id: status, req: DS-01.1, value: $arrival.status, equals: 201}
      - {id: waybill, req: DS-01.1, value: "$arrival.body#/waybill_no", matches: "KE[0-9]{13}"}
      - {id: digest, req: DS-01.1, value: "$arrival.body#/payload_digest", equals: $arrival.request.digest}
      - {id: one, req: DS-01.1, value: $arrival.messages, count: 1}
      - {id: reply, req: DS-01.1, value: "$arrival.messages ~ $[*].reply", equals: [201]}
      - {id: lag, req: DS-01.4, value: $arrival.lag, at-most: 2}
      - {id: clean, req: PI-07.2, canaries: [sender, recipient, parcel]}
      - {id: no-leak, req: PI-07.2, canaries: true}
"""
    )
    found = outcomes(house, text)
    assert {**found, "no-leak": "pass"} == dict.fromkeys(found, "pass")


def test_spoilt_order_is_found_out(house: Theatre) -> None:
    """One fault, one reason; the courier took it all the same."""
    house.platform.spoil = {"remark": "", "extra": 1}
    text = (
        PLACE
        + ARRIVAL % 1
        + """    check:
      - {id: carried, req: DS-01.1, rule: {name: order-carried, with: {order: $order, arrived: $arrival.request.body}}}
      - {id: valid, req: DS-01.1, schema: consignment}
      - {id: taken, req: DS-01.1, value: $arrival.status, equals: 201}
"""
    )
    assert outcomes(house, text) == {"carried": "field-added", "valid": "schema", "taken": "pass"}


def test_trouble_is_scripted_and_ends_with_the_scenario(house: Theatre) -> None:
    """Lost, refused, taken: one request in three attempts; a reply that lasts is taken away in the
    end.
    """
    trouble = (
        "  - id: trouble\n    fault: {courier: east, op: createConsignment, where: "
        "{order_no: $number}, reply: [lost, 503]}\n"
    )
    text = (
        PLACE.replace("steps:\n", "steps:\n" + trouble)
        + ARRIVAL % 3
        + """    check:
      - {id: same, req: DS-01.7, rule: same-request}
      - {id: gaps, req: DS-01.7, rule: {name: gaps-grow, with: {initial: 0.1, retries: 2}}}
      - {id: replies, req: DS-01.7, value: "$arrival.messages ~ $[*].reply", equals: [null, 503, 201]}
  - id: silence
    quiet: {courier: east, op: createConsignment, where: {order_no: $number}, for: 0.3, after: arrival}
    check:
      - {id: silent, req: DS-01.7, quiet: true}
  - id: away
    fault: {courier: east, reply: [drop], lasting: true}
"""
    )
    assert set(outcomes(house, text).values()) == {"pass"}
    again = PLACE + ARRIVAL % 1 + "    check:\n      - {id: back, req: DS-01.7, in-time: true}\n"
    assert outcomes(house, again) == {"back": "pass"}


PUSHES = (
    PLACE
    + ARRIVAL % 1
    + """
  - {id: scan, drive: {action: record-scan, parameters: {waybill_no: "$arrival.body#/waybill_no", event_code: ACCEPTED}}}
  - id: forged
    push: {from: east, events: ["$scan.result#/event"], sign: wrong}
    check:
      - {id: refused, req: DS-02.9, status: 401}
  - id: unsigned
    push: {from: east, heartbeat: true, sign: none}
    check:
      - {id: unsigned-refused, req: DS-02.9, status: 401}
  - id: stale
    push: {from: east, heartbeat: true, sign: stale}
    check:
      - {id: in-the-window-of-this-platform, req: DS-02.9, status: 200}
  - id: right
    push: {from: east, events: ["$scan.result#/event"], id: msg-1}
    check:
      - {id: taken, req: DS-02.8, status: 200}
      - {id: valid, req: DS-02.8, schema: batch-result}
      - {id: prompt, req: DS-02.8, value: $right.elapsed, at-most: 2}
      - {id: id, req: DS-02.8, value: "$right.request.body#/id", equals: msg-1}
  - id: twice
    push: {from: east, again: right, verbatim: true}
    check:
      - {id: same-bytes, req: DS-02.8, value: $twice.request.digest, equals: $right.request.digest}
      - {id: same-headers, req: DS-02.8, value: $twice.request.headers, same-as: $right.request.headers}
  - id: patched
    push: {from: east, events: ["$scan.result#/event"], patch: [{set: /data/events/0/direction, value: REVERSE}], pad-to: 5000}
    check:
      - {id: padded, req: DS-02.8, value: $patched.request.size, equals: 5000}
      - {id: changed, req: DS-02.8, value: "$patched.request.body#/data/events/0/direction", equals: REVERSE}
  - id: many
    push: {from: east, heartbeat: true}
    at-once: 3
    check:
      - {id: all, req: DS-02.8, status: 200}
      - {id: three, req: DS-02.8, value: $many.responses, count: 3}
  - id: raw
    push: {from: east, raw: "{}", sign: wrong}
    check:
      - {id: raw-refused, req: DS-02.9, status: 401}
  - id: seen
    call: {op: listReceivedEvents, as: east}
    check:
      - {id: read, req: DS-02.8, status: 200}
"""
)


def test_pushes_are_sent_as_the_step_says(house: Theatre) -> None:
    """Signed, missigned, again, patched, padded, at once (docs/scenario-language.md); each is an exchange of the
    courier.
    """
    found = outcomes(house, PUSHES)
    assert found == dict.fromkeys(found, "pass")
    sent = [
        record
        for record in house.records()
        if record["kind"] == "exchange" and record["operation"] == "receiveShipmentEvents"
    ]
    assert {(record["direction"], record["party"]) for record in sent} == {("sent", "east")}
    read = next(
        record for record in house.records() if record.get("operation") == "listReceivedEvents"
    )
    assert read["party"] == "east"


def test_push_that_cannot_be_made_blocks_its_step(house: Theatre) -> None:
    """No rotation, no old secret; no subscription, no push."""
    text = (
        "couriers: [east]\nsteps:\n  - id: old\n    push: {from: east, heartbeat: true, sign: "
        "old}\n    check: [{id: old, req: DS-02.9, status: 401}]\n"
    )
    (verdict,) = house.play(text)
    assert (verdict.outcome.value, "rotated" in verdict.actual.en) == ("not-exercised", True)


def test_nothing_follows_from_what_comes_or_stays_away_after_a_step_that_did_not_take_place(
    house: Theatre,
) -> None:
    """An action that the driver refuses is no fault of what should have come of it, and silence
    after it shows nothing.
    """
    text = (
        PLACE.replace("action: place-order", "action: rotate-secret")
        + ARRIVAL % 1
        + """    check:
      - {id: came, req: DS-01.4, in-time: true}
  - id: silence
    quiet: {courier: east, op: cancelConsignment, for: 0.1, after: place}
    check:
      - {id: nothing-came, req: DS-01.4, quiet: true}
  - id: feed
    call: {op: listReceivedEvents, as: east}
    eventually: {within: 0.2, after: place, until: [{value: $feed.status, equals: 200}]}
    check:
      - {id: shown, req: DS-02.8, in-time: true}
"""
    )
    house.platform.refuses = "rotate-secret"
    assert set(outcomes(house, text).values()) == {"not-exercised"}


@pytest.mark.parametrize("action", ["rotate-secret", "advance-clock", "amend-order", "reset"])
def test_what_comes_after_an_action_that_was_not_done_blames_nobody(
    house: Theatre, action: str
) -> None:
    """Nothing later means anything, whether or not it says so; the teardown is played all the
    same.
    """
    house.platform.refuses = action
    text = f"""
couriers: [east]
steps:
  - {{id: act, drive: {{action: {action}, parameters: {{seconds: 1}}}}}}
  - id: read
    call: {{op: listReceivedEvents, as: east}}
    check: [{{id: red-before, req: DS-02.8, status: 299}}]
  - id: silence
    quiet: {{courier: east, for: 0.1}}
    check: [{{id: nothing-came, req: DS-02.8, quiet: true}}]
teardown:
  - id: tidy
    call: {{op: listReceivedEvents, as: east}}
"""
    assert set(outcomes(house, text).values()) == {"not-exercised"}
    states = {
        record["step"]: record["state"]
        for record in house.records()
        if record["kind"] == "step-finished"
    }
    assert states == {"act": "blocked", "read": "blocked", "silence": "blocked", "tidy": "done"}


def test_what_comes_after_a_push_that_could_not_be_made_blames_nobody(house: Theatre) -> None:
    """Without a subscription no event was told, so none can be missing from a list."""
    house.couriers.shared["west"] = house.couriers.fresh("lonely")
    text = """
couriers: [west]
steps:
  - {id: told, push: {from: west, heartbeat: true}}
  - id: read
    call: {op: listReceivedEvents, as: east}
    check: [{id: listed, req: DS-02.8, value: "$read.body#/items", count: 9}]
"""
    assert outcomes(house, text) == {"listed": "not-exercised"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(409, "pass"), (422, "pass"), (500, "not-exercised"), (404, "not-exercised")],
)
def test_an_action_that_may_be_refused_must_have_been_asked(
    house: Theatre, status: int, outcome: str
) -> None:
    """A sandbox that says no is heard; one that crashes leaves everything open."""
    text = """
couriers: [east]
steps:
  - {id: act, drive: {action: rotate-secret, parameters: {}, may-fail: true}}
  - id: read
    call: {op: listReceivedEvents, as: east}
    check: [{id: read, req: DS-02.8, status: 200}]
"""
    house.platform.refuses, house.platform.refusal = "rotate-secret", status
    assert outcomes(house, text) == {"read": outcome}


def test_a_fixed_token_that_ends_with_the_moved_clock_blames_nobody(house: Theatre) -> None:
    """The kit moved the clock, and no other token can be had; before, or of a token that the kit
    fetches, a 401 is the candidate's.
    """
    moved = "  - {id: later, drive: {action: advance-clock, parameters: {seconds: 7200}}}\n"
    read = (
        "  - id: %s\n    call: {op: listReceivedEvents, as: %s}\n    check: [{id: %s, req: "
        "DS-02.8, status: [200, 403]}]\n"
    )
    house.stage.client.credentials.add(Party("south", Auth("bearer", "fixed")))
    house.stage.clock.start_from(
        3600
    )  # an earlier run's, after which the token was good when this one began
    house.platform.expires = house.platform.moved = True
    assert outcomes(
        house, "couriers: [east]\nsteps:\n" + read % ("refused", "south", "refused")
    ) == {"refused": "status"}
    house.platform.moved = False
    text = (
        "couriers: [east]\nsteps:\n"
        + read % ("early", "south", "early")
        + moved
        + read % ("late", "south", "late")
        + read % ("own", "east", "own")
    )
    assert outcomes(house, text) == {"early": "pass", "late": "not-exercised", "own": "status"}


FRESH = """
couriers: [fresh]
needs: {driver: [connect-courier, place-order]}
generate: {order: order}
steps:
  - {id: connect, drive: {action: connect-courier, parameters: $fresh.connection}}
  - {id: place, drive: {action: place-order, parameters: {courier_code: $fresh.code, order: $order}}}
  - id: arrival
    receive: {courier: fresh, op: createConsignment, within: 3, after: place}
    check:
      - {id: in-time, req: DS-01.4, in-time: true}
  - id: read
    call: {op: listReceivedEvents, as: fresh}
    check:
      - {id: own-credential, req: DS-02.8, status: 200}
"""


def test_fresh_courier_lives_as_long_as_its_scenario(house: Theatre) -> None:
    """Connected by the scenario, called with its own credential, gone afterwards; its secret stands
    in no record.
    """
    assert outcomes(house, FRESH) == {"in-time": "pass", "own-credential": "pass"}
    started = next(record for record in house.records() if record["kind"] == "scenario-started")
    connection = started["variables"]["fresh"]["connection"]
    assert connection["client_secret"].startswith("⟦credential:")
    parties = {
        record["party"]
        for record in house.records()
        if record.get("operation") == "listReceivedEvents"
    }
    assert parties == {connection["courier_code"]}
    rest = {
        record["operation"]
        for record in house.records()
        if record.get("scenario") == "couriers" and record["kind"] == "exchange"
    }
    assert {"getDiscovery", "issueToken", "createSubscription"} <= rest


def test_what_no_step_asked_for_is_written_once(house: Theatre) -> None:
    """The sweeps see everything that arrived, and nothing twice."""
    house.play(PLACE + ARRIVAL % 1)
    for _ in range(2):
        house.couriers.record_rest(house.stage.recorder, house.couriers.shared.values())
    exchanges = [
        record
        for record in house.records()
        if record["kind"] == "exchange" and record["direction"] == "received"
    ]
    assert [record["operation"] for record in exchanges].count("createConsignment") == 1
    assert [(record["party"], record["operation"]) for record in exchanges].count(
        ("west", "createSubscription")
    ) == 1
    assert json.dumps(exchanges).count("whsec_") == 0


def test_driver_that_gives_no_credential_leaves_the_courier_unconnected(house: Theatre) -> None:
    """Whatever comes back, nothing but two printable texts is taken."""
    courier = house.couriers.fresh("other")
    for bad in (
        {},
        {"client_id": 1, "client_secret": "x"},
        {"client_id": "a\n", "client_secret": "x"},
        {"client_id": "a", "client_secret": ""},
    ):
        assert not house.couriers.adopt(courier, bad)
    house.stage.receiver.dismiss(courier)


def standing(**changes: Any) -> Standing:
    """What a connected platform offers."""
    plain: dict[str, Any] = {
        "parties": frozenset({"east", "west"}),
        "role": "platform",
        "couriers": frozenset({"east", "west"}),
        "actions": None,
    }
    return Standing({}, usable=True, broken={}, has_driver=True, **{**plain, **changes})


def test_plan_knows_what_rests_on_played_couriers() -> None:
    """Without a connection not exercised; a fresh courier is no party to be given; scans need no
    driver of the candidate.
    """
    scenario = load(PUSHES + "\nneeds: {driver: [record-scan]}")
    assert make_plan([scenario], standing(actions=frozenset()))[0].state == "planned"
    without = make_plan(
        [scenario],
        standing(couriers=frozenset({"west"}), unconnected={"east": Text("refused", "被拒绝")}),
    )[0]
    assert (without.state, without.reason, "refused" in without.text.en) == (
        "not-exercised",
        "no-courier-east",
        True,
    )
    fresh = load(FRESH)
    assert parties_of(fresh, "platform") == frozenset()
    assert make_plan([fresh], standing(couriers=frozenset()))[0].state == "planned"
    assert (
        make_plan([fresh], standing(actions=frozenset({"place-order"})))[0].reason
        == "no-driver-connect-courier"
    )
    assert (
        make_plan(
            [load(PLACE + "\nneeds: {driver: [record-scan]}\n")],
            standing(role="integrator", couriers=frozenset()),
        )[0].reason
        == "no-courier-east"
    )


def test_integrator_without_couriers_is_not_asked_for_what_it_must_pass_on() -> None:
    """What it refuses by itself is looked at; what needs a courier behind it is not exercised."""
    alone = standing(role="integrator", couriers=frozenset(), parties=frozenset({"platform-a"}))
    taken = load(
        "steps:\n  - {id: a, call: {op: createConsignment, as: platform-a, body: {}}, expect: "
        "{status: [200, 201]}}\n"
    )
    refused = load(
        "steps:\n  - id: a\n    call: {op: createConsignment, as: platform-a, body: {}}\n    "
        "check: [{id: x, req: DS-01.3, status: 422}]\n"
    )
    assert [entry.reason for entry in make_plan([taken, refused], alone)] == ["no-courier-east", ""]


@pytest.mark.parametrize(
    ("role", "party"),
    [("platform", "east"), ("integrator", "platform-a"), ("courier", "platform-a")],
)
def test_partners_are_those_of_the_role(role: str, party: str) -> None:
    """A scenario of governance is written once."""
    scenario = load("steps:\n  - {id: read, call: {op: getStatus, as: partner-a}}\n")
    assert parties_of(scenario, role) == {party}
    assert partners_of(role)["partner-a"] == party


def test_generated_orders_and_events_are_valid() -> None:
    """An order is a consignment of now without a number; an event has what its code needs."""
    now = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
    generator = Generator(1, "n", "s", now, REGISTRY)
    order = generator.make("order", {"order_no": "A-1", "with": {"remark": "请放前台"}})
    assert REGISTRY.validate("consignment", order) == []
    assert (order["order_no"], "waybill_no" in order) == ("A-1", False)
    assert datetime.fromisoformat(order["ordered_at"]) == now
    assert any(canary.subject == "recipient" for canary in generator.canaries)
    for code in ("ACCEPTED", "CUSTOMS_HELD", "DELIVERED", "HANDED_OVER", "RETURNING"):
        event = generator.make(
            "shipment-event", {"waybill_no": "ZZ0000000000001", "event_code": code, "sequence": 3}
        )
        assert REGISTRY.validate("shipment-event", event) == []
        assert (event["event_code"], event["sequence"]) == (code, 3)


def test_actions_go_by_role(house: Theatre) -> None:
    """Numbers of a courier by name or code; a platform has no consignments to oversize, and is
    flooded at its outgoing reads.
    """
    assert (
        numbers_of_courier({"courier": "east"}, house.stage)[1]
        == numbers_of_courier({"courier": "KITEAST"}, house.stage)[1]
        == {"numbers": []}
    )
    with pytest.raises(Exception, match="plays no courier"):
        numbers_of_courier({"courier": "north"}, house.stage)
    with pytest.raises(Exception, match="takes no consignments"):
        oversize({"bytes": 1000, "party": "partner-a"}, house.stage)
    exchanges, observed = flood({"party": "partner-a", "per_second": 1, "burst": 1}, house.stage)
    assert observed["requests"] > 5
    assert [one.operation for one in exchanges] == ["listOutgoingConsignments"]


def test_doctor_connects_a_courier_for_a_moment(house: Theatre) -> None:
    """Connected, subscribed, a heartbeat taken; a driver that gives no credential is told what it
    must give.
    """
    given = (house.stage.client, house.stage.target, REGISTRY, house.stage.receiver)
    assert check_couriers(*given).state == "ok"
    house.platform.act = lambda *_: {}  # type: ignore[method-assign]
    finding = check_couriers(*given)
    assert (finding.state, "client_id" in finding.detail.en) == ("mend", True)
