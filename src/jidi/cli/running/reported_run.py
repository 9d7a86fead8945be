"""A run as whoever certifies sees it: with its progress, its reports and its summary."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import replace
from typing import Final, TextIO

from jidi.cli.language import current_language, translate
from jidi.cli.running.progress import progress_view
from jidi.cli.speaking import say
from jidi.cli.streams import last_words
from jidi.model.target import Target
from jidi.report import FORMATS, print_summary, write_all
from jidi.run.certify import certify
from jidi.run.planning.selection import RunOptions, Selection
from jidi.wording import sentence

SEEDS: Final = 2**31
"""Seeds are smaller than this."""


def certify_and_report(
    target: Target, selection: Selection, options: RunOptions, formats: tuple[str, ...] = ()
) -> int:
    """Certify with progress, write the reports, print the summary; returns the exit code of the
    verdict.

    Raises:
        OperatorError, UnreachableError: see :func:`jidi.run.certify`.
    """
    language = current_language()
    by_hand = target.driver.kind == "manual"
    if by_hand:  # one thing at a time, and nothing that is drawn over the questions
        options = replace(options, jobs=1, streams=(_person(), sys.stderr))
    with progress_view(language, plain=by_hand) as progress:
        record = certify(target, selection, options, progress)
    written = write_all(record, options.out, formats or FORMATS, language)
    with last_words():
        print_summary(record, language, written.get("html"))
        say(translate(sentence("cli/run-directory", out=options.out)))
    return record.verdict.exit_code


def _person() -> TextIO:
    """Standard input under a handle of its own: a thread that waits at it must not hold up the end
    of the program.
    """
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
    except (OSError, ValueError):  # no real file, such as in a test
        return sys.stdin


def fresh_seed() -> int:
    """A seed that was not used before."""
    return secrets.randbelow(SEEDS)
