"""What is wrong with a target file, in sentences for whoever wrote it; never a secret of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jidi.errors import TargetError
from jidi.model.text import Text
from jidi.registry.engines import CompiledEngine, RawError, asked
from jidi.registry.fault_sentences import TYPES_ZH
from jidi.resources import conformance_root
from jidi.wording import sentence

_SECRET = frozenset({"token", "client_secret", "headers"})
_SCHEMA_URI = "https://jidi.invalid/meta/target.schema.json"
_WORDS = {
    "enum": sentence("drive/must-be-one-of"),
    "const": sentence("drive/must-be"),
    "type": sentence("drive/must-be-of-type"),
    "pattern": sentence("drive/must-match"),
}


@cache
def _engine() -> CompiledEngine:
    schema = json.loads((conformance_root() / "meta" / "target.schema.json").read_text("utf-8"))
    return CompiledEngine({_SCHEMA_URI: schema})


def check_target(document: Any, path: Path) -> None:
    """Hold a target file against its schema.

    Raises:
        TargetError: a member is missing, unknown or wrong; every one is named at once.
    """
    errors = asked(lambda readable: _engine().errors(_SCHEMA_URI, readable), document)
    if not errors:
        return
    sentences = [_sentence(error, document) for error in errors]
    raise TargetError(
        sentence(
            "drive/check",
            path=path,
            sentences=" ".join(dict.fromkeys(sentence.en for sentence in sentences)),
            sentences_zh="".join(dict.fromkeys(sentence.zh for sentence in sentences)),
        ),
        next_step=sentence("drive/see-conformance-meta-target-schema-json-for"),
    )


def _sentence(error: RawError, document: Any) -> Text:
    member = ".".join(str(step) for step in error.instance_path)
    prefix = f"{member}." if member else ""
    if error.names:
        listed, listed_zh = (
            ", ".join(f"'{prefix}{name}'" for name in error.names),
            "、".join(f"“{prefix}{name}”" for name in error.names),
        )
        missing = error.keyword == "required"
        return sentence(
            "drive/is",
            listed=listed,
            which="missing" if missing else "no member of a target file",
            which_zh="缺少" if missing else "目标文件没有成员",
            listed_zh=listed_zh,
        )
    if error.keyword == "propertyNames":
        return sentence("drive/a-name-below-has-characters-that-it", member=member)
    shown = (
        None
        if _SECRET & set(error.instance_path)
        else _short(_value(document, error.instance_path))
    )
    wanted = _wanted(error)
    where = sentence("drive/sentence", member=member) if member else sentence("drive/the-file")
    return sentence(
        "drive/sentence-sentence",
        where=where,
        value=f" is {shown.en}, which" if shown else "",
        wanted=wanted,
        value_zh=f"的值为{shown.zh}，" if shown else "",
    )


def _below(operand: Any, step: str | int) -> Any:
    """One step down in a schema; nothing where there is no such place."""
    if isinstance(operand, list) and isinstance(step, int):
        return operand[step]
    return operand.get(str(step), {}) if isinstance(operand, dict) else {}


def _wanted(error: RawError) -> Text:
    schema = json.loads((conformance_root() / "meta" / "target.schema.json").read_text("utf-8"))
    operand: Any = schema
    for step in error.schema_path:
        if isinstance(operand, dict) and "$ref" in operand and str(step) not in operand:
            operand = schema["$defs"].get(str(operand["$ref"]).rsplit("/", 1)[-1], {})
        operand = _below(operand, step)
    if _SECRET & set(error.instance_path):
        return sentence("drive/must-be-text-env-name-or-file")
    words = _WORDS.get(error.keyword, sentence("drive/breaks-the-rule", keyword=error.keyword))
    many = operand if isinstance(operand, list) else [operand]
    listed = [str(item) for item in many if operand not in ({}, None)]
    listed_zh = [TYPES_ZH.get(name, name) for name in listed] if error.keyword == "type" else listed
    return Text(
        f"{words.en} {', '.join(listed)}".strip(), f"{words.zh}{'、'.join(listed_zh)}".strip()
    )


def _value(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def _short(value: Any) -> Text:
    if isinstance(value, dict | list):
        return sentence("drive/an-object") if isinstance(value, dict) else sentence("drive/a-list")
    text = json.dumps(value, ensure_ascii=False)
    shown = text if len(text) <= 80 else text[:80] + "…"
    return Text(shown, f" {shown}")
