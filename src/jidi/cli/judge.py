"""``jidi judge``: verdicts from traffic that somebody recorded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from jidi.cli.certify import default_directory, format_option, out_option
from jidi.cli.language import command, current_language, option, translate
from jidi.cli.speaking import say
from jidi.cli.streams import last_words
from jidi.model.requirement import LEVELS, ROLES, Level
from jidi.passive.inspection import PassiveOptions, judge_file
from jidi.passive.reading.recordings import READERS
from jidi.report import FORMATS, print_summary, write_all


@command(
    "judge",
    en=(
        "RECORDING is an HTTP Archive (HAR 1.2), a journal.ndjson of the kit, or a dump file of "
        "mitmproxy. Personal data and credentials in it are withheld before anything is written. "
        "A recording certifies nothing: what it does not show is not exercised. Exit code: 0 "
        "nothing broken, 1 something broken, 2 usage, 3 nothing that could be judged."
    ),
    zh=(
        "RECORDING 为 HTTP Archive（HAR 1.2）、本测试工具的 journal.ndjson "
        "或 mitmproxy 的转储文件。"
        "其中的个人信息与凭证在写入任何文件之前即被隐去。录制内容不构成符合性认定："
        "未涉及的要求计为未检验。退出码：0 未见不符合，1 存在不符合，2 用法错误，3 无可判定内容。"
    ),
)
@click.argument("recording", type=click.Path(path_type=Path, dir_okay=False))
@option(
    "--role",
    type=click.Choice(ROLES),
    default=None,
    en="Role of the candidate; as discovery says without it.",
    zh="受测方角色；缺省依发现文档。",
)
@option(
    "--level",
    type=click.Choice(LEVELS),
    default="core",
    show_default=True,
    en="Level of the profile.",
    zh="级别。",
)
@option(
    "--base-url",
    default="",
    metavar="URL",
    en=(
        "Where the operations of the version lie; needed when the recording holds no discovery "
        "document."
    ),
    zh="该版本各操作的基地址；录制内容不含发现文档时必须给出。",
)
@option(
    "--input",
    "form",
    type=click.Choice(list(READERS)),
    default=None,
    en="Format of the recording; told from its content without it.",
    zh="录制格式；缺省由内容推断。",
)
@out_option
@format_option
def judge(
    recording: Path,
    role: str | None,
    level: Level,
    out: Path | None,
    formats: tuple[str, ...],
    **given: str | None,
) -> int:
    """Exit code of the verdict."""
    language = current_language()
    directory = out or default_directory()
    record = judge_file(
        recording,
        PassiveOptions(directory, role or "", level, given["base_url"] or "", given["form"] or ""),
    )
    written = write_all(record, directory, formats or FORMATS, language)
    with last_words():
        print_summary(record, language, written.get("html"))
        for line in _figures(record.header["recording"]):
            say(line)
        say(translate(f"Run directory: {directory}", f"运行目录：{directory}"))
    return record.verdict.exit_code


def _figures(figures: Mapping[str, Any]) -> list[str]:
    """What was read of the recording, and what was passed over, by count and kind."""
    line = translate(
        "{entries} entries: {calls} calls and {pushes} pushes judged, {elsewhere} of others "
        "left out, {broken} broken and passed over",
        "共 {entries} 条：判定调用 {calls} 次、推送 {pushes} 次，与受测方无关 {elsewhere} 条，"
        "损坏而跳过 {broken} 条",
    ).format(**figures)
    passed: Mapping[str, Mapping[str, int]] = figures.get("passed_over", {})
    parts = [
        translate(en, zh).format(count=sum(kinds.values()), kinds=_kinds(kinds))
        for name, (en, zh) in _PASSED_OVER.items()
        if (kinds := passed.get(name, {}))
    ]
    return [line, *parts]


def _kinds(kinds: Mapping[str, int]) -> str:
    shown = (
        f"{translate(*_KINDS[kind]) if kind in _KINDS else kind} {count}"
        for kind, count in kinds.items()
    )
    return translate(", ", "、").join(shown)


_PASSED_OVER: Final[Mapping[str, tuple[str, str]]] = {
    "entries": (
        "Passed over, of the candidate or of nobody knows whom: {count} entries ({kinds}); so "
        "nothing says that nothing is broken",
        "跳过的条目中属于受测方或归属不明者 {count} 条（{kinds}），因此不能断言未见不符合",
    ),
    "elsewhere": (
        "Passed over, of others: {count} entries ({kinds})",
        "跳过的条目中与受测方无关者 {count} 条（{kinds}）",
    ),
    "headers": (
        "Passed over in what was judged: {count} headers ({kinds})",
        "所判定条目中跳过的头部 {count} 个（{kinds}）",
    ),
}
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "control-characters": ("control characters", "含控制字符"),
    "entry": ("no entry", "不是条目"),
    "json": ("no JSON", "不是 JSON"),
    "method": ("method", "方法"),
    "netstring": ("broken off", "内容中断"),
    "no-list": ("no list", "不是列表"),
    "no-name": ("no name", "无名称"),
    "no-text": ("no text", "不是文本"),
    "request": ("no request", "无请求"),
    "response": ("no response", "无应答"),
    "status": ("status", "状态码"),
    "text": ("no text", "不是文本"),
    "too-large": ("too large", "过大"),
    "too-long": ("too long", "过长"),
    "too-many": ("too many", "过多"),
    "twice": ("a member twice", "成员重复"),
    "url": ("URL", "网址"),
}
"""Words for kinds of what was passed over."""
