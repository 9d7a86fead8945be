"""``jidi scan``: personal data in feeds and logs, offline."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from jidi.cli.language import command, option, translate
from jidi.registry import Registry
from jidi.scan import Found, Scanner
from jidi.wording.reasons import unreadable

_STDIN = "-"
_ZH = {
    "name": "姓名",
    "mobile": "手机号",
    "landline": "座机号",
    "virtual-number": "虚拟号码",
    "identity-number": "身份证号",
    "email": "电子邮箱",
    "room": "单元户室号",
    "direct": "直接标识",
    "pseudonym": "假名",
}


@command(
    "scan",
    en=(
        "FILE holds NDJSON, JSON, CSV or text; a folder is read through; - is standard input. "
        "Values are never shown: place, kind, class and a salted digest (equal values of one scan "
        "have equal digests). Contacts of couriers and stations are told as staff and do not "
        "count as found. Exit code: 0 nothing found, 1 personal data of users found, 2 not "
        "readable."
    ),
    zh=(
        "FILE 为 NDJSON、JSON、CSV 或文本；可为目录；- 表示标准输入。绝不显示原值：只给出位置、"
        "种类、分类与加盐摘要（同一次扫描中相同的值摘要相同）。"
        "快递员与网点的联系方式单列为员工信息，不计入发现。退出码：0 未发现，1 发现用户个人信息，"
        "2 无法读取。"
    ),
)
@click.argument("paths", metavar="FILE|DIR|-", nargs=-1, required=True)
@option(
    "--input",
    "form",
    type=click.Choice(["auto", "ndjson", "json", "csv", "text"]),
    default="auto",
    show_default=True,
    en="How the input is read.",
    zh="输入格式。",
)
@option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    en="One finding a line.",
    zh="每行一个发现。",
)
@option(
    "--schema/--no-schema",
    "schema",
    default=True,
    show_default=True,
    en="Use the published schemas where records match one.",
    zh="报文符合已发布模式时按模式判断。",
)
def scan(paths: tuple[str, ...], form: str, shape: str, *, schema: bool) -> int:
    """Print one line a finding, and a count on standard error."""
    scanner = Scanner(secrets.token_bytes(32), Registry.load() if schema else None)
    for name in _files(paths):
        for found in _scanned(scanner, name, "" if form == "auto" else form):
            click.echo(_as_json(name, found) if shape == "json" else _as_text(name, found))
    tally = scanner.tally
    kinds = translate(", ", "、").join(
        f"{_named(kind)} {count}" for kind, count in sorted(tally.kinds.items())
    ) or translate("none", "无")
    click.echo(
        translate(
            f"{tally.records} records: {tally.users} findings about users ({kinds}), "
            f"{tally.staff} about staff, {tally.passed_over} lines too long to read",
            f"共 {tally.records} 条：用户个人信息 {tally.users} 处（{kinds}），员工信息 "
            f"{tally.staff} 处，过长未读 {tally.passed_over} 行",
        ),
        err=True,
    )
    return 1 if tally.users else 0


def _files(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        if path != _STDIN and Path(path).is_dir():
            yield from (str(file) for file in sorted(Path(path).rglob("*")) if file.is_file())
        else:
            yield path


def _scanned(scanner: Scanner, name: str, form: str) -> Iterator[Found]:
    if name == _STDIN:
        yield from scanner.scan(sys.stdin.buffer, "", form)
        return
    try:
        with Path(name).open("rb") as stream:
            yield from scanner.scan(stream, name, form)
    except OSError as error:
        raise unreadable(name, error) from error


def _named(kind: str) -> str:
    """A kind of finding, or a class of personal information, in the reader's language."""
    return translate(kind, _ZH.get(kind, kind))


def _as_text(name: str, found: Found) -> str:
    place = f"{'<stdin>' if name == _STDIN else name}:{found.line}" + (
        f":{found.column}" if found.column else ""
    )
    words = [found.pointer, _named(found.kind), _named(found.pi_class), found.layer]
    words += [translate("staff contact", "员工联系方式")] if found.subject == "staff" else []
    words += [translate("declared", "模式已声明")] if found.declared else []
    return f"{place}: {' · '.join(word for word in [*words, f'#{found.digest}'] if word)}"


def _as_json(name: str, found: Found) -> str:
    members = {
        field: getattr(found, field)
        for field in (
            "kind",
            "pi_class",
            "subject",
            "line",
            "column",
            "pointer",
            "layer",
            "digest",
            "declared",
        )
    }
    return orjson.dumps({"file": name, **members}).decode()
