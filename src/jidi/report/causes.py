"""One defect is one block: failed checks that look alike are told once, with the names of the
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jidi.model.text import Language
from jidi.model.verdict import CheckVerdict
from jidi.report.escaping import one_line
from jidi.report.wording import say

_MOST: Final = 5
_NAMED: Final = 3
_SWEEP: Final = "sweep/"
_PLACE: Final = re.compile(r"[0-9]+|-")
_ROOTS: Final = frozenset(
    {"body", "consignment", "data", "event", "events", "items", "latest_event", "result", "view"}
)
"""What a document lies in, in one answer or another."""


@dataclass(frozen=True, slots=True)
class Block:
    """Failed checks of one requirement that have one cause, as far as can be told: the ``lead`` is
    shown with all that is known, of the ``others`` the names.
    """

    lead: CheckVerdict
    others: tuple[CheckVerdict, ...] = ()


def cause(check: CheckVerdict) -> str:
    """What a failed check failed for, without the place at which it was noticed: the members that
    differ, the status that came in the place of another, the header, or else the reason and the
    name that the check has in any scenario.
    """
    if check.place == "status" and check.reason == "status":
        return f"{check.expected.en} / {check.actual.en}"
    members = {_member(one) for one in check.members} - {"/"}
    if members and check.place != "time":
        return ", ".join(sorted(members)[:_MOST])
    return f"{check.check.rpartition('/')[2]} {check.reason}".strip()


def blocks(checks: Iterable[CheckVerdict]) -> tuple[Block, ...]:
    """Checks by cause, in the order in which each cause was seen first; what a scenario showed
    comes before what was seen over the whole run, for a scenario can be played again by itself.
    Of one cause the check leads that says both values.
    """
    grouped: dict[str, list[CheckVerdict]] = {}
    ordered = sorted(checks, key=lambda check: check.check.startswith(_SWEEP))
    for check in ordered:
        grouped.setdefault(cause(check), []).append(check)
    told = (sorted(group, key=_says_less) for group in grouped.values())
    return tuple(Block(lead, tuple(others)) for lead, *others in told)


def _says_less(check: CheckVerdict) -> tuple[bool, bool]:
    values = any((one.expected and one.kind != "format") or one.actual for one in check.differences)
    return check.check.startswith(_SWEEP), bool(check.differences) and not values


def same_cause(block: Block, language: Language) -> str:
    """How many checks share the cause, and the names of some; empty where none does."""
    if not block.others:
        return ""
    names = [one_line(check.check) for check in block.others[:_NAMED]]
    more = "…" if len(block.others) > _NAMED else ""
    return say(
        "same-cause-of",
        language,
        count=len(block.others),
        names=", ".join([*names, *filter(None, [more])]),
    )


def _member(pointer: str) -> str:
    """The path of a member without numbers of items and without what its document lies in."""
    if not pointer.startswith("/"):
        return pointer
    steps = [step for step in pointer.split("/")[1:] if not _PLACE.fullmatch(step)]
    while len(steps) > 1 and steps[0] in _ROOTS:
        steps = steps[1:]
    return "/" + "/".join(steps)
