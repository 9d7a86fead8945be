"""Named judgements of versions that discovery lists, of what a shipment shows of its scans, and of
notices.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import CONTEXT, exchange, step_view

from jidi.judge.rules.named import NAMED

GOOD, OLD, ZERO = ("sha256:" + digit * 64 for digit in "120")
KNOWN = {"1.0": [GOOD, OLD]}


def reason(name: str, given: dict[str, Any], *records: dict[str, Any]) -> str:
    """Why a named judgement fails; empty when it passes."""
    return NAMED[name](given, step_view("a", list(records)), CONTEXT).reason


def entry(version: str, digest: str = GOOD, path: str = "/v1") -> dict[str, Any]:
    """An entry of discovery."""
    return {
        "version": version,
        "base_url": f"http://h:1{path}",
        "schema_bundle_digest": digest,
    }


@pytest.mark.parametrize(
    ("versions", "fault"),
    [
        ([entry("1.0")], ""),
        ([entry("1.0", OLD)], ""),  # its texts were mended since, its rules were not
        ([entry("1.0"), entry("1.0", OLD)], ""),
        ([entry("1.0", ZERO)], "unknown-bundle"),
        ([entry("1.0"), entry("0.9", ZERO)], "unknown-bundle"),
        ([entry("1.0"), entry("0.9", GOOD)], "unknown-bundle"),
        ([entry("1.0"), entry("1.0", ZERO)], "unknown-bundle"),
        ([entry("2.0", GOOD)], "unknown-bundle"),
        ([{"version": "1.0"}], "unknown-bundle"),
        ([{"version": ["1.0"], "schema_bundle_digest": GOOD}], "unknown-bundle"),
        ([], "unknown-bundle"),
        ("1.0", "unknown-bundle"),
    ],
)
def test_each_version_that_is_listed_has_a_bundle_that_was_published(
    versions: Any, fault: str
) -> None:
    """Nobody follows a text that does not exist (DS-10.1)."""
    assert reason("bundles-known", {"versions": versions, "known": KNOWN}) == fault


def served(path: str, status: int | None, version: str) -> dict[str, Any]:
    """An answer to the probe of one address."""
    made = exchange("a", status, {}, headers={"Standard-Version": version})
    made["request"]["url"] = f"http://h:1{path}/status"
    return made


@pytest.mark.parametrize(
    ("versions", "answers", "fault"),
    [
        ([entry("1.0")], [("/v1", 200, "1.0")], ""),
        ([entry("1.0", path="/v1/")], [("/v1", 200, "1.0")], ""),
        ([entry("1.0"), entry("0.9", path="/v0")], [("/v1", 200, "1.0")], "not-served"),
        (
            [entry("1.0"), entry("0.9", path="/v0")],
            [("/v1", 200, "1.0"), ("/v0", 404, "0.9")],
            "not-served",
        ),
        (
            [entry("1.0"), entry("0.9", path="/v0")],
            [("/v1", 200, "1.0"), ("/v0", 200, "1.0")],
            "not-served",
        ),
        (
            [entry("1.0"), entry("0.9", path="/v0")],
            [("/v1", 200, "1.0"), ("/v0", 200, "0.9")],
            "",
        ),
        ([entry("1.0"), entry("0.9")], [("/v1", 200, "1.0")], "not-served"),
        ([{"version": "0.9"}], [], "not-served"),
    ],
)
def test_each_version_that_is_listed_answers_at_its_address_as_itself(
    versions: Any, answers: Any, fault: str
) -> None:
    """An address where nothing is, or where another version answers, serves nobody (DS-05.2)."""
    records = [served(*answer) for answer in answers]
    assert reason("versions-served", {"versions": versions}, *records) == fault


CREATED = {"event_id": "e0", "event_code": "ORDER_CREATED", "sequence": 1}
PENDING = {"event_id": "e1", "event_code": "PICKUP_PENDING", "sequence": 2}
TAKEN = {"event_id": "s1", "event_code": "ACCEPTED", "sequence": 3}
GONE = {"event_id": "s2", "event_code": "HUB_DEPARTED", "sequence": 4}
STRAY = {"event_id": "x", "event_code": "HUB_ARRIVED", "sequence": 5}


@pytest.mark.parametrize(
    ("events", "fault"),
    [
        ([CREATED, TAKEN, GONE], ""),
        ([PENDING, TAKEN, GONE], ""),
        ([CREATED, PENDING, TAKEN, GONE], ""),
        ([TAKEN, GONE], ""),
        ([CREATED, TAKEN], "scan-lost"),
        ([], "scan-lost"),
        ([CREATED, GONE, TAKEN], "other-events"),
        ([CREATED, TAKEN, GONE, STRAY], "other-events"),
        ([CREATED, TAKEN, STRAY, GONE], "other-events"),
        ([CREATED, TAKEN, TAKEN, GONE], "other-events"),
        ([TAKEN, {**GONE, "event_code": "HUB_ARRIVED"}], "other-codes"),
    ],
)
def test_what_was_scanned_is_shown_and_what_came_before_is_the_couriers_own(
    events: list[dict[str, Any]], fault: str
) -> None:
    """The transitions allow several beginnings, and none (DS-02.1)."""
    given = {"scans": ["s1", "s2"], "codes": ["ACCEPTED", "HUB_DEPARTED"]}
    assert reason("recorded-as-scanned", {"events": events, **given}) == fault


@pytest.mark.parametrize(
    ("count", "latest", "fault"),
    [
        (2, "s2", ""),
        (2.0, "s2", ""),
        (3, "s2", "event-count"),
        (True, "s2", "event-count"),
        ("2", "s2", "event-count"),
        (2, "s1", "latest-event"),
        (2, None, "latest-event"),
    ],
)
def test_a_shipment_counts_the_events_that_it_shows(count: Any, latest: Any, fault: str) -> None:
    """However many there are (DS-02.6)."""
    given = {"count": count, "latest": latest, "events": [TAKEN, GONE]}
    assert reason("events-counted", given) == fault


NOTICE = {"notice_id": "n", "changed_at": "2025-09-28T01:00:00Z"}


@pytest.mark.parametrize(
    ("notices", "fault"),
    [
        ([{"notice_id": "o", "changed_at": "2026-01-01T00:00:00Z"}, NOTICE], ""),
        ([{**NOTICE, "changed_at": "2025-09-28T09:00:00.000+08:00"}], ""),
        ([{**NOTICE, "changed_at": "2025-09-28T09:00:00Z"}], "changed-at-differs"),
        ([{**NOTICE, "changed_at": None}], "changed-at-differs"),
        ([{"notice_id": "o", "changed_at": NOTICE["changed_at"]}], "no-notice"),
        ([], "no-notice"),
    ],
)
def test_a_notice_tells_the_moment_of_the_change_in_whatever_offset(
    notices: list[dict[str, Any]], fault: str
) -> None:
    """Other notices may be newer; a moment is a moment (PI-11.2)."""
    given = {"notices": notices, "notice_id": "n", "changed_at": "2025-09-28T09:00:00+08:00"}
    assert reason("notice-as-entered", given) == fault
