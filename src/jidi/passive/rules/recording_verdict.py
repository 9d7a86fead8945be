"""The verdict on a recording: what was seen in it, folded as in a run. It never certifies: nothing
was asked on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import UNSET

from jidi.judge import NAMED, Case, fold, judge_sweeps, settle
from jidi.language.compared import ABSENT
from jidi.language.expressions import point
from jidi.language.views import ExchangeView, StepView, header_value
from jidi.model.journal import (
    ExchangeRecord,
    JournalRecord,
    RecordedBy,
    RunFinished,
    RunStarted,
)
from jidi.model.requirement import Requirement
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome, RequirementVerdict, RunVerdict, RunWord
from jidi.passive.rules.answer_rules import answer_observations
from jidi.passive.rules.creations import creation_observations
from jidi.passive.rules.observations import Observation, RecordedContext, Site, observed
from jidi.passive.rules.passing import passing_observations
from jidi.passive.rules.push_rules import push_observations
from jidi.passive.rules.sent_consignments import outgoing_observations
from jidi.passive.rules.shipment_rules import event_observations
from jidi.wording import sentence

_TOLD: Final = 5
_NOT_SHOWN: Final = sentence("passive/the-recording-shows-nothing-of-it")

EXPECTED: Final[Mapping[str, Text]] = {
    "audit-chain": sentence("passive/audit-records-whose-hashes-and-links-hold"),
    "challenge": sentence("passive/401-with-www-authenticate"),
    "clear-text": sentence("passive/no-personal-data-over-clear-text-http"),
    "credential": sentence("passive/nothing-is-served-without-a-credential"),
    "bundle-digest": sentence("passive/the-digest-of-the-published-schemas"),
    "deprecation": sentence("passive/deprecation-and-sunset-headers-that-agree"),
    "event-content": sentence("passive/the-same-content-under-the-same-event"),
    "event-sequence": sentence("passive/sequences-without-gap-and-without-double-use"),
    "idempotency": sentence("passive/the-first-result-again-for-the-same"),
    "identity-number": sentence("passive/no-identity-number-in-an-answer"),
    "token-kept": sentence("passive/a-token-with-cache-control-no-store"),
    "internals": sentence("passive/nothing-of-the-inside-of-the-system"),
    "invalid-refused": sentence("passive/what-breaks-the-schema-is-refused"),
    "label": sentence("passive/a-label-that-hides-a-character-of"),
    "limits": sentence("passive/declared-limits-inside-the-bounds-of-the"),
    "media-type": sentence("passive/a-documented-media-type"),
    "node-groups": sentence("passive/events-of-the-four-node-groups"),
    "pages": sentence("passive/no-item-twice-over-page-borders"),
    "personal-values": sentence("passive/no-personal-value-outside-its-allowed-place"),
    "problem": sentence("passive/an-application-problem-json-body-of-a"),
    "push-and-pull": sentence("passive/pushed-and-pulled-events-that-are-equal"),
    "push-repeats": sentence("passive/the-same-webhook-id-the-same-bytes"),
    "push-schema": sentence("passive/pushes-that-are-valid-under-the-schema"),
    "push-signature": sentence("passive/a-standard-webhooks-v1-signature-in-time"),
    "read-back": sentence("passive/values-that-read-back-as-they-were"),
    "receipt-digest": sentence("passive/a-receipt-with-the-digest-of-what"),
    "schema": sentence("passive/answers-that-are-valid-under-the-schema"),
    "standard-version": sentence("passive/standard-version-on-every-answer-and-no"),
    "status-documented": sentence("passive/a-documented-status"),
    "transitions": sentence("passive/a-legal-course-of-states"),
    "unsigned-push": sentence("passive/an-unsigned-push-is-refused"),
    "believed-push": sentence("passive/a-push-that-is-signed-wrongly-or"),
    "events-kept": sentence("passive/events-shown-as-they-were-accepted"),
    "events-passed-on": sentence("passive/events-passed-on-as-they-came"),
    "consignments-passed-on": sentence("passive/consignments-passed-on-as-they-came"),
    "outgoing-consignment": sentence("passive/consignments-that-are-valid-under-the-schema"),
    "outgoing-repeats": sentence("passive/one-key-one-body"),
    "valid-accepted": sentence("passive/what-meets-the-schema-is-accepted"),
}
"""What each check wants, by its name."""


def judge_recording(
    records: Sequence[JournalRecord], case: Case, context: RecordedContext
) -> RunVerdict:
    """The verdict over ``case`` from the records of a recording alone. Its word is never one that
    certifies.
    """
    complete = any(
        isinstance(record, RunFinished) and record.reason == "completed" for record in records
    )
    by_requirement: dict[str, list[CheckVerdict]] = {name: [] for name in case.requirements}
    for verdict in _checks(records, case, context):
        if verdict.requirement in by_requirement:
            by_requirement[verdict.requirement].append(verdict)
    settled = tuple(
        _requirement(case.requirements[name], checks) for name, checks in by_requirement.items()
    )
    binding = [
        verdict.outcome
        for verdict in settled
        if case.requirements[verdict.requirement].modality == "MUST"
    ]
    word = _word(binding, complete=complete and not _unread(records))
    if word != "recording-failed" and Outcome.HARNESS_ERROR in {one.outcome for one in settled}:
        word = "kit-fault"
    return RunVerdict(
        word,
        case.profile.role,
        case.profile.level,
        case.profile.id,
        complete,
        case.selected,
        settled,
    )


def _unread(records: Sequence[JournalRecord]) -> int:
    """How many entries of the candidate, or of nobody knows whom, could not be read."""
    recording = recording_of(records)
    return sum(recording.passed_over.entries.values()) if recording is not None else 0


def recording_of(records: Sequence[JournalRecord]) -> RecordedBy | None:
    """What the header says of the recording; ``None`` where it is none of a recording."""
    first = records[0] if records else None
    recording = first.run.recording if isinstance(first, RunStarted) else UNSET
    return recording if isinstance(recording, RecordedBy) else None


def _requirement(row: Requirement, checks: Sequence[CheckVerdict]) -> RequirementVerdict:
    """A sweep over nothing is no evidence against the rest: a recording need not show
    everything.
    """
    seen = [check.outcome for check in checks if check.outcome is not Outcome.NOT_EXERCISED]
    outcome = settle(fold(seen), row.modality)
    return RequirementVerdict(
        row.id, outcome, tuple(checks), _NOT_SHOWN if not seen else Text("", "")
    )


def _word(binding: Sequence[Outcome], *, complete: bool) -> RunWord:
    if Outcome.FAIL in binding:
        return "recording-failed"
    return (
        "recording-passed"
        if complete and (Outcome.PASS in binding or Outcome.WARN in binding)
        else "inconclusive"
    )


def _checks(
    records: Sequence[JournalRecord], case: Case, context: RecordedContext
) -> Iterator[CheckVerdict]:
    views = [ExchangeView(record) for record in records if isinstance(record, ExchangeRecord)]
    grouped: dict[tuple[str, str], list[Observation]] = {}
    for one in _observations(views, context):
        if one.requirement in case.requirements:
            grouped.setdefault((one.check, one.requirement), []).append(one)
    for (check, requirement), seen in grouped.items():
        yield _verdict(check, requirement, seen)
    yield from (
        verdict
        for verdict in judge_sweeps(
            records,
            [
                sweep
                for sweep in case.sweeps
                if sweep.recordings and sweep.requirement in case.requirements
            ],
            context.judging,
        )
    )


def _observations(views: Sequence[ExchangeView], context: RecordedContext) -> Iterable[Observation]:
    sent = [view for view in views if view.record.direction == "sent"]
    shown = any(header_value(view.request.headers, "authorization") is not ABSENT for view in sent)
    answers = Site("answers", "DS-05.1")
    for view in sent:
        if view.status is not None:
            # Browsers leave credentials out of what they export, and a client certificate shows
            # nowhere: then their absence says nothing.
            yield from (
                one
                for one in observed(answers, lambda: answer_observations(view, context))  # noqa: B023 - called at once
                if shown or one.check != "credential"
            )
    received = [view for view in views if view.record.direction == "received"]
    pushed = [view for view in received if not view.record.operation]
    asked = [view for view in received if view.record.operation]
    for site, rule in (
        (Site("push-schema", "DS-02.5"), lambda: push_observations(pushed, context)),
        (Site("outgoing-consignment", "DS-01.1"), lambda: outgoing_observations(asked)),
        (Site("idempotency", "DS-01.7"), lambda: creation_observations(sent, context)),
        (Site("event-content", "DS-02.2"), lambda: event_observations(views, context)),
        (Site("events-passed-on", "DS-01.6"), lambda: passing_observations(views, context)),
        (Site("limits", "DS-05.1"), lambda: _limits(sent, context)),
    ):
        yield from observed(site, rule)


def _limits(views: Sequence[ExchangeView], context: RecordedContext) -> Iterator[Observation]:
    view = next(
        (view for view in views if view.record.operation == "getDiscovery" and view.status == 200),
        None,
    )
    if view is not None and isinstance(context.judging.discovery, Mapping):
        bounds = {"bounds": context.judging.target.get("bounds", ())}
        ruling = NAMED["limits-within-bounds"](
            bounds, StepView("recorded", (view,), {}, ()), context.judging
        )
        yield Observation("limits", "DS-05.1", view.record.id, ruling.reason, ruling.actual)
        digest = Site("bundle-digest", "DS-10.1", view.record.id)
        yield from observed(digest, lambda: _bundle_digest(view, context))


def _bundle_digest(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    versions = point(context.judging.discovery, "/versions")
    entries = (
        [one for one in versions if isinstance(one, Mapping) and one.get("version") == "1.0"]
        if isinstance(versions, list)
        else []
    )
    declared = entries[0].get("schema_bundle_digest") if entries else None
    if isinstance(declared, str):
        published = {context.judging.target.get("schema_bundle_digest"), *context.editions}
        fault = "" if declared in published else "digest-differs"
        yield Observation(
            "bundle-digest", "DS-10.1", view.record.id, fault, Text(declared, declared)
        )


def _worst(seen: Sequence[Observation]) -> tuple[Outcome, list[Observation]]:
    """What a check comes to, and the observations that make it so; none for a pass."""
    unjudged = [one for one in seen if one.unjudged]
    faulty = [one for one in seen if one.fault and not one.unjudged]
    hard = [one for one in faulty if not one.soft]
    if hard:
        return Outcome.FAIL, hard
    if unjudged:
        return Outcome.HARNESS_ERROR, unjudged
    return (Outcome.WARN, faulty) if faulty else (Outcome.PASS, [])


def _verdict(check: str, requirement: str, seen: Sequence[Observation]) -> CheckVerdict:
    outcome, bad = _worst(seen)
    expected = EXPECTED.get(check, Text(check, check))
    if not bad:
        return CheckVerdict(
            f"recording/{check}",
            requirement,
            Outcome.PASS,
            "",
            expected,
            sentence("passive/looked-at", seen=len(seen)),
        )
    told = list(dict.fromkeys(one.told for one in bad))[:_TOLD]
    actual = Text(
        f"{len(bad)} of {len(seen)}: " + "; ".join(text.en for text in told),
        f"{len(seen)} 处中 {len(bad)} 处：" + "；".join(text.zh for text in told),
    )
    exchanges = tuple(dict.fromkeys(one.exchange for one in bad))[:_TOLD]
    return CheckVerdict(
        f"recording/{check}",
        requirement,
        outcome,
        bad[0].fault,
        expected,
        actual,
        exchanges,
    )
