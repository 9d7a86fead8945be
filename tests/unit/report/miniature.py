"""A small run record that holds every outcome, and one full of hostile strings."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from msgspec import structs
from tests.unit.judge.journals import header, typed

from jidi.model.journal import ExchangeRecord, HeaderSelection, HeaderTarget, JournalRecord
from jidi.model.profile import Profile
from jidi.model.requirement import Modality, Requirement
from jidi.model.run import RunRecord
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, Outcome, RequirementVerdict, RunVerdict, RunWord

DIGEST = "sha256:" + "ab" * 32

# What a hostile candidate may send; each string would do harm in at least one format.
HOSTILE: dict[str, str] = {
    "ansi": "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x1b[2J",
    "script": "</script><script>window.__owned = 1</script><img src=x onerror='window.__owned = 2'>",
    "svg": '"><svg onload=window.__owned=3><a href="javascript:window.__owned=4">x</a>',
    "formula": "=cmd|'/c calc'!A1",
    "bidi": "waybill\u202e4321\u202c and \u2066isolate\u2069\u200b",
    "nul": "before\x00after",
    "surrogate": "half \ud800 pair",
    "markdown": "[click](javascript:alert(1)) ![x](http://evil.example/x.png) | `code` | **bold** @someone #12 <b>b</b> ~~s~~ $x$ www.evil.example\n"
    "# heading\n```\nfence",
    "cdata": "]]><evil/>]]>",
    "rich": "[bold red]markup[/] [link=http://evil.example]x[/link] :smile:",
    "shell": "'; touch /tmp/owned; echo '$(touch /tmp/owned)`touch /tmp/owned`\"",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "long": "长" * 5_000,
}


def text(value: str) -> Text:
    return Text(value, f"{value}（中）")


def requirement(name: str, title: Text, sentence: Text, modality: Modality = "MUST") -> Requirement:
    document, article = name.split(".", 1)[0].split("-")
    return Requirement(
        id=name,
        document="PI" if document == "PI" else "DS",
        article=int(article),
        title=title,
        roles=("courier",),
        modality=modality,
        established="tested",
        applies_from="2026-01-01",
        text=sentence,
        observable=Text(f"What the wire shows for {name}.", f"{name} 在线上可见的内容。"),
        negative_cases=(),
        checked=("courier",),
    )


CONSIGNMENT = Text("Consignment data", "寄件数据")
TRACKING = Text("Tracking data", "轨迹数据")
SECURITY = Text("Security", "安全")
MINIMUM = Text("Minimum collection", "最小必要")

REQUIREMENTS: dict[str, Requirement] = {
    row.id: row
    for row in (
        requirement(
            "DS-01.2",
            CONSIGNMENT,
            Text(
                "A valid consignment is accepted and acknowledged with a receipt.",
                "有效的寄件数据应被接受，并以回执确认。",
            ),
        ),
        requirement(
            "DS-01.3",
            CONSIGNMENT,
            Text(
                "An invalid consignment is refused with every fault named.",
                "无效的寄件数据应被拒绝，并逐一指出错误。",
            ),
        ),
        requirement(
            "DS-01.7",
            CONSIGNMENT,
            Text("A repeated key returns the first result.", "重复提交应返回首次结果。"),
        ),
        requirement(
            "DS-02.1",
            TRACKING,
            Text("A finished shipment shows the four node groups.", "完成的快件应显示四类节点。"),
            "SHOULD",
        ),
        requirement(
            "DS-02.3",
            TRACKING,
            Text("An event is available within the declared limit.", "事件应在声明的时限内可取。"),
        ),
        requirement(
            "DS-02.5",
            TRACKING,
            Text(
                "Pushes are signed and retried until acknowledged.", "推送应签名，并重试直至确认。"
            ),
        ),
        requirement(
            "DS-08.1",
            SECURITY,
            Text("TLS 1.2 or better guards every address.", "所有地址均须使用 TLS 1.2 及以上。"),
        ),
        requirement(
            "DS-08.2",
            SECURITY,
            Text(
                "Every operation but the public ones needs a live credential.",
                "除公开操作外，均须有效凭据。",
            ),
        ),
        requirement(
            "DS-08.4",
            SECURITY,
            Text(
                "No input makes a 5xx or shows internals.",
                "任何输入都不得导致 5xx 或泄露内部信息。",
            ),
        ),
        requirement("DS-08.6", SECURITY, Text("A risk assessment exists.", "应有风险评估。")),
        requirement(
            "PI-07.1",
            MINIMUM,
            Text("Excess personal fields are refused.", "超范围的个人信息字段应被拒绝。"),
        ),
        requirement(
            "PI-07.2",
            MINIMUM,
            Text(
                "No answer shows more personal data than its scope allows.",
                "任何响应不得超出授权范围展示个人信息。",
            ),
        ),
    )
}


# The generated phase as it stands in a journal: a plan, two summaries, and a finding that bears on no requirement.
GENERATED: tuple[JournalRecord, ...] = tuple(
    map(
        typed,
        (
            {"kind": "generated", "part": "plan", "seed": 42, "checks": []},
            {
                "kind": "generated",
                "part": "shard",
                "shard": 0,
                "cases": 2_000,
                "operations": {
                    "getShipment": {"positive": {"cases": 2_000, "accepted": 1_000, "statuses": {}}}
                },
            },
            {
                "kind": "generated",
                "part": "excess",
                "operations": {"createConsignment": {"cases": 48}},
            },
            {
                "kind": "generated-finding",
                "operation": "getShipment",
                "check": "slow",
                "state": "observation",
                "exchange": "x000005",
                "actual": {"en": "An answer took 1.2 s.", "zh": "一次响应耗时 1.2 秒。"},
            },
        ),
    )
)


def exchange(name: str, **changes: Any) -> ExchangeRecord:
    """An exchange record as the journal holds it; ``changes`` replace members."""
    record: dict[str, Any] = {
        "kind": "exchange",
        "at": "2026-11-21T08:00:01.000+08:00",
        "id": name,
        "scenario": "consignment-accepted",
        "step": "place",
        "attempt": 0,
        "index": 0,
        "page": 0,
        "direction": "sent",
        "party": "platform-a",
        "operation": "createConsignment",
        "request": {
            "method": "POST",
            "url": "http://127.0.0.1:8080/v1/consignments",
            "headers": [
                ["Host", "127.0.0.1:8080"],
                ["User-Agent", "jidi/0.1.0"],
                ["Accept", "application/json"],
                ["Authorization", "Bearer ⟦credential:0123456789ab⟧"],
                ["Idempotency-Key", "k-1"],
                ["Content-Type", "application/json"],
                ["Content-Length", "45"],
            ],
            "body": {
                "text": '{"order_no":"E20261121","recipient":"张三丰"}',
                "digest": DIGEST,
                "size": 49,
                "truncated": False,
            },
        },
        "response": {
            "status": 201,
            "headers": [["Content-Type", "application/json"], ["Standard-Version", "1.0"]],
            "body": {
                "text": '{"consignment_id":"c-1","waybill_no":"JD0000000001","accepted":true,"weight":12.50}',
                "digest": DIGEST,
                "size": 84,
                "truncated": False,
            },
        },
        "failure": None,
        "started_at": "2026-11-21T08:00:01.000+08:00",
        "started": 1.0,
        "finished": 1.012,
        "redactions": [],
        "facts": {},
    }
    made = typed(record | changes)
    assert isinstance(made, ExchangeRecord)
    return made


def check(requirement_id: str, name: str, outcome: Outcome, **changes: Any) -> CheckVerdict:
    filled: dict[str, Any] = (
        {} if outcome is Outcome.PASS else {"reason": f"{name.rsplit('/', 1)[-1]}-{outcome.value}"}
    )
    return CheckVerdict(
        check=name, requirement=requirement_id, outcome=outcome, **(filled | changes)
    )


def exchanges() -> dict[str, ExchangeRecord]:
    push = exchange(
        "x000003",
        direction="received",
        receiver="hook",
        party="",
        operation="",
        scenario="push-retried",
        step="first",
        request={
            "method": "POST",
            "url": "http://127.0.0.1:9000/hook",
            "headers": [
                ["Content-Type", "application/json"],
                ["webhook-id", "msg_1"],
                ["webhook-signature", "v1,AAAA"],
            ],
            "body": {
                "text": '{"id":"msg_1","type":"shipment.events"}',
                "digest": DIGEST,
                "size": 39,
            },
        },
        response={"status": 503, "headers": [], "body": {}},
    )
    dead = exchange(
        "x000004",
        scenario="tls-floor",
        step="old",
        response=None,
        failure={"kind": "timeout", "detail": "no complete answer within 10 s"},
        finished=11.0,
    )
    binary = exchange(
        "x000005",
        scenario="garbage",
        step="raw",
        response={
            "status": 500,
            "headers": [["Content-Type", "application/octet-stream"]],
            "body": {"base64": "AAEC/w=="},
        },
    )
    found = [exchange("x000001"), exchange("x000002", step="again", attempt=1), push, dead, binary]
    return {entry.id: entry for entry in found}


def verdicts() -> tuple[RequirementVerdict, ...]:
    """One requirement verdict for each outcome."""

    def row(
        name: str, outcome: Outcome, *checks: CheckVerdict, reason: Text | None = None
    ) -> RequirementVerdict:
        return RequirementVerdict(name, outcome, checks, reason or Text("", ""))

    return (
        row(
            "DS-01.2",
            Outcome.PASS,
            check(
                "DS-01.2",
                "consignment-accepted/place/receipt",
                Outcome.PASS,
                exchanges=("x000001",),
            ),
        ),
        row(
            "DS-01.3",
            Outcome.FAIL,
            check(
                "DS-01.3",
                "consignment-refused[phone]/place/status",
                Outcome.PASS,
                exchanges=("x000001",),
            ),
            check(
                "DS-01.3",
                "consignment-refused[phone]/place/pointers",
                Outcome.FAIL,
                reason="pointer-missing",
                expected=Text("A fault at /recipient/phone", "在 /recipient/phone 处指出错误"),
                actual=Text("201: the consignment was accepted", "201：该寄件数据被接受"),
                exchanges=("x000002", "x000001"),
            ),
        ),
        row(
            "DS-01.7",
            Outcome.UNSTABLE,
            check(
                "DS-01.7",
                "twins/race/status",
                Outcome.UNSTABLE,
                actual=Text("201, then 500", "先 201，后 500"),
                exchanges=("x000002",),
            ),
        ),
        row(
            "DS-02.1",
            Outcome.WARN,
            check(
                "DS-02.1",
                "trajectory/read/groups",
                Outcome.WARN,
                actual=Text("no sorting event", "没有分拣事件"),
            ),
        ),
        row("DS-02.3", Outcome.NONE),
        row(
            "DS-02.5",
            Outcome.WAIVED,
            check("DS-02.5", "push-retried/first/signature", Outcome.FAIL, exchanges=("x000003",)),
            reason=text("Waived until 2027-01-01 by the lab."),
        ),
        row(
            "DS-08.1",
            Outcome.NOT_APPLICABLE,
            reason=Text("The address is a loopback.", "地址为环回地址。"),
        ),
        row(
            "DS-08.2",
            Outcome.CONFIG_ERROR,
            check(
                "DS-08.2",
                "credentials/expired/status",
                Outcome.CONFIG_ERROR,
                exchanges=("x000004", "x999999"),
            ),
        ),
        row(
            "DS-08.4",
            Outcome.HARNESS_ERROR,
            check("DS-08.4", "garbage/raw/status", Outcome.HARNESS_ERROR, exchanges=("x000005",)),
        ),
        row(
            "DS-08.6",
            Outcome.ATTESTED,
            reason=Text("Statement of 2026-10-01.", "2026-10-01 的声明。"),
        ),
        row(
            "PI-07.1",
            Outcome.NOT_EXERCISED,
            check(
                "PI-07.1",
                "excess/place/status",
                Outcome.NOT_EXERCISED,
                reason="driver-action-missing",
                actual=text("The driver cannot record-scan"),
            ),
        ),
        row(
            "PI-07.2",
            Outcome.PASS,
            check("PI-07.2", "canaries/all/canaries", Outcome.PASS, exchanges=("x000001",)),
        ),
    )


def record(
    word: RunWord = "not-conformant",
    *,
    complete: bool = True,
    selected: bool = False,
    rows: tuple[RequirementVerdict, ...] | None = None,
) -> RunRecord:
    """A run record with one requirement for each outcome, or with ``rows``."""
    chosen = verdicts() if rows is None else rows
    found = exchanges()
    return RunRecord(
        directory=Path("/runs/miniature"),
        header=header(
            id="run-0123456789ab",
            seed=42,
            nonce="0123456789ab",
            target={
                "name": "Example Courier",
                "role": "courier",
                "base_url": "http://127.0.0.1:8080",
                "driver": "http",
            },
            profile={"id": "courier-core", "version": "1.0", "digest": DIGEST},
            ledger_digest=DIGEST,
            schema_bundle_digest=DIGEST,
            discovery={
                "standard": "express-data-sharing",
                "role": "courier",
                "legal_entity": {"name": "示例快递有限公司"},
            },
        ),
        started_at="2026-11-21T08:00:00.000+08:00",
        finished_at="2026-11-21T08:00:41.500+08:00",
        verdict=RunVerdict(word, "courier", "core", "courier-core", complete, selected, chosen),
        profile=Profile(
            "courier-core",
            "1.0",
            "courier",
            "core",
            Text("Courier, core", "快递企业核心级"),
            tuple(REQUIREMENTS),
            (),
            DIGEST,
        ),
        requirements=REQUIREMENTS,
        scenarios={},
        exchanges=found,
        journal=(*found.values(), *GENERATED),
    )


def passing() -> RunRecord:
    """A conformant run: every requirement passed by one check."""
    rows = tuple(
        RequirementVerdict(
            name,
            Outcome.PASS,
            (
                check(
                    name, "consignment-accepted/place/receipt", Outcome.PASS, exchanges=("x000001",)
                ),
            ),
        )
        for name in REQUIREMENTS
    )
    return record("conformant", rows=rows)


def hostile() -> RunRecord:
    """A run in which the candidate put each hostile string wherever it could."""
    found: dict[str, ExchangeRecord] = {}
    checks = []
    for number, (kind, value) in enumerate(HOSTILE.items(), start=1):
        name = f"x{number:06d}"
        found[name] = exchange(
            name,
            scenario=f"hostile[{kind}]",
            request={
                "method": "POST",
                "url": f"http://127.0.0.1:8080/v1/{value[:200]}",
                "headers": [["X-Sent", value[:200]], [value[:50], "name"]],
                "body": {"text": value, "size": len(value)},
            },
            response={
                "status": 200,
                "headers": [["X-Hostile", value[:200]], [value[:50], "x"]],
                "body": {"text": f'{{"value": "{value}"}}', "size": len(value)},
            },
        )
        told = Text(value, value)
        checks.append(
            CheckVerdict(
                f"hostile[{kind}]/place/{value[:60]}",
                "DS-01.3",
                Outcome.FAIL,
                value[:60],
                told,
                told,
                (name,),
            )
        )
    rows = (
        RequirementVerdict(
            "DS-01.3", Outcome.FAIL, tuple(checks), Text(HOSTILE["script"], HOSTILE["script"])
        ),
    )
    made = record(rows=rows)
    named = structs.replace(
        made.header,
        target=HeaderTarget(
            name=HOSTILE["script"] + HOSTILE["ansi"],
            role="courier",
            base_url=HOSTILE["markdown"],
            driver="http",
        ),
        kit_version=HOSTILE["surrogate"] + HOSTILE["cdata"],
        python=HOSTILE["template"] + HOSTILE["rich"],
        selection=HeaderSelection(scenarios=tuple(HOSTILE.values())),
        discovery=dict(HOSTILE),
    )
    return dataclasses.replace(made, header=named, exchanges=found, journal=tuple(found.values()))


def big(count: int) -> RunRecord:
    """A run with ``count`` exchanges, all of them evidence for one requirement's checks."""
    made = record()
    found = {
        f"x{number:06d}": exchange(f"x{number:06d}", scenario=f"load[{number % 97}]")
        for number in range(count)
    }
    checks = tuple(
        check("DS-01.2", f"load[{name}]/place/status", Outcome.PASS, exchanges=(name,))
        for name in found
    )
    rows = (RequirementVerdict("DS-01.2", Outcome.PASS, checks), *verdicts()[1:])
    return dataclasses.replace(
        made,
        exchanges=found,
        journal=tuple(found.values()),
        verdict=dataclasses.replace(made.verdict, requirements=rows),
    )
