"""Kinds of step in which the kit is called: what arrives, what does not, and how it answers."""

from __future__ import annotations

from typing import Any, Final

from jidi.language.words.forms import Argument, Schema, StepKind
from jidi.language.words.shapes import (
    AFTER,
    BOOLEAN,
    DURATION,
    LIST,
    NAME,
    OPERATION,
    SLUG,
    WHERE,
    either,
    integer,
    or_given,
)
from jidi.model.text import Text

_SOURCE: Final = (
    Argument(
        "receiver",
        Text("A receiver of this scenario.", "本场景的接收端。"),
        NAME,
    ),
    Argument("courier", Text("A courier of this scenario.", "本场景的快递企业。"), NAME),
    Argument(
        "op",
        Text(
            "Operation of the courier's API that the candidate calls; any when absent.",
            "受测方所调用的快递企业接口操作；缺省为任一操作。",
        ),
        OPERATION,
    ),
    Argument(
        "where",
        Text(
            "What a message must hold to count: at a receiver members of the envelope or of one "
            "event, at a courier what the request is about, a parameter, a member of its body, or "
            "a pointer into it.",
            "消息须载明何值方才计入：在接收端为信封或某一事件的成员，"
            "在快递企业处为请求所涉对象、参数、正文成员或指向正文的指针。",
        ),
        WHERE,
    ),
)
_ONE_SOURCE: Final[dict[str, Any]] = {
    "oneOf": [{"required": ["receiver"]}, {"required": ["courier"]}],
    "dependentRequired": {"op": ["courier"]},
}
RECEIVE: Final = StepKind(
    name="receive",
    text=Text(
        "Pushes arrive at a receiver, or requests of the candidate at a courier that the kit "
        "plays. What that courier answered, without a `fault` step, so that it is sent again (a "
        "dead token) is recorded but not counted.",
        "推送到达接收端，或受测方的请求到达测试工具扮演的快递企业。"
        "该企业未经 `fault` 步骤而令其重发的请求（如令牌失效）仅作记录，不计数。",
    ),
    example="""\
- id: told
  receive: {receiver: hook, where: {waybill_no: $number}, at-least: 1, within: 5, after: scan}""",
    arguments=(
        *_SOURCE,
        Argument("within", Text("Time allowed.", "时限。"), DURATION, True),
        Argument(
            "exactly",
            Text("Number of messages, no more and no less.", "消息的确切数目。"),
            or_given(integer(0)),
        ),
        Argument(
            "at-least",
            Text("Least number of messages; 1 when absent.", "消息的最少数目；缺省为 1。"),
            or_given(integer(1)),
        ),
        Argument(
            "settle",
            Text("How long to listen on for surplus.", "为发现多余消息而继续监听的时间。"),
            DURATION,
        ),
        AFTER,
        Argument(
            "since",
            Text(
                "Step from whose end on messages count; from the scenario's begin when absent.",
                "自该步骤结束起到达的消息方才计入；缺省自场景开始起。",
            ),
            NAME,
        ),
        Argument(
            "count",
            Text(
                "What is counted: each delivery (retries too) or distinct webhook-ids.",
                "计数对象：每次投递（含重试）或不同的 webhook-id。",
            ),
            {"enum": ["deliveries", "distinct"]},
        ),
    ),
    also={"allOf": [{"not": {"required": ["exactly", "at-least"]}}], **_ONE_SOURCE},
    leaves=("exchange", "arrivals", "wait"),
)
QUIET: Final = StepKind(
    name="quiet",
    text=Text(
        "Nothing arrives at a receiver or at a played courier.",
        "接收端或所扮演的快递企业未收到任何请求。",
    ),
    example="- id: silence\n  quiet: {receiver: hook, for: 2, after: cancel}",
    arguments=(
        *_SOURCE,
        Argument("for", Text("How long to listen.", "监听时长。"), DURATION, True),
        AFTER,
    ),
    also=_ONE_SOURCE,
    leaves=("arrivals",),
)
_REPLY_STATUS: Final = integer(200, 599)
_REPLY: Final[Schema] = either(
    _REPLY_STATUS,
    {"enum": ["drop", "lost", "normal"]},
    {
        "type": "object",
        "required": ["delay"],
        "properties": {"delay": DURATION, "status": _REPLY_STATUS},
        "unevaluatedProperties": False,
    },
    {
        "type": "object",
        "required": ["status", "problem"],
        "properties": {
            "status": integer(400, 599),
            "problem": SLUG,
            "retry-after": integer(0, 60),
        },
        "unevaluatedProperties": False,
    },
)
FAULT: Final = StepKind(
    name="fault",
    text=Text(
        "How a receiver or a played courier answers from now on: each reply once, in order, then "
        "as usual.",
        "接收端或所扮演的快递企业此后如何应答：依次各一次，随后恢复正常。",
    ),
    example="- id: trouble\n  fault: {receiver: hook, reply: [503, drop, {delay: 2, status: 204}]}",
    arguments=(
        *_SOURCE,
        Argument(
            "reply",
            Text(
                "A status, drop (close without an answer), lost (do it, then close without an "
                "answer), normal, a delay, or a status with its problem type.",
                "状态码、drop（不应答即断开）、lost（执行后不应答即断开）、normal、延迟，"
                "或状态码及其问题类型。",
            ),
            {**LIST, "items": _REPLY},
            True,
        ),
        Argument(
            "lasting",
            Text(
                "The last reply is given until another fault step for the same courier and op.",
                "最后一项应答持续使用，直至对同一快递企业与操作再设故障。",
            ),
            BOOLEAN,
        ),
    ),
    also={
        "oneOf": _ONE_SOURCE["oneOf"],
        "dependentRequired": {"op": ["courier"], "lasting": ["courier"]},
    },
)
