"""The first pass over a recording: whose each entry is, what must never be written readable, and
what was passed over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from jidi.passive.handed_over import HandedOver
from jidi.passive.matching import Match, Matcher
from jidi.passive.message_forms import is_other_grant
from jidi.passive.reading.entries import Entry
from jidi.passive.reading.recordings import Recording
from jidi.passive.recorded_secrets import credentials_in, personal_in, usable
from jidi.passive.withholding import StrangersRedactor
from jidi.registry import Registry


@dataclass(slots=True)
class Survey:
    """What the first pass found. ``figures`` go into the header of the run."""

    handed: HandedOver = field(default_factory=HandedOver)
    figures: dict[str, Any] = field(default_factory=dict)
    credentials: set[str] = field(default_factory=set)
    personal: set[str] = field(default_factory=set)

    def redactor(self, registry: Registry) -> StrangersRedactor:
        """A redactor that knows every credential of the recording, and every direct identifier that
        was handed over.
        """
        credentials = frozenset(value for value in self.credentials if usable(value))
        personal = frozenset(value for value in self.personal if usable(value, personal=True))
        return StrangersRedactor((credentials, personal - credentials), registry)


def match_of(matcher: Matcher, entry: Entry) -> Match | None:
    """What an entry is of the candidate's; ``None`` when it is nothing."""
    match = matcher.match(entry.exchange.request)
    if match is not None and is_other_grant(match, entry.exchange, entry.media[0]):
        return None
    return match


def survey_of(recording: Recording, matcher: Matcher, registry: Registry) -> Survey:
    """Look at every entry once."""
    survey, counts, headers = Survey(), Counter[str](), Counter[str]()
    for entry in recording:
        request, response = entry.exchange.request, entry.exchange.response
        survey.credentials.update(credentials_in(request, response))
        match = match_of(matcher, entry)
        if match is None:
            counts["elsewhere"] += 1
            continue
        counts["calls" if match.operation is not None else "pushes"] += 1
        counts["unanswered"] += response is None
        headers.update(entry.dropped)
        survey.personal.update(personal_in(match, request, response, registry))
        survey.handed.learn(match, entry)
    passed = recording.passed.kinds
    survey.figures = {
        "entries": len(recording) + recording.elsewhere + passed.total(),
        "broken": passed.total(),
        "calls": counts["calls"],
        "pushes": counts["pushes"],
        "elsewhere": counts["elsewhere"] + recording.elsewhere,
        "unanswered": counts["unanswered"],
        "passed_over": {
            "entries": _by_kind(passed, matcher, own=True),
            "elsewhere": _by_kind(passed, matcher, own=False),
            "headers": dict(sorted(headers.items())),
        },
    }
    return survey


def _by_kind(
    passed: Counter[tuple[str, str | None]], matcher: Matcher, *, own: bool
) -> dict[str, int]:
    found = Counter[str]()
    for (kind, url), count in passed.items():
        if matcher.concerns(url) is own:
            found[kind] += count
    return dict(sorted(found.items()))
