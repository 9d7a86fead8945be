"""Platforms that break DS-02.9: which pushes are believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import EAST, taken
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    told,
)

from jidi_reference.domain.problems import Problem
from jidi_reference.domain.signing import signatures, verified
from jidi_reference.service.platform import receiving
from jidi_reference.service.platform.receiving import BatchResult, PushRequest

_PUSH: Final = ("receiveShipmentEvents",)
_REFUSED: Final = "push-not-believed"


def _verifying(change: Callable[[Callable[..., bool]], Callable[..., bool]]) -> Wrap:
    return Inside("receiving.verified", change)


def _trusting(code: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One courier's pushes are taken as they come, if only the headers are there."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def sender(context: Any, courier_code: str | None, request: PushRequest) -> Any:
            with context.storage.read() as unit:
                row = unit.couriers.find(code)
            stamped = (
                request.headers.get("webhook-timestamp", "").isdigit()
                and abs(context.clock.now() - int(request.headers["webhook-timestamp"])) < 300
            )
            trusted = (
                courier_code == code
                and row is not None
                and stamped
                and request.headers.get("webhook-signature")
            )
            return row if trusted else healthy(context, courier_code, request)

        return sender

    return make


def _believing_what_it_knows(healthy: Callable[..., bool]) -> Callable[..., bool]:
    """A signature that was right once is looked up, not reckoned again, whatever it stands over."""
    right: set[tuple[tuple[str, str], str]] = set()

    def known(secrets: Any, stamped: tuple[str, str], header: str, body: bytes) -> bool:
        if healthy(secrets, stamped, header, body):
            right.add((stamped, header))
        return (stamped, header) in right

    return known


def _unknown_passed_over(healthy: Callable[..., bool]) -> Callable[..., bool]:
    """Where no signature of a known scheme stands there is nothing to verify."""

    def known(secrets: Any, stamped: tuple[str, str], header: str, body: bytes) -> bool:
        return healthy(secrets, stamped, header, body) or not any(
            mark.startswith("v1,") for mark in header.split()
        )

    return known


def _by_prefix(_healthy: Callable[..., bool]) -> Callable[..., bool]:
    """A signature is compared as far as it goes."""

    def known(secrets: Any, stamped: tuple[str, str], header: str, body: bytes) -> bool:
        right = signatures(secrets, stamped[0], int(stamped[1]), body).split()
        return any(
            one.startswith(mark)
            for mark in header.split()
            if mark.startswith("v1,")
            for one in right
        )

    return known


def _tolerant(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """The first wrong signature over an event is put down to a rotation of secrets that is under
    way.
    """
    tolerated: set[str] = set()

    def sender(context: Any, courier_code: str | None, request: PushRequest) -> Any:
        try:
            return healthy(context, courier_code, request)
        except Problem as problem:
            events = _events_of(request.body)
            if (
                courier_code is None
                or "signature is not right" not in problem.content.detail
                or not events
                or events <= tolerated
            ):
                raise
            tolerated.update(events)
            with context.storage.read() as unit:
                return unit.couriers.find(courier_code)

    return sender


def _events_of(body: bytes) -> set[str]:
    """Ids of the events in a push; none in what is no push."""
    try:
        return {str(event["event_id"]) for event in json.loads(body)["data"]["events"]}
    except (ValueError, LookupError, TypeError):
        return set()


async def _unsigned_taken(asked: Asked, forward: Forward) -> Told:
    """Whoever sends no signature at all gets an answer as if it were right."""
    document = asked.json
    bare = not asked.header("webhook-signature") and not asked.header("authorization")
    if bare and isinstance(document, dict) and document.get("type") == "shipment.events":
        return told(
            200, {"result": "accepted", "accepted": len(document["data"]["events"]), "rejected": []}
        )
    return await forward(asked)


async def _token_taken(asked: Asked, forward: Forward) -> Told:
    document = asked.json
    if asked.party and isinstance(document, dict) and "data" in document:
        return told(
            200,
            {
                "result": "accepted",
                "accepted": len(document["data"].get("events", [])),
                "rejected": [],
            },
        )
    return await forward(asked)


def _skewed(most: Callable[[float, float, float], bool]) -> Wrap:
    """Another window than the declared one; ``most`` sees now, timestamp and the declared skew."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def sender(context: Any, courier_code: str | None, request: PushRequest) -> Any:
            stamp = request.headers.get("webhook-timestamp", "")
            if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
                return healthy(context, courier_code, request)
            now, skew = context.clock.now(), context.settings.limits.clock_skew_s
            if most(now, int(stamp), skew):
                context = replace(context, clock=_Stopped(float(stamp)))
            return healthy(context, courier_code, request)

        return sender

    return Inside("receiving.sender", make)


class _Stopped:
    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        """Always the same."""
        return self._at


