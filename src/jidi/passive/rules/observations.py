"""One thing seen in a recording, and what all rules over recordings share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.language.views import ExchangeView
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
    requirement that its answers, refusals … bear on.
    """

    judging: JudgingContext
    columns: Mapping[str, Mapping[str, str]]
    rows: frozenset[str]

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


def both(text: str) -> Text:
    """A text without words, the same in both languages."""
    return Text(text, text)
