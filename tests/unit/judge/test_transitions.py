"""Courses of shipments against the published table (DS-02.1, DS-02.7)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import REGISTRY, TABLE, events

from jidi.judge.rules.transitions import course_faults, instant, missing_groups

NORMAL = (
    "ORDER_CREATED",
    "ACCEPTED",
    "SORTED",
    "HUB_DEPARTED",
    "HUB_ARRIVED",
    "OUT_FOR_DELIVERY",
    "DELIVERED",
)


def slugs(course: list[dict[str, Any]], severity: str = "error") -> list[str]:
    """Slugs of the faults of one severity."""
    return [fault.slug for fault in course_faults(course, TABLE) if fault.severity == severity]


@pytest.mark.parametrize("example", [one.name for one in REGISTRY.examples("valid", "event-page")])
def test_published_trajectories_are_legal(example: str) -> None:
    """Each published page holds legal courses only."""
    page = REGISTRY.example(f"valid/event-page/{example}")
    by_waybill: dict[str, list[dict[str, Any]]] = {}
    for event in page["items"]:
        by_waybill.setdefault(event["waybill_no"], []).append(event)
    for course in by_waybill.values():
        assert slugs(sorted(course, key=lambda event: event["sequence"])) == []


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (NORMAL, []),
        (("ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED"), []),
        ((*NORMAL, "HUB_ARRIVED"), ["after-terminal"]),
        ((*NORMAL, "DELIVERED"), ["after-terminal"]),
        (("ORDER_CREATED", "DELIVERED"), ["illegal-move"]),
        (("ORDER_CREATED", "ACCEPTED", "RETURNED"), ["illegal-move"]),
        (("ORDER_CREATED", "CANCELLED", "ACCEPTED"), ["after-terminal"]),
        (("DELIVERED",), ["bad-beginning"]),
        (("ORDER_CREATED", "ACCEPTED", "REFUSED", "RETURNING", "RETURNED"), []),
        (("ORDER_CREATED", "ACCEPTED", "LOST", "DESTROYED"), ["after-terminal"]),
    ],
)
def test_course_faults_name_the_first_law_broken(codes: tuple[str, ...], found: list[str]) -> None:
    """Legal moves pass, every other one has its slug."""
    assert slugs(events(*codes)) == found


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (("ACCEPTED", "DELIVERED"), ["unusual-move"]),
        (("ACCEPTED", "LOST", "HUB_ARRIVED"), ["unusual-move"]),
    ],
)
def test_unusual_moves_only_warn(codes: tuple[str, ...], found: list[str]) -> None:
    """A missing scan and a parcel that was found again."""
    assert slugs(events(*codes)) == []
    assert slugs(events(*codes), "warning") == found


def test_correction_may_follow_a_terminal_state_and_sets_the_state_anew() -> None:
    """The voided event no longer counts, and the course goes on from the corrected state."""
    course = events(
        "ORDER_CREATED",
        "ACCEPTED",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
        ("CORRECTION", "OUT_FOR_DELIVERY"),
        "DELIVERY_FAILED",
    )
    course[4]["corrects"] = {"event_id": "e4", "voids": True}
    assert slugs(course) == []
    course[4]["state"] = "DELIVERED"
    assert slugs(course) == ["after-terminal"]


def test_correction_that_does_not_void_leaves_the_event_standing() -> None:
    """Only a voided event is taken out of the course."""
    course = events("ORDER_CREATED", "ACCEPTED", "DELIVERED", ("CORRECTION", "OUT_FOR_DELIVERY"))
    course[3]["corrects"] = {"event_id": "e3", "voids": False}
    assert slugs(course, "warning") == ["unusual-move"]
    course[3]["corrects"]["voids"] = True
    assert slugs(course, "warning") == []


def test_times_must_not_run_backwards() -> None:
    """Along the sequence, and from occurrence to record; an estimate may lie ahead."""
    course = events("ORDER_CREATED", "ACCEPTED")
    course[1]["recorded_at"] = "2026-11-20T00:00:00+08:00"
    assert slugs(course) == ["occurred-after-recorded", "time-backwards"]
    course[1]["classifier"] = "EST"
    assert slugs(course) == ["time-backwards"]


def test_times_are_compared_across_zones() -> None:
    """The same instant in another zone is the same instant."""
    course = events("ORDER_CREATED", "ACCEPTED")
    course[1]["occurred_at"] = course[1]["recorded_at"] = "2026-11-20T16:02:00Z"
    assert slugs(course) == []


@pytest.mark.parametrize(
    "text", ["2026-11-21 10:00:00", "2026-11-21T10:00:00", "soon", "", 5, None]
)
def test_instant_refuses_what_has_no_offset(text: object) -> None:
    """Local time is no instant."""
    assert instant(text) is None


@pytest.mark.parametrize(
    ("codes", "missing"),
    [
        (NORMAL, set()),
        (("ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED"), {"sorting", "transport"}),
        (("ACCEPTED", "IN_TRANSIT", "DELIVERED"), {"sorting"}),
        (("ORDER_CREATED",), {"acceptance", "sorting", "transport", "delivery"}),
        (("SORTED", "HUB_DEPARTED", "DELIVERED"), {"acceptance"}),
        (("ACCEPTED", "HUB_DEPARTED"), {"delivery"}),
    ],
)
def test_missing_groups_are_those_without_any_event(
    codes: tuple[str, ...], missing: set[str]
) -> None:
    """The four node groups of the guidance."""
    assert missing_groups(events(*codes), TABLE) == missing
