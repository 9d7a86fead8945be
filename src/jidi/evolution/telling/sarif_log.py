"""A difference as SARIF 2.1.0, for tools that show findings beside the files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from jidi.evolution.changes import Change
from jidi.evolution.differences import SENT, Difference, Direction, Part
from jidi.evolution.telling.spoken import CHANGES, change_text, part_name, verdict_text
from jidi.model.text import Language, Text
from jidi.report.escaping import visible

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_log(
    difference: Difference, direction: Direction, language: Language, version: str
) -> dict[str, Any]:
    """One run: a result for each change, and one for each part whose verdict no change explains.
    An error is what breaks in ``direction``.
    """
    rules = [{"id": f"schema/{kind}"} for kind in (*CHANGES, "verdict")]
    driver = {"name": "jidi", "version": version, "rules": rules}
    results = [one for part in difference.parts for one in _results(part, direction, language)]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _results(part: Part, direction: Direction, language: Language) -> Iterator[dict[str, Any]]:
    verdicts = {answer.verdict for answer in part.answers(direction)}
    worst = next((one for one in ("breaking", "undecided") if one in verdicts), "")
    for change in part.changes:
        yield _result(
            part, f"schema/{change.kind}", _level(change, worst, part, direction),
            change_text(change).for_language(language), change,
        )  # fmt: skip
    if worst:
        told = _verdict(part, direction).for_language(language)
        level = "error" if worst == "breaking" else "warning"
        yield _result(part, "schema/verdict", level, told, None)


def _verdict(part: Part, direction: Direction) -> Text:
    index, answer = next(
        (index, answer)
        for index, answer in enumerate((part.old_under_new, part.new_under_old))
        if answer.verdict != "compatible" and answer in part.answers(direction)
    )
    name = part_name(part)
    told = verdict_text(("old-under-new", "new-under-old")[index], answer)
    return Text(f"{name.en}: {told.en}", f"{name.zh}：{told.zh}")


def _level(change: Change, worst: str, part: Part, direction: Direction) -> str:
    bears = change.relaxes if part.role in SENT else change.tightens
    if direction in ("both", "new-under-old") and change.relaxes:
        bears = True
    if not worst or not bears:
        return "note"
    return "error" if worst == "breaking" else "warning"


def _result(
    part: Part, rule: str, level: str, message: str, change: Change | None
) -> dict[str, Any]:
    at = "" if change is None else change.new_pointer
    if at is None and change is not None:
        at = change.old_pointer
    file = (part.new_name or part.old_name).partition(" ")[0]
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": quote(file)}}}
    if at:
        place["logicalLocations"] = [{"fullyQualifiedName": visible(at), "kind": "member"}]
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": visible(message)},
        "locations": [place],
    }
