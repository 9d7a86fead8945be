"""What a comparison of two sides came to: part by part, and what it means for the version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from jidi.evolution.changes import Change
from jidi.evolution.comparing import Answer, Verdict

Version = Literal["patch", "minor", "major"]
Role = Literal["data", "request", "response", "push", "receipt"]
"""Who bears what: data, requests and receipts (answers to pushes) that were valid must stay so; an
answer or a push must be one that was valid before.
"""
SENT: Final[tuple[Role, ...]] = ("response", "push")
"""What the provider of an interface sends."""
Direction = Literal["by-role", "old-under-new", "new-under-old", "both"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("by-role", "old-under-new", "new-under-old", "both")
_ORDER: Final[tuple[Version, ...]] = ("patch", "minor", "major")
_WORST: Final[tuple[Verdict, ...]] = ("compatible", "undecided", "breaking")


@dataclass(frozen=True, slots=True)
class Part:
    """One schema of each side: of a file, or of what an operation takes or gives. ``old_name`` and
    ``new_name`` say where it is (empty: not there).
    """

    old_name: str
    new_name: str
    role: Role
    old_under_new: Answer
    new_under_old: Answer
    changes: tuple[Change, ...]

    @property
    def version(self) -> Version:
        """The least step of the version that says what changed; what is undecided counts as
        breaking.
        """
        binding, other = self.old_under_new, self.new_under_old
        if self.role in SENT:
            binding, other = other, binding
        if binding.verdict != "compatible":
            return "major"
        return "patch" if other.verdict == "compatible" else "minor"

    def answers(self, direction: Direction) -> tuple[Answer, ...]:
        """The answers that a direction asks for."""
        both = (self.old_under_new, self.new_under_old)
        if direction == "both":
            return both
        if direction == "by-role":
            return (both[1] if self.role in SENT else both[0],)
        return (both[0] if direction == "old-under-new" else both[1],)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that a comparison found; ``formats`` says whether these were asserted."""

    old: str
    new: str
    parts: tuple[Part, ...]
    asserted: bool

    @property
    def version(self) -> Version:
        """The greatest step of all parts."""
        return max((part.version for part in self.parts), key=_ORDER.index, default="patch")

    def verdict(self, direction: Direction) -> Verdict:
        """The worst verdict of a direction."""
        found = (one.verdict for part in self.parts for one in part.answers(direction))
        return max(found, key=_WORST.index, default="compatible")

    def exit_code(self, direction: Direction) -> int:
        """0 compatible, 1 breaking, 3 undecided."""
        return {"compatible": 0, "breaking": 1, "undecided": 3}[self.verdict(direction)]

    def as_json(self) -> dict[str, Any]:
        """Both directions with their changes, the version, each part where there are several."""
        result: dict[str, Any] = {
            name: self._direction(index)
            for index, name in enumerate(("old_under_new", "new_under_old"))
        }
        result["version"] = self.version
        result["formats"] = "asserted" if self.asserted else "annotated"
        result["old"], result["new"] = self.old, self.new
        if len(self.parts) != 1 or self.parts[0].role != "data":
            result["parts"] = [_part(part) for part in self.parts]
        return result

    def _direction(self, index: int) -> dict[str, Any]:
        pairs = [(part, (part.old_under_new, part.new_under_old)[index]) for part in self.parts]
        worst = max(pairs, key=lambda one: _WORST.index(one[1].verdict), default=None)
        answer = worst[1] if worst else Answer("compatible")
        changes = [
            {**change_json(change), **({"part": part.new_name or part.old_name}
                                       if len(pairs) > 1 else {})}
            for part, _ in pairs
            for change in bearing(part.changes, index)
        ]  # fmt: skip
        told = {"verdict": answer.verdict, "counterexample": answer.counterexample}
        if answer.reason:
            told["reason"] = answer.reason
        if len(pairs) > 1 and worst and answer.verdict != "compatible":
            told["part"] = worst[0].new_name or worst[0].old_name
        return {**told, "changes": changes}


def bearing(changes: Iterable[Change], index: int) -> list[Change]:
    """Changes that bear upon a direction: those that tighten on that of old data (0), those that
    relax on that of new data (1).
    """
    return [one for one in changes if (one.relaxes if index else one.tightens)]


def change_json(change: Change) -> dict[str, Any]:
    """One change for machines."""
    return {
        "old_pointer": change.old_pointer,
        "new_pointer": change.new_pointer,
        "keyword": change.keyword,
        "kind": change.kind,
        "effect": change.effect,
        "must_act": list(acting(change)),
        "before": change.before,
        "after": change.after,
    }


def acting(change: Change) -> tuple[str, ...]:
    """Who must act because of a change: producers of the data, consumers of it."""
    return (
        *(("producer",) if change.tightens else ()),
        *(("consumer",) if change.relaxes else ()),
    )


def _part(part: Part) -> dict[str, Any]:
    return {
        "old": part.old_name,
        "new": part.new_name,
        "role": part.role,
        "old_under_new": _answer(part.old_under_new),
        "new_under_old": _answer(part.new_under_old),
        "version": part.version,
        "changes": [change_json(change) for change in part.changes],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {"verdict": answer.verdict, "counterexample": answer.counterexample}
    return {**told, "reason": answer.reason} if answer.reason else told
