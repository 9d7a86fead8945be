"""What a driver's answer says: a result, or why there is none."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from jidi.drive.keeping.foreign import foreign_member, shown, shown_end
from jidi.model.incoming.drive_outcome import WORKED
from jidi.model.text import Text
from jidi.wording import sentence

REFUSING: Final = frozenset({400, 409, 422})
"""Statuses with which a sandbox says no to an action that it knows: the state does not allow it, or
what was asked for is not right.
"""
UNKNOWING: Final = frozenset({404, 405, 501})
"""Statuses with which a sandbox says that it does not have an action."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class DriverAnswer:
    """What a driver's answer says: ``result``, or why there is none (see :class:`DriveOutcome`)."""

    result: dict[str, Any] | None
    failure: Text
    refused: bool = False
    unsupported: bool = False


def read_answer(answer: bytes | str) -> DriverAnswer:
    """The ``result`` of a driver's JSON answer, or what is wrong with it. A problem document is no
    result, whatever came with it: the action was not done.
    """
    try:
        value = json.loads(answer, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return DriverAnswer(None, sentence("drive/the-drivers-answer-is-not-json"))
    if not isinstance(value, dict):
        return DriverAnswer(None, sentence("drive/the-drivers-answer-is-not-a-json"))
    if failure := foreign_member(value, "failure"):
        told = shown(failure, 500)
        return DriverAnswer(None, sentence("drive/the-driver-says", told=told), refused=True)
    if "result" not in value:
        return _without_result(value)
    if not isinstance(value["result"], dict):
        return DriverAnswer(
            None,
            sentence("drive/result-in-the-drivers-answer-is-not"),
        )
    return DriverAnswer(value["result"], WORKED)


def problem_words(problem: Mapping[str, Any]) -> str:
    """Slug and detail of a problem document for a sentence, with a colon in front; empty when it
    has neither.
    """
    said = (foreign_member(problem, name) for name in ("type", "detail"))
    words = [shown_end(word, _LONGEST) for word in said if word is not None]
    return f": {', '.join(words)}" if words else ""


def names_action(problem: Mapping[str, Any]) -> bool:
    """Whether a problem points at the action itself, which is how a sandbox says that it does not
    know it.
    """
    errors = problem.get("errors")
    return isinstance(errors, list) and any(
        isinstance(error, dict) and error.get("pointer") == "/action" for error in errors
    )


def _without_result(value: Mapping[str, Any]) -> DriverAnswer:
    """A problem document, or an object that is neither."""
    status = value.get("status")
    if not isinstance(value.get("type"), str) and not isinstance(status, int):
        return DriverAnswer(None, sentence("drive/the-drivers-answer-has-no-result"))
    words = problem_words(value)
    unsupported = status in UNKNOWING or names_action(value)
    return DriverAnswer(
        None,
        sentence("drive/the-driver-answers-with-a-problem", words=words),
        refused=not unsupported and (status is None or status in REFUSING),
        unsupported=unsupported,
    )


def _refused(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refused(text)
