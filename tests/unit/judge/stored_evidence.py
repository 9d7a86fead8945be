"""Journals of real runs against broken and healthy partners, kept scenario by scenario with the
verdicts that were right when they were kept.

``tests/data/judge/<role>/<scenario>`` is what a healthy partner showed in a scenario, all its
cases; ``tests/data/judge/<role>/broken/<fault>`` what a broken one showed in the scenarios that
caught it. Each is two files: a journal (``.ndjson.zst``, see :mod:`evidence_form`) and what it
must be judged (``.json``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from tests.journals_made import journal_of
from tests.unit.judge.evidence_form import FOLDER, Record, unpacked

from jidi.model.roles import Role
from jidi.model.text import Text
from jidi.model.verdict import CheckVerdict, RunVerdict
from jidi.registry import Registry
from jidi.run.stored import load_record

DIGEST: Final = "sha256:<digest of the schema bundle>"
"""What stands for it in a verdict that is kept."""
BROKEN: Final = "broken"
"""Folder of the evidence of broken partners, below that of their role."""
GENERATED: Final = "generated"
"""Stands where a scenario's name stands: what the generated phase showed."""
_JOURNAL, _VERDICT = ".ndjson.zst", ".json"
_NOT_REACHED: Final = "the run broke off before this step"


@dataclass(frozen=True)
class Evidence:
    """A journal and the verdict that it must lead to. ``name`` is that of a scenario (without its
    cases), or ``broken/<fault>``.
    """

    role: Role
    name: str

    @property
    def journal(self) -> Path:
        """The file with the journal."""
        return FOLDER / self.role / f"{self.name}{_JOURNAL}"

    @property
    def verdict(self) -> Path:
        """The file with the verdict."""
        return FOLDER / self.role / f"{self.name}{_VERDICT}"

    @property
    def broken(self) -> bool:
        """Whether the partner was a broken one."""
        return self.name.startswith(f"{BROKEN}/")

    @property
    def records(self) -> list[Record]:
        """The journal, as if it had been written under the schemas of today: their digest stands
        where that of its own day stood.
        """
        records = unpacked(self.journal.read_bytes())
        then = records[0]["run"]["schema_bundle_digest"]
        return list(json.loads(json.dumps(records).replace(then, today())))

    @property
    def expected(self) -> dict[str, Any]:
        """The verdict as kept, see :func:`kept`."""
        return dict(json.loads(self.verdict.read_text(encoding="utf-8").replace(DIGEST, today())))


@cache
def today() -> str:
    """The digest of the schemas as they are."""
    return Registry.load("1.0").bundle_digest()


def stored(role: Role | None = None) -> list[Evidence]:
    """All that is kept, or all of one role: by role, healthy before broken, by name."""
    found = []
    for one in get_args(Role) if role is None else (role,):
        for folder in (FOLDER / one, FOLDER / one / BROKEN):
            found += [
                Evidence(one, path.relative_to(FOLDER / one).as_posix().removesuffix(_JOURNAL))
                for path in sorted(folder.glob(f"*{_JOURNAL}"))
            ]
    return found


def judged(records: list[Record], directory: Path) -> RunVerdict:
    """The verdict over a journal, as anybody recomputes it from a run directory."""
    (directory / "journal.ndjson").write_bytes(journal_of(records))
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


def kept(verdict: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a :func:`whole` verdict: its word, every check that did not pass with what an
    English report says of those that failed, by name alone those that were not reached, and one
    digest over every word of it, Chinese ones and those that go with a pass included.
    """
    open_ends = [
        {"requirement": row["id"], **check}
        for row in verdict["requirements"]
        for check in row["checks"]
        if check["outcome"] != "pass"
    ]
    text = json.dumps(verdict, ensure_ascii=False, sort_keys=True).replace(today(), DIGEST)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    unreached = [f"{one['requirement']} {one['check']}" for one in filter(_unreached, open_ends)]
    return {
        "word": verdict["word"],
        "whole": f"sha256:{digest}",
        "not-passed": [_short(one) for one in open_ends if not _unreached(one)],
    } | ({"not-reached": unreached} if unreached else {})


def _short(check: dict[str, Any]) -> dict[str, Any]:
    texts = ("expected", "actual")
    return {
        name: value["en"] if name in texts else value
        for name, value in check.items()
        if name not in texts or check["outcome"] == "fail"
    }


def _unreached(check: dict[str, Any]) -> bool:
    actual = check.get("actual")
    return isinstance(actual, dict) and actual["en"] == _NOT_REACHED


def kept_text(form: dict[str, Any]) -> str:
    """The text of a verdict file: one line for each check that did not pass."""
    named = [name for name in ("not-passed", "not-reached") if name in form]
    lists = [f' "{name}": {_lines(form[name])}' for name in named]
    head = json.dumps({"word": form["word"], "whole": form["whole"]}, ensure_ascii=False, indent=1)
    return (head[:-2] + ",\n" + ",\n".join(lists) + "\n}\n").replace(today(), DIGEST)


def _lines(values: list[Any]) -> str:
    lines = [
        f"  {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for value in values
    ]
    return "[\n" + ",\n".join(lines) + "\n ]" if lines else "[]"


def failing(form: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks of a kept verdict that failed."""
    return [check for check in form["not-passed"] if check["outcome"] == "fail"]
