"""What a child reported, as typed values: suspicions, not yet findings."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jidi.fuzz.child.process import Line
from jidi.model.exchange import Headers, Request, Response


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


def suspicions(lines: Iterable[Line], party: str) -> Iterator[Suspicion]:
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


def _suspicion(line: Line, party: str, source: str, message: str) -> Suspicion:
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


def tally(lines: Iterable[Line]) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures by operation and mode (``positive``, ``negative``, ``probe``, ``method``): cases,
    accepted (2xx), and cases by status.
    """
    figures: dict[str, dict[str, dict[str, Any]]] = {}
    for line in lines:
        for operation, modes in line["operations"].items() if line["t"] == "counts" else ():
            for mode, statuses in modes.items():
                entry = figures.setdefault(operation, {}).setdefault(
                    mode, {"cases": 0, "accepted": 0, "statuses": {}}
                )
                _count(entry, statuses)
    return {operation: dict(sorted(modes.items())) for operation, modes in sorted(figures.items())}


def _count(entry: dict[str, Any], statuses: Mapping[str, int]) -> None:
    for status, times in statuses.items():
        entry["cases"] += times
        entry["accepted"] += times if status.startswith("2") else 0
        entry["statuses"][status] = entry["statuses"].get(status, 0) + times
    entry["statuses"] = dict(sorted(entry["statuses"].items()))
