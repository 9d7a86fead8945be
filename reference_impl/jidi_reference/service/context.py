"""What every service needs, wired once by ``bootstrap``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jidi_reference.contract.problem_types import ProblemTypes
from jidi_reference.contract.validation import Contract
from jidi_reference.domain.clock import Clock
from jidi_reference.domain.cursors import CursorMint, CursorScope
from jidi_reference.domain.lifecycle import Lifecycle
from jidi_reference.service.ports.unit import Storage
from jidi_reference.service.turns import News, Turns
from jidi_reference.settings import Settings


@dataclass(frozen=True)
class Context:
    """The partner's parts.

    ``wake``: tell the workers that there is something new; ``turns``: one at a time for each
    outgoing consignment; ``news``: waits for what another thread does; ``courier_tokens``: tokens
    in use, by courier and our client id there.
    """

    settings: Settings
    storage: Storage
    clock: Clock
    contract: Contract
    problem_types: ProblemTypes
    lifecycle: Lifecycle
    cursors: CursorMint
    wake: Callable[[], None]
    turns: Turns = field(default_factory=Turns)
    news: News = field(default_factory=News)
    courier_tokens: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """Who is calling: a party (isolation is by party), the client used, and what its token may do.

    ``operator_id``: the person of the token, else the client; ``place``: where the call came from,
    without spaces; ``token_hash``: to look whether the token still lives when the work is done.
    """

    party: str
    client_id: str
    scopes: frozenset[str]
    role: str = "platform"
    committed: bool = True
    operator_id: str = ""
    place: str = "unknown"
    token_hash: str = ""


Published = dict[str, Any]
"""What a service gives: a thing as the published schemas have it."""


@dataclass(frozen=True)
class PageRequest:
    """Where a page begins (``after``), how long it may be, and what its cursors are bound to."""

    scope: CursorScope
    after: int
    limit: int


def page(context: Context, request: PageRequest, rows: list[tuple[int, Any]]) -> Published:
    """The page made of (position, item) pairs, of which up to ``limit + 1`` were fetched to see
    whether more follows.
    """
    shown = rows[: request.limit]
    resume = context.cursors.make(request.scope, shown[-1][0] if shown else request.after)
    more = len(rows) > len(shown)
    return {
        "items": [item for _, item in shown],
        "next_cursor": resume if more else None,
        "resume_cursor": resume,
    }


def json_text(value: Any) -> str:
    """Compact JSON; ASCII only, so that every character survives every database."""
    return json.dumps(value, separators=(",", ":"))
