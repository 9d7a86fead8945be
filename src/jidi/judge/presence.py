"""Whether the candidate was there to the end: what came to nothing because it had stopped answering
shows no obligation broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jidi.judge.context import THERE, Gone
from jidi.model.exchange import FailureKind
from jidi.model.journal import ExchangeRecord, JournalRecord, StepRecord
from jidi.model.urls import host_and_port, url_parts

_NOBODY_LISTENS: Final = frozenset({"refused", "unresolved"})
_LOST: Final = _NOBODY_LISTENS | {"reset", "timeout"}
"""How a request may end that reaches a candidate which is going or gone."""


def presence(records: Iterable[JournalRecord], base_url: str) -> Gone:
    """Whether the system at ``base_url`` stopped answering for good: connections are refused, and
    nothing came from it any more, neither an answer nor a push.

    Goes by the order of the records, since a resumed run holds times of two clocks.
    """
    place = host_and_port(url_parts(base_url))
    lost: list[tuple[ExchangeRecord, FailureKind]] = []
    steps: list[tuple[str, str]] = []
    for record in records:
        if isinstance(record, StepRecord):
            steps.append((record.scenario, record.step))
        elif not isinstance(record, ExchangeRecord):
            continue
        elif record.direction == "received":
            lost, steps = [], []
        elif host_and_port(url_parts(record.request.url)) == place:
            if record.response is not None:
                lost, steps = [], []
            elif record.failure is not None and record.failure.kind in _LOST:
                lost.append((record, record.failure.kind))
    if not any(kind in _NOBODY_LISTENS for _, kind in lost):
        return THERE
    since = min(record.started_at for record, _ in lost)
    return Gone(since, frozenset(record.id for record, _ in lost), frozenset(steps))
