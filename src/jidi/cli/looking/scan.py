"""``jidi scan``: personal data in feeds and logs, offline."""

from __future__ import annotations

import math
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import click
import orjson

from jidi.cli.language import command, option, translate
from jidi.cli.speaking import say, shown_name
from jidi.report.escaping import one_line
from jidi.scan import STDIN, Found, Row, ScanPlan, Tally, Unread, scan_paths
from jidi.wording import sentence

_ZH: Final = {
    "name": "姓名",
    "mobile": "手机号",
    "landline": "座机号",
    "virtual-number": "虚拟号码",
    "identity-number": "身份证号",
    "email": "电子邮箱",
    "room": "单元户室号",
    "plate": "车牌号",
    "bank-card": "银行卡号",
    "direct": "直接标识",
    "pseudonym": "假名",
}
_WHY: Final = {
    "missing": ("cannot be read: it is not there", "无法读取：不存在"),
    "locked": ("cannot be read: no permission", "无法读取：没有权限"),
    "unreadable": ("cannot be read: the system refuses", "无法读取：系统拒绝"),
    "link": ("not read: a link that leads elsewhere", "未读：指向别处的链接"),
    "special": ("not read: a pipe, socket or device", "未读：管道、套接字或设备"),
    "binary": ("not read: no text", "未读：不是文本"),
    "unsupported": (
        "not read: a format that cannot be looked into",
        "未读：无法查看内部的格式",
    ),
    "encrypted": ("not read: locked by a password", "未读：有密码保护"),
    "broken": ("not read to its end: broken or cut off", "未读完：已损坏或被截断"),
    "too-deep": ("not read: too many containers in each other", "未读：容器嵌套过深"),
    "too-large": ("not read to its end: too large", "未读完：过大"),
    "swollen": (
        "not read to its end: more than a hundred times of its packed size comes out, and more "
        "than 32 MiB; unpack it and give what was inside",
        "未读完：解压后超过 32 MiB 且超过压缩大小的一百倍；请先解压，再扫描其内容",
    ),
    "time-limit": ("not read to its end: --max-time was over", "未读完：--max-time 已到"),
    "undecodable": ("has characters that cannot be read", "含有无法识别的字符"),
    "open-quote": (
        "has a quotation mark that is not closed as it should be; its lines were read one by one",
        "引号未正常闭合；各行已逐行读取",
    ),
}
_SHORT: Final = {
    "missing": ("missing", "不存在"),
    "locked": ("no permission", "没有权限"),
    "unreadable": ("refused by the system", "系统拒绝"),
    "link": ("links", "链接"),
    "special": ("pipes, sockets or devices", "管道、套接字或设备"),
    "binary": ("no text", "非文本"),
    "unsupported": ("unknown formats", "无法查看的格式"),
    "encrypted": ("locked by a password", "有密码"),
    "broken": ("broken or cut off", "损坏或截断"),
    "too-deep": ("too deep", "嵌套过深"),
    "too-large": ("too large", "过大"),
    "swollen": ("swollen", "解压膨胀"),
    "time-limit": ("time was over", "时间已到"),
    "undecodable": ("unreadable characters", "无法识别的字符"),
    "open-quote": ("open quotation marks", "引号未闭合"),
}


@command("scan", text=sentence("cli/scan-find-personal-data-in-feeds-and-logs"))
@click.argument("paths", metavar="FILE|DIR|-", nargs=-1, required=True)
@option(
    "--input",
    "form",
    type=click.Choice(["auto", "ndjson", "json", "csv", "text"]),
    default="auto",
    show_default=True,
    text=sentence("cli/how-the-input-is-read"),
)
@option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    text=sentence("cli/one-finding-a-line-json-also-has"),
)
@option(
    "--schema/--no-schema",
    "schema",
    default=True,
    show_default=True,
    text=sentence("cli/use-the-published-schemas-where-records-match"),
)
@option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    text=sentence("cli/processes-that-read-files-and-blocks-of"),
)
@option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    text=sentence("cli/seconds-after-which-nothing-more-is-read"),
)
def scan(
    paths: tuple[str, ...], form: str, shape: str, *, max_time: float | None, **how: Any
) -> int:
    """Print one line a finding, one for what was not read, and a count on standard error."""
    until = math.inf if max_time is None else time.monotonic() + max_time
    plan = ScanPlan(secrets.token_bytes(32), "" if form == "auto" else form, until=until, **how)
    tally = Tally()
    _print(scan_paths(paths, plan, tally), as_json=shape == "json")
    _say(_summary(tally), err=True)
    return 1 if tally.users else 2 if tally.unread else 0


def _print(rows: Iterator[Row], *, as_json: bool) -> None:
    """Every row; when nobody reads on, what was found still counts, and no more is looked for."""
    try:
        for row in rows:
            if as_json:
                _say(_as_json(row))
            else:
                _say(_as_text(row), err=isinstance(row.said, Unread))
    except BrokenPipeError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(text: str, *, err: bool = False) -> None:
    """One line on a stream that may not know every character."""
    stream = sys.stderr if err else sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    say(text.encode(encoding, "backslashreplace").decode(encoding), err=err)


def _summary(tally: Tally) -> str:
    comma = translate(sentence("cli/summary"))
    kinds = comma.join(
        f"{_named(kind)} {count}" for kind, count in sorted(tally.kinds.items())
    ) or translate(sentence("cli/none"))
    unread = comma.join(
        f"{translate(*_SHORT[why])} {count}" for why, count in sorted(tally.unread.items())
    )
    total = tally.unread.total()
    return translate(
        f"{tally.records} records: {tally.users} findings about users ({kinds}), "
        f"{tally.staff} about staff; " + (f"{total} not read ({unread})" if total else "all read"),
        f"共 {tally.records} 条：用户个人信息 {tally.users} 处（{kinds}），员工信息 "
        f"{tally.staff} 处；" + (f"未读 {total} 处（{unread}）" if total else "全部已读"),
    )


def _named(kind: str) -> str:
    """A kind of finding, or a class of personal information, in the reader's language."""
    return translate(kind, _ZH.get(kind, kind))


def _place(row: Row) -> str:
    """The way to the file and through containers, in characters that do nothing."""
    return shown_name("<stdin>" if row.name == STDIN else row.name, row.said.inside)


def _as_text(row: Row) -> str:
    said = row.said
    line = f":{said.line}" if said.line else ""
    if isinstance(said, Unread):
        return f"{_place(row)}{line}: {translate(*_WHY[said.why])}"
    column = f":{said.column}" if said.column else ""
    words = [one_line(said.pointer), _named(said.kind), _named(said.pi_class), said.layer]
    words += [translate(sentence("cli/staff-contact"))] if said.subject == "staff" else []
    words += [translate(sentence("cli/declared"))] if said.declared else []
    told = " · ".join(word for word in [*words, f"#{said.digest}"] if word)
    return f"{_place(row)}{line}{column}: {told}"


def _as_json(row: Row) -> str:
    said = row.said
    members: dict[str, object] = {"file": _place(row)}
    if isinstance(said, Found):
        members |= {
            "kind": said.kind,
            "pi_class": said.pi_class,
            "subject": said.subject,
            "line": said.line,
            "column": said.column,
            "pointer": one_line(said.pointer),
            "layer": said.layer,
            "digest": said.digest,
            "declared": said.declared,
        }
    else:
        members |= {"kind": "unread", "why": said.why, "line": said.line, "pointer": ""}
    return orjson.dumps(members).decode()
