"""One thing seen in a recording, and what all rules over recordings share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.judge.seen import guarded
from jidi.language.compared import ABSENT
from jidi.language.views import ExchangeView, header_value
from jidi.model.text import Text
from jidi.wording.failing import REASON

NOTHING: Final = Text("", "")
_ELSEWHERE: Final[Mapping[str, str]] = {
    "issueToken": "DS-08.2",
    "receiveShipmentEvents": "DS-02.8",
    "listReceivedEvents": "DS-02.8",
    "listOutgoingConsignments": "DS-01.1",
    "getOutgoingConsignment": "DS-01.1",
}
"""Requirement of operations for which nothing is generated."""
UNFOUND: Final = "unfound"
"""Name of the fact that tells which other facts could not be found, and why."""
_RESTS_ON: Final[Mapping[str, str]] = {
    "signature": "DS-02.5",
    "internals": "DS-08.4",
    "identity": "DS-03.1",
    "leaks": "PI-07.2",
}
"""Requirement that rests on a fact, where it is not that of the operation."""
_STRONG: Final = frozenset({"phone", "virtual-number"})
"""Kinds of values of which a chance twin is no explanation."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One exchange looked at under one check. ``fault`` is a slug, empty when the check holds
    there; ``told`` what was seen; a ``soft`` fault warns; ``unjudged`` says that the kit could not
    judge it, which speaks for nobody (ADR 16).
    """

    check: str
    requirement: str
    exchange: str
    fault: str = ""
    told: Text = NOTHING
    soft: bool = False
    unjudged: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """What a rule is about: its check, the requirement that it bears on, and the exchange, if it is
    about one.
    """

    check: str
    requirement: str
    exchange: str = ""


def observed(site: Site, rule: Callable[[], Iterable[Observation]]) -> list[Observation]:
    """What ``rule`` sees at ``site``. When it fails, what it saw before stands, and that check
    alone is not judged.
    """
    seen: list[Observation] = []

    def look() -> None:
        for one in rule():
            seen.append(one)  # noqa: PERF402 - what was seen before a failure is kept

    def failed(told: Text) -> None:
        where = (site.check, site.requirement, site.exchange)
        seen.append(Observation(*where, REASON, told, unjudged=True))

    guarded(look, failed)
    return seen


@dataclass(frozen=True, slots=True)
class RecordedContext:
    """What judging a recording needs: the context of every judgement, and for each operation the
    requirement that its answers, refusals … bear on. ``editions``: digests of earlier editions of
    the published texts, which a recording may still show.
    """

    judging: JudgingContext
    columns: Mapping[str, Mapping[str, str]]
    rows: frozenset[str]
    editions: frozenset[str] = frozenset()

    def column(self, operation: str, name: str) -> str:
        """Requirement of ``operation`` for one of ``accepts``, ``rejects``, ``answers``,
        ``refuses``.
        """
        return self.columns.get(operation, {}).get(name) or _ELSEWHERE.get(operation, "DS-05.1")

    def row(self, requirement: str, instead: str) -> str:
        """``requirement`` when it is asked for, else the one that stands in for it."""
        return requirement if requirement in self.rows else instead


def facts(view: ExchangeView) -> Mapping[str, Any]:
    """The facts found before redaction."""
    return view.record.facts


def unfound_observations(view: ExchangeView, main: str) -> Iterator[Observation]:
    """One for each fact that could not be found before redaction (:data:`UNFOUND`)."""
    unfound = facts(view).get(UNFOUND)
    for name, what in unfound.items() if isinstance(unfound, Mapping) else ():
        requirement = _RESTS_ON.get(str(name), main)
        yield Observation(
            str(name), requirement, view.record.id, REASON, both(str(what)), unjudged=True
        )


def is_exact(view: ExchangeView) -> bool:
    """Whether the bytes of the request are known."""
    found = facts(view)
    return bool(found.get("request_exact", found.get("request_known")))


def is_known(view: ExchangeView, side: str, *names: str) -> bool:
    """Whether the recording tells all that was there of these headers of a ``side`` (``request`` or
    ``response``), so that the absence of one means something.
    """
    unread = facts(view).get(f"{side}_unread")
    if not isinstance(unread, list):
        return True
    return not {"*", *names} & {str(name) for name in unread}


def lacks(view: ExchangeView, side: str, name: str) -> bool:
    """Whether a message was surely sent without the header ``name``."""
    message = view.request if side == "request" else view.response
    if message is None or header_value(message.headers, name) is not ABSENT:
        return False
    return is_known(view, side, name)


def both(text: str) -> Text:
    """A text without words, the same in both languages."""
    return Text(text, text)


def leak_observations(view: ExchangeView) -> Iterator[Observation]:
    """Values that somebody handed over, seen where no answer and no push may show them
    (PI-07.2).
    """
    found = facts(view).get("leaks")
    for leak in found if isinstance(found, list) else ():
        slug = "canary-raw" if leak["form"] == "raw" else "canary-encoded"
        yield Observation(
            "personal-values",
            "PI-07.2",
            view.record.id,
            slug,
            both(leak["told"]),
            soft=leak["kind"] not in _STRONG,
        )
    if found == []:
        yield Observation("personal-values", "PI-07.2", view.record.id)
