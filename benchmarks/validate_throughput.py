"""Records a second of bulk validation on one core, beside the floor (orjson and the compiled validator alone), and the peak of memory."""

from __future__ import annotations

import io
import resource
import time
from itertools import cycle, islice

import orjson

from jidi.registry import Registry
from jidi.registry.documents import DocumentValidator

RECORDS = 200_000


def main() -> None:
    """Print the figures; CPU time, not wall clock."""
    registry = Registry.load()
    events = [example.instance for example in registry.examples("valid", "shipment-event")]
    lines = [orjson.dumps({**event, "sequence": index + 1}) for index, event in enumerate(islice(cycle(events), RECORDS))]
    valid = registry.checker("shipment-event")
    start = time.process_time()
    assert all(valid(orjson.loads(line)) for line in lines)  # noqa: S101 - a benchmark of wrong answers is worth nothing
    floor = time.process_time() - start
    validator = DocumentValidator(registry, schema="shipment-event", rule_checker=lambda _rule, _value, _pointer, _parent: "")
    start = time.process_time()
    faults = sum(1 for _ in validator.validate(io.BytesIO(b"\n".join(lines)), "ndjson"))
    spent = time.process_time() - start
    print(f"floor {RECORDS / floor:,.0f}/s; validate {RECORDS / spent:,.0f}/s; ratio {spent / floor:.2f}; faults {faults}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB (of which the input {sum(map(len, lines)) / 2**20:.0f} MiB twice)")


if __name__ == "__main__":
    main()
