"""``jidi judge``: verdicts from traffic that somebody recorded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from jidi.cli.language import command, current_language, option, translate
from jidi.cli.outputs import default_directory, format_option, out_option
from jidi.cli.speaking import say
from jidi.cli.streams import last_words
from jidi.model.journal import RunHeader
from jidi.model.journal.codec import encode
from jidi.model.roles import LEVELS, ROLES, Level
from jidi.passive.inspection import PassiveOptions, judge_file
from jidi.passive.reading.recordings import READERS
from jidi.report import FORMATS, print_summary, write_all
from jidi.wording import sentence


@command("judge", text=sentence("cli/recording-is-an-http-archive-har-1"))
@click.argument("recording", type=click.Path(path_type=Path, dir_okay=False))
@option(
    "--role",
    type=click.Choice(ROLES),
    default=None,
    text=sentence("cli/role-of-the-candidate-as-discovery-says"),
)
@option(
    "--level",
    type=click.Choice(LEVELS),
    default="core",
    show_default=True,
    text=sentence("cli/judge-level-of-the-profile"),
)
@option(
    "--base-url",
    default="",
    metavar="URL",
    text=sentence("cli/where-the-operations-of-the-version-lie"),
)
@option(
    "--input",
    "form",
    type=click.Choice(list(READERS)),
    default=None,
    text=sentence("cli/format-of-the-recording-told-from-its"),
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
        for line in _figures(record.header):
            say(line)
        say(translate(sentence("cli/judge-run-directory", directory=directory)))
    return record.verdict.exit_code


def _figures(header: RunHeader) -> list[str]:
    """What was read of the recording, and what was passed over, by count and kind."""
    figures: dict[str, Any] = encode(header)["recording"]
    line = translate(sentence("cli/entries-entries-calls-calls-and-pushes-pushes")).format(
        **figures
    )
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
    return translate(sentence("cli/kinds")).join(shown)


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
