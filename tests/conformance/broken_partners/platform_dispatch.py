"""Platforms that break DS-01.1, DS-01.4, DS-01.5 and DS-01.7: what reaches couriers, when, and how
often.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.conformance import seams
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.platform_seams import (
    EAST,
    PLACING,
    WEST,
    Send,
    calls,
    stored_orders,
    with_header,
)
from tests.conformance.broken_partners.wrapping import Inside, Json, Wrap, answers, documents

from jidi_reference.service.platform.sending import OutboundAnswer, OutboundRequest
from jidi_reference.service.platform.worker import OutboxWorker

_LISTING: Final = ("listOutgoingConsignments",)
_CARRIED: Final = "order-carried"
_LATE_S: Final = 3.2
_ALIKE: Final = "couriers-alike"
_AWAY: Final = "courier-away"

Order = dict[str, Any]


def _altered(change: Callable[[Order], Any], only: str = "") -> Wrap:
    """Orders stored otherwise than they were placed; ``only`` for this courier."""

    def changed(order: Order, courier_code: str) -> Order:
        if only in ("", courier_code):
            change(order)
        return order

    return stored_orders(changed)


def without(*path: str) -> Callable[[Order], Any]:
    """Takes a member out of an order."""

    def change(order: Order) -> None:
        place: Any = order
        for name in path[:-1]:
            place = place.get(name, {})
        place.pop(path[-1], None)

    return change


def putting(value: Any, *path: str) -> Callable[[Order], Any]:
    """Puts ``value`` in the place of a member that is there."""

    def change(order: Order) -> None:
        place: Any = order
        for name in path[:-1]:
            place = place.get(name, {})
        if path[-1] in place:
            place[path[-1]] = value

    return change


def _mask_name(order: Order) -> None:
    recipient = order["recipient"]
    if "name" in recipient:
        recipient["name"] = recipient["name"][:1] + "**"


def _mask_landline(order: Order) -> None:
    phone = order["sender"]["phone"]
    if phone["kind"] == "landline":
        phone["number"] = phone["number"][:5] + "****" + phone["number"][9:]


def _one_item(order: Order) -> None:
    order["contents"]["items"] = order["contents"]["items"][:1]


def _whole_kilograms(order: Order) -> None:
    if "weight_g" in order["contents"]:
        order["contents"]["weight_g"] = max(1000, round(order["contents"]["weight_g"], -3))


def _only_standard(order: Order) -> None:
    order["service_product"] = "STANDARD"


def _when(change: Callable[[datetime], datetime]) -> Callable[[Order], Any]:
    def changed(order: Order) -> None:
        order["ordered_at"] = change(datetime.fromisoformat(order["ordered_at"])).isoformat(
            timespec="seconds"
        )

    return changed


def _now(_given: datetime) -> datetime:
    return datetime.now(UTC).astimezone(_given.tzinfo)


def _now_if_old(given: datetime) -> datetime:
    return _now(given) if datetime.now(UTC) - given > timedelta(hours=1) else given


def _listed(change: Callable[[Json], Json | None]) -> Wrap:
    """Change items of the list of outgoing consignments; ``None`` leaves one out."""
    return documents(
        _LISTING,
        lambda page: {
            **page,
            "items": [made for item in page["items"] if (made := change(item)) is not None],
        },
    )


def _queued(
    wait_s: float, only: str = "", when: Callable[[Order], bool] = lambda _order: True
) -> Wrap:
    """Orders that are not due at once; ``only`` those for this courier."""

    def make(healthy: Callable[..., str]) -> Callable[..., str]:
        def queue(context: Any, unit: Any, courier: Any, body: Any, *rest: Any) -> str:
            outgoing_id = healthy(context, unit, courier, body, *rest)
            if only in ("", courier.courier_code) and when(body):
                unit.dispatches.change(outgoing_id, next_attempt_at=context.clock.now() + wait_s)
            return outgoing_id

        return queue

    return Inside("order.queue", make)


def _is_old(order: Order) -> bool:
    return _now_if_old(given := datetime.fromisoformat(order["ordered_at"])) != given


class _InOneQueue(Wrap):
    """While an order for one courier is not taken, those for the other wait."""

    def prepare(self, settings: Any) -> Any:
        """Replace the choice of tasks."""
        healthy = seams.healthy("dispatch.tasks")

        def tasks(worker: OutboxWorker, context: Any) -> Iterator[Any]:
            with context.storage.read() as unit:
                stuck = any(
                    courier_code == EAST for _, courier_code, _ in unit.dispatches.waiting()
                )
            return (
                task
                for task in healthy(worker, context)
                if not (stuck and task.kind == "dispatch" and task.names[1] == WEST)
            )

        seams.stand_in("dispatch.tasks", tasks)
        return settings


def _never(courier_code: str, when: Callable[[Order], bool]) -> Wrap:
    """Orders for one courier that stay where they are."""

    def change(request: OutboundRequest, send: Send) -> OutboundAnswer:
        swallowed = request.courier_code == courier_code and when(json.loads(request.body or b"{}"))
        return OutboundAnswer(0) if swallowed else send(request)

    return calls(PLACING, change)


class _Tries:
    """Counts the tries of each key, and remembers what came of the last."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.last: dict[str, int] = {}
        self._guard = threading.Lock()

    def begin(self, key: str) -> int:
        """How many there were before."""
        with self._guard:
            self.count[key] += 1
            return self.count[key] - 1


