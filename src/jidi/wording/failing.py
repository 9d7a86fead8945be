"""What is said of a judgement that failed by itself: nobody knows whose fault it is (ADR 16)."""

from __future__ import annotations

from typing import Final

from jidi.model.text import Text
from jidi.wording import sentence

REASON: Final = "judgement-failed"
"""Slug, keyword and fact of whatever could not be judged."""


def failure_of(error: Exception) -> Text:
    """Kind and place of ``error``, and that it is to be reported."""
    return sentence("judge/the-kit-could-not-judge-this-please", what=failure_name(error))


def failure_name(error: Exception) -> str:
    """Kind and place of ``error``; not its words, which may quote somebody's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = type(error).__name__
    return f"{name} in {trace.tb_frame.f_code.co_name}, {trace.tb_lineno}" if trace else name
