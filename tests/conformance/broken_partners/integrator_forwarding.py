"""Integrators that break DS-01.1, DS-01.4 and, on the way down, DS-01.6: what couriers are sent of
what platforms gave, and when.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners import platform_dispatch
from tests.conformance.broken_partners.integrator_seams import (
    ALTERED,
    Consignment,
    altered,
    integrator_fault,
    of_integrator,
)
from tests.conformance.broken_partners.platform_dispatch import putting, without
from tests.conformance.broken_partners.platform_seams import (
    EAST,
    PLACING,
    WEST,
    Send,
    calls,
    with_json,
)
from tests.conformance.broken_partners.wrapping import Inside, Told, Wrap, answers, documents

from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_KNOWN: Final = {fault.name: fault for fault in platform_dispatch.FAULTS}
_LATE_S: Final = 3.2
_HEAVY_G: Final = 10_000
_OUTGOING: Final = "consignment-in-time/outgoing"
_LISTING: Final = ("listOutgoingConsignments", "getOutgoingConsignment")
_WEST: Final = "second-courier-alike"


def _arrives(case: str, reason: str, check: str = "necessary-data") -> str:
    return f"consignment-passed-on[{case}]/arrival/{check}#{reason}"


def _mask_mobile(body: Consignment) -> None:
    phone = body["recipient"].get("phone", {})
    if phone.get("kind") == "mobile":
        phone["number"] = phone["number"][:3] + "****" + phone["number"][7:]


def _tokenise(body: Consignment) -> None:
    """The recipient goes on as a mask and a token that nobody resolves for the courier."""
    body["recipient"] = {
        **body["recipient"],
        "name": body["recipient"].get("name", "")[:1] + "**",
        "recipient_token": "rtk_0123456789abcdef0123",
    }


def _token_alone(body: Consignment) -> None:
    body["recipient"] = {"recipient_token": "rtk_0123456789abcdef0123"}


_INVALID: Final = {
    **ALTERED,
    "DS-01.8": "what went into the outbox invalid cannot be amended any more.",
}
_WHOLE: Final = (
    integrator_fault(
        "real-name-status-dropped",
        "DS-01.1/field-missing",
        "Couriers are not told whether the sender's real name was checked.",
        (_arrives("plain", "field-missing"), "consignment-passed-on[plain]/arrival/valid"),
        altered(without("real_name")),
        also=_INVALID,
    ),
    of_integrator(
        _KNOWN["platform-district-dropped"],
        _arrives("compound-surname", "field-missing"),
        also=ALTERED,
    ),
    of_integrator(
        _KNOWN["platform-weight-dropped"], _arrives("heavy", "field-missing"), also=_INVALID
    ),
    of_integrator(
        _KNOWN["platform-weight-in-kilograms"], _arrives("heavy", "field-altered"), also=ALTERED
    ),
    of_integrator(
        _KNOWN["platform-first-item-only"], _arrives("several-items", "field-altered"), also=ALTERED
    ),
    integrator_fault(
        "district-dropped-for-one",
        "DS-01.1/field-missing",
        "One courier of the two gets addresses without their district.",
        f"{_WEST}/arrival/necessary-data#field-missing",
        altered(without("recipient", "address", "district"), WEST),
        also=ALTERED,
    ),
    integrator_fault(
        "district-empty",
        "DS-01.1/field-empty",
        "Districts go on as empty texts.",
        _arrives("compound-surname", "field-empty"),
        altered(putting("", "recipient", "address", "district")),
        also=ALTERED,
    ),
    integrator_fault(
        "items-emptied",
        "DS-01.1/field-empty",
        "The list of contents goes on empty; what it was is in the integrator's own books.",
        _arrives("several-items", "field-empty"),
        altered(putting([], "contents", "items")),
        also=_INVALID,
    ),
    of_integrator(
        _KNOWN["platform-district-blank"], _arrives("compound-surname", "field-blank"), also=ALTERED
    ),
    integrator_fault(
        "detail-blank",
        "DS-01.1/field-blank",
        "Street and number of senders go on as a blank.",
        _arrives("plain", "field-blank"),
        altered(putting(" ", "sender", "address", "detail")),
        also=_INVALID,
    ),
    of_integrator(
        _KNOWN["platform-name-masked"], _arrives("plain", "masked-without-token"), also=ALTERED
    ),
    of_integrator(
        _KNOWN["platform-landline-masked"],
        _arrives("landline", "masked-without-token"),
        also=ALTERED,
    ),
    integrator_fault(
        "mobile-masked-for-one",
        "DS-01.1/masked-without-token",
        "Only one courier gets telephone numbers of recipients with stars.",
        f"{_WEST}/arrival/necessary-data#masked-without-token",
        altered(_mask_mobile, WEST),
        also=ALTERED,
    ),
    integrator_fault(
        "masked-with-token-of-its-own",
        "DS-01.1/masked-with-dead-token",
        "Recipients go on masked, with a token that the courier cannot have resolved.",
        _arrives("plain", "masked-without-token"),
        altered(_tokenise),
        also=ALTERED,
    ),
    integrator_fault(
        "token-for-recipient",
        "DS-01.1/masked-with-dead-token",
        "In place of the recipient goes a token that nobody knows.",
        _arrives("plain", "field-missing"),
        altered(_token_alone),
        also=ALTERED,
    ),
    integrator_fault(
        "shown-otherwise-than-sent",
        "DS-01.1/field-missing",
        "What is shown to the courier lacks the contents that were sent.",
        f"{_OUTGOING}/very-body-that-was-sent#same-as",
        answers(_LISTING, lambda _asked, answer: _without_contents(answer)),
    ),
    integrator_fault(
        "other-number-shown",
        "DS-01.1/field-missing",
        "Couriers see their consignments under the integrator's id instead of the waybill number.",
        f"{_OUTGOING}/number-of-the-receipt#equals",
        documents(
            ("listOutgoingConsignments",),
            lambda page: {**page, "items": [_renumbered(item) for item in page["items"]]},
        ),
    ),
)


def _without_contents(answer: Told) -> Told:
    document = answer.json
    for item in document.get("items", [document]):
        item.get("consignment", {}).get("contents", {}).pop("items", None)
    return answer.with_json(document)


def _renumbered(item: Consignment) -> Consignment:
    return (
        {**item, "waybill_no": item["outgoing_id"][-16:].upper()} if "waybill_no" in item else item
    )


def _waiting(
    wait_s: float, when: Callable[[Consignment, str], bool] = lambda _body, _courier: True
) -> Wrap:
    """Consignments that are not due at once; ``when`` sees body and courier."""

    def make(healthy: Callable[..., str]) -> Callable[..., str]:
        def queue(context: Any, unit: Any, courier: Any, body: Any, *rest: Any) -> str:
            outgoing_id = healthy(context, unit, courier, body, *rest)
            if when(body, courier.courier_code):
                unit.dispatches.change(outgoing_id, next_attempt_at=context.clock.now() + wait_s)
            return outgoing_id

        return queue

    return Inside("forwarding.queue", make)


def _is_old(body: Consignment) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(body["ordered_at"]) > timedelta(hours=1)


def _made_younger(body: Consignment) -> None:
    if _is_old(body):
        body["ordered_at"] = datetime.now(UTC).isoformat(timespec="seconds")


_HELD: Final = {"DS-01.6": "what is sent late is held back."}
_TIMELY: Final = (
    integrator_fault(
        "sent-late",
        "DS-01.4/sent-late",
        "Consignments wait three seconds, two are declared.",
        "consignment-in-time/arrival/in-time",
        _waiting(_LATE_S),
        also=_HELD,
    ),
    integrator_fault(
        "old-orders-sent-late",
        "DS-01.4/sent-late",
        "Only orders that waited at the shop for more than an hour wait again.",
        "consignment-in-time/arrival/in-time",
        _waiting(_LATE_S, lambda body, _courier: _is_old(body)),
    ),
    of_integrator(
        _KNOWN["platform-time-of-sending-for-time-of-order"],
        "consignment-in-time/arrival/own-time#forged-time",
        also=ALTERED,
    ),
    integrator_fault(
        "old-orders-made-younger",
        "DS-01.4/forged-time",
        "Only orders that waited at the shop for more than an hour get another time.",
        "consignment-in-time/arrival/own-time#forged-time",
        altered(_made_younger),
    ),
    of_integrator(
        _KNOWN["platform-local-time-as-utc"],
        "consignment-in-time/arrival/own-time#forged-time",
        also=ALTERED,
    ),
    integrator_fault(
        "shown-up-with-time-of-receipt",
        "DS-01.4/forged-time",
        "The courier gets the time of the order; the platform is shown that of its receipt in its "
        "place.",
        "consignment-in-time/waybill/same-time-upstream#same-as",
        documents(
            ("getConsignment",),
            lambda record: (
                {
                    **record,
                    "consignment": {**record["consignment"], "ordered_at": record["created_at"]},
                }
                if "consignment" in record
                else record
            ),
        ),
        also={"DS-01.2": "what is read is not what was accepted."},
    ),
)


class _Losing:
    """Chooses every tenth consignment, in the order queued, of those that ``counts``."""

    def __init__(self, counts: Callable[[Consignment], bool]) -> None:
        self._counts = counts
        self._seen: Counter[str] = Counter()
        self._guard = threading.Lock()

    def __call__(self, body: Consignment, _courier: str) -> bool:
        """Whether this one is lost."""
        if not self._counts(body):
            return False
        with self._guard:
            kind = str(body.get("remark"))
            self._seen[kind] += 1
            return self._seen[kind] % 10 == 0


def _rerouted() -> Wrap:
    """What is for a courier that was connected later than the first two goes to the first."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def courier_of(context: Any, caller: Any) -> Any:
            found = healthy(context, caller)
            if found.courier_code in (EAST, WEST):
                return found
            with context.storage.read() as unit:
                return next(row for row in unit.couriers.all_of() if row.courier_code == EAST)

        return courier_of

    return Inside("handing-on.courier-of", make)


