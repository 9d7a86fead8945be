"""The summary on a terminal: colour where there is one, plain text elsewhere or when ``NO_COLOR``
is set.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Literal, TextIO

from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from jidi.model.run import RunRecord
from jidi.model.text import Language
from jidi.model.verdict import FAILING, Outcome, RequirementVerdict
from jidi.report import exchange_view as evidence
from jidi.report import overview
from jidi.report.causes import Block, blocks, same_cause
from jidi.report.escaping import one_line, visible
from jidi.report.formats.curl import curl_command
from jidi.report.next_steps import next_commands, where
from jidi.report.remarks import remarks
from jidi.report.wording import OUTCOME_SYMBOLS, OUTCOME_WORDS, OUTCOMES_TO_SHOW, RUN_SENTENCES, say
from jidi.wording.console import EscapingConsole

_STYLES: dict[Outcome, str] = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.UNSTABLE: "bold red",
    Outcome.HARNESS_ERROR: "bold magenta",
    Outcome.CONFIG_ERROR: "magenta",
    Outcome.WARN: "yellow",
    Outcome.WAIVED: "yellow",
    Outcome.NOT_EXERCISED: "cyan",
    Outcome.ATTESTED: "blue",
    Outcome.NOT_APPLICABLE: "dim",
}
_VERDICT_STYLES = {0: "bold green", 1: "bold red", 3: "bold yellow", 4: "bold magenta"}
_PLAIN_WIDTH = 120
_PROSE_AT_LEAST = 8
"""Cells that a piece of a sentence needs to say anything."""
_CAUSES_SHOWN = 3
_REASONS_SHOWN = 20
_CURL_LIMIT = 4_000
_VALUE_LIMIT = 400
"""Characters of a value, so that what follows it is on the first screen."""


def print_summary(
    record: RunRecord,
    language: Language = "en",
    report: Path | None = None,
    stream: TextIO | None = None,
) -> None:
    """Prints the summary to ``stream`` (standard output by default); ``report`` is where the page
    lies, if one was written.
    """
    out = stream or sys.stdout
    console = EscapingConsole(
        file=out,
        width=None if out.isatty() else _PLAIN_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )
    _write(console, record, language, report)


def render_terminal(
    record: RunRecord,
    language: Language = "en",
    report: Path | None = None,
    *,
    width: int = 120,
    colour: bool = False,
) -> str:
    """The summary as text; without ``colour`` it holds not one control character but line feeds."""
    buffer = io.StringIO()
    system: Literal["standard"] | None = "standard" if colour else None
    console = EscapingConsole(
        file=buffer,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=colour,
        no_color=not colour,
        color_system=system,
    )
    _write(console, record, language, report)
    return (
        "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))
        if not colour
        else buffer.getvalue()
    )


def _write(
    console: EscapingConsole, record: RunRecord, language: Language, report: Path | None
) -> None:
    _write_articles(console, record, language)
    _write_counts(console, record, language)
    _write_details(console, record, language, "not-met", tuple(FAILING))
    _write_details(
        console, record, language, "errors", (Outcome.HARNESS_ERROR, Outcome.CONFIG_ERROR)
    )
    _write_details(console, record, language, "warnings", (Outcome.WARN,))
    _write_reasons(console, record, language, "waivers", Outcome.WAIVED)
    _write_reasons(console, record, language, "not-exercised", Outcome.NOT_EXERCISED)
    _write_observations(console, record, language)
    _write_verdict(console, record, language, report)


def _write_articles(console: EscapingConsole, record: RunRecord, language: Language) -> None:
    # One width for all tables, so that the columns stand under each other.
    longest_id = max(
        (cell_len(one_line(verdict.requirement)) for verdict in record.verdict.requirements),
        default=0,
    )
    longest_word = max(
        (
            cell_len(OUTCOME_WORDS[overview.shown(verdict.outcome)].for_language(language))
            for verdict in record.verdict.requirements
        ),
        default=0,
    )
    for article in overview.articles(record):
        console.print(
            Styled(
                f"{article.clause}  {one_line(article.title.for_language(language))}", style="bold"
            )
        )
        for verdict in article.verdicts:
            row = _row(verdict, longest_id, longest_word, language)
            said = overview.row_sentence(record, verdict.requirement).for_language(language)
            console.print(_filled_up(row, one_line(said), console.width), soft_wrap=True)


def _row(
    verdict: RequirementVerdict, longest_id: int, longest_word: int, language: Language
) -> Styled:
    """Sign, requirement, outcome and count: what stands however narrow the terminal is."""
    outcome = overview.shown(verdict.outcome)
    row = Styled(f"  {OUTCOME_SYMBOLS[outcome]}  ", style=_STYLES[outcome])
    row.append(f"{set_cell_size(one_line(verdict.requirement), longest_id)}  ", style="default")
    word = OUTCOME_WORDS[outcome].for_language(language)
    row.append(f"{set_cell_size(word, longest_word)}  ")
    return row.append(f"{_ratio(verdict):>7}  ", style="dim")


def _filled_up(row: Styled, said: str, width: int) -> Styled:
    """The row with its sentence, which alone is cut, or left out where nothing of it could be
    read.
    """
    left = width - row.cell_len
    if left < _PROSE_AT_LEAST:
        row.rstrip()
        return row
    prose = Styled(said, style="dim")
    prose.truncate(left, overflow="ellipsis")
    return row.append(prose)


def _ratio(verdict: RequirementVerdict) -> str:
    """Checks that passed, of all."""
    passed = sum(1 for check in verdict.checks if check.outcome is Outcome.PASS)
    return f"{passed}/{len(verdict.checks)}"


def _write_counts(console: EscapingConsole, record: RunRecord, language: Language) -> None:
    counts = overview.counts(record)
    line = Styled()
    for outcome in OUTCOMES_TO_SHOW:
        if counts[outcome]:
            line.append(
                f"{OUTCOME_SYMBOLS[outcome]} {counts[outcome]} "
                f"{OUTCOME_WORDS[outcome].for_language(language)}   ",
                style=_STYLES[outcome],
            )
    line.rstrip()
    console.print()
    console.print(line)


def _write_details(
    console: EscapingConsole,
    record: RunRecord,
    language: Language,
    heading: str,
    outcomes: tuple[Outcome, ...],
) -> None:
    found = overview.with_outcome(record, *outcomes)
    if not found:
        return
    console.print()
    console.print(Styled(say(heading, language), style="bold"))
    for verdict in found:
        outcome = overview.shown(verdict.outcome)
        console.print()
        line = Styled(
            f"{OUTCOME_SYMBOLS[outcome]} {one_line(verdict.requirement)}", style=_STYLES[outcome]
        )
        said = overview.row_sentence(record, verdict.requirement).for_language(language)
        line.append(f"  {one_line(said, 600)}", style="default")
        console.print(line)
        checks = overview.deciding(verdict)
        if not checks:
            console.print(
                Padding(
                    Styled(visible(overview.why_not(verdict).for_language(language))), (0, 0, 0, 4)
                )
            )
        causes = blocks(checks)
        for block in causes[:_CAUSES_SHOWN]:
            _write_block(console, record, block, language)
        if len(causes) > _CAUSES_SHOWN:
            rest = say("more-causes", language, count=len(causes) - _CAUSES_SHOWN)
            console.print(Styled(f"    … {rest}", style="dim"))


def _told(record: RunRecord, block: Block, language: Language) -> list[tuple[str, str]]:
    """What a failure says, each under its label, what helps most first."""
    check = block.lead
    entry = overview.exchange_of(record, check)
    seen = "" if entry is None else f"{one_line(entry.id)}  {one_line(evidence.headline(entry))}"
    modality = overview.modality(record, check.requirement)
    told = (
        ("member", where(check).for_language(language)),
        ("expected", visible(check.expected.for_language(language), _VALUE_LIMIT)),
        ("actual", visible(check.actual.for_language(language), _VALUE_LIMIT)),
        ("clause", f"{overview.clause_of(check.requirement)}  {modality}"),
        ("next", "\n".join(next_commands(record, check, visible(str(record.directory), None)))),
        ("check", f"{one_line(check.check)}  ({one_line(check.reason)})"),
        ("exchange", seen),
        ("same-cause", same_cause(block, language)),
    )
    return [(say(name, language), value) for name, value in told]


def _write_block(
    console: EscapingConsole, record: RunRecord, block: Block, language: Language
) -> None:
    check = block.lead
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    entry = overview.exchange_of(record, check)
    for label, value in _told(record, block, language):
        if value:
            table.add_row(Styled(f"    {label}"), Styled(value))
    console.print(table)
    if entry is not None:
        label = say("repeat-push" if evidence.is_received(entry) else "reproduce", language)
        command = curl_command(entry)
        if len(command) > _CURL_LIMIT:
            command = f"# {say('curl-long', language, id=one_line(entry.id))}"
        console.print(Styled(f"    {label}:", style="dim"))
        # Never wrapped and never indented: what is copied is what runs.
        console.print(Styled(visible(command, None)), soft_wrap=True)


def _write_reasons(
    console: EscapingConsole, record: RunRecord, language: Language, heading: str, outcome: Outcome
) -> None:
    """Requirements that were not judged on evidence, each with the reason in one line."""
    found = overview.with_outcome(record, outcome)
    if not found:
        return
    console.print()
    console.print(Styled(say(heading, language, count=len(found)), style=_STYLES[outcome]))
    for verdict in found[:_REASONS_SHOWN]:
        console.print(
            Styled(
                f"  {OUTCOME_SYMBOLS[outcome]} {one_line(verdict.requirement)}  "
                f"{one_line(overview.why_not(verdict).for_language(language))}"
            )
        )
    if len(found) > _REASONS_SHOWN:
        console.print(Styled(f"  {say('and-more', language, count=len(found) - _REASONS_SHOWN)}"))


def _write_observations(console: EscapingConsole, record: RunRecord, language: Language) -> None:
    found = overview.observations(record)
    if not found:
        return
    console.print()
    console.print(Styled(say("observations", language, count=len(found)), style="bold"))
    for entry in found[:_REASONS_SHOWN]:
        text = overview.observed(entry).for_language(language)
        console.print(
            Styled(f"  · {one_line(entry.operation)} {one_line(entry.exchange)}  {one_line(text)}")
        )
    if len(found) > _REASONS_SHOWN:
        console.print(Styled(f"  {say('and-more', language, count=len(found) - _REASONS_SHOWN)}"))


def _write_verdict(
    console: EscapingConsole, record: RunRecord, language: Language, report: Path | None
) -> None:
    console.print()
    if not record.verdict.complete:
        console.print(
            Styled(
                f"{say('incomplete', language)}: {say('incomplete-sentence', language)}",
                style="bold yellow",
            )
        )
    for remark in remarks(record):
        console.print(Styled(one_line(remark.for_language(language), 600), style="yellow"))
    passed = len(overview.with_outcome(record, Outcome.PASS))
    line = Styled(
        overview.verdict_line(record).for_language(language),
        style=_VERDICT_STYLES[record.verdict.exit_code],
    )
    line.append(
        f"  ({say('of', language, part=passed, whole=len(record.verdict.requirements))})",
        style="default",
    )
    console.print(line)
    console.print(Styled(RUN_SENTENCES[record.verdict.word].for_language(language)))
    console.print(Styled(overview.exercised_line(record).for_language(language)))
    if report is not None:
        console.print(
            Styled(say("report-at", language, path=visible(str(report), None))), soft_wrap=True
        )
