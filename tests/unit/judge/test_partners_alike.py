"""What lies between two sides: events are shown as they were told, changes arrive as they were
asked for, and lists hold what their filter wants.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import REGISTRY, all_typed, exchange, judge_sweeps
from tests.unit.judge.test_as_given import asked, at, begun
from tests.unit.judge.test_courier_calls import PARCEL, called
from tests.unit.judge.test_sweeps import BASE, CONTEXT, SWEEPS

from jidi.judge.rules.transitions import instant
from jidi.judge.sweeping.sightings import RunView

EVENT = next(
    one.instance
    for one in REGISTRY.examples("valid", "shipment-event")
    if one.instance["event_code"] == "HANDED_OVER"
)
PERSON = {**PARCEL["recipient"], "name": "钱暄麟"}
RECEIPT = {"consignment_id": "k1", "waybill_no": EVENT["waybill_no"], "state": "CREATED"}
WITH_NAME = {"recipient": PERSON, "remark": "请放门卫室"}


def judged(sweep: str, *records: Any) -> str:
    """What a sweep says of a journal whose exchanges began one second after the other."""
    told = [begun(one, number, number) for number, one in enumerate(records, 1)]
    (found,) = judge_sweeps(told, [SWEEPS[sweep]], CONTEXT) or [None]
    return "nothing" if found is None else found.outcome.value


def told(event: Any, result: str = "accepted", **changes: Any) -> Any:
    """A push of the courier ``east``, and what was answered."""
    rejected = [] if result == "accepted" else [{"event_id": event["event_id"], "code": "x"}]
    answer = {"result": result, "accepted": 1 - len(rejected), "rejected": rejected}
    sent = {"data": {"events": [event]}}
    operation = {"operation": "receiveShipmentEvents", "party": "east"}
    return exchange("p", 200, answer, sent=sent, **{**operation, **changes})


def listed(*items: Any, name: str = "listReceivedEvents", query: str = "", **changes: Any) -> Any:
    """A whole page that was shown to a party."""
    path = "/shipment-events" if name == "listReceivedEvents" else f"/{name}"
    page = {"items": [*items], "next_cursor": None, "resume_cursor": "c"}
    made = exchange("l", 200, page, operation=name, **{"party": "east", **changes})
    return {**made, "request": {**made["request"], "method": "GET", "url": BASE + path + query}}


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        (EVENT, "pass"),
        ({**EVENT, "occurred_at": "2026-11-18T14:05:00Z"}, "pass"),
        ({name: value for name, value in EVENT.items() if name != "description"}, "pass"),
        ({**EVENT, "direction": "REVERSE"}, "fail"),
        ({name: value for name, value in EVENT.items() if name != "handed_over_to"}, "fail"),
        ({**EVENT, "description": "已交接"}, "fail"),
        ({**EVENT, "event_id": "ev_of_its_own"}, "nothing"),
    ],
)
def test_an_event_is_shown_as_it_was_told(shown: Any, outcome: str) -> None:
    """Its moment may be written otherwise, its free words may go, and events of one's own are no
    matter of this.
    """
    found = judged("event-as-told", told(EVENT), listed(shown))
    assert found == ("not-exercised" if outcome == "nothing" else outcome)


def test_of_two_contents_under_one_id_either_may_be_shown() -> None:
    """Which of them was accepted is the matter of another check."""
    other = {**EVENT, "direction": "REVERSE"}
    assert judged("event-as-told", told(EVENT), told(other), listed(other)) == "pass"


def waited(*records: Any) -> list[Any]:
    """The last of the records long after the others."""
    *before, last = [begun(one, number, number) for number, one in enumerate(records, 1)]
    return [*before, {**last, "started_at": at(40)}]


@pytest.mark.parametrize(
    ("records", "outcome"),
    [
        (waited(told(EVENT), listed(EVENT)), "pass"),
        (waited(told(EVENT), listed()), "fail"),
        (waited(told(EVENT), listed(query="?event_code=HANDED_OVER")), "fail"),
        (waited(told(EVENT), listed(query="?event_code=LOST")), "nothing"),
        (waited(told(EVENT), listed(query="?cursor=abc")), "nothing"),
        (waited(told(EVENT), listed(party="west")), "nothing"),
        (waited(told(EVENT), listed(credential="given")), "nothing"),
        (waited(told(EVENT, "rejected"), listed()), "nothing"),
        ([begun(told(EVENT), 1, 1), begun(listed(), 2, 2)], "nothing"),
    ],
)
def test_what_was_accepted_is_listed_once_its_time_has_come(records: Any, outcome: str) -> None:
    """In every list that should hold it, and to the courier that told it."""
    (found,) = judge_sweeps(records, [SWEEPS["accepted-event-shown"]], CONTEXT) or [None]
    assert ("nothing" if found is None else found.outcome.value) == outcome


def amended(body: Any, status: int = 200) -> Any:
    """An amendment that an integrator was asked for."""
    return asked("amendConsignment", "/consignments/cons_1", body, {}, status)


def arrived(body: Any, status: int = 200) -> Any:
    """An amendment that came to the courier."""
    made = called("amendConsignment", "/consignments/k1", method="PATCH", sent=body)
    return {**made, "response": {**made["response"], "status": status}}


GIVEN = asked("createConsignment", "/consignments", PARCEL, {**RECEIPT, "consignment_id": "cons_1"})
THERE = called()
THERE = {**THERE, "response": exchange("c", 201, RECEIPT)["response"]}


@pytest.mark.parametrize(
    ("came", "status", "carried", "done"),
    [
        ([WITH_NAME], 200, "pass", "pass"),
        ([{**WITH_NAME, "sender": PARCEL["sender"]}], 200, "pass", "pass"),
        ([{"recipient": PERSON}, {"remark": "请放门卫室"}], 200, "pass", "pass"),
        ([{"recipient": PERSON}], 200, "pass", "fail"),
        ([{**WITH_NAME, "remark": "放门口"}], 200, "fail", "pass"),
        ([], 200, "nothing", "fail"),
        ([], 409, "nothing", "nothing"),
        ([WITH_NAME], 409, "pass", "nothing"),
    ],
)
def test_a_change_that_counts_as_done_came_to_the_courier_whole(
    came: list[Any], status: int, carried: str, done: str
) -> None:
    """In one call or several, and with members that stay as they are if somebody likes."""
    records = [begun(GIVEN, 1, 1), begun(THERE, 2, 2)]
    wish = {**begun(amended(WITH_NAME, status), 3, 3), "finished": 20.0}
    records += [wish, *(begun(arrived(body), 4 + index, 5) for index, body in enumerate(came))]
    for sweep, outcome in (("change-as-given", carried), ("given-change-at-courier", done)):
        (found,) = judge_sweeps(records, [SWEEPS[sweep]], CONTEXT) or [None]
        assert ("nothing" if found is None else found.outcome.value) == outcome, sweep


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_of_the_courier_is_none_that_counts_as_done(status: int) -> None:
    """Whatever it is called."""
    wish = {**begun(amended(WITH_NAME), 3, 3), "finished": 20.0}
    records = [
        begun(GIVEN, 1, 1),
        begun(THERE, 2, 2),
        wish,
        begun(arrived(WITH_NAME, status), 4, 5),
    ]
    (found,) = judge_sweeps(records, [SWEEPS["given-change-at-courier"]], CONTEXT)
    assert found.outcome.value == "fail"


def outgoing(body: Any, state: str = "ACCEPTED") -> Any:
    """What is shown to the courier."""
    told = {"outgoing_id": "o1", "dispatch_state": state, "consignment": body}
    return listed(told, name="listOutgoingConsignments")


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        ({**PARCEL, **WITH_NAME}, "pass"),
        (PARCEL, "fail"),
        ({**PARCEL, **WITH_NAME, "service_product": "OTHER"}, "fail"),
    ],
)
def test_after_a_change_the_courier_is_shown_what_was_asked_for(shown: Any, outcome: str) -> None:
    """And all else as it was."""
    assert judged("outgoing-kept", GIVEN, THERE, amended(WITH_NAME), outgoing(shown)) == outcome


def test_what_was_cancelled_is_told_as_cancelled() -> None:
    """Whether the courier knows it already or not."""
    cancel = asked(
        "cancelConsignment", "/consignments/cons_1/cancellation", {"reason_code": "OTHER"}, {}, 200
    )
    assert judged("outgoing-kept", GIVEN, THERE, cancel, outgoing(PARCEL, "CANCELLED")) == "pass"
    assert judged("outgoing-kept", GIVEN, THERE, cancel, outgoing(PARCEL)) == "fail"


def test_what_is_cancelled_twice_is_carried_on_once() -> None:
    """Whoever cancels again is told that it is done; there is nothing left to tell the courier."""
    path, name = "/consignments/cons_1/cancellation", "cancelConsignment"
    first = asked(name, path, {"reason_code": "OTHER"}, {}, 200)
    again = asked(name, path, {"reason_code": "OUT_OF_STOCK"}, {}, 200)
    came = called(name, "/consignments/k1/cancellation", sent={"reason_code": "OTHER"})
    records = [begun(one, number, number) for number, one in enumerate((GIVEN, THERE), 1)]
    records += [{**begun(first, 3, 3), "finished": 12.0}, begun(came, 4, 4), begun(again, 9, 9)]
    (found,) = judge_sweeps(records, [SWEEPS["given-change-at-courier"]], CONTEXT) or [None]
    assert found is not None
    assert found.outcome.value == "pass"


@pytest.mark.parametrize("late_s", [0, 1, 60])
def test_an_action_begins_when_it_is_asked_for(late_s: int) -> None:
    """However late its line is written down, which others wait for."""
    call = {**exchange("c", 200, {}), "started_at": at(10), "started": 110.0, "scenario": "s"}
    drive = {"kind": "drive", "scenario": "s", "action": "amend-order", "started": 112.5}
    written = {**drive, "finished": 113.0, "at": at(13 + late_s)}
    run = RunView(all_typed([call, written]))
    (record,) = run.drives
    found = run.begun(record)
    assert found is not None
    assert (found - instant(at(10))).total_seconds() == pytest.approx(2.5)  # type: ignore[operator]


def filtered(*records: Any, name: str = "filter-of-received-events") -> str:
    """What the sweep on filters says when the last list was asked for long after the others."""
    (found,) = judge_sweeps(waited(*records), [SWEEPS[name]], CONTEXT) or [None]
    return "nothing" if found is None else found.outcome.value


@pytest.mark.parametrize(
    ("query", "items", "outcome"),
    [
        ("?event_code=HANDED_OVER", [EVENT], "pass"),
        ("?event_code=LOST", [EVENT], "fail"),
        ("?event_code=LOST", [], "not-exercised"),
        ("?event_code=HANDED_OVER", [], "fail"),
        ("?event_code=HANDED_OVER&limit=5", [], "fail"),
        ("?event_code=HANDED_OVER&cursor=abc", [], "not-exercised"),
        ("?event_code=HANDED_OVER&event_code=LOST", [EVENT], "not-exercised"),
        ("?event_code=HANDED_OVER", [{"event_id": ["x"]}], "fail"),
        ("", [], "not-exercised"),
    ],
)
def test_a_list_holds_what_its_filter_wants(query: str, items: Any, outcome: str) -> None:
    """Nothing else, and all of it that the same party was shown before; a list of which nothing
    could be held against anything shows nothing.
    """
    assert filtered(listed(EVENT), listed(*items, query=query)) == outcome


def test_a_list_of_events_has_its_declared_time() -> None:
    """Who keeps several indexes may be behind with one of them."""
    soon = judged(
        "filter-of-received-events", listed(EVENT), listed(query="?event_code=HANDED_OVER")
    )
    assert soon == "not-exercised"


def test_what_one_party_was_shown_another_need_not_be() -> None:
    """Nor an operator, a bare token, or whoever reads with a consent: they may see less."""
    consent = {**listed(query="?event_code=HANDED_OVER")}
    request = consent["request"]
    headers = [*request["headers"], ["Consent-Reference", "c1"]]
    bare = [{"party": "west"}, {"credential": "given"}, {"party": ""}]
    for empty in (
        *(listed(query="?event_code=HANDED_OVER", **reader) for reader in bare),
        {**consent, "request": {**request, "headers": headers}},
    ):
        assert filtered(listed(EVENT), empty) == "not-exercised"


@pytest.mark.parametrize("value", [["x"], {"a": 1}, None, 7])
def test_ids_that_are_none_break_no_judgement(value: Any) -> None:
    """One odd value takes no sweep out."""
    odd = {**EVENT, "event_id": value}
    push = told(EVENT)
    body = {"result": "partial", "accepted": 1, "rejected": [{"event_id": value}]}
    push = {**push, "response": exchange("p", 200, body)["response"]}
    for sweep, records in (
        ("filter-of-received-events", [listed(odd), listed(odd, query="?event_code=LOST")]),
        ("accepted-event-shown", [push, listed(EVENT)]),
        ("outgoing-kept", [GIVEN, THERE, outgoing({**PARCEL, "order_no": value})]),
    ):
        (found,) = judge_sweeps(waited(*records), [SWEEPS[sweep]], CONTEXT) or [None]
        assert found is None or found.outcome.value in {"pass", "fail", "not-exercised"}, sweep
