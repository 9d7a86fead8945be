"""The manual driver: guides a person step by step, in both languages."""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TextIO

from jidi.drive.candidate.driver_answers import read_answer
from jidi.drive.candidate.guidance import GUIDANCE, Guidance
from jidi.model.incoming.drive_outcome import WORKED, DriveOutcome
from jidi.model.text import Text
from jidi.wording import sentence

NOBODY: Final = "nobody answered"
INPUT_ENDED: Final = "the input has ended"
ResultCheck = Callable[[Mapping[str, Any]], Sequence[Text]]
"""Gives a sentence for each fault of a result under the schema *sandbox-result*."""

_HOW: Final = sentence("drive/enter-it-back-as-name-value-pairs")
_DONE: Final = sentence("drive/press-enter-when-it-is-done")
_ENTER: Final = sentence("drive/then-enter-back-names")
_AGAIN: Final = sentence("drive/that-cannot-be-right-reason-please-enter")
_STILL: Final = sentence("drive/still-waiting-left-0f-s-left")
_OVER: Final = sentence("drive/no-answer-in-time-this-step-is")
_PAIR: Final = re.compile(r"""([a-z_]+)\s*=\s*("[^"]*"|\S+)""")


class ManualDriver:
    """Prompts on ``output`` and waits for one line on ``source``: ``name=value`` pairs, JSON,
    nothing (done), ``no`` (unsupported) or ``wait``.

    A wrong entry is told with its reason and asked for again. A line that comes after its time-out
    would answer the wrong question, so it is thrown away; lines that are there before their
    question (from a file) are kept. One call at a time.
    """

    def __init__(
        self, source: TextIO, output: TextIO, timeout_s: float, check: ResultCheck | None = None
    ) -> None:
        self._source = source
        self._output = output
        self._timeout_s = timeout_s
        self._check = check or (lambda _: ())
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader: threading.Thread | None = None
        self._late = False
        self._asked = 0

    def act(self, action: str, parameters: Mapping[str, Any]) -> DriveOutcome:
        """Ask the person to do ``action``, until an answer can be used or the time is over."""
        started = time.monotonic()
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, name="jidi-manual", daemon=True)
            self._reader.start()
        if self._late:
            self._drain()
        guidance = GUIDANCE.get(action)
        self._ask(action, parameters, guidance)
        deadline = started + self._timeout_s
        while (line := self._line(deadline)) is not None:
            if line == "":
                self._lines.put(line)
                return DriveOutcome(
                    None, Text(INPUT_ENDED, "输入已结束"), False, started, time.monotonic()
                )
            text = line.strip()
            if text.lower() == "no":
                return DriveOutcome(
                    None,
                    sentence("drive/the-person-says-that-it-cannot-be"),
                    True,
                    started,
                    time.monotonic(),
                    refused=True,
                )
            if text.lower() == "wait":
                deadline = time.monotonic() + self._timeout_s
                self._say(_STILL, left=self._timeout_s)
                continue
            result, reason = self._understood(text, guidance)
            if reason == WORKED:
                return DriveOutcome(result, WORKED, False, started, time.monotonic())
            self._say(_AGAIN, reason=reason)
        self._late = True
        self._say(_OVER)
        return DriveOutcome(
            None,
            sentence("drive/within-s", timeout_s=self._timeout_s),
            False,
            started,
            time.monotonic(),
        )

    def give_up(self) -> None:
        """End the question that is open, if there is one, and every later one: nobody is there any
        more. May be called from any thread.
        """
        self._lines.put("")

    def _ask(self, action: str, parameters: Mapping[str, Any], guidance: Guidance | None) -> None:
        self._asked += 1
        self._output.write(f"\n[jidi] {self._asked}. {action}\n")
        if guidance is not None:
            self._say(guidance.task)
        for name, value in parameters.items():
            self._output.write(
                f"           {name}: "
                f"{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}\n"
            )
        if guidance is not None and not guidance.results:
            self._say(_DONE)
        else:
            self._say(_ENTER, names=", ".join(guidance.results) if guidance is not None else "-")
        self._say(_HOW, timeout=self._timeout_s)
        self._output.write("> ")
        self._output.flush()

    def _say(self, text: Text, **values: Any) -> None:
        """Both languages, one a line; a value that is a text itself speaks that of its line."""
        english = {
            name: value.en if isinstance(value, Text) else value for name, value in values.items()
        }
        chinese = {
            name: value.zh if isinstance(value, Text) else value for name, value in values.items()
        }
        self._output.write(
            f"[jidi] {text.en.format(**english)}\n[jidi] {text.zh.format(**chinese)}\n"
        )
        self._output.flush()

    def _line(self, deadline: float) -> str | None:
        """The next line, with a reminder when half of the time is gone; ``None`` when all of it
        is.
        """
        left = deadline - time.monotonic()
        for wait, last in ((left / 2, False), (left / 2, True)):
            try:
                return self._lines.get(timeout=max(0.0, wait))
            except queue.Empty:
                if not last and left > 2:
                    self._say(_STILL, left=left / 2)
        return None

    def _understood(self, text: str, guidance: Guidance | None) -> tuple[dict[str, Any], Text]:
        """The result in a line, and why it cannot be one (:data:`WORKED`: it can)."""
        result, reason = _parsed(text)
        if reason != WORKED:
            return {}, reason
        missing = (
            [name for name in guidance.results if name not in result]
            if guidance is not None
            else []
        )
        if missing:
            return result, sentence(
                "drive/missing", missing=", ".join(missing), missing_zh="、".join(missing)
            )
        faults = self._check(result)
        return result, Text(
            "; ".join(fault.en for fault in faults),
            "；".join(fault.zh.removesuffix("。") for fault in faults),
        )

    def _read(self) -> None:
        """Hand on line by line; an empty string stands for the end of the input."""
        for line in self._source:
            self._lines.put(line)
        self._lines.put("")

    def _drain(self) -> None:
        """Throw away lines that came too late; the end of the input stays."""
        self._late = False
        while not self._lines.empty():
            if self._lines.get_nowait() == "":
                self._lines.put("")
                return


def _parsed(text: str) -> tuple[dict[str, Any], Text]:
    if not text:
        return {}, WORKED
    if text.startswith("{"):
        bare = _bare(text)  # people type the result by itself
        if bare is not None:
            return bare, WORKED
        answer = read_answer(text)
        return answer.result or {}, answer.failure
    pairs = _PAIR.findall(text)
    if not pairs or _PAIR.sub("", text).strip(" ,;"):
        return {}, sentence("drive/neither-name-value-nor-json")
    return {
        name: int(value)
        if name == "sequence" and value.isdecimal() and len(value) < 16
        else value.strip('"')
        for name, value in pairs
    }, WORKED


def _bare(text: str) -> dict[str, Any] | None:
    """A result that stands by itself, or ``None``: the line is something else."""
    read = read_answer(f'{{"result": {text}}}')
    result = read.result
    return None if result is None or {"result", "failure"} & result.keys() else result
