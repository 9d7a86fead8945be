"""How a value is compared."""

from __future__ import annotations

from typing import Final

from jidi.language.words.forms import Matcher, Schema
from jidi.language.words.shapes import (
    DURATION,
    EXPRESSION,
    LIST,
    TEXT,
    TRUE,
    either,
    integer,
    or_given,
)
from jidi.model.text import Text


def _matcher(name: str, text: Text, schema: Schema, operand: str, told: Text) -> Matcher:
    example = f'- {{id: {name}, req: DS-01.2, value: "$read.body#/x", {name}: {operand}}}'
    return Matcher(name=name, text=text, example=example, schema=schema, told=told)


MATCHERS: Final = (
    _matcher(
        "equals",
        Text("Equal in case and type; 1 equals 1.0.", "大小写与类型均相同；1 等于 1.0。"),
        {},
        "DELIVERED",
        Text("equal to {}", "等于 {}"),
    ),
    _matcher(
        "in",
        Text(
            "One of a list, or of what an expression gives.", "属于列表，或属于表达式给出的列表。"
        ),
        or_given(LIST),
        "[ACCEPTED, SORTED]",
        Text("one of {}", "属于 {}"),
    ),
    _matcher(
        "not-in",
        Text("There, and none of a list.", "存在，且不属于列表。"),
        or_given(LIST),
        "[RETURNED]",
        Text("none of {}", "不属于 {}"),
    ),
    _matcher(
        "matches",
        Text(
            "A text that matches a regular expression as a whole.",
            "整体匹配正则表达式的文本。",
        ),
        {**TEXT, "not": {"pattern": r"^\$"}},
        '"[0-9]{6}"',
        Text("matching {}", "匹配 {}"),
    ),
    _matcher(
        "absent",
        Text("The place is not there; null is there.", "该处不存在；null 视为存在。"),
        TRUE,
        "true",
        Text("absent", "不存在"),
    ),
    _matcher(
        "present",
        Text("The place is there and not null.", "该处存在且不为 null。"),
        TRUE,
        "true",
        Text("present", "存在"),
    ),
    _matcher(
        "at-most",
        Text(
            "A number (or each of a list, not empty) that is not greater.",
            "不大于此的数值（或非空列表中的每个数值）。",
        ),
        DURATION,
        "$discovery#/limits/max_page_items",
        Text("at most {}", "不大于 {}"),
    ),
    _matcher(
        "at-least",
        Text(
            "A number (or each of a list, not empty) that is not less.",
            "不小于此的数值（或非空列表中的每个数值）。",
        ),
        DURATION,
        "3",
        Text("at least {}", "不小于 {}"),
    ),
    _matcher(
        "contains",
        Text(
            "A text that holds this part, or a list that holds this item or each of these items.",
            "含有该片段的文本，或含有该项（或所列各项）的列表。",
        ),
        {},
        '"1.0"',
        Text("containing {}", "包含 {}"),
    ),
    _matcher(
        "lacks",
        Text(
            "A text (or every text of a list) that does not contain this one, or any of these.",
            "不含该文本（或所列任一文本）的文本（或列表中的每个文本）。",
        ),
        EXPRESSION,
        "$secret",
        Text("not containing {}", "不含 {}"),
    ),
    _matcher(
        "count",
        Text("Number of items or members.", "项数或成员数。"),
        or_given(integer(0)),
        "2",
        Text("exactly {} items", "恰好 {} 项"),
    ),
    _matcher(
        "count-at-least",
        Text("At least so many items or members.", "至少这么多项或成员。"),
        integer(1),
        "1",
        Text("at least {} items", "至少 {} 项"),
    ),
    _matcher(
        "distinct",
        Text(
            "Items differ from each other: true, or how many different ones there are.",
            "各项互不相同：true，或不同项的数目。",
        ),
        either(TRUE, integer(0), EXPRESSION),
        "true",
        Text("distinct: {}", "互不相同：{}"),
    ),
    _matcher(
        "sorted",
        Text("Numbers or texts in order.", "数值或文本依序排列。"),
        either(TRUE, {"enum": ["ascending", "descending"]}),
        "descending",
        Text("sorted {}", "按 {} 排序"),
    ),
    _matcher(
        "consecutive-from",
        Text("Integers that follow each other from this one.", "自此起连续的整数。"),
        {"type": "integer"},
        "1",
        Text("consecutive integers from {}", "自 {} 起的连续整数"),
    ),
    _matcher(
        "same-as",
        Text(
            "The same JSON value as another expression gives.",
            "与另一表达式给出的 JSON 值相同。",
        ),
        {},
        '"$place.body#/x"',
        Text("the same as {}", "与 {} 相同"),
    ),
    _matcher(
        "same-items-as",
        Text("The same items in any order.", "元素相同，次序不限。"),
        EXPRESSION,
        "$wanted.items",
        Text("the same items, in any order, as {}", "与 {} 元素相同（次序不限）"),
    ),
    _matcher(
        "differs-from",
        Text("There, and not the same as this.", "存在且与此不同。"),
        {},
        '"$place.body#/x"',
        Text("present and different from {}", "存在且不同于 {}"),
    ),
)
