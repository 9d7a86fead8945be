"""Several legal variants as one: what is legal of each by itself is legal of all at once, so that
one run plays many.

What cannot go together is read off the variants themselves (one limit with two values, one seam
with two substitutes, two addresses) or stands in :data:`APART`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any, Final

from starlette.types import ASGIApp
from tests.conformance import seams
from tests.conformance.fairness import surroundings
from tests.conformance.fairness.variant import CLEAR_TEXT, Address, Served, Variant, same
from tests.conformance.fairness.watching import around_watched

from jidi.model.roles import Level
from jidi_reference.seams import SEAMS

Json = Any
_ROLES: Final = ("platform-", "integrator-")

APART: Final[Mapping[str, str]] = {
    "times of events": "events-late at-leisure events-shown-later slow-answers",
    "times of pushes": "pushes-late at-leisure many-events-a-push slow-answers",
    "times of orders": "orders-gathered at-leisure",
    "gaps between tries": "retries-jittered retries-by-a-tenth",
    **{
        f"a clock that was moved, and {name}": f"clock-moved-before clock-moved-in-silence {name}"
        for name in (
            "events-late",
            "pushes-late",
            "at-leisure",
            "retries-jittered",
            "retries-by-a-tenth",
            "heartbeats",
        )
    },
    **{
        f"gaps that grow by a tenth, and {name}": f"retries-by-a-tenth {name}"
        for name in ("pushes-twice", "pushes-close", "pushes-expect", "many-events-a-push")
    },
    "the first event of a shipment": "begins-with-pickup-pending no-event-of-its-own",
    "which members there are": "fewest-members most-members problem-extensions",
    "the letters of token_type": "token-type-small token-type-capitals token-answers",
    "the content type": "charset token-charset token-answers",
    "how Location is written": "location-absolute location-relative path-prefix https",
    "what a refused push is answered": "unbelieved-403 unbelieved-400",
    "how long a body is": "chunked gzip-chunked-close early-hints http-1.0 odd-http",
    "when a connection ends": "connection-close gzip-chunked-close closes-now-and-then "
    "closes-when-idle early-hints http-1.0 odd-http",
    "how long a run takes": "slow-answers slow-rate driver-command https",
    **{
        f"a rate that is hard to reach, and {name}": f"fast-rate {name}"
        for name in (
            "closes-when-idle",
            "closes-now-and-then",
            "connection-close",
            "gzip-chunked-close",
            "odd-http",
            "slow-answers",
            "https",
        )
    },
    "what a push without a good event is answered": "nothing-acceptable-422 validation-400",
    "what a repetition is answered": "created-200 repeated-200",
    "how consignments reach couriers": "numbers-of-receipts gaps-with-jitter",
    "what a challenge says": "two-challenges challenges-in-one-field",
    "idempotency keys": "keys-from-orders keys-of-all-characters",
    "batches": "no-batch batch-207 batches-of-1 batches-of-20 minimum-cell-30 "
    "pointers-from-the-root",
    "the size of a batch": "batches-of-1 pointers-from-the-root",
    "replays": "no-replay no-push replay-200",
    "rotation": "no-rotation no-push",
    "what becomes of a twin": "twins-refused twins-served",
    "where pushes of couriers arrive": "one-callback-path callback-deeper",
    "when there is a receipt": "numbers-of-receipts numbers-as-needed receipt-at-once",
}
"""What only one of a combination can settle, and the variants that do; names without their role.

