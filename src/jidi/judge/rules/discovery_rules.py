"""Named judgements of what discovery declares: versions, their bundles and addresses, limits
(DS-05, DS-10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.rules.transitions import instant
from jidi.judge.ruling import Ruling, ruling
from jidi.language.compared import ABSENT, show
from jidi.language.expressions import point
from jidi.language.views import StepView
from jidi.wording import sentence


def bundles_known(given: Mapping[str, Any], _view: StepView, _context: JudgingContext) -> Ruling:
    """Each of ``versions`` names a bundle that was published under that version; ``known`` maps
    versions to digests (DS-10.1).
    """
    known: Mapping[str, Any] = given["known"]
    expected = sentence("judge/each-version-with-the-digest-of-a")
    strange = [
        f"{show(entry.get('version'))}: {show(entry.get('schema_bundle_digest'))}"
        for entry in _entries(given["versions"])
        if entry.get("schema_bundle_digest") not in known.get(str(entry.get("version")), ())
    ]
    listed = [str(entry.get("version")) for entry in _entries(given["versions"])]
    lacking = [version for version in known if version not in listed]
    told = "; ".join(strange) or ", ".join(f"{version} is not listed" for version in lacking)
    return ruling("unknown-bundle" if told else "", expected, told or ", ".join(listed))


def versions_served(given: Mapping[str, Any], view: StepView, _context: JudgingContext) -> Ruling:
    """Each of ``versions`` answers ``GET /status`` below its base URL, as itself (DS-05.2)."""
    expected = sentence("judge/each-version-that-is-listed-served-at")
    seen = {
        exchange.attribute("url"): (exchange.status, _version_of(exchange))
        for exchange in view.exchanges
    }
    wrong = [
        f"{show(entry.get('version'))}: {status or 'no answer'}"
        + (f", Standard-Version {served}" if status == _SERVED else "")
        for entry in _entries(given["versions"])
        for status, served in [seen.get(status_url(entry), (None, ""))]
        if status != _SERVED or served != entry.get("version")
    ]
    return ruling(
        "not-served" if wrong else "", expected, "; ".join(wrong) or f"{len(seen)} served"
    )


_SERVED: Final = 200


def _version_of(exchange: Any) -> str:
    answer = exchange.response
    return "" if answer is None else str(answer.attribute("headers").get("standard-version", ""))


def status_url(entry: Mapping[str, Any]) -> str:
    """Where a version that discovery lists says how it stands; empty when it has no address."""
    base = entry.get("base_url")
    return base.rstrip("/") + "/status" if isinstance(base, str) else ""


def _entries(versions: Any) -> list[Mapping[str, Any]]:
    listed = versions if isinstance(versions, list) else []
    return [entry for entry in listed if isinstance(entry, Mapping)]


def deprecation_agrees(
    _given: Mapping[str, Any], view: StepView, context: JudgingContext
) -> Ruling:
    """``Deprecation`` and ``Sunset`` are sent exactly when discovery declares the version
    deprecated, with the same dates (DS-05.2).
    """
    expected = sentence("judge/deprecation-and-sunset-headers-that-agree")
    versions = point(context.discovery, "/versions")
    version = (
        next(
            (one for one in versions if isinstance(one, Mapping) and one.get("version") == "1.0"),
            {},
        )
        if isinstance(versions, list)
        else {}
    )
    last = view.last
    headers = (
        last.response.attribute("headers") if last is not None and last.response is not None else {}
    )
    sent_deprecation, sent_sunset = headers.get("deprecation"), headers.get("sunset")
    declared = instant(version.get("deprecated_at")), instant(version.get("sunset_at"))
    in_discovery = ", ".join(
        str(version.get(name)) for name in ("status", "deprecated_at", "sunset_at")
    )
    shown = f"Deprecation: {sent_deprecation}; Sunset: {sent_sunset}; discovery: {in_discovery}"
    fault = _agreement(
        declared[0], _structured_date(sent_deprecation), sent_deprecation, "deprecation"
    ) or _agreement(declared[1], _http_date(sent_sunset), sent_sunset, "sunset")
    return ruling(fault, expected, shown)


def _agreement(declared: Any, parsed: float | None, sent: str | None, name: str) -> str:
    if declared is None:
        return f"{name}-undeclared" if sent is not None else ""
    if sent is None:
        return f"{name}-missing"
    return (
        "" if parsed is not None and int(parsed) == int(declared.timestamp()) else f"{name}-differs"
    )


def _structured_date(text: str | None) -> float | None:
    return (
        float(text[1:])
        if text and text.startswith("@") and text[1:].lstrip("-").isdigit()
        else None
    )


def _http_date(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (TypeError, ValueError):
        return None


def limits_within_bounds(
    given: Mapping[str, Any], _view: StepView, context: JudgingContext
) -> Ruling:
    """Every declared limit lies inside the bounds of the profile; scaled ones are read through
    ``time_scale`` (DS-05.1).
    """
    expected = sentence("judge/declared-limits-inside-the-bounds-of-the")
    limits = point(context.discovery, "/limits")
    scale = point(limits, "/time_scale")
    faults = [
        fault for bound in given.get("bounds", ()) if (fault := _bound_fault(bound, limits, scale))
    ]
    return ruling("limit-out-of-bounds" if faults else "", expected, "; ".join(faults) or "inside")


_HUGE: Final = 1e15
"""Far above every bound, and still a float: an integer of 400 digits is none."""


def _bound_fault(bound: Mapping[str, Any], limits: Any, scale: Any) -> str:
    declared = point(limits, "/" + bound["limit"].replace(".", "/"))
    if declared is ABSENT:
        return "" if bound.get("when-declared") else f"{bound['limit']} is not declared"
    if isinstance(declared, bool) or not isinstance(declared, int | float):
        return f"{bound['limit']} is not a number"
    value = float(min(declared, _HUGE)) * _scaled(bound, scale)
    if bound.get("at-most") is not None and value > bound["at-most"]:
        return f"{bound['limit']} is {value:g}, at most {bound['at-most']:g}"
    if bound.get("at-least") is not None and value < bound["at-least"]:
        return f"{bound['limit']} is {value:g}, at least {bound['at-least']:g}"
    return ""


def _scaled(bound: Mapping[str, Any], scale: Any) -> float:
    """How many times the declared figure counts."""
    counts = bound.get("scaled") and isinstance(scale, int | float)
    return float(min(scale, _HUGE)) if counts else 1.0


DISCOVERY_RULES: Final[
    Mapping[str, Callable[[Mapping[str, Any], StepView, JudgingContext], Ruling]]
] = {
    "bundles-known": bundles_known,
    "deprecation-agrees": deprecation_agrees,
    "limits-within-bounds": limits_within_bounds,
    "versions-served": versions_served,
}
"""Named judgements of discovery, by the name that scenarios use."""
