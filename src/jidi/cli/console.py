"""Tables and styled text on the terminal."""

from __future__ import annotations

import sys

from rich.table import Table

from jidi.wording.console import EscapingConsole

_PIPE_WIDTH = 10_000


def console() -> EscapingConsole:
    """Standard output, on which brackets are brackets and never markup.

    Without a terminal it is plain and so wide that no cell is folded, and lines can be searched.
    """
    if sys.stdout.isatty():
        return EscapingConsole(highlight=False, markup=False, emoji=False)
    return EscapingConsole(
        highlight=False, markup=False, emoji=False, soft_wrap=True, width=_PIPE_WIDTH, no_color=True
    )


def table(*columns: str) -> Table:
    """An empty table with ``columns`` and no box, the first of which never wraps."""
    result = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for index, column in enumerate(columns):
        result.add_column(column, no_wrap=index == 0, overflow="fold")
    return result
