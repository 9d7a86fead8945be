"""Named judgements of level privacy, as scenarios call them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.judge.journals import header

from jidi.judge.rules.named import NAMED
from jidi.language.views import StepView
from jidi.model.verdict import Outcome
from jidi.registry import Registry
from jidi.run.planning.judging_data import judging_context

CONTEXT = judging_context(Registry.load(), header())
VIEW = StepView("step", (), {}, ())
YEAR_END = "2026-12-30T09:00:00+08:00"
NOW = "2026-06-01T00:00:00+08:00"


def notice(
    changed: str, postal: str | None, announced: str | None = None, cac: str | None = None
) -> dict[str, Any]:
    filings = [
        {"authority": name, "filed_at": moment}
        for name, moment in (("POSTAL", postal), ("CAC", cac))
        if moment
    ]
    return {
        "notice_id": "n1",
        "changed_at": changed,
        "filings": filings,
        **({"announced_at": announced} if announced else {}),
    }


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        (
            notice(
                "2025-09-28T10:00:00+08:00",
                "2025-10-14T23:59:00+08:00",
                "2025-10-14T09:00:00+08:00",
                "2025-10-20T09:00:00+08:00",
            ),
            Outcome.PASS,
            "",
        ),
        (
            notice(
                "2025-09-28T10:00:00+08:00",
                "2025-10-15T00:00:00+08:00",
                "2025-10-14T09:00:00+08:00",
                "2025-10-20T09:00:00+08:00",
            ),
            Outcome.FAIL,
            "late",
        ),
        (
            notice(
                "2025-09-28T10:00:00+08:00",
                "2025-10-09T09:00:00+08:00",
                None,
                "2025-10-20T09:00:00+08:00",
            ),
            Outcome.FAIL,
            "late",
        ),
        (
            notice(
                "2025-09-28T10:00:00+08:00",
                "2025-10-09T09:00:00+08:00",
                "2025-10-09T09:00:00+08:00",
            ),
            Outcome.FAIL,
            "late",
        ),
        (
            notice(
                "2026-12-29T10:00:00+08:00",
                "2026-12-30T09:00:00+08:00",
                "2026-12-30T09:00:00+08:00",
                "2026-12-30T09:00:00+08:00",
            ),
            Outcome.WARN,
            "calendar-not-published",
        ),
        (notice("yesterday", None), Outcome.FAIL, "late"),
    ],
)
def test_officer_notice_is_judged_on_both_clocks(
    given: dict[str, Any], outcome: Outcome, reason: str
) -> None:
    """In time, a minute late, never announced, never filed with CAC, unpublished year, no time at
    all.
    """
    ruling = NAMED["officer-notice-in-time"]({"notices": [given], "now": NOW}, VIEW, CONTEXT)
    assert (ruling.outcome, ruling.reason) == (outcome, reason)


def test_officer_notice_across_an_unpublished_year_says_which() -> None:
    """Nothing is guessed."""
    given = notice("2026-12-29T10:00:00+08:00", "2026-12-30T09:00:00+08:00")
    ruling = NAMED["officer-notice-in-time"](
        {"notice": given, "now": NOW, "clocks": ["POSTAL"]}, VIEW, CONTEXT
    )
    assert "the calendar of 2027 is not published" in ruling.actual.en
    assert "2027 年的工作日历尚未公布" in ruling.actual.zh


@pytest.mark.parametrize(
    "name",
    [
        "audit-chain-intact",
        "audit-covers",
        "label-deidentified",
        "label-payloads-clean",
        "label-image-agrees",
        "officer-notice-in-time",
    ],
)
def test_rules_meet_odd_answers_without_a_crash(name: str) -> None:
    """A candidate may answer with anything; that is a finding, never a fault of the kit."""
    for odd in (None, 7, "x", [], [1], {}, {"sender": 1, "recipient": []}):
        given = {
            "label": odd,
            "clear": {"sender": {}, "recipient": {}},
            "records": odd,
            "reads": [{"matter": "READ_LABEL"}],
            "notices": odd,
            "barcodes": odd,
            "payloads": odd,
        }
        assert NAMED[name](given, VIEW, CONTEXT).outcome is not None


def test_label_image_must_carry_the_texts_of_the_label() -> None:
    """One barcode, one QR code, equal to the JSON."""
    rule, label = NAMED["label-image-agrees"], {"barcode": "JD1", "qr": "q"}
    assert (
        rule({"label": label, "barcodes": ["JD1"], "qr_codes": ["q"]}, VIEW, CONTEXT).outcome
        is Outcome.PASS
    )
    assert (
        rule({"label": label, "barcodes": ["JD2"], "qr_codes": ["q"]}, VIEW, CONTEXT).reason
        == "barcode-differs"
    )
    assert (
        rule({"label": label, "barcodes": ["JD1"], "qr_codes": []}, VIEW, CONTEXT).reason
        == "qr-not-readable"
    )
