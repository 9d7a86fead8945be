"""Partners that refuse another's object otherwise than one that does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import Around, Asked, Forward, Told, Wrap

from jidi.model.roles import Level, Role

_COURIERS: Final[tuple[Role, ...]] = ("courier", "integrator")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _known_refused(makes: str, operation: str, change: Callable[[Told], Told]) -> Wrap:
    """Changes the 404 to an object that ``makes`` made, and leaves that to unknown ones."""
    made: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer = await forward(asked)
        if asked.operation == makes and answer.status < 300:
            made.update(_strings(answer.json))
        known = not made.isdisjoint(asked.values.values())
        return (
            change(answer)
            if asked.operation == operation and known and answer.status == 404
            else answer
        )

    return Around((makes, operation), handler)


def _saying(**members: Any) -> Callable[[Told], Told]:
    return lambda answer: answer.with_json({**answer.json, **members})


def _as(status: int, slug: str) -> Callable[[Told], Told]:
    def change(answer: Told) -> Told:
        base = answer.json["type"].rpartition("/")[0]
        told = {**answer.json, "type": f"{base}/{slug}", "status": status}
        return answer.with_json(told, status)

    return change


def _headed(name: str, value: str) -> Callable[[Told], Told]:
    return lambda answer: answer.with_header(name, value)


_APART: Final[tuple[tuple[str, str, Level, str, str, Wrap, tuple[Role, ...]], ...]] = (
    (
        "subscription-of-another-said-so",
        "Whoever reads another's subscription is told that it is another's.",
        "core",
        "foreign-subscription",
        "getSubscription",
        _known_refused("createSubscription", "getSubscription", _saying(detail="Not yours.")),
        _COURIERS,
    ),
    (
        "rotation-of-another-headed",
        "Whoever rotates another's secret gets a header that unknown ones have not.",
        "core",
        "foreign-subscription",
        "rotateSubscriptionSecret",
        _known_refused("createSubscription", "rotateSubscriptionSecret", _headed("x-shard", "4")),
        _COURIERS,
    ),
    (
        "label-of-another-forbidden",
        "Whoever asks for the label of another's parcel is refused with 403.",
        "privacy",
        "foreign-consignment",
        "getLabel",
        _known_refused("createConsignment", "getLabel", _as(403, "insufficient-scope")),
        _COURIERS,
    ),
    (
        "number-of-another-in-conflict",
        "Whoever voids another's number is told that its state does not allow it.",
        "privacy",
        "foreign-waybill",
        "voidWaybillNumber",
        _known_refused("allocateWaybillNumbers", "voidWaybillNumber", _as(409, "state-conflict")),
        _COURIERS,
    ),
    (
        "token-of-another-said-so",
        "Whoever resolves another's token is told that it is another's.",
        "privacy",
        "foreign-recipient-token",
        "resolveRecipientToken",
        _known_refused("getLabel", "resolveRecipientToken", _saying(detail="Not yours.")),
        _COURIERS,
    ),
    (
        "consent-of-another-titled",
        "Whoever withdraws another's consent gets another title.",
        "privacy",
        "foreign-consent",
        "withdrawConsent",
        _known_refused("createConsent", "withdrawConsent", _saying(title="Of another")),
        ("courier", "platform", "integrator"),
    ),
    (
        "request-of-another-traced",
        "Whoever follows another's request gets a member that unknown ones have not.",
        "privacy",
        "foreign-privacy-request",
        "getPrivacyRequest",
        _known_refused("createPrivacyRequest", "getPrivacyRequest", _saying(state="RECEIVED")),
        ("courier", "platform", "integrator"),
    ),
    (
        "bulk-operation-of-another-forbidden",
        "Whoever decides on another's bulk operation is refused with 403.",
        "privacy",
        "foreign-bulk-operation",
        "decideBulkOperation",
        _known_refused("requestBulkOperation", "decideBulkOperation", _as(403, "self-approval")),
        ("courier", "platform", "integrator"),
    ),
    (
        "agreement-of-another-said-so",
        "Whoever ends another's agreement is told that it is another's.",
        "privacy",
        "foreign-agreement",
        "terminateProcessingAgreement",
        _known_refused(
            "createProcessingAgreement",
            "terminateProcessingAgreement",
            _saying(detail="Of another."),
        ),
        ("courier", "platform", "integrator"),
    ),
)
"""By name: what about it, level, scenario, operation, how, and in whom."""

FAULTS: Final = tuple(
    Fault(
        PREFIX[role] + name,
        "DS-08.3",
        "foreign-in-error-text",
        about,
        (f"{before}{scenario}[{case}]/foreign/like-unknown#told-apart",),
        wrap,
        level=level,
        role=role,
    )
    for name, about, level, scenario, case, wrap, roles in _APART
    for role in roles
    for before in ["outgoing-" if role == "platform" else ""]
)
"""Every fault of this module."""
