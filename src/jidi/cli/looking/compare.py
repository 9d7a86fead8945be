"""``jidi compare``: what changed from one stored run to another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import orjson
from rich.table import Table

from jidi.cli.console import console, table
from jidi.cli.language import command, option, translate
from jidi.cli.speaking import say
from jidi.model.run import RunRecord
from jidi.model.verdict import Outcome
from jidi.passive.inspection import judge_recording
from jidi.report.comparison import CHANGES, Comparison, Pace, Pair, compare
from jidi.report.escaping import one_line
from jidi.report.wording import OUTCOME_SYMBOLS, OUTCOME_WORDS, RUN_WORDS
from jidi.run.stored import as_given, load_record
from jidi.wording import family, sentence

_CHANGES: Final = family("cli", "compare-change-")
_CONDITIONS: Final = family("cli", "compare-condition-")
_SLOWER: Final = 2.0
"""Times that differ by less are told to machines only: a run on another day is never as fast."""
_NOTICED_MS: Final = 20.0
_SHOWN: Final = 10


@command("compare", text=sentence("cli/compare-long"))
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    text=sentence("cli/compare-format"),
)
def compare_command(before: Path, after: Path, form: str) -> int:
    """1 where something fails that did not, 3 where something is no longer established, else 0."""
    found = compare(_loaded(before), _loaded(after))
    if form == "json":
        say(orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2).decode())
        return found.exit_code
    _show(found)
    return found.exit_code


def _loaded(directory: Path) -> RunRecord:
    with as_given(directory):
        return load_record(directory, judge_recording)


def _show(found: Comparison) -> None:
    console().print(_runs(found))
    for what, before, after in found.unlike:
        name = translate(_CONDITIONS[what])
        say(translate(sentence("cli/compare-unlike", what=name, before=before, after=after)))
    for change in CHANGES:
        pairs = [pair for pair in found.requirements if change in _changes(found, pair)]
        if pairs:
            say("")
            say(
                translate(
                    sentence("cli/compare-heading", change=_CHANGES[change], count=len(pairs))
                )
            )
            console().print(_rows(found, pairs, change))
    slower = [pace for pace in found.paces if _is_unlike(pace)]
    if slower:
        say("")
        say(translate(sentence("cli/compare-times")))
        console().print(_times(slower))
    if not any(_changes(found, pair) for pair in found.requirements):
        say(translate(sentence("cli/compare-same")))


def _changes(found: Comparison, pair: Pair) -> set[str]:
    """What became of a requirement or of any of its checks."""
    return {one.change for one in (pair, *found.checks[pair.id]) if one.change}


def _runs(found: Comparison) -> Table:
    rows = table(
        "", translate(sentence("cli/compare-run")), translate(sentence("cli/compare-word"))
    )
    labels = (sentence("cli/compare-before"), sentence("cli/compare-after"))
    for label, run in zip(labels, (found.before, found.after), strict=True):
        rows.add_row(
            translate(label),
            f"{one_line(run.header.id)}  {run.started_at}",
            translate(RUN_WORDS[run.verdict.word]),
        )
    return rows


def _rows(found: Comparison, pairs: list[Pair], change: str) -> Table:
    rows = table(
        translate(sentence("cli/requirement")),
        translate(sentence("cli/compare-before")),
        translate(sentence("cli/compare-after")),
        translate(sentence("cli/check")),
    )
    for pair in pairs:
        checks = [one for one in found.checks[pair.id] if one.change == change]
        for index, cell in enumerate(_cells(checks) or [""]):
            first = index == 0
            rows.add_row(
                pair.id if first else "",
                _outcome(pair.before) if first else "",
                _outcome(pair.after) if first else "",
                cell,
            )
    return rows


def _cells(checks: list[Pair]) -> list[str]:
    shown = [text for check in checks[:_SHOWN] for text in _told(check)]
    rest = len(checks) - _SHOWN
    return [*shown, *([translate(sentence("cli/compare-more", count=rest))] if rest > 0 else [])]


def _told(check: Pair) -> Iterator[str]:
    """The check, and where it differs now."""
    yield one_line(check.id)
    for one in check.differences[:1]:
        yield one_line(f"  {one.pointer or '/'}: {one.expected or '–'} → {one.actual or '–'}")


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return "–"
    return f"{OUTCOME_SYMBOLS[outcome]} {translate(OUTCOME_WORDS[outcome])}"


def _is_unlike(pace: Pace) -> bool:
    low, high = sorted((pace.before_ms, pace.after_ms))
    return high - low >= _NOTICED_MS and high >= low * _SLOWER


def _times(paces: list[Pace]) -> Table:
    rows = table(
        translate(sentence("cli/operation")),
        translate(sentence("cli/compare-before")),
        translate(sentence("cli/compare-after")),
    )
    for pace in paces:
        rows.add_row(
            pace.operation,
            f"{pace.before_ms:.0f} ms ×{pace.before_count}",
            f"{pace.after_ms:.0f} ms ×{pace.after_count}",
        )
    return rows
