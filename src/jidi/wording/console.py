"""The console on which everything is printed that has a layout."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from jidi.model.texts.escapes import visible


class EscapingConsole(Console):
    """A console that shows what is not seen as itself as its escape, whoever put it there: of
    control sequences only its own reach the terminal.
    """

    def on_broken_pipe(self) -> None:
        """See :meth:`rich.console.Console.on_broken_pipe`, which would end the program with 1."""
        raise BrokenPipeError

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of ``renderable``, escaped."""
        for segment in super().render(renderable, options):
            yield (
                segment if segment.control else Segment(visible(segment.text, None), segment.style)
            )
