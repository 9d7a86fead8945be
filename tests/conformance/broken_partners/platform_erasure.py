"""Platforms that break PI-09.3: what an erasure leaves behind in reads, in answers, and in what is
sent to couriers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.conformance.broken_partners import privacy_erasure
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    PLACING,
    calls,
    of_platform,
    taken,
    with_header,
)
from tests.conformance.broken_partners.privacy_erasure import (
    Memory,
    records_shown,
    whole,
    with_remark,
    with_telephone,
)
from tests.conformance.broken_partners.wrapping import Json, Wrap, both

from jidi_reference.service.platform.receiving import BatchResult, PushRequest
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_ERASED: Final = "outgoing-erasure"


def _shown(show: Callable[[Json, Any], Json], operation: str) -> Callable[[dict[str, Any]], Wrap]:
    return records_shown(show, operation, "outgoing_id")


def _pushed_events(request: PushRequest) -> list[dict[str, Any]]:
    document = json.loads(request.body)
    return list(document["data"].get("events", []))


def _erased(context: Any, courier: Any, request: PushRequest, bodies: dict[str, Any]) -> Any:
    """The former body of an erased consignment that a push is about, or ``None``."""
    with context.storage.read() as unit:
        for event in _pushed_events(request):
            row = unit.consignments.find_shipment(courier.party, str(event.get("waybill_no")))
            if row is not None and row.consignment_id in bodies:
                return bodies[row.consignment_id]
    return None


def _told_in_answers(bodies: dict[str, Any]) -> Wrap:
    """The answer to a push about an erased consignment says for whom it was."""

    def take(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        result = healthy(context, courier, request)
        former = _erased(context, courier, request, bodies)
        if former is None:
            return result
        about = {
            "event_id": str(_pushed_events(request)[0]["event_id"]),
            "code": "invalid-event",
            "detail": f"done for {former['recipient']['name']}",
        }
        return replace(result, rejected=(*result.rejected, about))

    return taken(take)


def _sent_again(bodies: dict[str, Any]) -> Wrap:
    """Who hears of an erased consignment sends it once more, as it was, from its own log."""
    log: dict[str, tuple[OutboundRequest, Callable[[OutboundRequest], OutboundAnswer]]] = {}

    def noted(
        request: OutboundRequest, send: Callable[[OutboundRequest], OutboundAnswer]
    ) -> OutboundAnswer:
        log[json.loads(request.body or b"{}").get("order_no", "")] = (request, send)
        return send(request)

    def take(
        context: Any, courier: Any, request: PushRequest, healthy: Callable[..., BatchResult]
    ) -> BatchResult:
        former = _erased(context, courier, request, bodies)
        if former is not None and former["order_no"] in log:
            first, send = log[former["order_no"]]
            again = with_header(
                first, "Idempotency-Key", first.headers["Idempotency-Key"] + "-again"
            )
            threading.Thread(target=send, args=(again,), daemon=True).start()
        return healthy(context, courier, request)

    return both(calls(PLACING, noted), taken(take))


def _fault(name: str, case: str, about: str, caught_by: tuple[str, ...], wrap: Wrap) -> Fault:
    caught = tuple(f"{_ERASED}/{check}" for check in caught_by)
    return Fault(
        f"platform-{name}",
        "PI-09.3",
        case,
        about,
        caught,
        wrap,
        level="privacy",
        areas=("person",),
        role="platform",
    )


def _alike(name: str, *caught_by: str) -> Fault:
    known = {fault.name: fault for fault in privacy_erasure.FAULTS}
    return replace(
        of_platform(
            known[name], f"platform-{name}", *(f"{_ERASED}/{check}" for check in caught_by)
        ),
        areas=("person",),
    )


FAULTS: Final = (
    _alike(
        "erasure-erases-nothing",
        "record/pull-shows-sender-only",
        "search/search-shows-sender-only",
        "list/list-shows-sender-only",
        "export/export-shows-nobody",
    ),
    _alike("erased-and-exported", "export/export-shows-nobody"),
    _alike("erased-but-in-old-answer", "answer-of-old/earlier-answer-gone"),
    _fault(
        "erased-and-read",
        "readable-by-pull",
        "What was sent is read from a copy that was not erased.",
        ("record/pull-shows-sender-only", "record-again/still-gone"),
        Memory(_shown(whole, "getOutgoingConsignment")),
    ),
    _fault(
        "erased-but-the-telephone",
        "readable-by-pull",
        "The telephone outlives the erasure.",
        ("record/pull-shows-sender-only",),
        Memory(_shown(with_telephone, "getOutgoingConsignment")),
    ),
    _fault(
        "erased-but-the-remark",
        "readable-by-pull",
        "The remark goes on to name the person.",
        ("record/pull-shows-sender-only",),
        Memory(_shown(with_remark, "getOutgoingConsignment")),
    ),
    _fault(
        "erased-and-found",
        "readable-by-search",
        "The list reads from an index that was not erased.",
        ("search/search-shows-sender-only", "list/list-shows-sender-only"),
        Memory(_shown(whole, "listOutgoingConsignments")),
    ),
    _fault(
        "erased-and-sent-again",
        "readable-by-push",
        "An event about a parcel whose recipient was erased makes the platform send the "
        "consignment once more, as it was.",
        ("sent-after/nothing-sent-again#not-quiet",),
        Memory(_sent_again),
    ),
    _fault(
        "erased-and-told-in-answer",
        "readable-by-push",
        "The answer to a push about a parcel whose recipient was erased names the person.",
        ("told-again/push-answer-shows-nobody",),
        Memory(_told_in_answers),
    ),
)
"""Faults of PI-09.3 in platforms."""
