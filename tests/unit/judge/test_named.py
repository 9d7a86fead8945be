"""Named judgements, each with what passes and what does not."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785
from tests.unit.judge.journals import (
    CONTEXT,
    DISCOVERY,
    done,
    events,
    exchange,
    push,
    step_view,
    with_discovery,
)

from jidi.judge.rules.course_rules import COURSE_RULES
from jidi.judge.rules.named import NAMED
from jidi.judge.rules.network_rules import NETWORK_RULES
from jidi.judge.rules.privacy_rules import PRIVACY_RULES
from jidi.model.verdict import Outcome


def rule(
    name: str, given: dict[str, Any], *records: dict[str, Any], discovery: Any = None
) -> tuple[str, str]:
    """Outcome and reason of one named judgement over the records of one step."""
    context = CONTEXT if discovery is None else with_discovery(discovery)
    ruling = NAMED[name](given, step_view("a", list(records)), context)
    assert ruling.expected.en != ruling.expected.zh
    return ruling.outcome.value, ruling.reason


OLD = {
    "versions": [
        {
            "version": "1.0",
            "status": "deprecated",
            "deprecated_at": "2026-11-01T00:00:00Z",
            "sunset_at": "2027-01-01T08:00:00+08:00",
        }
    ]
}
DEPRECATION, SUNSET = "@1793491200", "Fri, 01 Jan 2027 00:00:00 GMT"


@pytest.mark.parametrize(
    ("discovery", "headers", "reason"),
    [
        (DISCOVERY, {}, ""),
        (DISCOVERY, {"Deprecation": DEPRECATION}, "deprecation-undeclared"),
        (DISCOVERY, {"Sunset": SUNSET}, "sunset-undeclared"),
        (OLD, {"Deprecation": DEPRECATION, "Sunset": SUNSET}, ""),
        (OLD, {"Sunset": SUNSET}, "deprecation-missing"),
        (OLD, {"Deprecation": DEPRECATION}, "sunset-missing"),
        (OLD, {"Deprecation": "@1793491201", "Sunset": SUNSET}, "deprecation-differs"),
        (OLD, {"Deprecation": "true", "Sunset": SUNSET}, "deprecation-differs"),
        (OLD, {"Deprecation": DEPRECATION, "Sunset": "tomorrow"}, "sunset-differs"),
        (
            OLD,
            {"Deprecation": DEPRECATION, "Sunset": "Sat, 02 Jan 2027 00:00:00 GMT"},
            "sunset-differs",
        ),
        ({"versions": "x"}, {}, ""),
    ],
)
def test_deprecation_agrees_with_discovery_to_the_second(
    discovery: Any, headers: dict[str, str], reason: str
) -> None:
    """Sent exactly when declared, with the same dates (DS-05.2)."""
    assert (
        rule(
            "deprecation-agrees", {}, exchange("a", 200, {}, headers=headers), discovery=discovery
        )[1]
        == reason
    )


@pytest.mark.parametrize(
    ("codes", "outcome", "reason"),
    [
        (("ACCEPTED", "SORTED", "IN_TRANSIT", "DELIVERED"), "pass", ""),
        (("ACCEPTED", "IN_TRANSIT", "DELIVERED"), "warn", "missing-sorting"),
        (("ACCEPTED", "SORTED", "DELIVERED"), "fail", "missing-transport"),
        (("SORTED", "IN_TRANSIT", "DELIVERED"), "fail", "missing-acceptance"),
        (("ACCEPTED", "SORTED", "IN_TRANSIT"), "fail", "missing-delivery"),
        ((), "fail", "missing-acceptance"),
    ],
)
def test_node_groups_may_lack_sorting_only(
    codes: tuple[str, ...], outcome: str, reason: str
) -> None:
    """A one-office parcel is not sorted; nothing else may be missing (DS-02.1)."""
    assert rule("node-groups-complete", {"events": events(*codes)}) == (outcome, reason)


def test_node_groups_of_something_else_are_missing() -> None:
    """An answer that holds no list of events shows no node at all."""
    assert rule("node-groups-complete", {"events": "x"}) == ("fail", "missing-acceptance")


@pytest.mark.parametrize(
    ("bound", "reason"),
    [
        ({"limit": "max_body_bytes", "at-most": 1000, "at-least": 1000}, ""),
        ({"limit": "max_body_bytes", "at-most": 999}, "limit-out-of-bounds"),
        ({"limit": "max_body_bytes", "at-least": 1001}, "limit-out-of-bounds"),
        ({"limit": "push_retry.attempts", "at-least": 8}, ""),
        ({"limit": "push_retry.horizon_s", "at-least": 86400, "scaled": True}, ""),
        (
            {"limit": "push_retry.horizon_s", "at-least": 86400, "scaled": False},
            "limit-out-of-bounds",
        ),
        (
            {"limit": "push_retry.horizon_s", "at-least": 90001, "scaled": True},
            "limit-out-of-bounds",
        ),
        ({"limit": "clock_skew_s", "at-most": 300}, "limit-out-of-bounds"),
        ({"limit": "push_retry", "at-most": 300}, "limit-out-of-bounds"),
        ({"limit": "token_life_s", "at-most": 300}, "limit-out-of-bounds"),
        ({"limit": "token_life_s", "at-most": 300, "when-declared": True}, ""),
        ({"limit": "max_body_bytes", "at-most": 9, "when-declared": True}, "limit-out-of-bounds"),
    ],
)
def test_limits_are_held_to_bounds_through_the_time_scale(
    bound: dict[str, Any], reason: str
) -> None:
    """The border is inside; a limit that is not declared is outside (DS-05.1)."""
    assert rule("limits-within-bounds", {"bounds": [bound]})[1] == reason


def test_limits_name_every_fault() -> None:
    """All of them, not the first."""
    bounds = [{"limit": "max_body_bytes", "at-most": 1}, {"limit": "gone", "at-most": 1}]
    ruling = NAMED["limits-within-bounds"]({"bounds": bounds}, step_view("a", []), CONTEXT)
    assert "max_body_bytes is 1000" in ruling.actual.en
    assert "gone is not declared" in ruling.actual.en
    assert rule("limits-within-bounds", {})[1] == ""


def retries(
    *moments: float, ids: list[str] | None = None, bodies: list[str] | None = None
) -> list[dict[str, Any]]:
    """Deliveries at these seconds, of which only the last is acknowledged."""
    names = ids or ["m"] * len(moments)
    texts = bodies or ["{}"] * len(moments)
    records = [
        push("a", text, at, {"webhook-id": name}, index=index)
        for index, (at, name, text) in enumerate(zip(moments, names, texts, strict=True))
    ]
    for record in records[:-1]:
        record["response"]["status"] = 503
    return records


@pytest.mark.parametrize(
    ("moments", "wanted", "reason"),
    [
        ((0.0, 0.2, 0.6, 1.4), 3, ""),
        ((0.0, 0.1, 0.4), 2, ""),
        ((0.0, 0.09, 0.5), 2, "hammering"),
        ((0.0, 0.2), 2, "gave-up"),
        ((0.0,), 1, "gave-up"),
        ((), 1, "gave-up"),
        ((0.0, 0.2, 0.4, 0.6), 2, "no-back-off"),
        ((0.0, 0.5, 0.7, 0.9), 2, "no-back-off"),
        ((0.0, 0.9, 1.5), 2, ""),  # of two gaps one may have been stretched
        ((0.0, 0.2), 1, ""),
        ((0.0, 0.2, 0.3, 0.9), 3, ""),
        ((0.0, 1.63, 3.1, 4.53), 3, "not-exercised"),  # doubling ends at 0.8 s: nobody can tell
        ((0.0, 0.81, 1.62, 2.43), 3, "not-exercised"),
        ((0.0, 0.8, 1.6, 2.4), 3, "no-back-off"),
        ((0.0, 1.63, 3.1, 3.8), 3, "no-back-off"),
        ((0.0, 0.507, 1.066, 1.674), 3, ""),  # a little more each time
        ((0.0, 0.2, 0.41, 0.63), 3, ""),
        ((0.0, 1.162, 2.48, 3.91), 3, ""),  # doubling, on a busy machine
        ((0.0, 0.3, 0.62, 0.93, 1.25), 3, "no-back-off"),
        ((0.0, 0.2, 0.4, 0.8, 1.6, 2.4), 3, ""),  # as long as it may be, and then no longer
    ],
)
def test_gaps_grow_from_the_declared_first_one(
    moments: tuple[float, ...], wanted: int, reason: str
) -> None:
    """Half of the declared gap is the floor, the last of three or more is longer than the shortest
    before it (DS-02.5).
    """
    assert rule("gaps-grow", {"initial": 0.2, "retries": wanted}, *retries(*moments))[1] == reason


def test_acknowledged_push_that_comes_again_is_no_retry() -> None:
    """Pushes promise at least once, so what follows an acknowledgement says nothing about back-off
    (DS-02.5).
    """
    again = push("a", "{}", 0.605, {"webhook-id": "m"}, index=3)
    assert (
        rule("gaps-grow", {"initial": 0.2, "retries": 2}, *retries(0.0, 0.2, 0.6), again)[1] == ""
    )


def test_gaps_are_those_of_the_first_delivery() -> None:
    """Another push in between is another delivery."""
    records = retries(0.0, 0.01, 0.3, 1.0, ids=["m", "n", "m", "m"])
    assert rule("gaps-grow", {"initial": 0.2, "retries": 2}, *records)[1] == ""


@pytest.mark.parametrize(
    ("ids", "bodies", "reason"),
    [
        (["m", "m"], ["{}", "{}"], ""),
        (["m", "n"], ["{}", "{}"], "new-id-on-retry"),
        (["m", "m"], ["{}", "{ }"], "bytes-changed"),
    ],
)
def test_retries_repeat_id_and_bytes(ids: list[str], bodies: list[str], reason: str) -> None:
    """Both are what makes a receiver idempotent (DS-02.5)."""
    assert rule("same-bytes", {}, *retries(0.0, 1.0, ids=ids, bodies=bodies))[1] == reason


def pages(*lists: list[str]) -> list[dict[str, Any]]:
    """Pages that hold items with these ids."""
    return [
        exchange("a", 200, {"items": [{"event_id": one} for one in page]}, page=number)
        for number, page in enumerate(lists)
    ]


@pytest.mark.parametrize(
    ("lists", "wanted", "reason"),
    [
        ((["a", "b"], ["c"]), ["a", "b", "c"], ""),
        ((["a", "x", "b"], ["c"]), ["a", "c"], ""),
        ((["a", "b"], ["b", "c"]), ["a", "c"], "repeated"),
        ((["a"], ["c"]), ["a", "b", "c"], "lost"),
        ((["b", "a"], ["c"]), ["a", "b", "c"], "out-of-order"),
        (([],), [], ""),
    ],
)
def test_pages_hold_each_wanted_item_once_and_in_order(
    lists: tuple[list[str], ...], wanted: list[str], reason: str
) -> None:
    """Page borders, skips and order (DS-02.4)."""
    assert rule("pages-unique-and-complete", {"wanted": wanted}, *pages(*lists))[1] == reason


def test_pages_may_be_keyed_by_another_member() -> None:
    """Consignments have another id."""
    record = exchange("a", 200, {"items": [{"consignment_id": "c1"}, {"consignment_id": "c1"}]})
    assert (
        rule("pages-unique-and-complete", {"key": "consignment_id", "wanted": []}, record)[1]
        == "repeated"
    )


def batch(digest: str) -> dict[str, Any]:
    """A batch of one whose receipt carries ``digest``."""
    answer = {
        "items": [
            {"index": 0, "outcome": "accepted", "receipt": {"payload_digest": digest}},
            {"index": 1, "outcome": "rejected"},
        ]
    }
    return exchange("a", 200, answer, sent={"consignments": [{"b": 1, "a": "寄"}, {}]})


def test_batch_receipts_carry_the_digest_of_the_canonical_item() -> None:
    """Member order does not matter, content does (DS-01.2)."""
    good = "sha-256:" + hashlib.sha256(rfc8785.dumps({"a": "寄", "b": 1})).hexdigest()
    assert rule("batch-digests", {}, batch(good)) == ("pass", "")
    assert (
        rule("batch-digests", {}, batch(good[:-1] + "0" if good[-1] != "0" else good[:-1] + "1"))[1]
        == "digest"
    )


ONE, TWO = events("ORDER_CREATED", "ACCEPTED", waybill_no="W1")


@pytest.mark.parametrize(
    ("pushed", "pulled", "reason"),
    [
        ([ONE, TWO], [ONE, TWO], ""),
        ([ONE, TWO, TWO], [TWO, ONE], ""),
        ([ONE, TWO, {**ONE, "waybill_no": "W2", "event_id": "zz"}], [ONE, TWO], ""),
        ([ONE], [ONE, TWO], "not-pushed"),
        ([ONE, TWO], [ONE], "not-pulled"),
        ([ONE, TWO], [ONE, {**TWO, "state": "IN_TRANSIT"}], "fields-differ"),
        (
            [ONE, {key: value for key, value in TWO.items() if key != "state"}],
            [ONE, TWO],
            "fields-differ",
        ),
        ([ONE, TWO], "nothing", "not-pulled"),
    ],
)
def test_push_and_pull_agree_field_by_field(pushed: list[Any], pulled: Any, reason: str) -> None:
    """Duplicates and foreign waybills do not matter; a missing or other field does (DS-02.6)."""
    given = {"pushed": pushed, "pulled": pulled, "waybill_no": "W1", "needed": ["e1", "e2"]}
    assert rule("push-pull-agree", given)[1] == reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ([{"a": 1}], [{"a": 2}], ""),
        ([{"a": 1, "b": 1}], [{"a": 2}], "fields-withheld"),
        ([{"a": 1}], [{"a": 1}, {"a": 1}], "fields-withheld"),
        ([], [], "empty"),
        ("x", [{"a": 1}], "fields-withheld"),
    ],
)
def test_like_objects_have_the_same_members(one: Any, other: Any, reason: str) -> None:
    """Values may differ, members may not (DS-02.6)."""
    assert rule("same-members", {"one": one, "other": other})[1] == reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ([ONE, TWO], [TWO], ""),
        ([ONE], [ONE, TWO], ""),
        ([ONE, TWO], [ONE, {**TWO, "sequence": 1}], "content-differs"),
        ([ONE, TWO], [{**ONE, "description": "other"}], "content-differs"),
        ([ONE], [TWO], "nothing-shared"),
        ([ONE], "nothing", "nothing-shared"),
    ],
)
def test_one_id_stands_for_one_content(one: Any, other: Any, reason: str) -> None:
    """Items that both lists hold are alike; what only one holds, or holds twice, is another rule's
    matter (DS-02.2).
    """
    assert rule("same-id-same-content", {"one": one, "other": other})[1] == reason


def test_delivery_before_acceptance_is_no_track() -> None:
    """All node groups are there, in an order that cannot be (DS-02.1)."""
    right = events("ORDER_CREATED", "ACCEPTED", "HUB_DEPARTED", "OUT_FOR_DELIVERY")
    wrong = events("ORDER_CREATED", "OUT_FOR_DELIVERY", "HUB_DEPARTED", "ACCEPTED")
    assert rule("node-groups-complete", {"events": right})[1] == ""
    assert rule("node-groups-complete", {"events": wrong})[1] == "delivery-before-acceptance"
    assert rule("node-groups-complete", {"events": right[::-1]})[1] == ""


def refusal(detail: str, status: int = 404, **members: Any) -> dict[str, Any]:
    """An answer as the scenario language shows it."""
    return {
        "status": status,
        "headers": {},
        "body": {
            "type": "p/not-found",
            "title": "Not found",
            "status": status,
            "detail": detail,
            **members,
        },
    }


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (refusal("There is no u-2."), ""),
        (refusal("There is no o-1."), ""),
        (refusal("It is not yours."), "told-apart"),
        (refusal("There is no u-2.", status=403), "told-apart"),
        (refusal("There is no u-2.", type="p/state-conflict"), "told-apart"),
        (refusal("There is no u-2.", order_no="A1"), "told-apart"),
        ({"status": 404, "headers": {}, "body": None}, "told-apart"),
    ],
)
def test_refusal_about_anothers_object_says_the_same(other: dict[str, Any], reason: str) -> None:
    """Status, type, title, sentence and members are alike but for the id that was asked for
    (DS-08.3).
    """
    assert (
        rule(
            "same-refusal",
            {"one": [refusal("There is no o-1.")], "other": [other], "ids": ["o-1", "u-2"]},
        )[1]
        == reason
    )


OWN = {"X-Owner": "platform-a", "Date": "x"}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({}, OWN, "told-apart"),
        (OWN, {"X-Owner": "platform-b"}, ""),
        ({"Cache-Control": "no-store"}, {"cache-control": "private"}, "told-apart"),
        ({"Date": "a", "X-Request-Id": "1"}, {"Date": "b", "Content-Length": "7"}, ""),
        ({"X-RateLimit-Remaining": "3"}, {"RateLimit-Policy": "2"}, ""),
        ({"Content-Type": "a"}, {"content-type": "a", "Server-Timing": "db;dur=3"}, ""),
        ({"Content-Type": "a"}, {"content-type": "b"}, "told-apart"),
        ({"ETag": '"c1"'}, {}, "told-apart"),
    ],
)
def test_refusals_are_alike_in_their_headers_too(
    one: dict[str, str], other: dict[str, str], reason: str
) -> None:
    """Which there are, and what those say that are not of one answer only."""
    sides = [{**refusal("None."), "headers": headers} for headers in (one, other)]
    assert rule("same-refusal", {"one": [sides[0]], "other": [sides[1]]})[1] == reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"errors": [{"code": "gone"}]}, {"errors": [{"code": "none"}]}, "told-apart"),
        ({"retryable": True}, {"retryable": False}, "told-apart"),
        ({"known": 1}, {"known": 0}, "told-apart"),
        ({"errors": [{"code": "o-1"}]}, {"errors": [{"code": "u-2"}]}, ""),
        ({"trace_id": "k3x"}, {"trace_id": "q9z"}, ""),
        ({"instance": "/a"}, {"instance": "/b"}, ""),
    ],
)
def test_refusals_are_alike_in_every_member(
    one: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    """But for ids, traces and times."""
    sides = [refusal("None.", **members) for members in (one, other)]
    given = {"one": [sides[0]], "other": [sides[1]], "ids": ["o-1", "u-2"]}
    assert rule("same-refusal", given)[1] == reason


def test_refusals_may_differ_in_traces_and_times() -> None:
    """What differs between any two answers of a server tells nothing."""
    one = refusal("Seen at 2026-11-21T10:00:00Z, trace 8f3ab12c-77aa01.", instance="urn:1")
    other = refusal("Seen at 2026-11-21T10:00:01Z, trace 11aab12c-77aa02.", instance="urn:2")
    assert rule("same-refusal", {"one": [one], "other": [other]})[1] == ""


def test_every_named_judgement_can_fail() -> None:
    """A check that cannot fail is a defect; each name stands in a test above with a reason."""
    can_fail = {
        "batch-digests": rule("batch-digests", {}, batch("x")),
        "deprecation-agrees": rule(
            "deprecation-agrees", {}, exchange("a", headers={"Sunset": SUNSET})
        ),
        "gaps-grow": rule("gaps-grow", {"initial": 1, "retries": 1}),
        "limits-within-bounds": rule(
            "limits-within-bounds", {"bounds": [{"limit": "x", "at-most": 1}]}
        ),
        "node-groups-complete": rule("node-groups-complete", {"events": []}),
        "pages-unique-and-complete": rule(
            "pages-unique-and-complete", {"wanted": ["x"]}, *pages([])
        ),
        "push-pull-agree": rule(
            "push-pull-agree", {"pushed": [], "pulled": [], "waybill_no": "W", "needed": ["x"]}
        ),
        "same-bytes": rule("same-bytes", {}, *retries(0.0, 1.0, ids=["a", "b"])),
        "same-id-same-content": rule("same-id-same-content", {"one": [], "other": []}),
        "same-refusal": rule("same-refusal", {"one": [refusal("x")], "other": [refusal("y")]}),
    }
    elsewhere = {*PRIVACY_RULES, *NETWORK_RULES, *COURSE_RULES, "bundles-known", "versions-served"}
    assert set(can_fail) == set(NAMED) - elsewhere
    assert {outcome for outcome, _ in can_fail.values()} == {Outcome.FAIL.value}
    assert done("a")["state"] == "done"