Those beside a clock that was moved count by real time, which is not that of their events then.
"""

LAYERS: Final[tuple[tuple[str, str], ...]] = (
    ("paths", "path-prefix callback-deeper"),
    ("statuses and members", ""),
    ("numbers", "integral-floats member-order"),
    ("layout", "spread-out-json token-laid-out token-answers other-writer"),
    (
        "headers",
        "charset token-charset token-cache-words extra-headers two-challenges location-absolute "
        "location-relative connection-close retry-after-as-date weak-validators "
        "challenges-in-one-field closes-now-and-then calls-of-another-library calls-expect "
        "calls-alone pushes-of-another-library pushes-expect",
    ),
    ("names of headers", "upper-case-headers title-case-headers"),
    ("coding", "gzip gzip-chunked-close coding-in-capitals"),
    ("framing", "chunked chunked-calls"),
    ("time", "slow-answers twins-refused twins-served batches-of-1 batches-of-20 minimum-cell-30"),
)
"""In which order answers are changed, from the application outwards; what is not named belongs to
the second layer. In ``layout``, ``names of headers`` and ``coding`` there is room for one.
"""
_USUAL: Final = Variant("", "", "")
_ROOM_FOR_ONE: Final = {"layout", "names of headers", "coding"}
_CALLS_BEFOREHAND: Final = frozenset(
    {
        "static-bearer",
        "driver-command",
        "clock-moved-before",
        "clock-moved-in-silence",
        "couriers-entered",
    }
)
"""Variants whose target is made by calls to a plain address."""
_SAY_HOW: Final[Mapping[str, frozenset[str]]] = {
    "path-prefix": frozenset({"driver"}),
    "ipv6": frozenset({"base_url", "driver", "hosts"}),
    "ipv6-alone": frozenset({"receiver"}),
    "https": frozenset({"tls"}),
    "static-bearer": frozenset({"parties"}),
    "client-secret-post": frozenset({"parties"}),
    "driver-command": frozenset({"driver"}),
    "clock-moved-before": frozenset(),
    "clock-moved-in-silence": frozenset({"driver"}),
    "couriers-entered": frozenset({"couriers", "receiver", "driver"}),
}
"""The members of the target that a variant changes; :func:`_document` holds it to them."""

SLOW: Final = frozenset(
    {
        *("slow-answers", "slow-rate", "driver-command", "https", "odd-http", "http-1.0"),
        *("early-hints", "fast-rate"),
    }
)
"""Variants with which a run takes longer; nobody keeps them company who has a choice."""
PRIVATE: Final = frozenset(
    {
        "minimum-cell-30",
        "other-legal-statuses",
        "requests-of-persons-take-time",
        "statistics-whole-grid",
        "statistics-without-node",
    }
)
"""Variants of which level core shows nothing."""


def bare(name: str) -> str:
    """The name without the role."""
    for role in _ROLES:
        name = name.removeprefix(role)
    return name


@dataclass(frozen=True)
class _Seams:
    read: frozenset[str]
    put: frozenset[str]

    @property
    def replaced(self) -> frozenset[str]:
        """Where it puts something and does not care what stood there."""
        return self.put - self.read


@cache
def _seams_of(inside: Callable[[], None]) -> _Seams:
    with seams.noting() as noted:
        inside()
    return _Seams(*(frozenset(map(_one_place, names)) for names in (noted.read, noted.put)))


@cache
def _one_place(name: str) -> str:
    """The seam that is meant by ``name``: of two that hold one part, the one that is everywhere."""
    part = SEAMS[name].part()
    return next(
        (
            other
            for other, there in SEAMS.items()
            if there.everywhere and callable(part) and there.part() is part
        ),
        name,
    )


def _layer(variant: Variant) -> int:
    name = bare(variant.name)
    return next((at for at, (_, names) in enumerate(LAYERS) if name in names.split()), 1)


def acts(variant: Variant, level: Level) -> bool:
    """Whether a run at this level must show that it changes what the reference does; other variants
    only declare something, or live elsewhere.
    """
    if (bare(variant.name) in PRIVATE) != (level == "privacy"):
        return False
    return variant.around is not same or bool(_seams_of(variant.inside).put)


def conflict(one: Variant, other: Variant) -> str:
    """Why two variants of a role cannot be played at once; empty when they can."""
    return next(filter(None, (rule(one, other) for rule in _RULES)), "")


def _limits(one: Variant, other: Variant) -> str:
    both = one.limits.keys() & other.limits.keys()
    unequal = sorted(name for name in both if one.limits[name] != other.limits[name])
    if unequal:
        return f"limit {unequal[0]}"
    lives = {one.tokens_live_s, other.tokens_live_s} - {_USUAL.tokens_live_s}
    return "life of tokens" if len(lives) > 1 else ""


def _places(one: Variant, other: Variant) -> str:
    mine, others = _seams_of(one.inside), _seams_of(other.inside)
    twice = sorted(mine.replaced & others.replaced)
    return f"seam {twice[0]}" if twice else ""


def _silent(one: Variant, other: Variant) -> str:
    """A partner without pushes shows nothing of how it pushes."""
    for without, pushing in ((one, other), (other, one)):
        put = _seams_of(pushing.inside).put
        if bare(without.name) == "no-push" and any(
            name.startswith(("push.", "value.signatures")) for name in put
        ):
            return "no pushes"
    return ""


def _addresses(one: Variant, other: Variant) -> str:
    here, there = one.address, other.address
    if Address() not in (here, there):
        return "address"
    for plain, elsewhere in ((one, there), (other, here)):
        moved = elsewhere.path or elsewhere.tls or elsewhere.hosts != Address().hosts
        hinting = elsewhere.front is surroundings.early_hints  # the caller takes 102 for the answer
        if (moved or hinting) and bare(plain.name) in _CALLS_BEFOREHAND:
            return "address"
    return ""


def _targets(one: Variant, other: Variant) -> str:
    shared = says(one) & says(other)
    return f"target {min(shared)}" if shared else ""


def says(variant: Variant) -> frozenset[str]:
    """The members of the target that the variant changes."""
    return frozenset() if variant.document is same else _SAY_HOW[bare(variant.name)]


def _layers(one: Variant, other: Variant) -> str:
    layer = LAYERS[_layer(one)][0]
    return layer if layer in _ROOM_FOR_ONE and _layer(one) == _layer(other) else ""


def _apart(one: Variant, other: Variant) -> str:
    names = {bare(one.name), bare(other.name)}
    return next((what for what, those in APART.items() if names <= set(those.split())), "")


_RULES: Final = (_apart, _limits, _places, _silent, _addresses, _targets, _layers)


def packed(variants: Iterable[Variant]) -> list[list[Variant]]:
    """The variants in as few combinations as a greedy search finds: who fits with fewest goes
    first, into the combination that has most already and is not slow.
    """
    known = list(variants)
    against: dict[str, set[str]] = {variant.name: set() for variant in known}
    for one, other in combinations(known, 2):
        if conflict(one, other):
            against[one.name].add(other.name)
            against[other.name].add(one.name)
    bins: list[list[Variant]] = []
    for variant in sorted(known, key=lambda one: (-len(against[one.name]), one.name)):
        fitting = [
            held for held in bins if not against[variant.name] & {member.name for member in held}
        ]
        if fitting:
            max(fitting, key=_preference).append(variant)
        else:
            bins.append([variant])
    return bins


def _preference(held: list[Variant]) -> tuple[bool, int]:
    return SLOW.isdisjoint(bare(one.name) for one in held), len(held)


def combined(name: str, members: Sequence[Variant], worked: Callable[[str], None]) -> Variant:
    """The members as one variant; ``worked`` is told the name of each whenever it made a
    difference.

    Raises:
        ValueError: two of them cannot go together.
    """
    for one, other in combinations(members, 2):
        if why := conflict(one, other):
            raise ValueError(f"{one.name} and {other.name} are apart: {why}")
    outwards = sorted(members, key=_layer)
    address = next((one.address for one in members if one.address != Address()), Address())
    rows = frozenset().union(*(one.not_applicable for one in members))
    return Variant(
        name,
        "; ".join(one.varies for one in members),
        "; ".join(one.legal for one in members),
        limits={key: value for one in members for key, value in one.limits.items()},
        inside=_inside(members, worked),
        around=_around(outwards, worked),
        document=_document(members),
        address=address,
        not_applicable=rows - CLEAR_TEXT if address.tls else rows,
        absent=frozenset().union(*(one.absent for one in members)),
        generated=any(one.generated for one in members),
        role=members[0].role,
        tokens_live_s=next(
            (one.tokens_live_s for one in members if one.tokens_live_s != _USUAL.tokens_live_s),
            _USUAL.tokens_live_s,
        ),
        idle_s=min(one.idle_s for one in members),
    )


def _inside(members: Sequence[Variant], worked: Callable[[str], None]) -> Callable[[], None]:
    def inside() -> None:
        for member in in_order(members):
            with seams.telling(lambda name=member.name: worked(name)):  # type: ignore[misc]  # the name of this turn
                member.inside()

    return inside


def in_order(members: Sequence[Variant]) -> Iterator[Variant]:
    """Who replaces a part comes before who wraps it, and both before who only uses it; else the
    outermost layer goes first, so that it is next to the wire.

    Raises:
        ValueError: each waits for another.
    """
    waiting = sorted(members, key=_layer, reverse=True)
    while waiting:
        free = next((one for one in waiting if not _waits(one, waiting)), None)
        if free is None:
            raise ValueError(f"these wait for each other: {[one.name for one in waiting]}")
        waiting.remove(free)
        yield free


def _waits(variant: Variant, waiting: Sequence[Variant]) -> bool:
    mine = _seams_of(variant.inside)
    others = (_seams_of(other.inside) for other in waiting if other is not variant)
    return any(mine.read & other.replaced or (mine.read - mine.put) & other.put for other in others)


def _around(
    members: Sequence[Variant], worked: Callable[[str], None]
) -> Callable[[ASGIApp], ASGIApp]:
    def around(asgi: ASGIApp) -> ASGIApp:
        for member in members:
            if member.around is not same:
                asgi = around_watched(member.name, member.around, worked)(asgi)
        return asgi

    return around


def _document(
    members: Sequence[Variant],
) -> Callable[[dict[str, Json], Served], dict[str, Json]]:
    def document(target: dict[str, Json], served: Served) -> dict[str, Json]:
        # The program of a driver is written from the address that others may have changed.
        for member in sorted(members, key=lambda one: len(says(one))):
            changed = member.document(target, served)
            names = {key for key in {**target, **changed} if target.get(key) != changed.get(key)}
            if not names <= says(member):
                raise ValueError(f"{member.name} changes {names - says(member)} of the target too")
            target = changed
        return target

    return document
