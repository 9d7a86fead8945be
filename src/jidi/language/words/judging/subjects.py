"""What a check looks at."""

from __future__ import annotations

from typing import Final

from jidi.language.words.forms import Subject
from jidi.language.words.shapes import (
    EXPRESSION,
    LIST,
    MEDIA_TYPE,
    SLUG,
    STATUS,
    TEXT,
    TRUE,
    either,
    one_or_more,
    or_given,
)
from jidi.model.text import Text

_ANSWERED: Final = ("call", "push", "do")
"""Steps in which the candidate answers."""
_SEEN: Final = (*_ANSWERED, "receive")
CANARY_PARTS: Final = (
    "name",
    "phone",
    "virtual-number",
    "address-detail",
    "room",
    "item",
    "remark",
    "extension",
)
_SIDES: Final = "sender|recipient|parcel"
_CANARY_KIND: Final = {
    "type": "string",
    "pattern": f"^(?:(?:{_SIDES})(?:-(?:{'|'.join(CANARY_PARTS)}))?|{'|'.join(CANARY_PARTS)})$",
}
_POINTER: Final = {
    "anyOf": [
        {"type": "string", "pattern": "^(/.*)?$"},
        EXPRESSION,
        {
            "type": "object",
            "required": ["pointer"],
            "properties": {"pointer": {"type": "string"}, "keyword": {"type": "string"}},
            "unevaluatedProperties": False,
        },
    ]
}

SUBJECTS: Final = (
    Subject(
        name="status",
        text=Text(
            "The status of the answer (with at-once: of every one). When it fails, the other "
            "checks of the step are not made.",
            "应答状态码（用 at-once 时为每一个）。不符时不再进行本步骤的其他检验。",
        ),
        example="- {id: accepted, req: DS-01.1, status: [200, 201]}",
        schema=STATUS,
        on=_ANSWERED,
    ),
    Subject(
        name="schema",
        text=Text(
            "The body holds under this schema and its rules: of the answer, of every page, or of "
            "every message that arrived.",
            "正文符合该模式及其规则：应答正文、每一页，或到达的每条消息。",
        ),
        example="- {id: shape, req: DS-02.1, schema: event-page}",
        schema=or_given({"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}),
        on=_SEEN,
    ),
    Subject(
        name="media-type",
        text=Text(
            "Media type of the answer, or a list of those allowed.",
            "应答的媒体类型，或所允许类型的列表。",
        ),
        example="- {id: json, req: DS-05.1, media-type: application/json}",
        schema=one_or_more(MEDIA_TYPE),
        on=_ANSWERED,
    ),
    Subject(
        name="problem",
        text=Text(
            "The answer is a valid problem of this type, or of one of a list; any takes every type "
            "of the code list.",
            "应答为该类型（或列表中之一）的有效问题正文；any 表示代码表中任一类型。",
        ),
        example="- {id: why, req: DS-08.3, problem: not-found}",
        schema=or_given(one_or_more(SLUG)),
        on=_ANSWERED,
    ),
    Subject(
        name="pointers",
        text=Text(
            "errors[] of the problem names each of these places, or one that lies around it.",
            "问题正文的 errors[] 指出每一处，或其上级位置。",
        ),
        example="- {id: where, req: DS-01.3, pointers: [/recipient/phone]}",
        schema=or_given({**LIST, "items": _POINTER}),
        on=_ANSWERED,
    ),
    Subject(
        name="signature",
        text=Text(
            "Every message is signed with one of these secrets, over its raw bytes and in time.",
            "每条消息均以所列密钥之一对原始字节签名，且在时间窗内。",
        ),
        example="- {id: signed, req: DS-02.5, signature: $secret}",
        schema=one_or_more(EXPRESSION),
        on=("receive",),
    ),
    Subject(
        name="transitions",
        text=Text(
            "The events that an expression gives follow a legal course of states.",
            "表达式给出的事件构成合法的状态变化过程。",
        ),
        example='- {id: course, req: DS-02.7, transitions: "$read.items"}',
        schema=EXPRESSION,
        on=_SEEN,
    ),
    Subject(
        name="internals",
        text=Text(
            "The answer shows nothing of the inside: stack trace, SQL, file path, version.",
            "应答不暴露内部信息：调用栈、SQL、文件路径、版本。",
        ),
        example="- {id: closed, req: DS-08.4, internals: true}",
        schema=TRUE,
        on=_ANSWERED,
    ),
    Subject(
        name="canaries",
        text=Text(
            "No personal value that the kit made up appears outside its allowed place: true goes "
            "by the table of places, none allows no place, a list of kinds allows these; an "
            "expression or a list of such says where to look, and none may be there.",
            "测试工具虚构的个人信息不得出现在允许之处以外：true 按位置表，none 不允许任何位置，"
            "类别列表允许所列类别；表达式（或其列表）指明查找之处，该处不得有任何植入值。",
        ),
        example="- {id: nothing-personal, req: PI-05.1, canaries: none}",
        schema=either(
            TRUE,
            {"const": "none"},
            {**LIST, "items": _CANARY_KIND},
            EXPRESSION,
            {**LIST, "items": EXPRESSION},
        ),
        on=_SEEN,
    ),
    Subject(
        name="absent-header",
        text=Text(
            "Header, or each header of a list, that must not be there.",
            "不得出现的头部，或列表中的每个头部。",
        ),
        example="- {id: unlimited, req: DS-08.5, absent-header: Retry-After}",
        schema=one_or_more(TEXT),
        on=_ANSWERED,
    ),
    Subject(
        name="value",
        text=Text(
            "What an expression points at, held against a matcher.",
            "表达式所指之值，与匹配方式相比。",
        ),
        example="""\
- {id: digest, req: DS-01.2, value: "$a.body#/payload_digest", equals: $a.request.digest}""",
        schema=EXPRESSION,
        on=_SEEN,
        matched=True,
    ),
    Subject(
        name="rule",
        text=Text(
            "A named judgement of the kit, or {name, with}.",
            "测试工具的具名判定，或 {name, with}。",
        ),
        example="- {id: once, req: DS-01.7, rule: same-request}",
        schema={},
        on=_SEEN,
    ),
    Subject(
        name="in-time",
        text=Text(
            "What the step waits for came within its limit. When nothing came, the other checks of "
            "the step are not made.",
            "所等待的内容在时限内到达。若未到达，不再进行本步骤的其他检验。",
        ),
        example="- {id: prompt, req: DS-02.3, in-time: true}",
        schema=TRUE,
        on=("receive", "call+eventually"),
    ),
    Subject(
        name="quiet",
        text=Text("Nothing arrived while the step listened.", "监听期间没有任何到达。"),
        example="- {id: silent, req: DS-02.9, quiet: true}",
        schema=TRUE,
        on=("quiet",),
    ),
)
