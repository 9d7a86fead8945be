"""What is waived or attested: named, dated, needed, and no more than it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml
from tests.unit.certificate.made import (
    BROKEN,
    LATER,
    NOW,
    WAIVER,
    Made,
    archive,
    given,
    healthy,
    kept,
    waivers,
)

from jidi.certificate.evidence import ATTESTATIONS, WAIVERS, AttachmentError, read_evidence
from jidi.certificate.forms.plain_zip import packed, unpacked
from jidi.certificate.forms.refusing import Refused
from jidi.certificate.issuing import NotIssued
from jidi.certificate.looking import judged, look
from jidi.certificate.settling import NO_JUDGEMENT, settled
from jidi.certificate.verifying import Asked, verified
from jidi.judge import settle_otherwise
from jidi.keys import canonical
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.run.data import load_data
from jidi.run.stored import case_of

PRIVATE = "courier/broken/abroad-after-basis-ended"
ATTESTATION = {
    "statement": "an emergency plan is in force",
    "owner": "Example Courier",
    "dated": "2099-11-01",
    "evidence": "sha256:" + "0" * 64,
    "until": "2100-10-31",
}


def test_failure_denies_a_certificate() -> None:
    """Nothing is tolerated without a name to it."""
    with pytest.raises(NotIssued, match="selection-failed"):
        given(archive(kept(BROKEN)))


def test_waived_failure_is_named_and_ends_with_its_waiver() -> None:
    """The certificate lists it, and holds no longer than it."""
    evidence = archive(kept(BROKEN), waivers(WAIVER))
    one = Made(given(evidence), evidence)
    assert one.predicate["shown"]["requirements"]["waived"] == ["DS-02.6"]
    assert one.predicate["expires"] == "2100-01-31T23:59:59Z"
    asked = Asked(LATER, whole=False)
    assert verified(one.certificate, evidence, one.trust, asked)
    with pytest.raises(Refused, match="expired"):
        verified(one.certificate, evidence, one.trust, replace(asked, at=NOW + timedelta(days=40)))


def test_waiver_caps_the_level() -> None:
    """A run at level privacy with a waiver certifies core."""
    waived = replace_member(WAIVER, requirement="PI-12.2")
    evidence = archive(kept(PRIVATE), waivers(waived))
    assert Made(given(evidence), evidence).predicate["shown"]["level"] == "core"


def replace_member(entry: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The entry with other members."""
    return {**entry, **members}


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ([replace_member(WAIVER, until="2099-12-31")], "stale"),
        ([WAIVER, replace_member(WAIVER, requirement="DS-02.3")], "unneeded"),
        ([WAIVER, replace_member(WAIVER, requirement="DS-99.9")], "unknown"),
        ([WAIVER, dict(WAIVER)], "twice"),
        ([replace_member(WAIVER, owner="")], "unreadable"),
        ([replace_member(WAIVER, until="2026-02-30")], "unreadable"),
        ([replace_member(WAIVER, note="x")], "unreadable"),
        ([{"requirement": "DS-02.6"}], "unreadable"),
        ([], "unreadable"),
    ],
)
def test_waiver_that_is_stale_or_not_needed_fails(entries: list[Any], word: str) -> None:
    """Each by its word."""
    with pytest.raises(AttachmentError) as caught:
        given(archive(kept(BROKEN), waivers(*entries)))
    assert caught.value.word == word


@pytest.mark.parametrize("data", [b"\xff", b"- a: &a [*a]", b"[" * 10_000, b""], ids=range(4))
def test_file_that_is_none_is_refused(data: bytes) -> None:
    """Whatever was attached."""
    with pytest.raises(AttachmentError, match="unreadable"):
        given(archive(kept(BROKEN), {WAIVERS: data}))


def test_what_was_not_seen_is_never_waived() -> None:
    """Not exercised is no failure that could be tolerated."""
    records = [one for one in kept() if one["kind"] in {"run-started", "plan", "run-finished"}]
    records = [{**one, "seq": seq} for seq, one in enumerate(records)]
    record = judged(read_evidence(archive(records)))
    row = next(iter(record.requirements))
    with pytest.raises(AttachmentError, match="unneeded"):
        given(archive(records, waivers(replace_member(WAIVER, requirement=row))))


