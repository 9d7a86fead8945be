"""``jidi doctor``: try everything that a run needs, and say what to mend."""

from __future__ import annotations

import click
from rich.text import Text as Styled

from jidi.cli.console import console, table
from jidi.cli.language import command, current_language, translate
from jidi.cli.preflight import State, preflight
from jidi.cli.speaking import say
from jidi.drive import load_target
from jidi.errors import UnreachableError
from jidi.registry import Registry

_STYLES: dict[State, str] = {"ok": "green", "note": "yellow", "mend": "bold red"}


@command(
    "doctor",
    en=(
        "TARGET is a target file or a base URL. Makes one test subscription and one test "
        "consignment.\n\nExit code: 0 ready, 3 something to mend."
    ),
    zh=(
        "TARGET 为目标文件或基地址。会创建一个测试订阅和一个测试寄递单。退出码：0 就绪，3 "
        "有待修正。"
    ),
)
@click.argument("target")
def doctor(target: str) -> int:
    """Print one line a finding."""
    words: dict[State, str] = {
        "ok": translate("ok", "正常"),
        "note": translate("note", "注意"),
        "mend": translate("mend", "修正"),
    }
    language = current_language()
    rows = table(
        translate("What", "项目"),
        "",
        translate("Seen", "所见"),
        translate("What to do", "如何处理"),
    )
    to_mend = 0
    for finding in preflight(load_target(target), Registry.load()):
        to_mend += finding.state == "mend"
        subject, detail, next_step = (
            Styled(text.for_language(language))
            for text in (finding.subject, finding.detail, finding.next_step)
        )
        rows.add_row(
            subject, Styled(words[finding.state], _STYLES[finding.state]), detail, next_step
        )
    console().print(rows)
    if to_mend:
        say(translate(f"{to_mend} to mend before a run.", f"运行前有 {to_mend} 项待修正。"))
        return UnreachableError.exit_code
    say(translate("Ready: jidi certify ", "就绪：jidi certify ") + target)
    return 0
