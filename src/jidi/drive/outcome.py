"""What came of one action that a candidate was asked to do."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class DriveOutcome:
    """Result of one action.

    ``result`` is there when it worked; otherwise ``failure`` is a sentence, and ``unsupported`` tells "cannot" from "went wrong".
    ``started`` and ``finished`` are monotonic seconds.
    """

    result: dict[str, Any] | None
    failure: str
    unsupported: bool
    started: float
    finished: float


def read_result(answer: bytes | str) -> tuple[dict[str, Any] | None, str]:
    """The ``result`` of a driver's JSON answer and ``""``, or ``None`` and what is wrong with it; a missing result counts as ``{}``."""
    try:
        value = json.loads(answer, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return None, "the driver's answer is not JSON"
    if not isinstance(value, dict):
        return None, "the driver's answer is not a JSON object"
    if isinstance(value.get("failure"), str) and value["failure"]:
        return None, f"the driver says: {value['failure'][:500]}"
    result = value.get("result", {})
    return (result, "") if isinstance(result, dict) else (None, "'result' in the driver's answer is not a JSON object")


def _refused(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refused(text)
