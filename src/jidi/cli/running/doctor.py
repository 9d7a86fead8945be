"""``jidi doctor``: try everything that a run needs, and say what to mend."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.text import Text as Styled

from jidi.cli.console import console, table
from jidi.cli.language import command, current_language, option, translate
from jidi.cli.preflight import State, preflight
from jidi.cli.speaking import say, say_json
from jidi.drive import load_target
from jidi.errors import UnreachableError
from jidi.registry import Registry
from jidi.wording import sentence

_STYLES: dict[State, str] = {"ok": "green", "note": "yellow", "mend": "bold red"}


@command("doctor", text=sentence("cli/target-is-a-target-file-or-a"))
@click.argument("target")
@option("--json", "as_json", is_flag=True, text=sentence("cli/as-json"))
def doctor(target: str, as_json: bool) -> int:
    """Print one line a finding, or a list of findings."""
    if as_json:
        found = list(preflight(load_target(target), Registry.load()))
        say_json([asdict(finding) for finding in found])
        mend = any(finding.state == "mend" for finding in found)
        return UnreachableError.exit_code if mend else 0
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
