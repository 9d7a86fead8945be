"""The verdict on a recording: what was seen in it, folded as in a run. It never certifies: nothing
was asked on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from jidi.judge import NAMED, Case, fold, judge_sweeps, settle
from jidi.language.expressions import ABSENT, point
from jidi.language.views import ExchangeView, StepView, header_value
from jidi.model.journal import ExchangeRecord, JournalRecord
from jidi.model.requirement import Requirement
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome, RequirementVerdict, RunVerdict, RunWord
from jidi.passive.rules.answer_rules import answer_observations
from jidi.passive.rules.creations import creation_observations
from jidi.passive.rules.observations import Observation, RecordedContext
from jidi.passive.rules.passing import passing_observations
from jidi.passive.rules.push_rules import push_observations
from jidi.passive.rules.sent_consignments import outgoing_observations
from jidi.passive.rules.shipment_rules import event_observations

_TOLD: Final = 5
_NOT_SHOWN: Final = Text("the recording shows nothing of it", "录制内容未涉及此要求")
_OF_RUNS: Final = frozenset({"sweep/no-internals"})
"""Sweeps that read values; for a recording a fact found before redaction stands in."""

EXPECTED: Final[Mapping[str, Text]] = {
    "audit-chain": Text("audit records whose hashes and links hold", "审计记录的哈希与链接成立"),
    "challenge": Text("401 with WWW-Authenticate", "401 应答带有 WWW-Authenticate"),
    "clear-text": Text("no personal data over clear-text http", "不经明文 http 传输"),
    "credential": Text("nothing is served without a credential", "无凭证则不提供服务"),
    "bundle-digest": Text("the digest of the published schemas", "已发布模式的摘要值"),
    "deprecation": Text(
        "Deprecation and Sunset headers that agree with discovery",
        "Deprecation 与 Sunset 头部与发现文档一致",
    ),
    "event-content": Text("the same content under the same event id", "同一事件标识对应相同内容"),
    "event-sequence": Text("sequences without gap and without double use", "序号连续且不重复使用"),
    "idempotency": Text(
        "the first result again for the same key and body, a refusal for another body",
        "相同幂等键与正文返回首次结果，不同正文被拒",
    ),
    "identity-number": Text("no identity number in an answer", "应答中无身份证件号码"),
    "token-kept": Text(
        "a token with Cache-Control: no-store", "令牌应答带有 Cache-Control: no-store"
    ),
    "internals": Text("nothing of the inside of the system", "不暴露系统内部信息"),
    "invalid-refused": Text("what breaks the schema is refused", "不符合模式的请求被拒绝"),
    "label": Text(
        "a label that hides a character of the name, six digits of the number, unit and room",
        "面单隐去姓名至少一字、电话至少六位及单元户室号",
    ),
    "limits": Text(
        "declared limits inside the bounds of the profile", "声明的限值在配置规定的范围内"
    ),
    "media-type": Text("a documented media type", "契约所载的媒体类型"),
    "node-groups": Text("events of the four node groups", "四类节点的事件齐全"),
    "pages": Text("no item twice over page borders", "跨页无重复项"),
    "personal-values": Text(
        "no personal value outside its allowed place, in whatever spelling",
        "个人信息不得以任何形式出现在允许位置之外",
    ),
    "problem": Text(
        "an application/problem+json body of a published type",
        "公布类型的 application/problem+json 正文",
    ),
    "push-and-pull": Text(
        "pushed and pulled events that are equal field by field", "推送与拉取的事件逐字段一致"
    ),
    "push-repeats": Text("the same webhook-id, the same bytes", "相同 webhook-id 对应相同字节"),
    "push-schema": Text("pushes that are valid under the schema", "推送符合模式"),
    "push-signature": Text(
        "a Standard Webhooks v1 signature, in time", "带有时间窗内的 Standard Webhooks v1 签名"
    ),
    "read-back": Text("values that read back as they were sent", "读回内容与所发一致"),
    "receipt-digest": Text("a receipt with the digest of what was sent", "回执载有所发正文的摘要"),
    "schema": Text(
        "answers that are valid under the schema, named rules included", "应答符合模式及命名规则"
    ),
    "standard-version": Text(
        "Standard-Version on every answer, and no silent fall-back",
        "每个应答均带 Standard-Version，且不静默回退",
    ),
    "status-documented": Text("a documented status", "契约所载的状态码"),
    "transitions": Text("a legal course of states", "合法的状态变化过程"),
    "unsigned-push": Text("an unsigned push is refused", "未签名的推送被拒绝"),
    "believed-push": Text(
        "a push that is signed wrongly, or too old, is refused", "签名错误或过期的推送被拒绝"
    ),
    "events-kept": Text("events shown as they were accepted", "事件按受理时的内容展示"),
    "events-passed-on": Text("events passed on as they came", "事件按收到时的内容转发"),
    "consignments-passed-on": Text(
        "consignments passed on as they came", "寄递单按收到时的内容转发"
    ),
    "outgoing-consignment": Text(
        "consignments that are valid under the schema", "所发寄递单符合模式"
    ),
    "outgoing-repeats": Text("one key, one body", "一个幂等键对应一个正文"),
    "valid-accepted": Text("what meets the schema is accepted", "符合模式的请求予以受理"),
}
"""What each check wants, by its name."""


def judge_recording(
    records: Sequence[JournalRecord], case: Case, context: RecordedContext
) -> RunVerdict:
    """The verdict over ``case`` from the records of a recording alone. Its word is never one that
    certifies.
    """
    complete = any(
        record["kind"] == "run-finished" and record.get("reason") == "completed"
        for record in records
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
    recorded = records[0].get("run", {}).get("recording", {}) if records else {}
    passed = recorded.get("passed_over", {}).get("entries", {})
    return sum(passed.values()) if isinstance(passed, Mapping) else 0


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
    views = [
        ExchangeView(cast("ExchangeRecord", record))
        for record in records
        if record["kind"] == "exchange"
    ]
    grouped: dict[tuple[str, str], list[Observation]] = {}
    for one in _observations(views, context):
        if one.requirement in case.requirements:
            grouped.setdefault((one.check, one.requirement), []).append(one)
    for (check, requirement), seen in grouped.items():
        yield _verdict(check, requirement, seen)
    yield from (
        verdict
        for verdict in judge_sweeps(records, case.requirements)
        if verdict.check not in _OF_RUNS
    )


def _observations(views: Sequence[ExchangeView], context: RecordedContext) -> Iterable[Observation]:
    sent = [view for view in views if view.record["direction"] == "sent"]
    shown = any(header_value(view.request.headers, "authorization") is not ABSENT for view in sent)
    for view in sent:
        if view.status is not None:
            # Browsers leave credentials out of what they export, and a client certificate shows
            # nowhere: then their absence says nothing.
            yield from (
                one
                for one in answer_observations(view, context)
                if shown or one.check != "credential"
            )
    received = [view for view in views if view.record["direction"] == "received"]
    yield from push_observations(
        [view for view in received if not view.record["operation"]], context
    )
    yield from outgoing_observations([view for view in received if view.record["operation"]])
    yield from creation_observations(sent, context)
    yield from event_observations(views, context)
    yield from passing_observations(views, context)
    yield from _limits(sent, context)


def _limits(views: Sequence[ExchangeView], context: RecordedContext) -> Iterator[Observation]:
    view = next(
        (
            view
            for view in views
            if view.record["operation"] == "getDiscovery" and view.status == 200
        ),
        None,
    )
    if view is not None and isinstance(context.judging.discovery, Mapping):
        bounds = {"bounds": context.judging.target.get("bounds", ())}
        ruling = NAMED["limits-within-bounds"](
            bounds, StepView("recorded", (view,), {}, ()), context.judging
        )
        yield Observation("limits", "DS-05.1", view.record["id"], ruling.reason, ruling.actual)
        yield from _bundle_digest(view, context)


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
            "bundle-digest", "DS-10.1", view.record["id"], fault, Text(declared, declared)
        )


def _verdict(check: str, requirement: str, seen: Sequence[Observation]) -> CheckVerdict:
    hard = [one for one in seen if one.fault and not one.soft]
    bad = hard or [one for one in seen if one.fault]
    expected = EXPECTED.get(check, Text(check, check))
    if not bad:
        return CheckVerdict(
            f"recording/{check}",
            requirement,
            Outcome.PASS,
            "",
            expected,
            Text(f"{len(seen)} looked at", f"共检查 {len(seen)} 处"),
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
        Outcome.FAIL if hard else Outcome.WARN,
        bad[0].fault,
        expected,
        actual,
        exchanges,
    )
