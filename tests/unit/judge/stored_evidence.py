"""Journals of real runs against broken and healthy partners, kept with the verdicts that were right
when they were kept.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, RunVerdict
from jidi.registry import Registry
from jidi.run.stored import load_record

FOLDER: Final = Path(__file__).parents[2] / "data" / "judge"
DIGEST: Final = "sha256:<digest of the schema bundle>"
"""What stands for it in a verdict that is kept."""


@dataclass(frozen=True)
class Evidence:
    """A journal (``<name>.ndjson.xz``) and the verdict that it must lead to (``<name>.json``)."""

    name: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The journal, as if it had been written under the schemas of today: their digest stands
        where that of its own day stood.
        """
        lines = (
            lzma.decompress((FOLDER / f"{self.name}.ndjson.xz").read_bytes())
            .decode("utf-8")
            .splitlines()
        )
        then = json.loads(lines[0])["run"]["schema_bundle_digest"]
        return [json.loads(line.replace(then, _today())) for line in lines]

    @property
    def expected(self) -> dict[str, Any]:
        """The verdict as kept."""
        return dict(
            json.loads(
                (FOLDER / f"{self.name}.json").read_text(encoding="utf-8").replace(DIGEST, _today())
            )
        )


@cache
def _today() -> str:
    return Registry.load("1.0").bundle_digest()


def stored() -> list[Evidence]:
    """All that is kept, by name."""
    return [
        Evidence(path.name.removesuffix(".ndjson.xz"))
        for path in sorted(FOLDER.glob("*.ndjson.xz"))
    ]


def judged(records: list[dict[str, Any]], directory: Path) -> RunVerdict:
    """The verdict over a journal, as anybody recomputes it from a run directory."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (directory / "journal.ndjson").write_text(text, encoding="utf-8")
    return load_record(directory).verdict


def whole(verdict: RunVerdict) -> dict[str, Any]:
    """A verdict with every word that it says."""
    rows = [
        {
            "id": row.requirement,
            "outcome": row.outcome.value,
            "reason": row.reason.as_json(),
            "checks": [_check(check) for check in row.checks],
        }
        for row in verdict.requirements
    ]
    return {
        "word": verdict.word,
        "complete": verdict.complete,
        "selected": verdict.selected,
        "requirements": rows,
    }


def _check(check: CheckVerdict) -> dict[str, Any]:
    texts = {
        name: value.as_json()
        for name, value in (("expected", check.expected), ("actual", check.actual))
        if value != Text("", "")
    }
    return {
        "check": check.check,
        "outcome": check.outcome.value,
        "reason": check.reason,
        **texts,
        "exchanges": list(check.exchanges),
    }


def kept_form(verdict: dict[str, Any]) -> str:
    """The text under which a verdict is kept."""
    return json.dumps(verdict, ensure_ascii=False, indent=1).replace(_today(), DIGEST) + "\n"