def _both_ways(healthy: Callable[..., str]) -> Callable[..., str]:
    """Couriers that were connected later than the first two get each other's consignments, too."""

    def queue(context: Any, unit: Any, courier: Any, body: Any, *rest: Any) -> str:
        outgoing_id = healthy(context, unit, courier, body, *rest)
        for other in unit.couriers.all_of():
            if (
                not {courier.courier_code, other.courier_code} & {EAST, WEST}
                and other.courier_code != courier.courier_code
            ):
                healthy(context, unit, other, body)
        return outgoing_id

    return queue


def _without_number(body: Consignment) -> None:
    if body["contents"].get("weight_g", 0) > _HEAVY_G:
        body.pop("waybill_no", None)


def _reason_lost(request: OutboundRequest, send: Send) -> OutboundAnswer:
    return send(with_json(request, {**json.loads(request.body or b"{}"), "reason_code": "OTHER"}))


def _name_trimmed(request: OutboundRequest, send: Send) -> OutboundAnswer:
    body = json.loads(request.body or b"{}")
    recipient = body.get("recipient", {})
    if "name" in recipient:
        body["recipient"] = {**recipient, "name": recipient["name"][:1] + "先生"}
    return send(with_json(request, body))


def _written_off(request: OutboundRequest, send: Send) -> OutboundAnswer:
    """What gets no answer is taken as refused."""
    answer = send(request)
    return OutboundAnswer(422, {}, b'{"type": "about:blank"}') if answer.status == 0 else answer


