"""What came of one action that a candidate was asked to do."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from jidi.model.text import Text

WORKED: Final = Text("", "")
"""The failure of what worked."""


@dataclass(frozen=True, slots=True)
class DriveOutcome:
    """Result of one action.

    ``result`` is there when it worked; otherwise ``failure`` is a sentence (:data:`WORKED` when it
    did), and ``unsupported`` tells "cannot" from "went wrong".
    ``started`` and ``finished`` are monotonic seconds.
    """

    result: dict[str, Any] | None
    failure: Text
    unsupported: bool
    started: float
    finished: float


def read_result(answer: bytes | str) -> tuple[dict[str, Any] | None, Text]:
    """The ``result`` of a driver's JSON answer and :data:`WORKED`, or ``None`` and what is wrong
    with it; a missing result counts as ``{}``.
    """
    try:
        value = json.loads(answer, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return None, Text("the driver's answer is not JSON", "驱动的应答不是 JSON")
    if not isinstance(value, dict):
        return None, Text("the driver's answer is not a JSON object", "驱动的应答不是 JSON 对象")
    if isinstance(value.get("failure"), str) and value["failure"]:
        return None, Text(
            f"the driver says: {value['failure'][:500]}", f"驱动报告：{value['failure'][:500]}"
        )
    result = value.get("result", {})
    if not isinstance(result, dict):
        return None, Text(
            "'result' in the driver's answer is not a JSON object",
            "驱动应答中的 result 不是 JSON 对象",
        )
    return result, WORKED


def _refused(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refused(text)
