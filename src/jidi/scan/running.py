"""A scan of everything that was named: file after file, or several at a time, told in one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jidi.registry import Registry
from jidi.scan.findings import Tally
from jidi.scan.intake.walking import files
from jidi.scan.jobs import parallel_rows
from jidi.scan.plan import Row, ScanPlan, rows_of
from jidi.scan.scanning import Scanner


def scan_paths(paths: Sequence[str], plan: ScanPlan, tally: Tally) -> Iterator[Row]:
    """Rows in the order of the paths and, below folders, of the names; ``tally`` grows along."""
    if plan.jobs > 1:
        yield from parallel_rows(files(paths), plan, tally)
        return
    scanner = Scanner(plan.salt, Registry.load() if plan.schema else None, tally, plan.until)
    for met in files(paths):
        yield from rows_of(scanner, met, plan.form)
