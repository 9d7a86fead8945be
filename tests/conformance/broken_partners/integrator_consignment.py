"""Integrators that break DS-01.2, DS-01.3, DS-01.7 and DS-01.8: what platforms are told, keys on
both sides, and changes that are passed on.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, Final

from tests.conformance.broken_partners import amendment, consignment, idempotency, platform_dispatch
from tests.conformance.broken_partners.integrator_seams import (
    carried,
    integrator_fault,
    of_integrator,
)
from tests.conformance.broken_partners.platform_seams import PLACING, Send, calls
from tests.conformance.broken_partners.wrapping import Asked, Inside, Told, Wrap, answers

from jidi_reference.service.integrator import forwarding as integrator_forwarding
from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest

_SAME: Final = "same-key-and-bytes"
_LOST: Final = "courier-lost-answer"
_CHANGED: Final = "change-passed-on"
_SENT: Final = {fault.name: fault for fault in platform_dispatch.FAULTS}

_TAKEN: Final = carried(
    consignment.FAULTS,
    (
        "tokenised-recipient-refused",
        "old-order-refused",
        "longest-remark-refused",
        "digest-of-sorted-json",
        "digest-of-reserialised-json",
        "batch-digest-of-whole-body",
        "order-number-case-folded",
        "time-rewritten",
        "list-shows-another-weight",
        "remark-cut-at-ten",
        "remark-cut-one-short",
        "remark-lost-on-read",
        "remark-lost-in-list",
        "remark-lost-for-one-partner",
        "masked-name-accepted",
        "weight-zero-accepted",
        "remark-one-too-long-accepted",
        "error-with-status-200",
        "wrong-type-answered-503",
        "wrong-type-crashes",
        "problem-as-plain-json",
        "first-fault-only",
        "faults-without-place",
        "rejected-batch-item-kept",
        "refused-yet-kept",
        "bad-item-loses-batch",
    ),
    {"bad-item-loses-batch": {"DS-01.6": "the good consignments of the batch go nowhere."}},
)


def _digest_as_sent(asked: Asked, answer: Told) -> Told:
    """The receipt's digest is over what goes down, with the waybill number in it."""
    if answer.status != 201 or not isinstance(asked.json, dict):
        return answer
    sent = json.dumps(
        {**asked.json, "waybill_no": answer.json["waybill_no"]},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return answer.with_json({**answer.json, "payload_digest": consignment.digest(sent.encode())})


def _numbered(_asked: Asked, answer: Told) -> Told:
    """What is read back has become what was sent down, with a number that nobody put into it."""
    if answer.status != 200:
        return answer
    document = answer.json
    for record in document.get("items", [document]):
        if "consignment" in record:
            record["consignment"]["waybill_no"] = record["waybill_no"]
    return answer.with_json(document)


def _rejected_sent_down(healthy: Callable[..., Any]) -> Callable[..., Any]:
    """What is rejected of a batch goes to the courier all the same."""

    def create_batch(
        context: Any, unit: Any, taker: Any, items: list[Any], faults: dict[int, Any]
    ) -> Any:
        taken = healthy(context, unit, taker, items, faults)
        for index in faults:
            if isinstance(items[index], dict) and isinstance(items[index].get("order_no"), str):
                integrator_forwarding.queue(context, unit, taker.courier, items[index])
        return taken

    return create_batch


_OWN: Final = (
    integrator_fault(
        "digest-over-what-is-sent-on",
        "DS-01.2/receipt-digest-differs",
        "The receipt's digest is right for what goes to the courier, not for what came in.",
        "consignment-accepted/place/digest#equals",
        answers((PLACING,), _digest_as_sent),
    ),
    integrator_fault(
        "shown-as-sent-on",
        "DS-01.2/value-altered",
        "A platform reads its consignment as it went on, with a number that it never put there.",
        (
            "consignment-accepted/read/unaltered#same-as",
            "consignment-accepted/list/list-unaltered#same-as",
        ),
        answers(consignment.READ, _numbered),
    ),
    integrator_fault(
        "rejected-batch-item-sent-down",
        "DS-01.3/half-stored-batch",
        "An item of a batch that is rejected goes to the courier all the same.",
        "batch-split/rejected/rejected-item-goes-nowhere#not-quiet",
        Inside("forwarding.create-batch", _rejected_sent_down),
    ),
)


def _over_and_over(request: OutboundRequest, send: Send) -> OutboundAnswer:
    answer = send(request)
    if answer.status in (200, 201):
        for wait_s in range(1, 16):
            threading.Timer(wait_s, send, (request,)).start()
    return answer


_KEYS: Final = (
    *carried(
        idempotency.FAULTS,
        (
            "repetition-creates-another",
            "twins-both-created",
            "receipt-made-anew",
            "key-not-wanted",
            "other-body-created",
            "other-body-gets-first-receipt",
            "body-known-by-order-number",
            "keys-shared-between-partners",
        ),
        {
            "repetition-creates-another": {
                "DS-01.6": "what is sent again while the courier is away reaches it twice."
            }
        },
    ),
    of_integrator(
        _SENT["platform-new-key-each-time"],
        f"{_LOST}/attempts-lost/{_SAME}#new-key-on-retry",
        f"integrator-courier-away/all/{_SAME}#new-key-on-retry",
    ),
    of_integrator(
        _SENT["platform-new-key-after-silence"], f"{_LOST}/attempts-cut/{_SAME}#new-key-on-retry"
    ),
    of_integrator(
        _SENT["platform-members-sorted-on-retry"], f"{_LOST}/attempts-down/{_SAME}#bytes-changed"
    ),
    of_integrator(
        _SENT["platform-blank-more-after-server-error"],
        f"{_LOST}/attempts-down/{_SAME}#bytes-changed",
    ),
    integrator_fault(
        "sent-again-after-acceptance",
        "DS-01.7/duplicate-created",
        "What was accepted is sent again and again for some seconds.",
        f"{_LOST}/silence/stops-when-answered#not-quiet",
        calls(PLACING, _over_and_over),
    ),
    of_integrator(
        _SENT["platform-in-flight-taken-as-refusal"], f"{_LOST}/attempts-flying/sent-until-answered"
    ),
    of_integrator(
        _SENT["platform-gives-up-after-server-error"], f"{_LOST}/attempts-down/sent-until-answered"
    ),
)


def _swallowed(_request: OutboundRequest, _send: Send) -> OutboundAnswer:
    return OutboundAnswer(200)


def _after(operation: str, wait_s: float) -> Wrap:
    """A change goes on after it was answered."""

    def change(request: OutboundRequest, send: Send) -> OutboundAnswer:
        threading.Timer(wait_s, send, (request,)).start()
        return OutboundAnswer(200)

    return calls(operation, change)


def _refusal_passed_over(healthy: Callable[..., None]) -> Callable[..., None]:
    def check(answer: OutboundAnswer) -> None:
        if answer.status != 409:
            healthy(answer)

    return check


def _silence_passed_over(healthy: Callable[..., None]) -> Callable[..., None]:
    def check(answer: OutboundAnswer) -> None:
        if answer.status:
            healthy(answer)

    return check


_CHANGES: Final = (
    *carried(
        amendment.FAULTS,
        (
            "late-cancellation-obeyed",
            "late-cancellation-refused-yet-obeyed",
            "late-amendment-obeyed",
            "late-cancellation-without-reason",
            "amendment-never-kept",
            "cache-outlives-amendment",
            "list-ignores-amendment",
            "amendment-replaces-too-much",
            "cancellation-not-visible",
        ),
        {
            "amendment-replaces-too-much": {
                "DS-01.6": "the courier gets what the platform never sent."
            }
        },
    ),
    integrator_fault(
        "amendment-kept-back",
        "DS-01.8/amendment-not-visible",
        "Amendments are answered and shown, and never reach the courier.",
        f"{_CHANGED}/amendment/amendment-there-when-answered",
        calls("amendConsignment", _swallowed),
    ),
    integrator_fault(
        "amendment-answered-first",
        "DS-01.8/amendment-not-visible",
        "Amendments are answered before the courier was asked.",
        f"{_CHANGED}/amendment/amendment-there-when-answered",
        _after("amendConsignment", 3.0),
    ),
    integrator_fault(
        "cancellation-kept-back",
        "DS-01.8/amendment-not-visible",
        "Cancellations are answered, and never reach the courier.",
        f"{_CHANGED}/cancellation/cancellation-there-when-answered",
        calls("cancelConsignment", _swallowed),
    ),
    integrator_fault(
        "refusal-of-courier-passed-over",
        "DS-01.8/late-cancel-obeyed",
        "A cancellation that the courier refuses is answered as done.",
        (f"{_CHANGED}/refused/refusal-comes-back#status",),
        Inside("change.check", _refusal_passed_over),
    ),
    integrator_fault(
        "amendment-promised-while-courier-is-away",
        "DS-01.8/amendment-not-visible",
        "An amendment that could not be passed on is answered as done, and forgotten.",
        f"{_CHANGED}/unreachable/not-promised#status",
        Inside("change.check", _silence_passed_over),
    ),
)

FAULTS: Final = (*_TAKEN, *_OWN, *_KEYS, *_CHANGES)
"""Faults of DS-01.2, DS-01.3, DS-01.7 and DS-01.8 in integrators."""
