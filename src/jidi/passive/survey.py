"""The first pass over a recording: whose each entry is, what must never be written readable, and
what was passed over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from jidi.judge.seen import guarded
from jidi.model.journal import PassedOver
from jidi.passive.handed_over import HandedOver
from jidi.passive.matching import Match, Matcher
from jidi.passive.message_forms import is_other_grant
from jidi.passive.reading.entries import BrokenEntryError, Entry
from jidi.passive.reading.recordings import Recording
from jidi.passive.recorded_secrets import credentials_in, personal_in, usable
from jidi.passive.withholding import StrangersRedactor
from jidi.registry import Registry


@dataclass(slots=True)
class Survey:
    """What the first pass found. ``figures`` go into the header of the run; ``skipped`` are the
    entries, counted from 0, that could not be looked at.
    """

    handed: HandedOver = field(default_factory=HandedOver)
    figures: dict[str, Any] = field(default_factory=dict)
    credentials: set[str] = field(default_factory=set)
    personal: set[str] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)

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
    for number, entry in enumerate(recording):
        url = entry.exchange.request.url
        counted = guarded(
            lambda: _looked_at(entry, matcher, survey, registry),  # noqa: B023 - called at once
            lambda told: _passed_over(recording, number, told.en, url),  # noqa: B023
        )
        if counted is None:
            survey.skipped.add(number)
            continue
        counts.update(counted)
        if "elsewhere" not in counted:
            headers.update(entry.dropped)
    passed = recording.passed.kinds
    survey.figures = {
        "entries": len(recording) - len(survey.skipped) + recording.elsewhere + passed.total(),
        "broken": passed.total(),
        "calls": counts["calls"],
        "pushes": counts["pushes"],
        "elsewhere": counts["elsewhere"] + recording.elsewhere,
        "unanswered": counts["unanswered"],
        "passed_over": PassedOver(
            entries=_by_kind(passed, matcher, own=True),
            elsewhere=_by_kind(passed, matcher, own=False),
            headers=dict(sorted(headers.items())),
        ),
    }
    return survey


def _looked_at(
    entry: Entry, matcher: Matcher, survey: Survey, registry: Registry
) -> list[str] | None:
    """What the entry counts as."""
    request, response = entry.exchange.request, entry.exchange.response
    survey.credentials.update(credentials_in(request, response))
    match = match_of(matcher, entry)
    if match is None:
        return ["elsewhere"]
    survey.personal.update(personal_in(match, request, response, registry))
    survey.handed.learn(match, entry)
    kind = "calls" if match.operation is not None else "pushes"
    return [kind] if response is not None else [kind, "unanswered"]


def _passed_over(recording: Recording, number: int, told: str, url: str) -> None:
    """An entry that cannot be looked at is passed over, like one that cannot be read."""
    recording.passed.add(number + 1, BrokenEntryError("entry", told), url)


def _by_kind(
    passed: Counter[tuple[str, str | None]], matcher: Matcher, *, own: bool
) -> dict[str, int]:
    found = Counter[str]()
    for (kind, url), count in passed.items():
        if matcher.concerns(url) is own:
            found[kind] += count
    return dict(sorted(found.items()))
