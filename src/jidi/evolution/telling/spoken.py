"""A difference in sentences, for a terminal and for the changelog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jidi.evolution.changes import Change
from jidi.evolution.comparing import Answer
from jidi.evolution.differences import Difference, Part, acting
from jidi.evolution.telling.json_text import json_text
from jidi.model.text import Text
from jidi.report.escaping import one_line
from jidi.wording import family, sentence

CHANGES: Final = family("evolution", "change-")
EFFECTS: Final = family("evolution", "effect-")
ACTORS: Final = family("evolution", "actor-")
VERDICTS: Final = family("evolution", "verdict-")
REASONS: Final = family("evolution", "reason-")
ROLES: Final = family("evolution", "role-")
VERSIONS: Final = family("evolution", "version-")
DIRECTIONS: Final = family("evolution", "direction-")
_LONGEST: Final = 2_000
_SHORT: Final = 100


def text_lines(difference: Difference) -> Iterator[Text]:
    """Every part that differs with its verdicts and changes, and the step of the version last."""
    for part in difference.parts:
        if len(difference.parts) > 1 or part.role != "data":
            if is_quiet(part):
                continue
            yield Text("", "")
            yield part_name(part)
        yield from _verdicts(part)
        yield from (
            Text(f"  - {said.en}", f"  - {said.zh}") for said in map(change_text, part.changes)
        )
    yield Text("", "")
    yield formats_text(difference)
    yield sentence("evolution/version", step=VERSIONS[difference.version])


def is_quiet(part: Part) -> bool:
    """Whether there is nothing to say of a part."""
    answers = (part.old_under_new, part.new_under_old)
    return not part.changes and all(one.verdict == "compatible" for one in answers)


def part_name(part: Part) -> Text:
    """Where a part is, and what part it plays."""
    old, new = one_line(part.old_name), one_line(part.new_name)
    role = ROLES[part.role]
    if not old:
        return sentence("evolution/part-new", name=new, role=role)
    if not new:
        return sentence("evolution/part-gone", name=old, role=role)
    operation = new.partition(" ")[2]
    name = new if old == new else f"{old} → {new}"
    if operation and old.endswith(f" {operation}"):
        name = operation
    return sentence("evolution/part", name=name, role=role)


def formats_text(difference: Difference) -> Text:
    """Whether formats were asserted."""
    if difference.asserted:
        return sentence("evolution/formats-asserted")
    return sentence("evolution/formats-annotated")


def _verdicts(part: Part) -> Iterator[Text]:
    for direction, answer in (
        ("old-under-new", part.old_under_new),
        ("new-under-old", part.new_under_old),
    ):
        yield verdict_text(direction, answer)
        if answer.verdict == "breaking":
            shown = example(answer.counterexample, _LONGEST)
            yield sentence("evolution/counterexample", value=shown)


def verdict_text(direction: str, answer: Answer) -> Text:
    """What was found in one direction, and why nothing was where nothing was."""
    told = sentence(
        "evolution/verdict", direction=DIRECTIONS[direction], verdict=VERDICTS[answer.verdict]
    )
    if not answer.reason:
        return told
    return sentence("evolution/with-reason", told=told, reason=REASONS[answer.reason])


def example(value: Any, limit: int) -> str:
    """A value on one line, in characters that any terminal shows."""
    return one_line(json_text(value, indent=None), limit)


def change_text(change: Change) -> Text:
    """What the changelog must say of a change: where, what, and who must act."""
    at = change.new_pointer if change.new_pointer is not None else change.old_pointer
    said = CHANGES[change.kind].filled(
        at=one_line(at or "/"),
        keyword=one_line(change.keyword or "schema"),
        before=_value(change.before),
        after=_value(change.after),
    )
    who = acting(change)
    if not who:
        return sentence("evolution/nobody-acts", said=said)
    actors = [ACTORS[one] for one in who]
    told = actors[0] if len(actors) == 1 else sentence(
        "evolution/both-act", one=actors[0], other=actors[1]
    )  # fmt: skip
    return sentence("evolution/acts", said=said, who=told)


def _value(value: Any) -> Text:
    if value is None:
        return sentence("evolution/no-value")
    shown = example(value, _SHORT)
    return Text(shown, shown)
