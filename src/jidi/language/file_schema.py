"""The schema of scenario files, made from the table of words."""

from __future__ import annotations

from typing import Any

from jidi.language.words.doing.kinds import DRIVE_ARGUMENTS
from jidi.language.words.forms import Schema, Table, Word, described, mapping
from jidi.language.words.shapes import (
    BOOLEAN,
    CONDITION,
    DEFINITIONS,
    LIST,
    NAME,
    SLUG,
    SLUG_PATTERN,
    either,
    from_case,
    one_or_more,
)
from jidi.model.roles import ROLES
from jidi.model.text import Text
from jidi.wording import sentence

_REQUIREMENT = {"type": "string", "pattern": r"^(DS|PI)-(0[1-9]|1[0-9]|2[0-3])\.[1-9][0-9]?$"}
_TEXT = {"$ref": "#/$defs/text"}


def file_schema(table: Table) -> dict[str, Any]:
    """The schema under which every scenario file must hold: JSON Schema 2020-12, closed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        "x-title-zh": "场景",
        **described(sentence("language/one-scenario-file-a-closed-vocabulary-without")),
        "type": "object",
        "required": ["kit-scenario", "id", "title", "area", "roles", "steps"],
        "properties": _members(table),
        "unevaluatedProperties": False,
        "$defs": {
            **{name: dict(schema) for name, schema in DEFINITIONS.items()},
            "drive": _drive(table),
            "condition": _compared(table, _CONDITION, {}, ("status", "value")),
            "expect": {
                **described(sentence("language/what-must-hold-before-the-checks-of")),
                **one_or_more(CONDITION),
            },
            "check": _compared(table, _CHECK, _check_head(), tuple(_names(table.subjects))),
            "step": _step(table),
        },
    }


_CONDITION = sentence("language/a-status-or-a-value-with-a")
_CHECK = sentence("language/one-thing-that-is-looked-at-on")


def _names(words: tuple[Word, ...]) -> list[str]:
    return [word.name for word in words]


def _told(en: str, zh: str, schema: Schema) -> dict[str, Any]:
    return {**described(Text(en, zh)), **schema}


def _slugs(names: list[str]) -> dict[str, Any]:
    return {**LIST, "uniqueItems": True, "items": {"enum": names}}


def _members(table: Table) -> dict[str, Any]:
    names = {**LIST, "uniqueItems": True, "items": NAME}
    return {
        "kit-scenario": _told("Version of this file format.", "文件格式版本。", {"const": 1}),
        "id": _told("Unique name.", "唯一名称。", {**SLUG, "maxLength": 80}),
        "title": _TEXT,
        "area": _told("Area; the folder in which the file lies.", "领域；即文件所在目录。", SLUG),
        "roles": _told(
            "Roles of candidates to which it applies.", "适用的受测方角色。", _slugs(list(ROLES))
        ),
        "needs": _needs(),
        "alone": _told(
            "Never side by side with other scenarios.", "不与其他场景同时进行。", BOOLEAN
        ),
        "cases": _cases(),
        "generate": _generate(table),
        "receivers": _told(
            "Receivers of pushes that listen before the first step.",
            "首个步骤前即开始监听的推送接收端。",
            names,
        ),
        "couriers": _told(
            "Couriers that the kit plays, up before the first step: east and west are those of the "
            "whole run and connected; any other name is one of this scenario only, which it "
            "connects itself.",
            "测试工具扮演的快递企业，首个步骤前即可用：east 与 west 属整次运行且已连接；"
            "其他名称仅属本场景，由场景自行连接。",
            {**names, "maxItems": 4},
        ),
        "steps": _told(
            "Steps in order.",
            "依次进行的步骤。",
            {**LIST, "maxItems": 200, "items": {"$ref": "#/$defs/step"}},
        ),
        "teardown": _teardown(),
    }


def _needs() -> dict[str, Any]:
    capability = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
    return _told(
        "What the candidate must offer; without a capability, or with a lower limit, the scenario "
        "is not applicable, without a driver action not exercised.",
        "受测方须具备的条件；缺能力或限值较低则场景不适用，缺驱动动作则未检验。",
        {
            "type": "object",
            "properties": {
                "capabilities": _told(
                    "Capabilities of discovery.",
                    "发现文档中的能力。",
                    {**LIST, "uniqueItems": True, "items": capability},
                ),
                "driver": _told(
                    "Sandbox actions.", "沙箱动作。", {**LIST, "uniqueItems": True, "items": SLUG}
                ),
                "limits": _told(
                    "Least values of limits of discovery.",
                    "发现文档中限值的最低值。",
                    {
                        "type": "object",
                        "minProperties": 1,
                        "propertyNames": capability,
                        "additionalProperties": {"type": "integer", "minimum": 1},
                    },
                ),
            },
            "minProperties": 1,
            "unevaluatedProperties": False,
        },
    )


def _cases() -> dict[str, Any]:
    example = {"type": "string", "pattern": "^(valid|invalid)/[a-z][a-z0-9-]*$"}
    case = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"}},
    }
    return _told(
        "Static expansion: one instance for each case.",
        "静态展开：每个实例一份。",
        {
            "type": "object",
            "properties": {
                "examples": _told(
                    "Folder of examples: kind and thing.", "示例目录：类别与对象。", example
                ),
                "operations": _told(
                    "Operations of the OpenAPI documents.",
                    "OpenAPI 文档中的操作。",
                    {"enum": ["secured", "public", "all"]},
                ),
                "naming": _told(
                    "Of these operations, those whose address names an object by this parameter; "
                    "the case has a valid body for each that takes one, and $case.body is none "
                    "for the others.",
                    "仅限地址中以该参数指明对象的操作；需请求体的操作，其用例附有效请求体，"
                    "其余操作的 $case.body 为空。",
                    {"type": "string", "pattern": "^[a-z_]+$"},
                ),
                "list": _told("Cases written out.", "逐一写出的实例。", {**LIST, "items": case}),
            },
            "oneOf": [{"required": [name]} for name in ("examples", "operations", "list")],
            "dependentRequired": {"naming": ["operations"]},
            "unevaluatedProperties": False,
        },
    )


def _generate(table: Table) -> dict[str, Any]:
    kind = {"enum": _names(table.generators)}
    spelled = {"type": "object", "required": ["kind"], "properties": {"kind": kind}}
    return _told(
        "Values that the kit makes afresh for each instance: name, and kind or kind with "
        "parameters.",
        "测试工具为每个实例新造的值：名称，及类别或带参数的类别。",
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": NAME,
            "additionalProperties": either(kind, spelled),
        },
    )


def _teardown() -> dict[str, Any]:
    judging = {"anyOf": [{"required": ["check"]}, {"required": ["expect"]}]}
    return _told(
        "Steps that always run in the end; they check nothing.",
        "最后必定执行的步骤；不作任何检验。",
        {"type": "array", "items": {"allOf": [{"$ref": "#/$defs/step"}, {"not": judging}]}},
    )


def _drive(table: Table) -> dict[str, Any]:
    kind = table.word("kinds", "drive")
    text = kind.text if kind is not None else Text("", "")
    return mapping(text, DRIVE_ARGUMENTS)


def _check_head() -> dict[str, Any]:
    return {
        "id": _told(
            "Name, unique in its step.",
            "名称，步骤内唯一。",
            {"type": "string", "pattern": SLUG_PATTERN, "maxLength": 60},
        ),
        "req": _told(
            "Id of a requirement, or one that each case gives.",
            "要求编号，或由各实例给出。",
            either(_REQUIREMENT, from_case()),
        ),
    }


def _compared(
    table: Table, text: Text, head: dict[str, Any], subjects: tuple[str, ...]
) -> dict[str, Any]:
    """A mapping with exactly one subject, and exactly one matcher beside those that take one."""
    chosen = [word for word in table.subjects if word.name in subjects]
    matched = [{"required": [word.name]} for word in chosen if word.matched]
    matchers = [{"required": [word.name]} for word in table.matchers]
    return {
        **described(text),
        "type": "object",
        **({"required": list(head)} if head else {}),
        "properties": {
            **head,
            **{
                word.name: {
                    **described(word.text),
                    **_subject_schema(word.name, word.schema, table),
                }
                for word in chosen
            },
            **{word.name: {**described(word.text), **word.schema} for word in table.matchers},
        },
        "allOf": [
            {"oneOf": [{"required": [word.name]} for word in chosen]},
            {
                "if": {"anyOf": matched},
                "then": {"oneOf": matchers},
                "else": {"not": {"anyOf": matchers}},
            },
        ],
        "unevaluatedProperties": False,
    }


def _subject_schema(name: str, schema: Schema, table: Table) -> Schema:
    if name != "rule":
        return schema
    known = {"enum": _names(table.rules)}
    return either(
        known,
        {
            "type": "object",
            "required": ["name"],
            "properties": {"name": known, "with": {"type": "object"}},
            "unevaluatedProperties": False,
        },
    )


def _kind_schema(name: str, schema: dict[str, Any], table: Table) -> dict[str, Any]:
    if name == "drive":
        return {"$ref": "#/$defs/drive"}
    if name == "do":
        properties = {**schema["properties"]}
        properties["name"] = {**properties["name"], "enum": _names(table.actions)}
        return {**schema, "properties": properties}
    return schema


def _step(table: Table) -> dict[str, Any]:
    beside = [
        {
            "if": {"required": [modifier.name]},
            "then": {"anyOf": [{"required": [kind]} for kind in modifier.beside]},
        }
        for modifier in table.modifiers
    ]
    return {
        **described(sentence("language/one-step-exactly-one-kind")),
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": NAME,
            "title": _TEXT,
            **{kind.name: _kind_schema(kind.name, kind.schema, table) for kind in table.kinds},
            **{modifier.name: modifier.schema for modifier in table.modifiers},
            "expect": {"$ref": "#/$defs/expect"},
            "check": _told(
                "What is looked at, each on behalf of one requirement.",
                "所作检验，每项对应一项要求。",
                {**LIST, "items": {"$ref": "#/$defs/check"}},
            ),
        },
        "oneOf": [{"required": [kind.name]} for kind in table.kinds],
        "allOf": beside,
        "unevaluatedProperties": False,
    }
