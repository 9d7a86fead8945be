"""One thing seen in a recording, and what all rules over recordings share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge import JudgingContext
from jidi.language.expressions import ABSENT
from jidi.language.views import ExchangeView, header_value
from jidi.model.text import Text

NOTHING: Final = Text("", "")
_ELSEWHERE: Final[Mapping[str, str]] = {
    "issueToken": "DS-08.2",
    "receiveShipmentEvents": "DS-02.8",
    "listReceivedEvents": "DS-02.8",
    "listOutgoingConsignments": "DS-01.1",
    "getOutgoingConsignment": "DS-01.1",
}
"""Requirement of operations for which nothing is generated."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One exchange looked at under one check. ``fault`` is a slug, empty when the check holds
    there; ``told`` what was seen; a ``soft`` fault warns.
    """

    check: str
    requirement: str
    exchange: str
    fault: str = ""
    told: Text = NOTHING
    soft: bool = False


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
    found = view.record["facts"]
    return found if isinstance(found, Mapping) else {}


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
