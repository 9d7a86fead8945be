"""Kinds of step, each with its arguments."""

from __future__ import annotations

from typing import Final

from jidi.language.words.forms import Argument, Schema, StepKind
from jidi.language.words.shapes import (
    AGAIN,
    BOOLEAN,
    DURATION,
    EXPRESSION,
    LIST,
    NAME,
    OBJECT,
    OPERATION,
    SLUG,
    SLUG_OR_MEMBER,
    TEXT,
    TEXTS,
    TRUE,
    either,
    from_case,
    or_given,
)
from jidi.model.text import Text

_CHANGE: Final[Schema] = {
    "oneOf": [
        {
            "type": "object",
            "required": ["set", "value"],
            "properties": {"set": {"type": "string", "pattern": r"^(/.*)?$|^\$"}, "value": {}},
            "unevaluatedProperties": False,
        },
        {
            "type": "object",
            "required": ["remove"],
            "properties": {"remove": {"type": "string", "pattern": r"^/.*$|^\$"}},
            "unevaluatedProperties": False,
        },
    ]
}
_PATCH: Final[Schema] = {**LIST, "items": _CHANGE}
CALL: Final = StepKind(
    name="call",
    text=Text("A request to the candidate.", "向受测方发出一次请求。"),
    example="""\
- id: place
  call: {op: createConsignment, as: platform-a, headers: {Idempotency-Key: $key}, body: $parcel}
  expect: {status: [200, 201]}""",
    arguments=(
        Argument(
            "op",
            Text("operationId, or $case.op.", "operationId，或 $case.op。"),
            either(OPERATION, {"const": "$case.op"}),
        ),
        Argument(
            "method",
            Text("HTTP method, when no operation is meant.", "不指定操作时的 HTTP 方法。"),
            either({"type": "string", "pattern": "^[A-Z]{3,10}$"}, from_case()),
        ),
        Argument(
            "url",
            Text(
                "Absolute URL, path below the version's base URL, or expression.",
                "绝对网址、版本基址下的路径或表达式。",
            ),
            TEXT,
        ),
        Argument(
            "as",
            Text(
                "Party whose credential is sent; none sends no credential.",
                "以哪一方的凭据发送；none 表示不带凭据。",
            ),
            either({"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}, from_case()),
        ),
        Argument("path", Text("Path parameters.", "路径参数。"), or_given(OBJECT)),
        Argument(
            "query",
            Text("Query parameters.", "查询参数。"),
            or_given(OBJECT),
        ),
        Argument(
            "headers",
            Text("Headers, besides those that are always sent.", "除固定头部外另加的头部。"),
            or_given({**OBJECT, "additionalProperties": {"type": ["string", "number"]}}),
        ),
        Argument("body", Text("JSON body: a value or an expression.", "JSON 正文：值或表达式。")),
        Argument(
            "raw",
            Text("Body as text, sent byte for byte.", "文本正文，逐字节发送。"),
            {"type": "string"},
        ),
        Argument(
            "type",
            Text(
                "Media type of the body; application/json when absent.",
                "正文的媒体类型；缺省为 application/json。",
            ),
            TEXT,
        ),
        Argument(
            "omit-headers",
            Text("Headers that would be sent and are not.", "本应发送而不发送的头部。"),
            TEXTS,
        ),
        Argument(
            "patch",
            Text(
                "Changes to the body, in order: {set: pointer, value} or {remove: pointer}.",
                "依次对正文作出的更改：{set: 指针, value} 或 {remove: 指针}。",
            ),
            or_given(_PATCH),
        ),
        Argument(
            "credential",
            Text(
                "Another credential than the party's: forged, or what an expression gives.",
                "不用该方的凭据：forged（伪造），或表达式给出的凭据。",
            ),
            or_given({"const": "forged"}),
        ),
        Argument(
            "misspelt",
            Text(
                "The credential is sent with more characters at its end, or with fewer.",
                "所发凭据末尾多出若干字符，或缺少若干字符。",
            ),
            {"enum": ["longer", "shorter"]},
        ),
        Argument("again", AGAIN, NAME),
    ),
    also={
        "allOf": [
            {"not": {"required": ["op", "method"]}},
            {"not": {"required": ["op", "url"]}},
            {"not": {"required": ["body", "raw"]}},
        ],
        "dependentRequired": {"method": ["url"], "url": ["method"], "misspelt": ["credential"]},
    },
    leaves=("exchange",),
)
_SIGNS: Final[dict[str, Text]] = {
    "good": Text("as the standard asks (when absent)", "符合标准（缺省）"),
    "none": Text("no signature headers", "无签名头"),
    "wrong": Text("with another secret", "用其他密钥"),
    "empty": Text("the scheme alone", "仅有方案名而无签名值"),
    "unknown-scheme": Text("under a scheme that nobody knows", "用无人知晓的签名方案"),
    "stale": Text("true to a time before the window", "时间早于窗口但签名属实"),
    "future": Text("true to a time after the window", "时间晚于窗口但签名属实"),
    "altered": Text("body changed after signing", "签名后改正文"),
    "other-id": Text("id changed after signing", "签名后改标识"),
    "other-end": Text("rightly but for the end of the signature", "仅签名末尾有误"),
    "old": Text("with the secret before the last rotation", "用最近一次轮换前的密钥"),
    "of-another": Text(
        "by another courier of the run, with its secret", "由另一家快递企业以其密钥签名"
    ),
    "among-others": Text(
        "rightly, after signatures of an unknown scheme and with another secret",
        "先列出未知方案及其他密钥的签名，再列出正确签名",
    ),
}
PUSH: Final = StepKind(
    name="push",
    text=Text(
        "One push by a played courier to the address that the candidate subscribed with; never "
        "sent again on its own.",
        "所扮演的快递企业向受测方订阅地址发送一次推送；不自行重发。",
    ),
    example="- id: told\n  push: {from: east, events: [$accepted], sign: stale}",
    arguments=(
        Argument("from", Text("A courier of this scenario.", "本场景的快递企业。"), NAME, True),
        Argument(
            "events",
            Text("Events of the envelope.", "信封内的事件。"),
            or_given({**LIST, "maxItems": 100}),
        ),
        Argument("heartbeat", Text("A heartbeat instead of events.", "以心跳代替事件。"), TRUE),
        Argument(
            "type",
            Text(
                "Media type of the push; application/json when absent.",
                "推送的媒体类型；缺省为 application/json。",
            ),
            TEXT,
        ),
        Argument(
            "raw", Text("Body as text, byte for byte.", "原样发送的正文。"), {"type": "string"}
        ),
        Argument(
            "again",
            Text(
                "Earlier push: the same id and the same bytes, signed afresh.",
                "先前的推送：相同标识与相同字节，重新签名。",
            ),
            NAME,
        ),
        Argument(
            "verbatim",
            Text("With again: the headers too, to the byte.", "与 again 同用：头部亦逐字节相同。"),
            TRUE,
        ),
        Argument(
            "id",
            Text(
                "webhook-id and envelope id, instead of a fresh one.",
                "指定 webhook-id 与信封标识。",
            ),
            or_given(TEXT),
        ),
        Argument(
            "patch",
            Text(
                "Changes to the envelope before it is signed, as in a call.",
                "签名前对信封的更改，同 call。",
            ),
            {**LIST, "items": _CHANGE},
        ),
        Argument(
            "pad-to",
            Text(
                "Blanks after the JSON text up to this many bytes.",
                "在 JSON 文本后补空格至该字节数。",
            ),
            DURATION,
        ),
        Argument(
            "sign",
            Text(
                "; ".join(f"{name}: {text.en}" for name, text in _SIGNS.items()) + ".",
                "；".join(f"{name}：{text.zh}" for name, text in _SIGNS.items()) + "。",
            ),
            {"enum": list(_SIGNS)},
        ),
    ),
    also={
        "oneOf": [{"required": [name]} for name in ("events", "heartbeat", "raw", "again")],
        "dependentRequired": {"verbatim": ["again"]},
    },
    leaves=("exchange",),
)
WAIT: Final = StepKind(
    name="wait",
    text=Text("Time passes.", "等待一段时间。"),
    example="- id: later\n  wait: {for: {of: $discovery#/limits/token_life_s, plus: 1}}",
    arguments=(Argument("for", Text("How long.", "时长。"), DURATION, True),),
)
DRIVE_ARGUMENTS: Final = (
    Argument(
        "action",
        Text("Sandbox action, by its name.", "沙箱动作名。"),
        SLUG,
        True,
    ),
    Argument(
        "parameters",
        Text(
            "Parameters of the action, or an expression that gives them.",
            "动作的参数，或给出参数的表达式。",
        ),
        or_given({"type": "object"}),
    ),
    Argument(
        "sequence",
        Text(
            "The action several times, one after the other: parameters of each, laid over the "
            "common ones; or a list (each), of which each item is the parameter named (as).",
            "依次多次执行该动作：各次的参数，覆盖公共参数；或一个列表（each），"
            "其各项即所名参数（as）。",
        ),
        either(
            {**LIST, "maxItems": 100, "items": {"type": "object"}},
            {
                "type": "object",
                "required": ["each", "as"],
                "properties": {"each": EXPRESSION, "as": SLUG_OR_MEMBER},
                "unevaluatedProperties": False,
            },
        ),
    ),
    Argument(
        "may-fail",
        Text(
            "The candidate may refuse; the scenario goes on.",
            "受测方可以拒绝，场景继续。",
        ),
        BOOLEAN,
    ),
)
DRIVING: Final = StepKind(
    name="drive",
    text=Text("An action of the candidate through its driver.", "经由驱动让受测方执行一个动作。"),
    example="""\
- id: scans
  drive:
    action: record-scan
    parameters: {waybill_no: $place.body#/waybill_no}
    sequence: [{event_code: ACCEPTED}, {event_code: DEPARTED}]""",
    arguments=DRIVE_ARGUMENTS,
    leaves=("results",),
)
DO: Final = StepKind(
    name="do",
    text=Text("A named action of the kit.", "测试工具的一个具名动作。"),
    example="- id: tls\n  do: {name: probe-tls}",
    arguments=(
        Argument("name", Text("Name of the action.", "动作名。"), SLUG, True),
        Argument("with", Text("Its arguments.", "动作的参数。"), {"type": "object"}),
    ),
    leaves=("exchange",),
)
