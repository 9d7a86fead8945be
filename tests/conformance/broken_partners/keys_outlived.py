"""Couriers whose keys forget what has happened since: what was moved on, ended or withdrawn comes
back with the key that once made it (DS-01.7, DS-04.2, PI-08.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.consignment import CREATE
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.wrapping import (
    Around,
    Asked,
    Forward,
    Inside,
    Told,
    Wrap,
    both,
)

from jidi_reference.settings import API_PATH

_KEY: Final = "idempotency-key"
_REFERENCE: Final = "consent-reference"


def _receipts_told_anew() -> Wrap:
    """A receipt that is asked for again tells the state that the parcel has now."""
    known: set[tuple[str, str]] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        answer, key = await forward(asked), (asked.party, asked.header(_KEY))
        if answer.status >= 300 or key not in known:
            known.add(key)
            return answer
        receipt = answer.json
        path = f"{API_PATH}/shipments/{receipt['waybill_no']}"
        shipment = await forward(replace(asked, method="GET", path=path, body=b""))
        return answer.with_json({**receipt, "state": shipment.json["state"]})

    return Around(CREATE, handler)


def _made_anew(making: str, ending: str, path: str) -> Wrap:
    """What was ended is made anew when its key comes again, and told as what was made first."""
    made: dict[tuple[str, str], Any] = {}
    ended: set[str] = set()

    async def handler(asked: Asked, forward: Forward) -> Told:
        key = (asked.party, asked.header(_KEY))
        if asked.operation == ending:
            ended.add(asked.path.removeprefix(API_PATH + path).split("/")[0])
            return await forward(asked)
        first = made.get(key)
        if first is None or not ended & {str(one) for one in first.values()}:
            answer = await forward(asked)
            if answer.status < 300:
                made[key] = answer.json
            return answer
        return await forward(asked.with_header(_KEY, f"{key[1][:100]}-anew"))

    return Around((making, ending), handler)


def _under_the_old_name(inner: Wrap) -> Wrap:
    """As ``inner``, and a consent that was made anew opens what the first one opened."""
    latest: dict[str, str] = {}
    named: dict[str, str] = {}

    async def handler(asked: Asked, forward: Forward) -> Told:
        if asked.operation == "getConsignment":
            reference = asked.header(_REFERENCE)
            known = latest.get(named.get(reference, ""), reference)
            return await forward(asked.with_header(_REFERENCE, known) if reference else asked)
        answer = await forward(asked)
        if answer.status < 300:
            reference = answer.json["consent_reference"]
            latest[asked.header(_KEY)] = reference
            named[reference] = asked.header(_KEY)
        return answer

    return both(inner, Around(("createConsent", "getConsignment"), handler))


def _for_any_purpose(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """Where one agreement has the purpose, all of that partner open their categories."""

    def sight(context: Any, unit: Any, caller: Any, purpose: str | None = None) -> Any:
        seen = healthy(context, unit, caller, purpose)
        return seen if not seen.agreements else healthy(context, unit, caller, None)

    return sight


FAULTS: Final = (
    Fault(
        "receipts-told-anew",
        "DS-01.7",
        "answered-otherwise",
        "A receipt that is asked for again tells the state of now.",
        ("after-acceptance/place-again/first-receipt-again#same-as",),
        _receipts_told_anew(),
    ),
    Fault(
        "subscription-made-anew-after-its-end",
        "DS-01.7",
        "duplicate-created",
        "The key of a subscription that was deleted makes another.",
        ("push-ended/subscribe-again/first-result-again#equals",),
        _made_anew("createSubscription", "deleteSubscription", "/subscriptions/"),
    ),
    Fault(
        "consent-comes-back-with-its-key",
        "DS-04.2",
        "withdrawn-consent",
        "A consent that was withdrawn is good again once its key comes again.",
        ("consent-withdrawn/after-again/stays-withdrawn#status",),
        _under_the_old_name(_made_anew("createConsent", "withdrawConsent", "/consents/")),
        level="privacy",
        areas=("consent",),
    ),
    Fault(
        "agreement-comes-back-with-its-key",
        "PI-08.2",
        "access-after-expiry",
        "An agreement that was terminated is in force again once its key comes again.",
        ("agreement-in-force/after-again/stays-terminated#status",),
        _made_anew(
            "createProcessingAgreement", "terminateProcessingAgreement", "/processing-agreements/"
        ),
        level="privacy",
        areas=("entrustment",),
    ),
    Fault(
        "categories-of-another-purpose",
        "PI-08.2",
        "access-beyond-categories",
        "What was agreed for one purpose is shown for another.",
        ("agreement-in-force/within/no-phone#absent",),
        Inside("visibility.sight", _for_any_purpose),
        level="privacy",
        areas=("entrustment",),
    ),
)
"""Every fault of this module."""
