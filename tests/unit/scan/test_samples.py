"""Hand-written lines in formats of the trade: exports of platforms, reports of carriers, logs,
messages, statements.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from jidi.scan.kinds.fields import leaves, role_of
from jidi.scan.kinds.patterns import fold
from jidi.scan.kinds.stretches import deep_stretches, field_stretches

SAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "scan" / "field-samples.ndjson")
    .read_text(encoding="utf-8")
    .splitlines()
]


def hits(sample: dict[str, Any]) -> list[str]:
    """What is found about users."""
    text = sample["text"]
    if sample["form"] == "log":
        return [
            inner[one.start : one.end]
            for inner, one, _ in deep_stretches(text)
            if one.subject == "user"
        ]
    value = (
        json.loads(text)
        if sample["form"] == "ndjson"
        else dict(zip(*csv.reader([sample["header"], text]), strict=True))
    )
    found = [
        hit
        for path, leaf in leaves(value)
        for hit in field_stretches(str(leaf), role_of(path), numbers=True)
    ]
    return [hit for hit, one in found if one.subject == "user"]


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_scan_finds_what_is_labelled_and_nothing_else(sample: dict[str, Any]) -> None:
    """Every label lies in a hit or fills nine tenths of it; every hit lies in a label or in what is
    neutral.
    """
    found = hits(sample)
    wanted = [fold(text) for _, text in sample["labels"]]
    known = [*wanted, *(fold(text) for text in sample.get("neutral", []))]
    assert [
        text
        for text in wanted
        if not any(text in hit or (hit in text and len(hit) >= 0.9 * len(text)) for hit in found)
    ] == []
    assert [hit for hit in found if not any(hit in text or text in hit for text in known)] == []
