"""Partners that keep the rules for a part of a run and for nothing else: for its first requests or
seconds, until requests of another kind begin, for one manner of writing requests. Scenarios and
generated requests are mixed in time and look alike (ADR 39).

Each counts or recognises something in what it is asked, and shows parcels otherwise from then on.
What it recognises is how the phases of a run differed once.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.only_for_the_kit import AMENDED, READS, SHOWN, heavier
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Told, Wrap, both

from jidi.model.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from jidi_reference.bootstrap import App

_CONNECTION: ContextVar[str] = ContextVar("connection", default="")
_PLAIN: Final = frozenset({"GET", "POST", "PATCH", "DELETE", "HEAD"})
_VERSION: Final = "standard-version"


@dataclass
class Course:
    """What a partner has seen of a run so far: requests, the second of the first, how many are
    under way, whether one was like no client's, how many came over each connection, what was read.
    """

    requests: int = 0
    began: float = 0.0
    under_way: int = 0
    strange: bool = False
    over: Counter[str] = field(default_factory=Counter)
    read: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def with_one_more(self, asked: Asked) -> Iterator[None]:
        """Take note of a request while it is answered."""
        self.began = self.began or time.monotonic()
        self.requests += 1
        self.under_way += 1
        self.over[_CONNECTION.get()] += 1
        self.strange = self.strange or _is_strange(asked)
        for name in ("consignment_id", "outgoing_id"):
            if name in asked.values:
                self.read.setdefault(asked.values[name], len(self.read) + 1)
        try:
            yield
        finally:
            self.under_way -= 1


def _is_strange(asked: Asked) -> bool:
    """Whether no client of a day's work sends such a request."""
    named = asked.header(_VERSION)
    unlike = named != "" and re.fullmatch(r"\d+\.\d+", named) is None
    return unlike or asked.method not in _PLAIN


Keeps = Callable[[Course, Asked], bool]
"""Whether a partner that has seen this keeps the rules for this request."""


class _Connections(Wrap):
    """Tells who is inside over which connection a request came."""

    def around(self, _app: App, asgi: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            token = _CONNECTION.set(str(scope.get("client")))
            try:
                await asgi(scope, receive, send)
            finally:
                _CONNECTION.reset(token)

        return app


def _while(keeps: Keeps) -> Wrap:
    """Reads show a parcel as it was handed over while ``keeps`` says so, and heavier afterwards."""
    course = Course()

    async def handler(asked: Asked, forward: Forward) -> Told:
        with course.with_one_more(asked):
            kept = keeps(course, asked)
            answer = await forward(asked)
        if kept or asked.operation not in READS or answer.status != 200:
            return answer
        return answer.with_json(heavier(answer.json))

    return both(Around((), handler), _Connections())


def _first_of(asked: Asked, *names: str) -> str:
    """Which of these headers comes first."""
    return next((name for name, _ in asked.headers if name in names), "")


def _every_third() -> Keeps:
    reads: Counter[str] = Counter()

    def keeps(_: Course, asked: Asked) -> bool:
        reads[asked.operation] += 1
        return reads[asked.operation] % 3 != 0

    return keeps


_KEPT: Final[Mapping[str, tuple[str, Keeps]]] = {
    "in-the-first-150-requests": (
        "in answer to its first 150 requests",
        lambda course, _: course.requests <= 150,
    ),
    "in-the-first-400-requests": (
        "in answer to its first 400 requests",
        lambda course, _: course.requests <= 400,
    ),
    "after-the-first-150-requests": (
        "after its first 150 requests",
        lambda course, _: course.requests > 150,
    ),
    "in-the-first-seconds": (
        "in the first eight seconds after the first request",
        lambda course, _: time.monotonic() - course.began < 8,
    ),
    "until-strange-requests": (
        "until the first request that no client would send",
        lambda course, _: not course.strange,
    ),
    "not-every-third": ("two times out of three", _every_third()),
    "if-the-version-is-named": (
        "for clients that name the version of the standard",
        lambda _, asked: asked.header(_VERSION) != "",
    ),
    "unless-the-version-is-named": (
        "for clients that do not name the version of the standard",
        lambda _, asked: asked.header(_VERSION) == "",
    ),
    "for-an-order-of-headers": (
        "for clients that say what they accept before who they are",
        lambda _, asked: _first_of(asked, "accept", "user-agent") == "accept",
    ),
    "for-the-other-order-of-headers": (
        "for clients that say who they are before what they accept",
        lambda _, asked: _first_of(asked, "accept", "user-agent") == "user-agent",
    ),
    "one-at-a-time": (
        "while requests come one at a time",
        lambda course, _: course.under_way == 1,
    ),
    "side-by-side": (
        "while several requests are under way",
        lambda course, _: course.under_way > 1,
    ),
    "on-young-connections": (
        "for the first two requests of a connection",
        lambda course, _: course.over[_CONNECTION.get()] <= 2,
    ),
    "for-the-first-objects": (
        "for the first five parcels that are read",
        lambda course, asked: (
            max(
                course.read.get(asked.values.get(name, ""), 0)
                for name in ("consignment_id", "outgoing_id")
            )
            <= 5
        ),
    ),
    "for-the-first-partner": (
        "for the first of its partners",
        lambda _, asked: not asked.party.endswith(("-b", "-east", "-west")),
    ),
}


_TRIED: Final[Mapping[Role, frozenset[str]]] = {
    "courier": frozenset(_KEPT),
    "platform": frozenset(
        {
            "in-the-first-seconds",
            "until-strange-requests",
            "unless-the-version-is-named",
            "for-an-order-of-headers",
        }
    ),
    "integrator": frozenset(
        {"in-the-first-400-requests", "until-strange-requests", "for-an-order-of-headers"}
    ),
}
"""Of platforms only some: so few of their parcels are read that the others never come to it."""


def _shown(role: Role) -> tuple[Fault, ...]:
    requirement, case, check = SHOWN[role]
    return tuple(
        Fault(
            f"{PREFIX[role]}only-for-the-kit-{name}",
            requirement,
            case,
            f"Parcels are shown as they were handed over only {about}.",
            (check,),
            _while(keeps),
            generated=True,
            role=role,
            perhaps=AMENDED,
        )
        for name, (about, keeps) in _KEPT.items()
        if name in _TRIED[role]
    )


FAULTS: Final = (*_shown("courier"), *_shown("platform"), *_shown("integrator"))
