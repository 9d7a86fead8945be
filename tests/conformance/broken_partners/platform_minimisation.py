"""Platforms that break PI-07.1: what nobody needs is taken in, or sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import taken
from tests.conformance.broken_partners.wrapping import Inside, Wrap

from jidi_reference.service.platform import received_events, receiving
from jidi_reference.service.platform.receiving import BatchResult, PushRequest


def _pruned(name: str) -> Wrap:
    """Events with this member are taken as if they had none."""

    def make(healthy: Callable[..., dict[int, str]]) -> Callable[..., dict[int, str]]:
        def invalid_items(context: Any, envelope: Any) -> dict[int, str]:
            for event in (
                envelope.get("data", {}).get("events", []) if isinstance(envelope, dict) else []
            ):
                for place in (event, event.get("facility")) if isinstance(event, dict) else ():
                    if isinstance(place, dict):
                        place.pop(name, None)
            return healthy(context, envelope)

        return invalid_items

    return Inside("receiving.invalid-items", make)


def _kept_behind(
    context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
) -> BatchResult:
    """Rejects events with an excess member as it must, and keeps them."""
    result = healthy(context, courier, request)
    bad = {one["event_id"] for one in result.rejected if one["code"] == "invalid-event"}
    with context.storage.write() as unit:
        for event in json.loads(request.body)["data"].get("events", []):
            row = unit.consignments.find_shipment(
                courier.party, str(event.get("waybill_no")), lock=True
            )
            excess = {"id_number", "email", "birthday"} & set(event)
            if (
                event.get("event_id") in bad
                and excess
                and row is not None
                and unit.received.find(courier.party, event["event_id"]) is None
            ):
                received_events.store(
                    context,
                    unit,
                    courier,
                    row,
                    {key: value for key, value in event.items() if key not in excess},
                )
    return result


def _envelope_pruned(*names: str) -> Callable[..., Any]:
    """Envelopes with these members are read without them."""

    def take(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        document = receiving.parse_json(request.body)
        if isinstance(document, dict) and (
            set(names) & ({*document} | {*(document.get("data") or {})})
        ):
            rest = {key: value for key, value in document.items() if key not in names}
            rest["data"] = {key: value for key, value in rest["data"].items() if key not in names}
            request = replace(
                request, body=json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode()
            )
        return healthy(context, courier, request)

    return take


def _envelope_refused_yet_kept(
    context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
) -> BatchResult:
    """An envelope with an excess member is refused, after its events were kept."""
    document = receiving.parse_json(request.body)
    if isinstance(document, dict) and ("recipient_name" in document or "id_number" in document):
        rest = {
            key: value
            for key, value in document.items()
            if key not in {"recipient_name", "id_number"}
        }
        healthy(
            context,
            courier,
            replace(
                request, body=json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode()
            ),
        )
    return healthy(context, courier, request)


def _fault(name: str, case: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap) -> Fault:
    return Fault(
        f"platform-{name}",
        "PI-07.1",
        case,
        about,
        (caught_by,) if isinstance(caught_by, str) else caught_by,
        wrap,
        role="platform",
    )


_MEMBERS: Final = (
    (
        "identity-number-accepted",
        "identity-number-accepted",
        "an identity number",
        "identity-number",
        "id_number",
    ),
    (
        "face-template-accepted",
        "biometrics-accepted",
        "the template of a face",
        "biometric",
        "face_template",
    ),
    ("email-accepted", "email-accepted", "an e-mail address", "e-mail", "email"),
    ("birthday-accepted", "birthday-accepted", "a birthday", "birthday", "birthday"),
    ("location-accepted", "other-field-accepted", "where somebody is", "location", "coordinates"),
    (
        "keeper-phone-accepted",
        "other-field-accepted",
        "the telephone number of a facility's keeper",
        "in-facility",
        "keeper_phone",
    ),
)

FAULTS: Final = (
    *(
        _fault(
            name,
            case,
            f"An event with {what} is taken.",
            (
                f"excess-in-push[{shown}]/push/not-taken#not-in",
                f"excess-in-push[{shown}]/feed/nothing-kept#lacks",
            ),
            _pruned(member),
        )
        for name, case, what, shown, member in _MEMBERS
    ),
    _fault(
        "excess-rejected-yet-kept",
        "stored-silently",
        "Events with excess members are rejected, and kept.",
        "excess-in-push[e-mail]/feed/nothing-kept#lacks",
        taken(_kept_behind),
    ),
    _fault(
        "excess-in-envelope-accepted",
        "other-field-accepted",
        "Excess members of an envelope are passed over.",
        "excess-in-envelope[top-level]/push/refused#status",
        taken(_envelope_pruned("recipient_name")),
    ),
    _fault(
        "excess-in-data-accepted",
        "other-field-accepted",
        "Excess members beside the events are passed over.",
        "excess-in-envelope[in-data]/push/refused#status",
        taken(_envelope_pruned("buyer_account")),
    ),
    _fault(
        "identity-number-in-envelope-accepted",
        "identity-number-accepted",
        "An envelope may carry an identity number.",
        "excess-in-envelope[identity-number]/push/refused#status",
        taken(_envelope_pruned("id_number")),
    ),
    _fault(
        "envelope-refused-yet-kept",
        "stored-silently",
        "An envelope with excess members is refused after its events were kept.",
        "excess-in-envelope[top-level]/feed/nothing-kept#lacks",
        taken(_envelope_refused_yet_kept),
    ),
)
"""Faults of PI-07.1 in platforms."""
