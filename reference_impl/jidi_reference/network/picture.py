"""Shows the flow while it flows: a live table on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from jidi_reference.network.day import DAY_S
from jidi_reference.network.flow import Seen
from jidi_reference.network.reconciliation import Line

_WIDTH = 32
_EVERY_S = 3.0
_PATHS = {
    "EAST": "platform → east",
    "WEST": "platform → west",
    "HUB_EAST": "platform → integrator → east",
    "HUB_WEST": "platform → integrator → west",
}
_WORDS = {
    "route": "路径",
    "ordered": "下单",
    "at courier": "到达快递企业",
    "scans": "扫描",
    "events at platform": "平台收到轨迹",
    "compared": "比对",
    "upper end": "上游",
    "lower end": "下游",
    "differing": "不一致",
    "orders, end to end": "订单（端到端）",
    "events, end to end": "轨迹（端到端）",
    "total": "合计",
    "consignments": "运单",
    "events": "轨迹",
}


class Picture:
    """``show`` after each step; ``language`` is en or zh."""

    def __init__(self, language: str) -> None:
        """Nothing is shown before ``show``."""
        self._chinese = language == "zh"
        self._console = Console(highlight=False)
        self._live = (
            Live(console=self._console, refresh_per_second=8, transient=False)
            if self._console.is_terminal
            else None
        )
        self._last = 0.0

    def __enter__(self) -> Picture:
        """Begin."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last picture standing."""
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """A line of its own."""
        self._console.print(text, markup=False)

    def show(self, seen: Seen, *, last: bool = False) -> None:
        """The state of the flow; without a terminal at most every three seconds, and at the
        last.
        """
        if self._live is not None:
            self._live.update(Group(self._flow(seen), self._states(seen)))
        elif last or time.monotonic() - self._last >= _EVERY_S:
            self._last = time.monotonic()
            counts = ", ".join(
                f"{self._word(name)} {counter.total()}" for name, counter in self._columns(seen)
            )
            self._console.print(f"{_time(seen)}  {counts}", markup=False)

    def reconciled(self, lines: Iterable[Line]) -> None:
        """The table of what both ends logged."""
        table = Table(
            "",
            self._word("compared"),
            self._word("upper end"),
            self._word("lower end"),
            self._word("differing"),
        )
        for line in lines:
            mark = Text("✓", "green") if line.agrees else Text("✗", "red")
            ends = [f"{end} {count}" for end, count in zip(line.ends, line.counts, strict=True)]
            table.add_row(mark, self._word(line.what), *ends, str(line.differing))
        self._console.print(table)

    def _flow(self, seen: Seen) -> Table:
        columns = self._columns(seen)
        table = Table(
            self._word("route"), *(self._word(name) for name, _ in columns), title=_time(seen)
        )
        for route, path in _PATHS.items():
            table.add_row(path, *(str(counter[route]) for _, counter in columns))
        table.add_row(
            self._word("total"), *(str(counter.total()) for _, counter in columns), style="bold"
        )
        return table

    def _columns(self, seen: Seen) -> list[tuple[str, Counter[str]]]:
        return [
            ("ordered", seen.placed),
            ("at courier", seen.carried),
            ("scans", seen.scanned),
            ("events at platform", seen.heard),
        ]

    def _states(self, seen: Seen) -> Table:
        table = Table.grid(padding=(0, 1))
        counts = seen.by_state()
        for state, count in sorted(counts.items()):
            table.add_row(state, "█" * max(1, round(_WIDTH * count / counts.total())), str(count))
        for note in seen.notes[-3:]:
            table.add_row("", note)
        return table

    def _word(self, text: str) -> str:
        if not self._chinese:
            return text
        code, _, kind = text.partition(" ")
        return _WORDS.get(text) or f"{code} {_WORDS.get(kind, kind)}".strip()


def _time(seen: Seen) -> str:
    minutes = min(int(seen.clock_s), DAY_S - 1) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
