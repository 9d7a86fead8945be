"""One sentence for each kind of fault, in both languages. A value is quoted only where a closed
list or a number was expected, never free text.
"""

from __future__ import annotations

import json
from typing import Any

from jidi.model.text import Text
from jidi.registry import pointers
from jidi.wording import sentence

_SHOWN = 60
TYPES_ZH = {
    "string": "字符串",
    "number": "数值",
    "integer": "整数",
    "boolean": "布尔值",
    "object": "对象",
    "array": "数组",
    "null": "空值",
}
"""JSON's word for a type to the Chinese one."""
_PLAIN: dict[str, tuple[str, str]] = {
    "pattern": ("The text does not match the pattern {operand}.", "文本不符合模式 {operand}。"),
    "format": ("The text is not a valid {operand}.", "文本不是有效的 {operand}。"),
    "minLength": ("The text has fewer than {operand} characters.", "文本少于 {operand} 个字符。"),
    "maxLength": ("The text has more than {operand} characters.", "文本多于 {operand} 个字符。"),
    "minItems": ("The array has fewer than {operand} items.", "数组少于 {operand} 项。"),
    "maxItems": ("The array has more than {operand} items.", "数组多于 {operand} 项。"),
    "uniqueItems": ("The array holds the same item twice.", "数组中有重复项。"),
    "minProperties": (
        "The object has fewer than {operand} members.",
        "对象成员少于 {operand} 个。",
    ),
    "maxProperties": ("The object has more than {operand} members.", "对象成员多于 {operand} 个。"),
    "minimum": ("{value} is less than {operand}.", "{value} 小于 {operand}。"),
    "maximum": ("{value} is more than {operand}.", "{value} 大于 {operand}。"),
    "exclusiveMinimum": ("{value} is not more than {operand}.", "{value} 不大于 {operand}。"),
    "exclusiveMaximum": ("{value} is not less than {operand}.", "{value} 不小于 {operand}。"),
    "multipleOf": ("{value} is not a multiple of {operand}.", "{value} 不是 {operand} 的倍数。"),
    "const": (
        "{value} is not the only value allowed here, {operand}.",
        "{value} 不是此处唯一允许的值 {operand}。",
    ),
    "not": ("The value is of a kind that is not allowed here.", "此处不允许这样的值。"),
    "contains": ("No item of the array is as required.", "数组中没有符合要求的项。"),
    "oneOf": (
        "The value fits more than one of the alternatives, or none of them.",
        "该值符合多个备选项，或一个都不符合。",
    ),
    "anyOf": ("The value fits none of the alternatives.", "该值不符合任何备选项。"),
    "propertyNames": ("A member has a name that is not allowed.", "有成员的名称不被允许。"),
}


def describe(keyword: str, operand: Any, value: Any, name: str = "") -> Text:
    """The sentence for a fault: ``operand`` is what stands after the keyword, ``name`` the member
    that is missing or in excess.
    """
    if keyword in {"required", "dependentRequired"}:
        return sentence("registry/the-member-is-missing", name=name)
    if keyword in {"unevaluatedProperties", "additionalProperties"}:
        return sentence("registry/the-member-is-not-defined-here", name=name)
    if keyword == "type":
        return _type(operand, value)
    if keyword == "enum":
        return _enum(operand, value)
    if keyword in {"anyOf", "oneOf"} and (names := wanted_members(operand)):
        return sentence(
            "registry/at-least-one-of-is-needed", names=", ".join(names), names_zh="、".join(names)
        )
    english, chinese = _PLAIN.get(
        keyword, ("The value breaks the rule '{keyword}'.", "该值违反规则“{keyword}”。")
    )
    parts = {"operand": _show(operand), "value": _show(value), "keyword": keyword}
    return Text(english.format(**parts), chinese.format(**parts))


def wanted_members(operand: Any) -> list[str]:
    """Names of the members when each alternative below ``anyOf`` or ``oneOf`` only asks for members
    to be there; else empty.

    Then the choice itself is the cause, and no alternative is better than another.
    """
    if not isinstance(operand, list) or not all(
        isinstance(part, dict) and set(part) == {"required"} for part in operand
    ):
        return []
    return [" + ".join(part["required"]) for part in operand]


def type_name(value: Any) -> str:
    """JSON's word for the type of a parsed value."""
    if value is None:
        return "null"
    names: dict[type, str] = {
        bool: "boolean",
        str: "string",
        int: "integer",
        float: "number",
        dict: "object",
        list: "array",
    }
    return next((word for kind, word in names.items() if isinstance(value, kind)), "value")


def _type(operand: Any, value: Any) -> Text:
    wanted = operand if isinstance(operand, list) else [str(operand)]
    found = type_name(value)
    return sentence(
        "registry/expected-found",
        wanted=" or ".join(wanted),
        found=found,
        wanted_zh="或".join(TYPES_ZH.get(word, word) for word in wanted),
        found_zh=TYPES_ZH.get(found, found),
    )


def _enum(operand: Any, value: Any) -> Text:
    allowed = [str(item) for item in operand] if isinstance(operand, list) else []
    listed = ", ".join(allowed[:12]) + (", …" if len(allowed) > 12 else "")
    return sentence(
        "registry/is-not-one-of-the-values-allowed",
        value=_show(value),
        allowed=len(allowed),
        listed=listed,
    )


def _show(value: Any) -> str:
    if value is pointers.MISSING:
        return "?"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