class _InBatches(Wrap):
    """What follows the first consignment of a batch goes down otherwise (``body`` sees it and the
    first), or is ``lost``.
    """

    def __init__(
        self,
        body: Callable[[Consignment, Consignment], Consignment] | None = None,
        *,
        lost: bool = False,
    ) -> None:
        self._body, self._lost = body, lost

    def prepare(self, settings: Any) -> Any:
        """Replace the taking of batches and the outbox."""
        batch, queue = map(seams.healthy, ("forwarding.create-batch", "forwarding.queue"))
        here = threading.local()

        def create_batch(*given: Any) -> Any:
            here.first = {}
            try:
                return batch(*given)
            finally:
                del here.first

        def put(context: Any, unit: Any, courier: Any, body: Any, *rest: Any) -> str:
            first = getattr(here, "first", None)
            if not first:
                if first is not None:
                    here.first = body
                return queue(context, unit, courier, body, *rest)
            outgoing_id = queue(
                context, unit, courier, self._body(body, first) if self._body else body, *rest
            )
            if self._lost:
                unit.dispatches.change(outgoing_id, next_attempt_at=context.clock.now() + 3600)
            return outgoing_id

        seams.stand_in("forwarding.create-batch", create_batch)
        seams.stand_in("forwarding.queue", put)
        return settings


