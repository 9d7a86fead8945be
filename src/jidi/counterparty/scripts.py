"""How a played courier is told to answer: each reply once and then as usual, or the last one for as
long as it lasts (docs/scenario-language.md).
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from jidi.model.incoming.arrivals import ReceivedPush

Kind = Literal["normal", "drop", "lost", "status"]
LONGEST_DELAY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted reply.

    ``drop`` cuts before anything is done, ``lost`` does it and cuts, ``normal`` does it and
    answers, ``status`` answers without doing anything. A 2xx status does it and shows that status.
    ``delay_s`` comes before the answer and after the deed.
    """

    kind: Kind = "normal"
    status: int = 0
    delay_s: float = 0.0
    problem: str = ""
    retry_after: int | None = None

    @classmethod
    def of(cls, value: Any) -> Reply:
        """From the scenario's word: a status, ``drop``, ``lost``, ``normal``, ``{delay, status?}``
        or ``{status, problem, retry-after?}``.

        Raises:
            ValueError: it is none of these.
        """
        words: Mapping[Any, Kind] = {"drop": "drop", "lost": "lost", "normal": "normal"}
        if isinstance(value, str) and value in words:
            return cls(words[value])
        if isinstance(value, Mapping):
            return cls._of_mapping(value)
        if isinstance(value, int) and not isinstance(value, bool) and 200 <= value <= 599:
            return cls("normal" if value < 300 else "status", value)
        raise ValueError(f"{value!r} is no reply of a played courier")

    @classmethod
    def _of_mapping(cls, value: Mapping[str, Any]) -> Reply:
        delay = value.get("delay", 0)
        if (
            isinstance(delay, bool)
            or not isinstance(delay, int | float)
            or delay < 0
            or set(value) - {"delay", "status", "problem", "retry-after"}
        ):
            raise ValueError(f"{dict(value)!r} is no reply of a played courier")
        plain = cls.of(value["status"]) if "status" in value else cls()
        return cls(
            plain.kind,
            plain.status,
            min(float(delay), LONGEST_DELAY_S),
            str(value.get("problem", "")),
            value.get("retry-after"),
        )


NORMAL: Final = Reply()


@dataclass(slots=True)
class _Script:
    operation: str
    where: Mapping[str, Any]
    matches: Callable[[ReceivedPush], bool]
    replies: deque[Reply]
    last: Reply | None
    owner: str

    @property
    def upcoming(self) -> Reply | None:
        return self.replies[0] if self.replies else self.last


class ScriptBook:
    """Scripts of one courier, asked in the order in which they were given."""

    def __init__(self) -> None:
        self._scripts: list[_Script] = []

    def add(
        self,
        operation: str,
        replies: Sequence[Reply],
        condition: tuple[Mapping[str, Any], Callable[[ReceivedPush], bool]],
        owner: str,
        *,
        lasting: bool,
    ) -> None:
        """Answer what matches with ``replies``; a lasting script for the same operation and
        condition ends with this.

        ``condition`` is the scenario's ``where`` and the test that it means; ``owner`` the playing
        whose end takes the script away.
        """
        where, matches = condition
        script = _Script(
            operation,
            where,
            matches,
            deque(replies),
            replies[-1] if lasting and replies else None,
            owner,
        )
        self._scripts = [
            one
            for one in self._scripts
            if (one.operation, dict(one.where)) != (operation, dict(where))
            or (one.last is None and one.replies)
        ]
        self._scripts.append(script)

    def end(self, owner: str) -> None:
        """Take away every script of ``owner``."""
        self._scripts = [one for one in self._scripts if one.owner != owner]

    def next(self, arrival: ReceivedPush, *, known: bool) -> Reply:
        """The reply for ``arrival``; ``known`` is false for a caller without a live token, which
        uses up no script meant for an operation.
        """
        for script in self._scripts:
            if (
                script.upcoming is not None
                and _concerns(script, arrival, known=known)
                and _holds(script.matches, arrival)
            ):
                return script.replies.popleft() if script.replies else script.upcoming
        return NORMAL


def _concerns(script: _Script, arrival: ReceivedPush, *, known: bool) -> bool:
    if script.operation:
        return known and script.operation == arrival.operation
    return known or (script.upcoming is not None and script.upcoming.kind == "drop")


def _holds(matches: Callable[[ReceivedPush], bool], arrival: ReceivedPush) -> bool:
    """Whether a condition holds; one that stumbles over a strange body does not."""
    with contextlib.suppress(Exception):
        return matches(arrival)
    return False
