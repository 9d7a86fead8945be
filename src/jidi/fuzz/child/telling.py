"""What the child process tells its parent: one JSON object a line, flushed after every scenario, so
that the parent reads while the child goes on.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from schemathesis.engine import events


class Cases(Protocol):
    """What is known of a case beside its request."""

    def operation(self, case: Any) -> str:
        """Its operationId."""

    def mode(self, case: Any) -> str:
        """``positive``, ``negative``, ``method`` or ``probe``."""


class Telling:
    """Writes what the engine's events say to ``out``: ``counts``, ``accepted`` and ``failure``
    after each scenario, ``error``, ``phase``, ``end`` and ``totals``.
    """

    def __init__(self, out: TextIO, settings: Mapping[str, Any], cases: Cases) -> None:
        self.out = out
        self.cases = cases
        self.limit: int = settings["body_limit"]
        self.per_kind: int = settings["failures_per_kind"]
        self.bodies: Any = settings["bodies"]
        self.seen: Counter[tuple[str, str, str]] = Counter()

    def write(self, **line: Any) -> None:
        """Write one line and flush it."""
        self.out.write(json.dumps(line, default=str, ensure_ascii=True) + "\n")
        self.out.flush()

    def tell(self, event: Any) -> None:
        """Take one event of the engine."""
        if isinstance(event, events.ScenarioFinished):
            self._scenario(event)
        elif isinstance(event, events.NonFatalError):
            self.write(
                t="error",
                phase=str(event.phase),
                label=event.label,
                title=event.info.title,
                message=event.info.message[:2000],
            )
        elif isinstance(event, events.FatalError):
            self.write(t="fatal", message=str(event.exception)[:2000])
        elif isinstance(event, events.PhaseFinished):
            self.write(t="phase", phase=event.phase.name.value, status=event.status.value)
        elif isinstance(event, events.EngineFinished):
            self.write(t="end", stop=str(event.stop_reason.value), seconds=event.running_time)

    def _scenario(self, event: Any) -> None:
        phase = event.phase.value
        self.write(
            t="counts",
            phase=phase,
            seconds=round(event.elapsed_time or 0.0, 3),
            operations=_counts(event.recorder, self.cases),
        )
        self._accepted(phase, event.recorder)
        for key, nodes in event.recorder.checks.items():
            for node in nodes:
                if node.failure_info is not None:
                    self._failure(phase, event.recorder, key, node)

    def _accepted(self, phase: str, recorder: Any) -> None:
        for key, node in recorder.cases.items():
            interaction = recorder.interactions.get(key)
            response = interaction.response if interaction is not None else None
            if interaction is not None and response is None:
                line = {
                    "check": "no_answer",
                    "operation": self.cases.operation(node.value),
                    "mode": self.cases.mode(node.value),
                }
                self.write(
                    t="failure",
                    phase=phase,
                    title="No answer",
                    message="",
                    where="",
                    request=_request(interaction, self.limit),
                    response=None,
                    **line,
                )
            if (
                response is not None
                and 200 <= response.status_code < 300
                and self.cases.operation(node.value) in self.bodies
                and self.cases.mode(node.value) != "method"
            ):
                line = {
                    "operation": self.cases.operation(node.value),
                    "mode": self.cases.mode(node.value),
                }
                self.write(
                    t="accepted",
                    phase=phase,
                    request=_request(interaction, self.limit),
                    response=_response(interaction, self.limit),
                    **line,
                )

    def _failure(self, phase: str, recorder: Any, key: str, node: Any) -> None:
        failure = node.failure_info.failure
        case = recorder.cases[key].value
        interaction = recorder.interactions.get(failure.case_id or key)
        kind = (self.cases.operation(case), node.name, failure.title)
        self.seen[kind] += 1
        if self.seen[kind] > self.per_kind or interaction is None:
            return
        where = case.meta.phase.data.description if case.meta is not None else ""
        self.write(
            t="failure",
            phase=phase,
            check=node.name,
            operation=self.cases.operation(case),
            mode=self.cases.mode(case),
            title=failure.title,
            message=failure.message[:2000],
            where=where,
            request=_request(interaction, self.limit),
            response=_response(interaction, self.limit),
        )

    def close(self) -> None:
        """Say how often each kind of failure was seen, and close."""
        totals = [
            {"operation": key[0], "check": key[1], "title": key[2], "times": times}
            for key, times in sorted(self.seen.items())
        ]
        self.write(t="totals", failures=totals)
        self.out.close()


def _bytes(value: bytes | str | None, limit: int) -> str:
    raw = value.encode() if isinstance(value, str) else value or b""
    return base64.b64encode(raw[:limit]).decode()


def _request(interaction: Any, limit: int) -> dict[str, Any]:
    request = interaction.request
    headers = [
        [name, value]
        for name, values in request.headers.items()
        for value in values
        if name.lower() != "authorization"
    ]
    size = len(request.body or b"")
    return {
        "method": request.method,
        "url": request.uri,
        "headers": headers,
        "body": _bytes(request.body, limit),
        "whole": size <= limit,
    }


def _response(interaction: Any, limit: int) -> dict[str, Any] | None:
    response = interaction.response
    if response is None:
        return None
    headers = [[name, value] for name, values in response.headers.items() for value in values]
    return {
        "status": response.status_code,
        "headers": headers,
        "body": _bytes(response.content, limit),
    }


def _counts(recorder: Any, case: Cases) -> dict[str, dict[str, Counter[str]]]:
    counts: dict[str, dict[str, Counter[str]]] = {}
    for key, node in recorder.cases.items():
        interaction = recorder.interactions.get(key)
        if interaction is None:
            continue
        mode = (
            "probe"
            if node.parent_id is not None and node.transition is None
            else case.mode(node.value)
        )
        status = (
            str(interaction.response.status_code) if interaction.response is not None else "none"
        )
        counts.setdefault(case.operation(node.value), {}).setdefault(mode, Counter())[status] += 1
    return counts