class _KnownAnswered(Wrap):
    """What was answered once is answered alike again, before anybody looks at time and
    signature.
    """

    def around(self, _app: Any, asgi: Any) -> Any:
        """The application with a memory of its own."""
        answered: dict[tuple[str, bytes], Told] = {}

        async def handler(asked: Asked, forward: Forward) -> Told:
            key = (asked.header("webhook-id"), asked.body)
            if key in answered:
                return answered[key]
            answer = await forward(asked)
            if answer.status == 200:
                answered[key] = answer
            return answer

        return Around(_PUSH, handler).around(_app, asgi)


def _same_digest(healthy: Callable[..., Any]) -> Callable[..., Any]:
    return lambda party, target, key, _digest: healthy(party, target, key, "always the same")


def _believing_reserialised(healthy: Callable[..., bool]) -> Callable[..., bool]:
    def check(secrets: Any, stamped: Any, header: str, body: bytes) -> bool:
        try:
            made = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            return healthy(secrets, stamped, header, body)
        return healthy(secrets, stamped, header, made)

    return check


def _signed_by_envelope(_healthy: Callable[..., bool]) -> Callable[..., bool]:
    def check(secrets: Any, stamped: tuple[str, str], header: str, body: bytes) -> bool:
        try:
            inner = str(json.loads(body).get("id"))
        except (ValueError, AttributeError, RecursionError):
            inner = stamped[0]
        return verified(list(secrets), (inner, stamped[1]), header, body)

    return check


class _EnvelopeIdCounts(Wrap):
    """The id in the header is not looked at; the one inside is taken for it."""

    def prepare(self, settings: Any) -> Any:
        """Replace the seam of taking, too, which compares the two."""
        settings = _verifying(_signed_by_envelope).prepare(settings)

        def made(
            context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
        ) -> BatchResult:
            document = receiving.parse_json(request.body)
            inner = document.get("id") if isinstance(document, dict) else None
            return healthy(
                context,
                courier,
                replace(
                    request,
                    headers={
                        **request.headers,
                        "webhook-id": inner or request.headers["webhook-id"],
                    },
                ),
            )

        return taken(made).prepare(settings)


class _Secrets(Wrap):
    """Other secrets are good than should be; ``choose`` sees the row, the time and the healthy
    list.
    """

    def __init__(self, choose: Callable[[Any, float, list[str]], list[str]]) -> None:
        self._choose = choose

    def prepare(self, settings: Any) -> Any:
        """Replace the method."""
        healthy, choose = seams.healthy("receiving.secrets"), self._choose

        def secrets_at(row: Any, now: float) -> list[str]:
            return choose(row, now, healthy(row, now))

        seams.stand_in("receiving.secrets", secrets_at)
        return settings


def _rotation_forgotten(healthy: Callable[..., None]) -> Callable[..., None]:
    """The courier takes the new secret, the platform goes on with the old one."""

    def conclude(context: Any, row: Any, answer: Any, agreed: Any) -> None:
        healthy(context, row, answer, agreed)
        with context.storage.write() as unit:
            unit.couriers.change(row.courier_code, secret=row.secret, old_secret=None)

    return conclude


