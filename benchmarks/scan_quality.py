"""Precision and recall of `jidi scan` on two synthetic corpora and hand-written lines, side by side
with other scanners where these are installed.

The first corpus was made along with the scanner; the held-out one was written by somebody who had
not seen the scanner. Since the rules were mended by what it showed, its figures are no longer
blind; docs/scan.md has those of the first try, there and on the hand-written lines of
tests/data/scan.

    python benchmarks/scan_quality.py [COUNT] [PEER_PYTHON]

PEER_PYTHON is the interpreter of an environment with argus-redact, helan or presidio-analyzer;
those that are missing are left out. A hit counts for a label when it covers nine tenths of it; a
hit that covers no label is false, unless it is the street before a room. All see the same lines,
each alone; jidi takes JSON and CSV apart by their fields, which is what it is for, the peers read
them as text.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import scan_corpus
import scan_counter
import scan_heldout
from scan_corpus import Sample

from jidi.registry import Registry
from jidi.scan import Scanner
from jidi.scan.kinds.fields import leaves, role_of
from jidi.scan.kinds.stretches import deep_stretches, field_stretches

KINDS = (
    "name",
    "mobile",
    "virtual-number",
    "room",
    "identity-number",
    "email",
    "plate",
    "bank-card",
)
PEERS = ("argus-redact", "helan", "presidio-analyzer")


SAMPLES = Path(__file__).parents[1] / "tests" / "data" / "scan" / "field-samples.ndjson"


def jidi_hits(sample: Sample, header: str) -> list[tuple[str, str]]:
    """(kind, text) of every finding of jidi, taken before it becomes a digest; ``header`` names the
    columns of CSV lines.
    """
    if sample.form == "log":
        return [
            (stretch.kind, text[stretch.start : stretch.end])
            for text, stretch, _ in deep_stretches(sample.text)
            if stretch.subject == "user"
        ]
    value = (
        json.loads(sample.text)
        if sample.form == "ndjson"
        else dict(zip(header.split(","), sample.text.split(","), strict=True))
    )
    found = [
        hit
        for path, leaf in leaves(value)
        for hit in field_stretches(str(leaf), role_of(path), numbers=True)
    ]
    return [(stretch.kind, text) for text, stretch in found if stretch.subject == "user"]


def fold(text: str) -> str:
    """As compared: full-width characters made plain, percent-encoding undone."""
    return unquote(text).translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


def score(
    samples: list[Sample], hits: list[list[tuple[str, str]]]
) -> tuple[dict[str, list[int]], list[str]]:
    """Found and wanted by kind, and the texts of the false hits."""
    recall: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    false: list[str] = []
    for sample, found in zip(samples, hits, strict=True):
        labels = [(kind, fold(text)) for kind, text in sample.labels]
        texts = [fold(text) for _, text in found]
        for kind, wanted in labels:
            recall[kind][1] += 1
            recall[kind][0] += any(_covers(text, wanted) for text in texts)
        known = [wanted for _, wanted in labels] + [fold(text) for text in sample.neutral]
        false += [
            text
            for text in texts
            if not any(
                text in wanted or wanted in text or _overlap(text, wanted) for wanted in known
            )
        ]
    return recall, false


def _covers(text: str, wanted: str) -> bool:
    """At least nine tenths of the label lie in the hit: half a number that stays is still a
    number.
    """
    return (
        wanted in text
        or (text in wanted and len(text) >= 0.9 * len(wanted))
        or _overlap(text, wanted)
    )


def _overlap(text: str, wanted: str) -> bool:
    least = max(2, -(-len(wanted) * 9 // 10))
    return any(wanted[start : start + least] in text for start in range(len(wanted) - least + 1))


def report(
    name: str, samples: list[Sample], hits: list[list[tuple[str, str]]], seconds: float
) -> bool:
    """Print one line a kind; whether every recall is at least 0.99 and nothing is false."""
    recall, false = score(samples, hits)
    total = sum(map(len, hits))
    print(
        f"{name}: precision {1 - len(false) / total if total else 0:.4f} ({len(false)} false of "
        f"{total} hits), {seconds:.1f} s"
    )
    for kind in KINDS:
        found, wanted = recall[kind]
        print(f"  recall {kind:16} {found / wanted if wanted else 1:.4f} ({found}/{wanted})")
    return not false and all(found >= 0.99 * wanted for found, wanted in recall.values())


def peer(
    python: str, which: str, samples: list[Sample]
) -> tuple[list[list[tuple[str, str]]], float] | None:
    """Hits of another scanner, run in its own environment; ``None`` when it is not there."""
    program = Path(__file__).with_name("scan_peers.py")
    texts = json.dumps([sample.text for sample in samples])
    done = subprocess.run(
        [python, str(program), which],
        input=texts,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        print(
            f"{which}: not measured "
            f"({done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no answer'})"
        )
        return None
    answer = json.loads(done.stdout.splitlines()[-1])
    return [[("any", text) for text in found] for found in answer["hits"]], float(answer["seconds"])


def main() -> int:
    """Print the figures; 0 when the goals for jidi are met on both corpora."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    good = [
        measure("made along", scan_corpus, count, 7),
        measure("held out", scan_heldout, count, 20260305),
        measure("counter", scan_counter, count, 20261129),
    ]
    lines = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    samples = [
        Sample(
            one["text"],
            one["form"],
            [(kind, text) for kind, text in one["labels"]],
            one.get("neutral", []),
        )
        for one in lines
    ]
    print(f"== hand-written: {len(samples)} lines")
    report(
        "jidi scan",
        samples,
        [
            jidi_hits(sample, one.get("header", ""))
            for sample, one in zip(samples, lines, strict=True)
        ],
        0,
    )
    beside(samples)
    return 0 if all(good) else 1


def beside(samples: list[Sample]) -> None:
    """Print the figures of the others, if their interpreter was named."""
    for which in PEERS if len(sys.argv) > 2 else ():
        hits = peer(sys.argv[2], which, samples)
        if hits is not None:
            report(which, samples, *hits)


def measure(title: str, module: ModuleType, count: int, seed: int) -> bool:
    """Print the figures for one corpus; whether jidi reaches its goals there."""
    print(f"== corpus {title}: {count} lines, seed {seed}")
    samples: list[Sample] = module.corpus(count, seed)
    started = time.process_time()
    good = report(
        "jidi scan",
        samples,
        [jidi_hits(sample, module.CSV_HEADER) for sample in samples],
        time.process_time() - started,
    )
    data = "\n".join(sample.text for sample in samples if sample.form != "csv").encode() * 10
    started = time.process_time()
    found = sum(1 for _ in Scanner(b"salt", Registry.load()).scan(io.BytesIO(data), "feed.ndjson"))
    print(
        f"  throughput {len(data) / 1e6 / (time.process_time() - started):.1f} MB/s ({found} "
        f"findings in {len(data) / 1e6:.1f} MB)"
    )
    beside(samples)
    return good


if __name__ == "__main__":
    sys.exit(main())