def _again(
    change: Callable[[OutboundRequest], OutboundRequest],
    after: Callable[[int], bool] = lambda _status: True,
) -> Wrap:
    """Tries after the first, which followed an answer that ``after`` knows, are sent otherwise."""
    tries = _Tries()

    def call(request: OutboundRequest, send: Send) -> OutboundAnswer:
        key = request.headers["Idempotency-Key"]
        again = tries.begin(key) > 0 and after(tries.last.get(key, 0))
        answer = send(change(request) if again else request)
        tries.last[key] = answer.status
        return answer

    return calls(PLACING, call)


def _fresh_key(request: OutboundRequest) -> OutboundRequest:
    return with_header(request, "Idempotency-Key", f"again-{uuid.uuid4()}")


def _sorted(request: OutboundRequest) -> OutboundRequest:
    return replace(
        request, body=json.dumps(json.loads(request.body or b"{}"), sort_keys=True).encode()
    )


def _stamped(request: OutboundRequest) -> OutboundRequest:
    return replace(request, body=(request.body or b"") + b" ")


def _seen_as(change: Callable[[OutboundAnswer], OutboundAnswer]) -> Wrap:
    """Answers to placed consignments are misunderstood."""
    return calls(PLACING, lambda request, send: change(send(request)))


def _if(status: int, made: int) -> Callable[[OutboundAnswer], OutboundAnswer]:
    return lambda answer: (
        OutboundAnswer(made, {}, b'{"type": "about:blank"}') if answer.status == status else answer
    )


def _twice(request: OutboundRequest, send: Send) -> OutboundAnswer:
    """Sends once more what was accepted."""
    answer = send(request)
    if answer.status in (200, 201):
        threading.Timer(0.3, send, (request,)).start()
    return answer


def _impatient(request: OutboundRequest, send: Send) -> OutboundAnswer:
    """Two tries of its own in a row."""
    answer = send(request)
    return send(request) if answer.status in (0, 500, 502, 503) else answer


def _swallow(operation: str) -> Wrap:
    return calls(operation, lambda _request, _send: OutboundAnswer(200))


def _halved(request: OutboundRequest, send: Send) -> OutboundAnswer:
    body = json.loads(request.body or b"{}")
    body.get("recipient", {}).get("address", {}).pop("detail", None)
    return send(replace(request, body=json.dumps(body).encode()))


def _refused_cancellation(healthy: Callable[..., None]) -> Callable[..., None]:
    def check(answer: OutboundAnswer) -> None:
        if answer.status != 409:
            healthy(answer)

    return check


def _fault(
    name: str, broken: str, about: str, caught_by: str | tuple[str, ...], wrap: Wrap, **more: Any
) -> Fault:
    requirement, case = broken.split("/")
    return Fault(
        f"platform-{name}",
        requirement,
        case,
        about,
        (caught_by,) if isinstance(caught_by, str) else caught_by,
        wrap,
        role="platform",
        **more,
    )


def _arrives(case: str, reason: str) -> str:
    return f"{_CARRIED}[{case}]/arrival/as-ordered#{reason}"