@pytest.mark.parametrize(
    ("beside", "outcome", "word"),
    [
        ("other/step/check", Outcome.NOT_EXERCISED, "unseen"),
        ("other/step/check", Outcome.PASS, ""),
        ("scenario/later/check", Outcome.NOT_EXERCISED, ""),
        *(("scenario/step/other", one, "unseen") for one in Outcome if one in NO_JUDGEMENT),
    ],
)
def test_waiver_hides_nothing_that_was_not_seen(beside: str, outcome: Outcome, word: str) -> None:
    """A failure outranks it in the outcome of the requirement, and is not all that there is."""
    record = judged(read_evidence(archive(kept(BROKEN))))
    failed = CheckVerdict("scenario/step/check", "DS-02.6", Outcome.FAIL)
    rows = tuple(
        replace(one, checks=(failed, CheckVerdict(beside, "DS-02.6", outcome)))
        if one.requirement == "DS-02.6"
        else one
        for one in record.verdict.requirements
    )
    record = replace(record, verdict=replace(record.verdict, requirements=rows))
    evidence = read_evidence(archive(kept(BROKEN), waivers(WAIVER)))
    if word:
        with pytest.raises(AttachmentError, match=word):
            settled(record, case_of(record.header), evidence, NOW)
    else:
        found = settled(record, case_of(record.header), evidence, NOW)
        assert found.outcomes["DS-02.6"] is Outcome.WAIVED


def attested_row() -> str:
    """A row of level full that documents establish."""
    catalogue = load_data("1.0")[1]
    rows = catalogue.profile("courier", "full").requirements
    return next(row for row in rows if catalogue.requirements[row].established == "attested")


def test_attestation_holds_what_no_wire_shows() -> None:
    """For a row that documents establish; one that is tested needs its test."""
    records, row = kept(), attested_row()
    records[0]["run"]["level"] = "full"
    records[0]["run"]["selection"].update(scenarios=[], requirements=[row])
    with pytest.raises(NotIssued, match="inconclusive"):
        given(archive(records))
    said = {"kit-attestations": 1, "attestations": [{**ATTESTATION, "requirement": row}]}
    attached = {ATTESTATIONS: yaml.safe_dump(said).encode()}
    evidence = archive(records, attached)
    assert Made(given(evidence), evidence).predicate["shown"]["requirements"]["attested"] == [row]
    outcome = look(read_evidence(evidence), NOW).settled
    assert str(outcome.until) == "2100-10-31"
    tested = yaml.safe_dump(
        {"kit-attestations": 1, "attestations": [{**ATTESTATION, "requirement": "DS-02.6"}]}
    )
    with pytest.raises(AttachmentError, match="unneeded"):
        given(archive(kept(BROKEN), {ATTESTATIONS: tested.encode()}))


def test_whole_profile_with_a_waiver_has_a_word_of_its_own() -> None:
    """It is never just conformant."""
    record = judged(read_evidence(healthy()))
    case = replace(case_of(record.header), selected=False, whole=True)
    for outcome, url, word in (
        (Outcome.WAIVED, "https://courier.example.com", "conformant-with-waivers"),
        (Outcome.WAIVED, "http://127.0.0.1", "conformant-in-a-laboratory"),
        (Outcome.PASS, "https://courier.example.com", "conformant"),
        (Outcome.FAIL, "https://courier.example.com", "not-conformant"),
        (Outcome.NOT_EXERCISED, "https://courier.example.com", "inconclusive"),
    ):
        assert settle_otherwise(record.verdict, case, {"DS-01.2": outcome}, url).word == word


def test_evidence_of_another_kit_is_not_certified() -> None:
    """What its manifest says of rules and kit is what this kit says, or there is no certificate."""
    parts = unpacked(healthy())
    manifest = json.loads(parts["manifest.json"])
    for facts in ({}, {**manifest["facts"], "kit": 1}, {**manifest["facts"], "rules": {}}):
        changed = canonical({**manifest, "facts": facts}) + b"\n"
        with pytest.raises(NotIssued, match="other-rules"):
            given(packed({**parts, "manifest.json": changed}))
