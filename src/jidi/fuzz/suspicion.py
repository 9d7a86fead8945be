"""What a child reported, as typed values: suspicions, not yet findings."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jidi.model.exchange import Headers, Request, Response
from jidi.model.journal import ModeFigures


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One answer that a check did not like. ``source`` is the name of schemathesis' or the plugin's
    check; ``whole`` is false for a cut body.
    """

    party: str
    phase: str
    operation: str
    source: str
    mode: str
    message: str
    request: Request
    response: Response | None
    whole: bool


def suspicions(lines: Iterable[dict[str, Any]], party: str) -> Iterator[Suspicion]:
    """Failures that a child wrote (``no_answer`` among them), and accepted bodies for the kit's own
    validator to look at (source ``accepted_invalid_body``).
    """
    for line in lines:
        if line["t"] == "failure":
            yield _suspicion(
                line,
                party,
                line["check"],
                f"{line['title']}. {line['message']} {line['where'] or ''}".strip(),
            )
        elif line["t"] == "accepted" and line["request"]["whole"]:
            yield _suspicion(line, party, "accepted_invalid_body", "")


def _suspicion(line: dict[str, Any], party: str, source: str, message: str) -> Suspicion:
    raw = line["request"]
    request = Request(
        raw["method"], raw["url"], _headers(raw["headers"]), base64.b64decode(raw["body"])
    )
    return Suspicion(
        party,
        line["phase"],
        line["operation"],
        source,
        line["mode"],
        message,
        request,
        _response(line.get("response")),
        raw["whole"],
    )


def _response(raw: Mapping[str, Any] | None) -> Response | None:
    return (
        Response(raw["status"], _headers(raw["headers"]), base64.b64decode(raw["body"]))
        if raw
        else None
    )


def _headers(pairs: Iterable[Iterable[str]]) -> Headers:
    return tuple((str(name), str(value)) for name, value in pairs)


def tally(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, ModeFigures]]:
    """Figures by operation and mode (``positive``, ``negative``, ``probe``, ``method``), both
    sorted: cases, accepted (2xx), and cases by status.
    """
    counted: dict[str, dict[str, Counter[str]]] = {}
    for line in lines:
        for operation, modes in line["operations"].items() if line["t"] == "counts" else ():
            for mode, statuses in modes.items():
                counted.setdefault(operation, {}).setdefault(mode, Counter()).update(statuses)
    return {
        operation: {mode: _figures(statuses) for mode, statuses in sorted(modes.items())}
        for operation, modes in sorted(counted.items())
    }


def _figures(statuses: Mapping[str, int]) -> ModeFigures:
    accepted = sum(times for status, times in statuses.items() if status.startswith("2"))
    return ModeFigures(
        cases=sum(statuses.values()), accepted=accepted, statuses=dict(sorted(statuses.items()))
    )