_WHOLE: Final = (
    _fault(
        "remark-dropped",
        "DS-01.1/field-missing",
        "Remarks stay at the platform.",
        _arrives("remark", "field-missing"),
        _altered(without("remark")),
    ),
    _fault(
        "district-dropped",
        "DS-01.1/field-missing",
        "Of addresses the district is left out.",
        _arrives("compound-surname", "field-missing"),
        _altered(without("recipient", "address", "district")),
    ),
    _fault(
        "weight-dropped",
        "DS-01.1/field-missing",
        "Weights are not sent.",
        _arrives("heavy", "field-missing"),
        _altered(without("contents", "weight_g")),
    ),
    _fault(
        "first-item-only",
        "DS-01.1/field-missing",
        "Of several items only the first is sent.",
        _arrives("several-items", "field-altered"),
        _altered(_one_item),
    ),
    _fault(
        "weight-in-kilograms",
        "DS-01.1/field-missing",
        "Weights are rounded to whole kilograms.",
        _arrives("heavy", "field-altered"),
        _altered(_whole_kilograms),
    ),
    _fault(
        "always-standard",
        "DS-01.1/field-missing",
        "The product that was ordered is not sent; every parcel goes as standard.",
        _arrives("express", "field-altered"),
        _altered(_only_standard),
    ),
    _fault(
        "remark-empty",
        "DS-01.1/field-empty",
        "Remarks are sent as empty texts.",
        _arrives("remark", "field-empty"),
        _altered(putting("", "remark")),
    ),
    _fault(
        "remark-blank",
        "DS-01.1/field-blank",
        "Remarks are sent as blanks.",
        _arrives("remark", "field-blank"),
        _altered(putting("  ", "remark")),
    ),
    _fault(
        "district-blank",
        "DS-01.1/field-blank",
        "Districts are sent as a wide blank.",
        _arrives("compound-surname", "field-blank"),
        _altered(putting("\u3000", "recipient", "address", "district")),
    ),
    _fault(
        "name-masked",
        "DS-01.1/masked-without-token",
        "Recipients go out masked, without a token.",
        _arrives("plain", "masked-without-token"),
        _altered(_mask_name),
    ),
    _fault(
        "landline-masked",
        "DS-01.1/masked-without-token",
        "Only landlines of senders go out masked.",
        _arrives("landline", "masked-without-token"),
        _altered(_mask_landline),
    ),
    _fault(
        "pending-hidden",
        "DS-01.1/field-missing",
        "What was not sent yet is not shown to its courier.",
        (f"{_AWAY}/waiting/pending#equals",),
        _listed(lambda item: None if item["dispatch_state"] == "PENDING" else item),
    ),
    _fault(
        "shown-otherwise-than-sent",
        "DS-01.1/field-missing",
        "What is shown to the courier lacks the remark that was sent.",
        "outgoing-kept/list/very-body-that-was-sent#same-as",
        answers(
            (*_LISTING, "getOutgoingConsignment"),
            lambda _asked, answer: replace(answer, body=_unremarked(answer.body)),
        ),
    ),
    _fault(
        "amendment-kept-back",
        "DS-01.1/field-missing",
        "Amendments are noted, and never reach the courier.",
        "order-amended/amendment/amendment-arrives",
        _swallow("amendConsignment"),
    ),
    _fault(
        "amendment-without-detail",
        "DS-01.1/field-missing",
        "Amended addresses reach the courier without street and number.",
        "order-amended/amendment/amendment-whole#same-as",
        calls("amendConsignment", _halved),
    ),
    _fault(
        "cancellation-kept-back",
        "DS-01.1/field-missing",
        "Cancellations are noted, and never reach the courier.",
        (
            "order-amended/cancellation/cancellation-arrives",
            "order-amended/not-cancelled/refused-cancellation-changes-nothing#equals",
        ),
        _swallow("cancelConsignment"),
    ),
    _fault(
        "refused-cancellation-believed-done",
        "DS-01.1/field-missing",
        "A cancellation that the courier refuses is taken as done.",
        "order-amended/not-cancelled/refused-cancellation-changes-nothing#equals",
        Inside("change.check", _refused_cancellation),
    ),
)


def _unremarked(body: bytes) -> bytes:
    document = json.loads(body)
    for item in document.get("items", [document]):
        item.get("consignment", {}).pop("remark", None)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


