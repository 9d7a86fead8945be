"""A scan in several processes: whole files, and blocks of lines of large ones; told in the order in
which one process would tell them.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Final

from jidi.registry import Registry
from jidi.registry.fast.parallel import Limited, borders_of
from jidi.scan.findings import Tally
from jidi.scan.intake.encodings import charset_of
from jidi.scan.intake.opening import form_of
from jidi.scan.intake.unpacking import packing_of
from jidi.scan.intake.walking import STDIN, Met, Source
from jidi.scan.plan import Row, ScanPlan, rows_of
from jidi.scan.scanning import Scanner

_PART: Final = 16 << 20
_HEAD: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Task:
    """A file, or the bytes of it between two borders; ``begins``: it is the first part."""

    met: Met
    border: tuple[int, int] | None = None
    begins: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """What a task gave; lines count from the start of its part, which has so many."""

    rows: list[Row]
    tally: Tally
    lines: int


def parallel_rows(found: Iterable[Met], plan: ScanPlan, tally: Tally) -> Iterator[Row]:
    """Rows of all files; at most two tasks a process are under way or kept."""
    tasks = (task for met in found for task in _tasks(met, plan))
    waiting: deque[tuple[Task, Future[Done] | None]] = deque()
    before = 0
    with ProcessPoolExecutor(plan.jobs, multiprocessing.get_context("spawn")) as pool:
        try:
            while True:
                for task in islice(tasks, 2 * plan.jobs - len(waiting)):
                    own = isinstance(task.met, Source) and task.met.name == STDIN
                    waiting.append((task, None if own else pool.submit(_done, plan, task)))
                if not waiting:
                    return
                task, future = waiting.popleft()
                done = _done(plan, task) if future is None else future.result()
                before = 0 if task.begins else before
                tally.add(done.tally)
                yield from (_moved(row, before) for row in done.rows)
                before += done.lines
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _moved(row: Row, lines: int) -> Row:
    if not lines or not row.said.line:
        return row
    return replace(row, said=replace(row.said, line=row.said.line + lines))


def _tasks(met: Met, plan: ScanPlan) -> Iterator[Task]:
    if not isinstance(met, Source) or met.size < 2 * _PART or not _is_lines(met, plan.form):
        yield Task(met)
        return
    try:
        with met.open() as file:
            borders = list(borders_of(file, _PART))
    except OSError:
        yield Task(met)
        return
    for place, border in enumerate(borders):
        yield Task(met, border, begins=not place)


def _is_lines(source: Source, form: str) -> bool:
    """Whether a file is text that can be read from any of its lines on."""
    try:
        with source.open() as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    if (
        packing_of(head)
        or b"\n" not in head
        or charset_of(head) not in {("utf-8", 0), ("utf-8", 3)}
    ):
        return False
    chosen = form or form_of(source.name, head.decode("utf-8", "replace"))
    return chosen in {"lines", "ndjson", "text"}


@lru_cache(maxsize=1)
def _registry(schema: bool) -> Registry | None:
    return Registry.load() if schema else None


def _done(plan: ScanPlan, task: Task) -> Done:
    """One task, in the process that is asked."""
    scanner = Scanner(plan.salt, _registry(plan.schema), Tally(), plan.until)
    if task.border is None or not isinstance(task.met, Source):
        return Done(list(rows_of(scanner, task.met, plan.form)), scanner.tally, 0)
    start, end = task.border
    shown = scanner.redacted(task.met.name)
    with task.met.open() as file:
        file.seek(start)
        counted = _Counted(Limited(file, end - start))
        rows = [Row(shown, said) for said in scanner.scan(counted, task.met.name, "ndjson")]
    return Done(rows, scanner.tally, counted.lines)


class _Counted:
    """A stream whose line feeds are counted."""

    def __init__(self, stream: Limited) -> None:
        self._stream = stream
        self.lines = 0

    def read(self, size: int = -1, /) -> bytes:
        """See :class:`jidi.scan.intake.parts.Readable`."""
        data = self._stream.read(size)
        self.lines += data.count(b"\n")
        return data
