"""Records a second of bulk validation on one core, beside the floor (orjson and the compiled validator alone), and the peak of memory."""

from __future__ import annotations

import resource
import tempfile
import time
from itertools import cycle, islice
from typing import IO

import orjson

from jidi.registry import Registry
from jidi.registry.documents import DocumentValidator

RECORDS = 200_000


def main() -> None:
    """Print the figures; CPU time, not wall clock."""
    registry = Registry.load()
    events = [example.instance for example in registry.examples("valid", "shipment-event")]
    valid = registry.checker("shipment-event")
    with tempfile.TemporaryFile() as file:
        for index, event in enumerate(islice(cycle(events), RECORDS)):
            file.write(orjson.dumps({**event, "sequence": index + 1}) + b"\n")
        size = file.tell()
        file.seek(0)
        start = time.process_time()
        assert all(valid(orjson.loads(line)) for line in file)  # noqa: S101 - a benchmark of wrong answers is worth nothing
        floor = time.process_time() - start
        file.seek(0)
        measure(registry, file, floor, size)


def measure(registry: Registry, file: IO[bytes], floor: float, size: int) -> None:
    """Validate ``file`` of ``size`` bytes and print how that compares with ``floor`` seconds."""
    validator = DocumentValidator(registry, schema="shipment-event", rule_checker=lambda _rule, _value, _pointer, _parent: "")
    start = time.process_time()
    faults = sum(1 for _ in validator.validate(file, "ndjson"))
    spent = time.process_time() - start
    print(f"floor {RECORDS / floor:,.0f}/s; validate {RECORDS / spent:,.0f}/s; ratio {spent / floor:.2f}; faults {faults}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB for {size / 2**20:.0f} MiB of input")


if __name__ == "__main__":
    main()
