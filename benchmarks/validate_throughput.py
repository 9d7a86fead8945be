"""Records a second of bulk validation on one core, beside the floor (orjson and the compiled
validator alone), and the peak of memory.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import IO, Any

import orjson

from jidi.judge.rules import document_rules as rules
from jidi.registry import Registry
from jidi.registry.fast.shortcuts import GLANCES
from jidi.registry.reading.documents import DocumentValidator

SIZE = 100_000_000
COMPACT, SPACED = "compact", "spaced, ASCII only"


def main() -> None:
    """Print the figures; CPU time, not wall clock."""
    registry = Registry.load()
    events = [example.instance for example in registry.examples("valid", "shipment-event")]
    for writing in (COMPACT, SPACED):
        with tempfile.TemporaryFile() as file:
            count = write(file, events, writing)
            file.seek(0)
            valid = registry.checker("shipment-event")
            start = time.process_time()
            wrong = sum(not valid(orjson.loads(line)) for line in file)
            floor = time.process_time() - start
            if wrong:  # a benchmark of wrong answers is worth nothing
                raise RuntimeError(f"{wrong} of {count} are called invalid")
            file.seek(0)
            print(f"{writing}: {count:,} records", end="; ")
            measure(registry, file, floor, count)


def write(file: IO[bytes], events: list[dict[str, Any]], writing: str) -> int:
    """Fill ``file`` with ``SIZE`` bytes of events, each with a time of its own; the number of
    records.
    """
    count = 0
    for count, event in enumerate(cycle(events), start=1):
        moment = datetime.fromtimestamp(1_790_000_000 + count, UTC)
        times = {
            "occurred_at": moment.isoformat(),
            "recorded_at": (moment + timedelta(seconds=count % 60)).isoformat(),
        }
        record = {**event, **times, "event_id": f"ev_{count}", "sequence": count % 1_000_000 + 1}
        file.write(
            (orjson.dumps(record) if writing == COMPACT else json.dumps(record).encode()) + b"\n"
        )
        if file.tell() >= SIZE:
            break
    return count


def measure(registry: Registry, file: IO[bytes], floor: float, count: int) -> None:
    """Validate ``file`` of ``count`` records, named rules included, and print how that compares
    with ``floor`` seconds.
    """
    validator = DocumentValidator(
        registry,
        schema="shipment-event",
        rule_checker=lambda rule, value, _pointer, parent: rules.apply(rule, value, parent),
        glances=GLANCES,
    )
    start = time.process_time()
    faults = sum(1 for _ in validator.validate(file, "ndjson"))
    spent = time.process_time() - start
    print(
        f"floor {count / floor:,.0f}/s; validate {count / spent:,.0f}/s; ratio "
        f"{spent / floor:.2f}; faults {faults}"
    )
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB for "
        f"{SIZE / 2**20:.0f} MiB of input"
    )


if __name__ == "__main__":
    main()
