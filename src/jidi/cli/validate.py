"""``jidi validate``: messages in files or on standard input, without a run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

import click
import orjson

from jidi.cli.language import command, current_language, option, translate
from jidi.errors import OperatorError, SelectionError
from jidi.judge import rules
from jidi.registry import Registry
from jidi.registry.documents import DocumentValidator, Rejoined, StreamFault, form_of

_HEAD_BYTES = 1 << 20
_STDIN = "-"
Printer = Callable[[str, StreamFault], str]


@command(
    "validate",
    en="Check messages against the schemas and named rules.\n\n"
    "FILE holds JSON, NDJSON or YAML; - is standard input. Without --schema it is told from the first message. "
    "Exit code: 0 all valid, 1 faults found, 2 not readable.",
    zh="按模式与命名规则校验报文。\n\nFILE 为 JSON、NDJSON 或 YAML；- 表示标准输入。未给 --schema 时由首条报文推断。退出码：0 全部有效，1 有错误，2 无法读取。",
)
@click.argument("files", metavar="FILE", nargs=-1, required=True)
@option("--schema", default="", metavar="NAME", en="Name of the schema; see `jidi list schemas`.", zh="模式名称；见 `jidi list schemas`。")
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    en="One fault a line, for people or machines.",
    zh="每行一个错误，供人或程序阅读。",
)
def validate(files: tuple[str, ...], schema: str, form: str) -> int:
    """Print one line a fault, and a count on standard error."""
    registry = Registry.load()
    _refuse_unknown(registry, schema)
    printer: Printer = _as_json if form == "json" else _as_text
    return 1 if sum([_validate(registry, name, schema, printer) for name in files]) else 0


def _refuse_unknown(registry: Registry, schema: str) -> None:
    if schema and schema not in registry.schema_names:
        near = ", ".join(get_close_matches(schema, registry.schema_names, n=3)) or translate("see `jidi list schemas`", "见 `jidi list schemas`")
        raise SelectionError(
            translate(f"There is no schema '{schema}'.", f"没有名为“{schema}”的模式。"), next_step=translate(f"Try: {near}.", f"可试：{near}。")
        )


def _validate(registry: Registry, name: str, schema: str, printer: Printer) -> int:
    """Number of faults in one file."""
    validator = DocumentValidator(registry, schema=schema, rule_checker=lambda rule, value, _pointer, parent: rules.apply(rule, value, parent))
    shown = "<stdin>" if name == _STDIN else name
    with _opened(name) as stream:
        head = stream.read(_HEAD_BYTES)
        if not head.strip():
            raise OperatorError(
                translate(f"'{shown}' holds no message.", f"“{shown}”中没有报文。"),
                next_step=translate("Give JSON, NDJSON or YAML.", "请给出 JSON、NDJSON 或 YAML。"),
            )
        for fault in validator.validate(Rejoined(head, stream), form_of(name, head)):
            click.echo(printer(shown, fault))
    tally = validator.tally
    click.echo(
        translate(
            f"{shown}: {tally.records} records of schema {validator.schema or '?'}, {tally.invalid} invalid, {tally.faults} faults",
            f"{shown}：模式 {validator.schema or '?'} 的报文 {tally.records} 条，无效 {tally.invalid} 条，错误 {tally.faults} 个",
        ),
        err=True,
    )
    return tally.faults


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == _STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        cause = translate(f"'{name}' cannot be read: {error.strerror}.", f"“{name}”无法读取：{error.strerror}。")
        raise OperatorError(cause, next_step=translate("Check the path.", "请检查路径。")) from error


def _as_text(name: str, fault: StreamFault) -> str:
    place = f"{name}:{fault.line}" + (f":{fault.column}" if fault.column else "")
    words = [fault.pointer or "/", fault.requirement, fault.text.for_language(current_language())]
    return f"{place}: {' · '.join(word for word in words if word)}"


def _as_json(name: str, fault: StreamFault) -> str:
    value = {
        "file": name,
        "line": fault.line,
        "column": fault.column,
        "offset": fault.offset,
        "record": fault.record,
        "pointer": fault.pointer,
        "keyword": fault.keyword,
        "requirement": fault.requirement,
        "text": fault.text.as_json(),
    }
    return orjson.dumps(value).decode()
