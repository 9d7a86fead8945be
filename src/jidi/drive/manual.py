"""The manual driver: asks a person, in both languages."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Mapping
from typing import Any, TextIO

from jidi.drive.outcome import DriveOutcome, read_result

_PROMPT = (
    "\n[jidi] Please do this in the candidate: {action} {parameters}\n"
    "[jidi] 请在被测系统中执行：{action} {parameters}\n"
    "[jidi] Then type the result as one line of JSON, or Enter when there is none ('no' if it cannot be done; {timeout:g} s).\n"
    "[jidi] 完成后请输入一行 JSON 结果；没有结果请直接回车（无法执行请输入 no；限时 {timeout:g} 秒）。\n> "
)


class ManualDriver:
    """Prompts on ``output`` and waits for one line on ``source``: a JSON object, nothing (done), or ``no`` (unsupported).

    A line that comes after its time-out would answer the wrong question, so it is thrown away; lines that are there before their question (from a
    file) are kept. One call at a time.
    """

    def __init__(self, source: TextIO, output: TextIO, timeout_s: float) -> None:
        self._source = source
        self._output = output
        self._timeout_s = timeout_s
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader: threading.Thread | None = None
        self._late = False

    def act(self, action: str, parameters: Mapping[str, Any]) -> DriveOutcome:
        """Ask the person to do ``action``."""
        started = time.monotonic()
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, name="jidi-manual", daemon=True)
            self._reader.start()
        if self._late:
            self._drain()
        shown = json.dumps(dict(parameters), ensure_ascii=False)
        self._output.write(_PROMPT.format(action=action, parameters=shown, timeout=self._timeout_s))
        self._output.flush()
        try:
            line = self._lines.get(timeout=self._timeout_s)
        except queue.Empty:
            self._late = True
            return DriveOutcome(None, f"nobody answered within {self._timeout_s:g} s", False, started, time.monotonic())
        if line == "":
            self._lines.put(line)
        return _outcome(line, started)

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


def _outcome(line: str, started: float) -> DriveOutcome:
    text = line.strip()
    if line == "":
        return DriveOutcome(None, "the input has ended", False, started, time.monotonic())
    if text == "":
        return DriveOutcome({}, "", False, started, time.monotonic())
    if text.lower() == "no":
        return DriveOutcome(None, "the person says that it cannot be done", True, started, time.monotonic())
    result, failure = read_result(text)
    if result == {} and not failure and '"result"' not in text:  # people type the bare result
        result = json.loads(text)
    return DriveOutcome(result, failure, False, started, time.monotonic())
