"""Shapes of values that several words take, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

from jidi.language.words.forms import Argument, Rule, Schema, described
from jidi.model.text import Text

SLUG_PATTERN: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
NAME: Final[Schema] = {"$ref": "#/$defs/name"}
EXPRESSION: Final[Schema] = {"$ref": "#/$defs/expression"}
DURATION: Final[Schema] = {"$ref": "#/$defs/duration"}
STATUS: Final[Schema] = {"$ref": "#/$defs/status"}
CONDITION: Final[Schema] = {"$ref": "#/$defs/condition"}
WHERE: Final[Schema] = {"$ref": "#/$defs/where"}
DRIVE: Final[Schema] = {"$ref": "#/$defs/drive"}
TRUE: Final[Schema] = {"const": True}
BOOLEAN: Final[Schema] = {"type": "boolean"}
TEXT: Final[Schema] = {"type": "string", "minLength": 1}
SLUG: Final[Schema] = {"type": "string", "pattern": SLUG_PATTERN}
SLUG_OR_MEMBER: Final[Schema] = {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$"}
OPERATION: Final[Schema] = {"type": "string", "pattern": "^[a-z][A-Za-z0-9]*$"}
OBJECT: Final[Schema] = {"type": "object", "minProperties": 1}
LIST: Final[Schema] = {"type": "array", "minItems": 1}
TEXTS: Final[Schema] = {"type": "array", "minItems": 1, "items": TEXT}
NUMBER: Final[Schema] = {"type": "number"}
MEDIA_TYPE: Final[Schema] = {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"}

AGAIN: Final = Text(
    "Earlier step whose request is sent again; what stands beside it is changed.",
    "重发该先前步骤的请求；并列写出的部分予以更改。",
)
"""What repeating a request says of itself, as a step and beside one."""
AFTER: Final = Argument(
    "after",
    Text("Step from which time counts.", "自该步骤结束起计时。"),
    NAME,
)


def either(*shapes: Schema) -> dict[str, Any]:
    """One of several shapes."""
    return {"anyOf": [dict(shape) for shape in shapes]}


def or_given(shape: Schema) -> dict[str, Any]:
    """That shape, or an expression that gives it."""
    return either(shape, EXPRESSION)


def one_or_more(shape: Schema) -> dict[str, Any]:
    """That shape, or a list of such."""
    return either(shape, {**LIST, "items": shape})


def integer(least: int, most: int | None = None) -> dict[str, Any]:
    """A whole number."""
    return {"type": "integer", "minimum": least, **({} if most is None else {"maximum": most})}


def from_case(names: str = "[a-z_]+") -> dict[str, str]:
    """A value that each case gives."""
    return {"type": "string", "pattern": rf"^\$case\.{names}$"}


_STATUS: Final[Schema] = either(
    integer(100, 599), {"type": "string", "pattern": "^[1-5]XX$"}, EXPRESSION
)
_AMOUNT: Final[Schema] = or_given({"type": "number", "minimum": 0})
DEFINITIONS: Final[dict[str, Schema]] = {
    "text": {
        **described(
            Text(
                "One text in both languages; neither may be left out.",
                "同一文本的两种语言，缺一不可。",
            )
        ),
        "type": "object",
        "required": ["en", "zh"],
        "properties": {
            "en": {"type": "string", "pattern": "[A-Za-z]"},
            "zh": {"type": "string", "pattern": "[一-鿿]"},
        },
        "unevaluatedProperties": False,
    },
    "name": {
        **described(
            Text(
                "Name of a step, variable, receiver or courier.",
                "步骤、变量、接收端或快递企业的名称。",
            )
        ),
        "type": "string",
        "pattern": "^[a-z][a-z0-9_-]*$",
        "maxLength": 40,
    },
    "expression": {
        **described(
            Text(
                "$name, then .member and #/pointer, then ' ~ ' and an RFC 9535 query.",
                "$名称，后接 .成员 与 #/指针，再以“ ~ ”接 RFC 9535 查询。",
            )
        ),
        "type": "string",
        "pattern": r"^\$[a-z]",
    },
    "duration": {
        **described(
            Text(
                "A number (seconds, where time is meant), an expression that gives one, or a "
                "multiple of a value plus a number.",
                "数值（表示时间时以秒计）、给出数值的表达式，或某值的倍数再加一个数。",
            )
        ),
        "anyOf": [
            *_AMOUNT["anyOf"],
            {
                "type": "object",
                "required": ["of"],
                "properties": {
                    "of": _AMOUNT,
                    "times": {"type": "number", "minimum": 0},
                    "plus": or_given(NUMBER),
                },
                "unevaluatedProperties": False,
            },
        ],
    },
    "status": {
        **described(
            Text(
                "Status of an answer: a number, a class such as 4XX, an expression, or a list.",
                "应答状态码：数字、4XX 之类的类别、表达式或其列表。",
            )
        ),
        **one_or_more(_STATUS),
    },
    "where": {
        **described(
            Text(
                "What a message must hold to count: member and value, or expression that gives "
                "the value.",
                "消息须载明何值方才计入：成员与值，或给出该值的表达式。",
            )
        ),
        "type": "object",
        "minProperties": 1,
    },
}
"""Definitions of the schema of scenario files that rest on no word."""


def given(name: str, en: str, zh: str) -> Argument:
    """An argument that must be there and gives what an expression says."""
    return Argument(name, Text(en, zh), EXPRESSION, True)


def ruled(name: str, clause: str, text: Text, *arguments: Argument, **examples: str) -> Rule:
    """A named judgement with an example of a check that uses it."""
    shown = ", ".join(f"{key}: {value}" for key, value in examples.items())
    said = f"{{name: {name}, with: {{{shown}}}}}" if shown else name
    example = f"- {{id: ruled, req: {clause}, rule: {said}}}"
    return Rule(name=name, clause=clause, text=text, arguments=arguments, example=example)