_DOWN: Final = (
    integrator_fault(
        "every-tenth-lost",
        "DS-01.6/message-dropped",
        "Of consignments with the same remark every tenth is acknowledged, and goes nowhere.",
        "nothing-missing/arrivals/all-there-once",
        _waiting(3600.0, _Losing(lambda body: bool(body.get("remark")))),
    ),
    integrator_fault(
        "remark-dropped",
        "DS-01.6/content-rewritten",
        "Remarks stay at the integrator.",
        (_arrives("remark", "field-missing", "unaltered"),),
        altered(without("remark")),
    ),
    integrator_fault(
        "remark-dropped-for-one",
        "DS-01.6/content-rewritten",
        "One of two couriers never gets remarks.",
        f"{_WEST}/arrival/unaltered#field-missing",
        altered(without("remark"), WEST),
    ),
    integrator_fault(
        "always-standard",
        "DS-01.6/content-rewritten",
        "The product that was ordered is not sent; every parcel goes as standard.",
        _arrives("express", "field-altered", "unaltered"),
        altered(lambda body: body.update(service_product="STANDARD")),
    ),
    integrator_fault(
        "product-of-its-own-added",
        "DS-01.6/content-rewritten",
        "A remark of the integrator's own is put on parcels that have none.",
        _arrives("plain", "field-added", "unaltered"),
        altered(lambda body: body.setdefault("remark", "由示例集成商转交")),
    ),
    integrator_fault(
        "number-of-receipt-not-sent",
        "DS-01.6/content-rewritten",
        "Of parcels above ten kilograms the courier is not told the number of the receipt, and "
        "chooses another.",
        "consignment-passed-on[heavy]/arrival/same-number#equals",
        altered(_without_number),
    ),
    integrator_fault(
        "batch-with-one-sender",
        "DS-01.6/content-rewritten",
        "All consignments of a batch go on with the sender of the first.",
        "batch-split/third/third-unaltered#field-altered",
        _InBatches(lambda body, first: {**body, "sender": first["sender"]}),
    ),
    integrator_fault(
        "first-of-batch-only",
        "DS-01.6/message-dropped",
        "Of a batch only the first consignment goes on, though all are acknowledged.",
        "batch-split/third/third-arrives",
        _InBatches(lost=True),
    ),
    integrator_fault(
        "amendment-rewritten",
        "DS-01.6/content-rewritten",
        "Consignments go on as they came; in amendments the recipient's name is shortened.",
        "change-passed-on/amendment/amendment-unaltered#field-altered",
        calls("amendConsignment", _name_trimmed),
    ),
    integrator_fault(
        "reason-of-cancellation-lost",
        "DS-01.6/content-rewritten",
        "Every cancellation goes on with the reason OTHER.",
        "change-passed-on/cancellation/cancellation-unaltered#field-altered",
        calls("cancelConsignment", _reason_lost),
    ),
    integrator_fault(
        "written-off-when-courier-is-away",
        "DS-01.6/message-dropped",
        "What could not be sent at once is never sent, though the receipt was given.",
        "integrator-courier-away/taken/nothing-lost",
        calls(PLACING, _written_off),
        also={"DS-01.7": "nothing is sent again."},
    ),
    integrator_fault(
        "heavy-held-back",
        "DS-01.6/held-back",
        "Parcels above ten kilograms wait three seconds at the integrator.",
        "consignment-passed-on[heavy]/arrival/in-time",
        _waiting(_LATE_S, lambda body, _courier: body["contents"].get("weight_g", 0) > _HEAVY_G),
    ),
    integrator_fault(
        "held-back-for-one",
        "DS-01.6/held-back",
        "One of two couriers gets its consignments three seconds later.",
        f"{_WEST}/arrival/in-time",
        _waiting(_LATE_S, lambda _body, courier: courier == WEST),
    ),
    integrator_fault(
        "sent-to-the-first-courier",
        "DS-01.6/message-dropped",
        "Consignments for couriers that were connected later go to the first one.",
        ("route-kept/to-first/first-gets-it", "route-kept/to-second/second-gets-it"),
        _rerouted(),
    ),
    integrator_fault(
        "sent-to-all-couriers",
        "DS-01.6/message-dropped",
        "A second courier gets what is the first one's, besides its own.",
        (
            "route-kept/not-to-second/nothing-astray#not-quiet",
            "route-kept/not-to-first/nothing-astray#not-quiet",
        ),
        Inside("forwarding.queue", _both_ways),
    ),
)

FAULTS: Final = (*_WHOLE, *_TIMELY, *_DOWN)
"""Faults of DS-01.1, DS-01.4 and the way down of DS-01.6 in integrators."""