_TIMELY: Final = (
    _fault(
        "sent-late",
        "DS-01.4/sent-late",
        "Orders wait three seconds, two are declared.",
        "order-in-time/last/in-time",
        _queued(_LATE_S),
    ),
    _fault(
        "old-orders-sent-late",
        "DS-01.4/sent-late",
        "Only orders that waited at the shop for more than an hour wait again.",
        "order-in-time/last/in-time",
        _queued(_LATE_S, when=_is_old),
    ),
    _fault(
        "time-of-sending-for-time-of-order",
        "DS-01.4/forged-time",
        "Consignments carry the time at which they were queued.",
        "order-in-time/last/own-time#forged-time",
        _altered(_when(_now)),
    ),
    _fault(
        "old-orders-made-younger",
        "DS-01.4/forged-time",
        "Only orders that waited at the shop for more than an hour get another time.",
        "order-in-time/last/own-time#forged-time",
        _altered(_when(_now_if_old)),
    ),
    _fault(
        "local-time-as-utc",
        "DS-01.4/forged-time",
        "The hour of the shop is sent as one of UTC.",
        "order-in-time/first/own-time#forged-time",
        _altered(_when(lambda given: given.astimezone(UTC) + timedelta(hours=8))),
    ),
    _fault(
        "time-without-fraction",
        "DS-01.4/forged-time",
        "The fraction of a second is dropped from the time of an order.",
        "order-in-time/third/own-time#forged-time",
        _altered(_when(lambda given: given.replace(microsecond=0))),
    ),
    _fault(
        "time-rounded-to-the-day",
        "DS-01.4/forged-time",
        "Orders carry the beginning of their day.",
        "order-in-time/first/own-time#forged-time",
        _altered(_when(lambda given: given.replace(hour=0, minute=0, second=0, microsecond=0))),
    ),
)

_ALIKE_FOR_ALL: Final = (
    _fault(
        "remark-dropped-for-one",
        "DS-01.5/fewer-fields-for-one",
        "One courier never gets remarks.",
        f"{_ALIKE}/to-west/same-fields#fields-withheld",
        _altered(without("remark"), WEST),
    ),
    _fault(
        "weight-dropped-for-one",
        "DS-01.5/fewer-fields-for-one",
        "One courier is not told weights.",
        f"{_ALIKE}/to-west/same-fields#fields-withheld",
        _altered(without("contents", "weight_g"), WEST),
    ),
    _fault(
        "masked-for-one",
        "DS-01.5/fewer-fields-for-one",
        "One courier gets masked names; the fields are all there.",
        f"{_ALIKE}/to-west/same-values#same-as",
        _altered(_mask_name, WEST),
    ),
    _fault(
        "later-for-one",
        "DS-01.5/later-for-one",
        "One courier gets its orders two and a half seconds after the others.",
        f"{_ALIKE}/to-west/west-as-promptly#at-most",
        _queued(2.6, WEST),
    ),
    _fault(
        "one-waits-for-the-other",
        "DS-01.5/later-for-one",
        "While one courier is away, orders for the other wait.",
        f"{_AWAY}/elsewhere/other-courier-served-meanwhile",
        _InOneQueue(),
    ),
    _fault(
        "nothing-for-one",
        "DS-01.5/nothing-for-one",
        "One courier gets nothing.",
        f"{_ALIKE}/to-west/west-gets-it",
        _never(WEST, lambda _order: True),
    ),
    _fault(
        "some-never-for-one",
        "DS-01.5/nothing-for-one",
        "One courier gets only orders with a remark.",
        f"{_ALIKE}/next-to-west/west-gets-the-next",
        _never(WEST, lambda order: "remark" not in order),
    ),
)