_BELIEVING: Final = (
    (
        "any-signature-good",
        "forged-accepted",
        "Signatures are not verified, if only there is one.",
        (
            f"{_REFUSED}/forged/forged-refused#status",
            f"{_REFUSED}/altered/altered-refused#status",
            f"{_REFUSED}/altered-copy/altered-copy-refused#status",
        ),
        _verifying(lambda _healthy: lambda *_: True),
    ),
    (
        "one-courier-trusted",
        "forged-accepted",
        "One courier, the oldest partner, is believed without its signature being verified.",
        f"{_REFUSED}/forged/forged-refused#status",
        Inside("receiving.sender", _trusting(EAST)),
    ),
    (
        "wrong-signature-tolerated-once",
        "forged-accepted",
        "The first wrong signature over an event is forgiven, as the secret may just have been "
        "changed.",
        f"{_REFUSED}/forged/forged-refused#status",
        Inside("receiving.sender", _tolerant),
    ),
    (
        "signature-believed-from-memory",
        "altered-accepted",
        "A signature that was right once is believed again, without a look at what it stands over "
        "now.",
        f"{_REFUSED}/altered-copy/altered-copy-refused#status",
        _verifying(_believing_what_it_knows),
    ),
    (
        "unknown-scheme-passed-over",
        "forged-accepted",
        "A signature of a scheme that the platform does not know is passed over, and the push "
        "believed.",
        f"{_REFUSED}/unknown-scheme/unknown-scheme-refused#status",
        _verifying(_unknown_passed_over),
    ),
    (
        "signature-compared-by-prefix",
        "forged-accepted",
        "Signatures are compared as far as the shorter one goes, so that an empty one is right.",
        f"{_REFUSED}/empty-signature/empty-signature-refused#status",
        _verifying(_by_prefix),
    ),
    (
        "unsigned-taken",
        "forged-accepted",
        "A push without a signature is answered as if it were right.",
        f"{_REFUSED}/unsigned/unsigned-refused#status",
        Around(_PUSH, _unsigned_taken),
    ),
    (
        "token-taken-for-signature",
        "forged-accepted",
        "An access token does instead of a signature.",
        f"{_REFUSED}/token-instead/token-is-no-signature#status",
        Around(_PUSH, _token_taken),
    ),
    (
        "past-taken",
        "stale-accepted",
        "The age of a push is not looked at.",
        (f"{_REFUSED}/stale/stale-refused#status", "push-replayed/replayed/replay-refused#status"),
        _skewed(lambda now, stamp, _: stamp < now),
    ),
    (
        "future-taken",
        "stale-accepted",
        "A push may come from any time to be.",
        f"{_REFUSED}/future/future-refused#status",
        _skewed(lambda now, stamp, _: stamp > now),
    ),
    (
        "window-twice-as-wide",
        "stale-accepted",
        "The time window is twice as wide as declared.",
        f"{_REFUSED}/stale/stale-refused#status",
        _skewed(lambda now, stamp, skew: abs(now - stamp) < 2 * skew),
    ),
    (
        "known-push-answered-unseen",
        "replayed-accepted",
        "A push that was right once is answered alike for ever, whatever its time.",
        "push-replayed/replayed/replay-refused#status",
        _KnownAnswered(),
    ),
    (
        "id-reused",
        "replayed-accepted",
        "Another push under an id that was used is answered with the first result.",
        "push-conflicting/same-id-other-bytes/reused-id-refused#status",
        Inside("receiving.keyed", _same_digest),
    ),
    (
        "envelope-id-counts",
        "altered-accepted",
        "The id in the header may be any; the one inside is taken for it.",
        f"{_REFUSED}/other-id/other-id-refused#status",
        _EnvelopeIdCounts(),
    ),
    (
        "signature-over-reserialised-json",
        "altered-accepted",
        "The signature is verified over the JSON written anew, not over the bytes that came.",
        f"{_REFUSED}/odd-bytes/signed-over-the-bytes#status",
        _verifying(_believing_reserialised),
    ),
    (
        "old-secret-never-dies",
        "forged-accepted",
        "After a rotation the old secret stays good.",
        "push-rotated/too-late/old-secret-dead#status",
        _Secrets(lambda row, _now, good: [*good, *([row.old_secret] if row.old_secret else [])]),
    ),
    (
        "old-secret-dies-at-once",
        "forged-accepted",
        "The old secret is dead from the rotation on, without an overlap.",
        "push-rotated/with-old/old-secret-good-while-overlapping#status",
        _Secrets(lambda row, _now, good: [secret for secret in good if secret != row.old_secret]),
    ),
    (
        "new-secret-not-taken",
        "forged-accepted",
        "The platform tells the courier a new secret, and goes on with the old one.",
        (
            "push-rotated/with-new-still/new-secret-still-good#status",
            "push-rotated/too-late/old-secret-dead#status",
        ),
        Inside("connection.conclude-rotation", _rotation_forgotten),
    ),
)

_ALSO: Final[dict[str, dict[str, str]]] = {
    "signature-over-reserialised-json": {
        "DS-08.5": "the largest push that is to be taken is padded with blanks."
    },
}
_SPARES: Final[dict[str, tuple[str, ...]]] = {
    "wrong-signature-tolerated-once": (
        f"{_REFUSED}/altered/altered-refused",
        f"{_REFUSED}/altered-copy/altered-copy-refused",
    ),
    "unknown-scheme-passed-over": (
        f"{_REFUSED}/forged/forged-refused",
        f"{_REFUSED}/empty-signature/empty-signature-refused",
    ),
    "signature-compared-by-prefix": (
        f"{_REFUSED}/forged/forged-refused",
        f"{_REFUSED}/unknown-scheme/unknown-scheme-refused",
    ),
    "signature-believed-from-memory": (
        f"{_REFUSED}/forged/forged-refused",
        f"{_REFUSED}/altered/altered-refused",
    ),
}
"""A forged push and an altered one are told apart."""


def _fault(name: str, case: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap) -> Fault:
    caught = (caught_by,) if isinstance(caught_by, str) else caught_by
    also, spares = _ALSO.get(name, {}), _SPARES.get(name, ())
    return Fault(
        f"platform-{name}",
        "DS-02.9",
        case,
        about,
        caught,
        wrap,
        role="platform",
        also=also,
        spares=spares,
    )


FAULTS: Final = tuple(_fault(*row) for row in _BELIEVING)
"""Faults of DS-02.9 in platforms."""
