"""A difference in Markdown, as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jidi.evolution.changes import Change
from jidi.evolution.differences import Difference, Direction, Part
from jidi.evolution.telling.json_text import json_text
from jidi.evolution.telling.spoken import (
    VERSIONS,
    change_text,
    formats_text,
    is_quiet,
    part_name,
    verdict_text,
)
from jidi.model.text import Language
from jidi.report.escaping import markdown_block, markdown_text
from jidi.wording import sentence

_ICONS: Final = {"compatible": "✅", "breaking": "❌", "undecided": "⚠️"}
_MOST: Final = 200
_LONGEST: Final = 4_000


def pull_request(difference: Difference, direction: Direction, language: Language) -> str:
    """The step of the version, then every part that differs with its counterexamples."""
    icon = _ICONS[difference.verdict(direction)]
    step = sentence("evolution/version", step=VERSIONS[difference.version])
    lines = [f"# {icon} {markdown_text(step.for_language(language))}", ""]
    lines += [markdown_text(formats_text(difference).for_language(language)), ""]
    for part in difference.parts:
        if not is_quiet(part):
            lines += _part(part, language)
    return "\n".join(lines).rstrip() + "\n"


def _part(part: Part, language: Language) -> Iterator[str]:
    yield f"## {markdown_text(part_name(part).for_language(language))}"
    yield ""
    for direction, answer in (
        ("old-under-new", part.old_under_new),
        ("new-under-old", part.new_under_old),
    ):
        said = verdict_text(direction, answer).for_language(language)
        yield f"- {_ICONS[answer.verdict]} {markdown_text(said)}"
    yield ""
    for answer in (part.old_under_new, part.new_under_old):
        if answer.verdict == "breaking":
            yield markdown_block(json_text(answer.counterexample), "json", _LONGEST)
            yield ""
    yield from _changes(part.changes, language)


def _changes(changes: tuple[Change, ...], language: Language) -> Iterator[str]:
    for change in changes[:_MOST]:
        yield f"- {markdown_text(change_text(change).for_language(language))}"
    if len(changes) > _MOST:
        yield f"- … (+{len(changes) - _MOST})"
    if changes:
        yield ""