_SAME: Final = "same-key-and-bytes"
_ONCE: Final = (
    _fault(
        "new-key-each-time",
        "DS-01.7/duplicate-created",
        "Each try has a key of its own.",
        f"answer-lost/lost-attempts/{_SAME}",
        _again(_fresh_key),
    ),
    _fault(
        "new-key-after-silence",
        "DS-01.7/duplicate-created",
        "Only after no answer at all the next try has a new key.",
        (f"answer-lost/cut-attempts/{_SAME}", f"answer-late/late-attempts/{_SAME}"),
        _again(_fresh_key, lambda status: status == 0),
    ),
    _fault(
        "new-key-with-new-token",
        "DS-01.7/duplicate-created",
        "With a renewed token the consignment gets a new key.",
        f"answer-late/strange-attempts/{_SAME}",
        _again(_fresh_key, lambda status: status == 401),
    ),
    _fault(
        "members-sorted-on-retry",
        "DS-01.7/second-body-accepted",
        "Tries after the first have the same JSON in other bytes.",
        f"courier-in-trouble/down-attempts/{_SAME}",
        _again(_sorted),
    ),
    _fault(
        "blank-more-after-server-error",
        "DS-01.7/second-body-accepted",
        "After an answer of class 5xx the next try has one byte more.",
        f"courier-in-trouble/down-attempts/{_SAME}",
        _again(_stamped, lambda status: status >= 500),
    ),
    _fault(
        "key-shown-is-another",
        "DS-01.7/duplicate-created",
        "The key that the courier is shown is not the one that was sent.",
        "outgoing-kept/list/key-that-was-sent#equals",
        answers(
            (*_LISTING, "getOutgoingConsignment"),
            lambda _asked, answer: replace(
                answer, body=answer.body.replace(b'"idempotency_key":"', b'"idempotency_key":"x-')
            ),
        ),
    ),
    _fault(
        "sent-again-after-acceptance",
        "DS-01.7/duplicate-created",
        "What was accepted is sent once more.",
        (
            "answer-lost/silence/stops-when-answered#not-quiet",
            "courier-in-trouble/silence/stops-when-answered#not-quiet",
        ),
        calls(PLACING, _twice),
    ),
    _fault(
        "refused-sent-again",
        "DS-01.7/duplicate-created",
        "What the courier refuses for good is sent again and again.",
        (
            "refusal-final/outgoing/known-as-refused",
            "refusal-final/silence/not-sent-again#not-quiet",
        ),
        _seen_as(_if(422, 503)),
    ),
    _fault(
        "not-found-sent-again",
        "DS-01.7/duplicate-created",
        "What the courier answers with 404 is sent again and again.",
        "refusal-final/silence-lost/lost-not-sent-again#not-quiet",
        _seen_as(_if(404, 503)),
    ),
    _fault(
        "in-flight-taken-as-refusal",
        "DS-01.7/duplicate-created",
        "An answer that an earlier request is still under way counts as a refusal.",
        "answer-lost/flying-attempts/sent-until-answered",
        Inside(
            "dispatch.is-passing",
            lambda healthy: lambda answer: answer.status != 409 and healthy(answer),
        ),
    ),
    _fault(
        "too-early-taken-as-refusal",
        "DS-01.7/duplicate-created",
        "425 counts as a refusal.",
        "courier-in-trouble/busy-attempts/sent-until-answered",
        Inside(
            "dispatch.is-passing",
            lambda healthy: lambda answer: answer.status != 425 and healthy(answer),
        ),
    ),
    _fault(
        "gives-up-after-server-error",
        "DS-01.7/duplicate-created",
        "After an answer of class 5xx there is no further try.",
        "courier-in-trouble/down-attempts/sent-until-answered",
        Inside(
            "dispatch.is-passing",
            lambda healthy: lambda answer: answer.status < 500 and healthy(answer),
        ),
    ),
    _fault(
        "tries-at-once-again",
        "DS-01.7/duplicate-created",
        "After a failure it is tried again at once.",
        "courier-in-trouble/down-attempts/back-off",
        calls(PLACING, _impatient),
    ),
    _fault(
        "gaps-do-not-grow",
        "DS-01.7/duplicate-created",
        "All gaps between tries are alike.",
        "courier-in-trouble/down-attempts/back-off",
        Inside(
            "dispatch.gap",
            lambda _healthy: (
                lambda context, _attempts: context.settings.limits.push_initial_backoff_s * 1.1
            ),
        ),
    ),
    _fault(
        "retry-after-ignored",
        "DS-01.7/duplicate-created",
        "It does not wait as long as the courier asks.",
        "courier-in-trouble/waiting-attempts/waits-as-asked#at-least",
        Inside("dispatch.asked-pause", lambda _healthy: lambda _context, _answer: 0.0),
    ),
)

FAULTS: Final = (*_WHOLE, *_TIMELY, *_ALIKE_FOR_ALL, *_ONCE)
"""Faults of DS-01 in platforms."""
