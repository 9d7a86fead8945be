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
from jidi.wording import sentence

_STYLES: dict[State, str] = {"ok": "green", "note": "yellow", "mend": "bold red"}


@command("doctor", text=sentence("cli/target-is-a-target-file-or-a"))
@click.argument("target")
def doctor(target: str) -> int:
    """Print one line a finding."""
    words: dict[State, str] = {
        "ok": translate(sentence("cli/ok")),
        "note": translate(sentence("cli/note")),
        "mend": translate(sentence("cli/mend")),
    }
    language = current_language()
    rows = table(
        translate(sentence("cli/what")),
        "",
        translate(sentence("cli/seen")),
        translate(sentence("cli/what-to-do")),
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
        say(translate(sentence("cli/to-mend-before-a-run", to_mend=to_mend)))
        return UnreachableError.exit_code
    say(translate(sentence("cli/ready-jidi-certify")) + target)
    return 0
