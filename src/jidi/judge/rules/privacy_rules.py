"""Named judgements of level privacy: labels, audit, officer notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.personal.masks import MaskFault, label_faults, payload_faults
from jidi.judge.rules.calendar import BEIJING, NotKnown
from jidi.judge.rules.chains import INTACT_RECORDS, Read, chain_fault, missing_facts, uncovered
from jidi.judge.rules.foreign_arguments import mappings
from jidi.judge.rules.transitions import instant
from jidi.judge.ruling import Ruling, ruling
from jidi.language.compared import show
from jidi.language.differing import MOST
from jidi.language.expressions import BlockedError
from jidi.language.views import StepView
from jidi.model.text import Text
from jidi.model.verdict import Difference, Outcome
from jidi.wording import sentence

POSTAL_DAYS: Final = 7
CAC_DAYS: Final = 30
_READ_MEMBERS: Final = ("matter", "object", "operator", "purpose", "outcome")


def _of_faults(faults: Sequence[MaskFault], expected: Text) -> Ruling:
    told = ", ".join(dict.fromkeys(f"{fault.slug} at {fault.pointer}" for fault in faults))
    hard = [fault for fault in faults if not fault.warning]
    if hard:
        places = tuple(dict.fromkeys(fault.pointer for fault in hard))[:MOST]
        found = tuple(Difference(pointer, "added", "", "") for pointer in places)
        return replace(ruling(hard[0].slug, expected, told), differences=found, place="")
    if faults:
        return Ruling(Outcome.WARN, faults[0].slug, expected, Text(told, told))
    return ruling("", expected, "de-identified", "已去标识化")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def label_deidentified(
    given: Mapping[str, Any], _view: StepView, _context: JudgingContext
) -> Ruling:
    """``label`` hides name, telephone (or shows a living virtual number), unit and room of
    ``clear``, the consignment as sent (PI-13.2).

    ``now`` (RFC 3339) replaces the label's own time when the life of a virtual number is judged.
    """
    expected = sentence("judge/a-label-that-hides-a-character-of")
    return _of_faults(
        label_faults(
            _mapping(given.get("label")), _mapping(given.get("clear")), instant(given.get("now"))
        ),
        expected,
    )


def label_payloads_clean(
    given: Mapping[str, Any], _view: StepView, _context: JudgingContext
) -> Ruling:
    """No clear value of ``clear`` anywhere in ``label`` or in ``payloads`` (texts, or lists of
    such, that were decoded from its image) (PI-13.2).
    """
    expected = sentence("judge/barcode-qr-code-remark-and-print-without")
    return _of_faults(
        payload_faults(
            _mapping(given.get("label")),
            _mapping(given.get("clear")),
            list(_texts(given.get("payloads"))),
        ),
        expected,
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    for item in value if isinstance(value, list) else ():
        yield from _texts(item)


def label_image_agrees(
    given: Mapping[str, Any], _view: StepView, _context: JudgingContext
) -> Ruling:
    """The printed label (``barcodes``, ``qr_codes`` as decoded) carries the JSON ``label``'s
    ``barcode`` and ``qr`` and nothing else (PI-13.2).
    """
    expected = sentence("judge/one-barcode-and-one-qr-code-with")
    label = _mapping(given.get("label"))
    for name, slug in (("barcode", "barcodes"), ("qr", "qr_codes")):
        decoded = list(_texts(given.get(slug)))
        if not decoded:
            return ruling(
                f"{name}-not-readable", expected, f"no {name} could be decoded", f"未能解码 {name}"
            )
        if decoded != [label.get(name)]:
            return ruling(
                f"{name}-differs",
                expected,
                f"{len(decoded)} decoded, not equal to {name}",
                f"解码 {len(decoded)} 个，与 {name} 不一致",
            )
    return ruling("", expected, "equal", "一致")


def audit_chain_intact(
    given: Mapping[str, Any], view: StepView, _context: JudgingContext
) -> Ruling:
    """The feed ``records``, read from its beginning, is one unbroken chain and still holds
    ``before`` (an earlier reading, optional) (PI-15.2). What was withheld in a record was hashed
    before.
    """
    expected = sentence("judge/an-unbroken-hash-chain-of-audit-records")
    records = given.get("records")
    if not isinstance(records, list) or not records:
        return ruling("no-records", expected, "no audit record at all", "没有任何审计记录")
    before = given.get("before")
    facts = [exchange.record.facts.get(INTACT_RECORDS, ()) for exchange in view.exchanges]
    intact = frozenset(one for listed in facts for one in listed)
    fault = chain_fault(records, before if isinstance(before, list) else (), intact)
    if fault is None:
        return ruling("", expected, f"{len(records)} records", f"共 {len(records)} 条")
    return ruling(
        f"chain-{fault.slug}",
        expected,
        f"{fault.slug} at record {fault.index + 1} of {len(records)}",
        f"第 {fault.index + 1} 条：{fault.slug}",
    )


def audit_covers(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """Each of ``reads`` ({``matter``, ``object``?, ``operator``?, ``purpose``?, ``outcome``?}) has
    a record with operator, time, place and matter (PI-14.1).
    """
    expected = sentence("judge/a-record-with-operator-time-place-and")
    records = given["records"] if isinstance(given.get("records"), list) else []
    lacking = [
        (index, names) for index, record in enumerate(records) if (names := missing_facts(record))
    ]
    if lacking:
        index, names = lacking[0]
        return ruling(
            f"audit-without-{names[0].replace('_', '-')}",
            expected,
            f"record {index + 1} lacks {', '.join(names)}",
        )
    reads = [
        Read(**{name: str(read[name]) for name in _READ_MEMBERS if name in read})
        for read in given["reads"]
    ]
    missing = uncovered(records, reads)
    told = ", ".join(dict.fromkeys(read.matter for read in missing))
    en, zh = (
        (f"no record of {told}", f"缺少记录：{told}")
        if missing
        else (f"{len(reads)} reads on record", f"{len(reads)} 次读取均有记录")
    )
    return ruling("read-without-record" if missing else "", expected, en, zh)


def _asked_at(view: StepView) -> datetime | None:
    """When the last exchange of a step began."""
    return instant(view.last.record.started_at) if view.last is not None else None


def officer_notice_in_time(
    given: Mapping[str, Any], view: StepView, context: JudgingContext
) -> Ruling:
    """Each of ``notices`` was filed with the postal authority and announced within 7 working days,
    with CAC within 30 (PI-11.2).

    ``now`` (RFC 3339; else the time of the exchange) says whether something missing is late.
    ``clocks`` may name one of POSTAL, ANNOUNCEMENT, CAC.
    A day in a year without a published calendar is a warning that says so: nothing is guessed.
    """
    expected = sentence("judge/filed-and-announced-within-7-working-days")
    notices = given["notices"] if isinstance(given.get("notices"), list) else [given.get("notice")]
    now = instant(given.get("now")) or _asked_at(view)
    wanted = given.get("clocks") or ["POSTAL", "ANNOUNCEMENT", "CAC"]
    found = [
        clock
        for notice in notices
        if isinstance(notice, Mapping)
        for clock in _clocks(notice, wanted, now, context)
    ]
    if not found:
        return ruling("no-notice", expected, "no notice of a change", "没有变更公告")
    late = [told for outcome, told in found if outcome is Outcome.FAIL]
    unknown = [told for outcome, told in found if outcome is Outcome.WARN]
    if late:
        return Ruling(Outcome.FAIL, "late", expected, _joined(late))
    if unknown:
        return Ruling(Outcome.WARN, "calendar-not-published", expected, _joined(unknown))
    return Ruling(Outcome.PASS, "", expected, _joined([told for _, told in found]))


def notice_as_entered(
    given: Mapping[str, Any], _view: StepView, _context: JudgingContext
) -> Ruling:
    """The notice ``notice_id`` among ``notices`` tells the moment of the change, in whatever offset
    (PI-11.2).
    """
    wanted = instant(given["changed_at"])
    expected = sentence("judge/the-notice-with-changed-at", changed_at=given["changed_at"])
    if wanted is None:
        raise BlockedError(f"changed_at is {show(given['changed_at'])}, which is no time")
    notices = mappings(given["notices"])
    told = [one.get("changed_at") for one in notices if one.get("notice_id") == given["notice_id"]]
    if not told:
        return ruling("no-notice", expected, "not among the notices", "公告中没有此项")
    fault = "" if instant(told[0]) == wanted else "changed-at-differs"
    return ruling(fault, expected, str(told[0]))


def _joined(texts: Iterable[Text]) -> Text:
    unique = list(dict.fromkeys(texts))
    return Text("; ".join(text.en for text in unique), "；".join(text.zh for text in unique))


def _clocks(
    notice: Mapping[str, Any], wanted: Sequence[str], now: datetime | None, context: JudgingContext
) -> Iterable[tuple[Outcome, Text]]:
    changed = instant(notice.get("changed_at"))
    if changed is None:
        yield Outcome.FAIL, sentence("judge/changed-at-is-no-time")
        return
    listed = notice.get("filings")
    filings: list[Any] = listed if isinstance(listed, list) else []
    filed = {
        str(filing.get("authority")): instant(filing.get("filed_at"))
        for filing in filings
        if isinstance(filing, Mapping)
    }
    done = {
        "POSTAL": filed.get("POSTAL"),
        "CAC": filed.get("CAC"),
        "ANNOUNCEMENT": instant(notice.get("announced_at")),
    }
    for clock in wanted:
        deadline = context.calendar.deadline(changed, CAC_DAYS if clock == "CAC" else POSTAL_DAYS)
        yield _on_clock(clock, deadline, done.get(clock), now)


def _on_clock(
    clock: str, deadline: datetime | NotKnown, done: datetime | None, now: datetime | None
) -> tuple[Outcome, Text]:
    if isinstance(deadline, NotKnown):
        return Outcome.WARN, sentence(
            "judge/not-known-the-calendar-of-is-not", clock=clock, year=deadline.year
        )
    last = (deadline.astimezone(BEIJING)).strftime("%Y-%m-%d %H:%M")
    moment = done or now
    late = moment is not None and moment >= deadline
    if done is None:
        told = sentence("judge/nothing-yet-due-before", clock=clock, last=last)
    else:
        day = done.astimezone(BEIJING).strftime("%Y-%m-%d")
        told = sentence("judge/on-due-before", clock=clock, day=day, last=last)
    return (Outcome.FAIL if late else Outcome.PASS), told


PRIVACY_RULES: Final[
    Mapping[str, Callable[[Mapping[str, Any], StepView, JudgingContext], Ruling]]
] = {
    "audit-chain-intact": audit_chain_intact,
    "audit-covers": audit_covers,
    "label-deidentified": label_deidentified,
    "label-image-agrees": label_image_agrees,
    "label-payloads-clean": label_payloads_clean,
    "notice-as-entered": notice_as_entered,
    "officer-notice-in-time": officer_notice_in_time,
}
"""Named judgements of level privacy, by the name that scenarios use."""
