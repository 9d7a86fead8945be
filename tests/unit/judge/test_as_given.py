"""What arrives at a courier is what was given, unless somebody asked for a change meanwhile: an
integrator that gathers passes on what is right by then (DS-01.6).
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import exchange, judge_sweeps
from tests.unit.judge.test_courier_calls import HOME, PARCEL, called
from tests.unit.judge.test_sweeps import CONTEXT, SWEEPS

OTHER = {**PARCEL, "recipient": {**PARCEL["recipient"], "name": "钱暄麟"}}
RECEIPT = {"consignment_id": "cons_1", "waybill_no": "KE0646890519836", "state": "CREATED"}


def asked(operation: str, path: str, sent: Any, answer: Any, status: int = 201) -> Any:
    """A request of the kit at the integrator."""
    made = exchange("a", status, answer, sent=sent, operation=operation)
    return {**made, "request": {**made["request"], "method": "POST", "url": HOME + path}}


GIVEN = asked("createConsignment", "/consignments", PARCEL, RECEIPT)
IN_A_BATCH = asked(
    "createConsignmentBatch",
    "/consignment-batches",
    {"consignments": [PARCEL]},
    {"items": [{"index": 0, "status": 201, "receipt": RECEIPT}]},
)
CORRECTED = asked(
    "createPrivacyRequest",
    "/privacy-requests",
    {"type": "CORRECTION", "waybill_no": RECEIPT["waybill_no"], "correction": {"name": "钱暄麟"}},
    {},
)
AMENDED = asked(
    "amendConsignment", "/consignments/cons_1", {"recipient": OTHER["recipient"]}, RECEIPT, 200
)
OF_ANOTHER = asked(
    "createPrivacyRequest",
    "/privacy-requests",
    {"type": "CORRECTION", "waybill_no": "KE0000000000000", "correction": {"name": "钱暄麟"}},
    {},
)


def judged(*records: Any) -> str:
    """What the sweep says."""
    (found,) = judge_sweeps(records, [SWEEPS["consignment-as-given"]], CONTEXT) or [None]
    return "nothing" if found is None else found.outcome.value


@pytest.mark.parametrize("given", [GIVEN, IN_A_BATCH], ids=["alone", "in-a-batch"])
def test_what_arrives_is_held_against_what_was_given(given: Any) -> None:
    """By whatever way it was given; a request about another parcel changes nothing."""
    assert judged(given, called()) == "pass"
    assert judged(given, called(sent=OTHER)) == "fail"
    assert judged(given, OF_ANOTHER, called(sent=OTHER)) == "fail"


@pytest.mark.parametrize("given", [GIVEN, IN_A_BATCH], ids=["alone", "in-a-batch"])
@pytest.mark.parametrize("change", [CORRECTED, AMENDED], ids=["corrected", "amended"])
def test_what_was_changed_before_it_was_passed_on_may_arrive_changed(
    given: Any, change: Any
) -> None:
    """By its person, or by whoever gave it."""
    assert judged(given, change, called(sent=OTHER)) not in {"fail", "harness-error"}


def at(second: int) -> str:
    """A time of the run."""
    return f"2026-11-30T13:00:{second:02d}.000+00:00"


def begun(record: Any, number: int, second: int) -> Any:
    """A record under an id of its own, begun at that second."""
    return {**record, "id": f"x{number:06d}", "started_at": at(second)}


def read(told: Any) -> Any:
    """An answer that shows the parcel whole."""
    return exchange("r", 200, {**RECEIPT, "consignment": told}, operation="getConsignment")


WINDOW = {"kind": "generated", "at": at(30), "part": "excess", "operations": {}}


@pytest.mark.parametrize("late", [False, True], ids=["at-once", "written-down-late"])
@pytest.mark.parametrize("sweep", ["consignment-kept", "consignment-as-given"])
def test_what_comes_after_generated_requests_may_have_been_amended_by_them(
    sweep: str, late: bool
) -> None:
    """Their links lead to whatever a list shows, and the journal does not hold them all; what was
    given since is held to what was sent. When it was written down does not matter.
    """

    def outcome(given_s: int, shown_s: int, told: Any) -> str:
        shown = read(told) if sweep == "consignment-kept" else called(sent=told)
        records = [begun(GIVEN, 1, given_s), begun(shown, 2, shown_s)]
        records = [*records, WINDOW] if not late else [WINDOW, *records]
        (found,) = judge_sweeps(records, [SWEEPS[sweep]], CONTEXT) or [None]
        return "nothing" if found is None else found.outcome.value

    assert outcome(1, 2, PARCEL) == "pass"
    assert outcome(1, 2, OTHER) == "fail"
    assert outcome(1, 40, OTHER) not in {"pass", "fail", "harness-error"}
    assert outcome(40, 41, OTHER) == "fail"
