"""The courier's operations, as standard/README.md section 3 lists them."""

from __future__ import annotations

from jidi_reference.domain.problems import faults_by_item
from jidi_reference.service.courier import consignments, shipments, subscriptions
from jidi_reference.service.ports.events import EventFilter
from jidi_reference.web.answers import ACCEPTED, NO_CONTENT, Result, created
from jidi_reference.web.operation import PAGING, Call, Operation


def _create_consignment(call: Call) -> Result:
    made = call.once(
        lambda unit: consignments.create(call.context, unit, call.caller, call.body, call.raw)
    )
    call.context.wake()
    return made


def _create_batch(call: Call) -> Result:
    faults = faults_by_item(call.faults)
    items = call.body["consignments"]
    made = call.once(
        lambda unit: consignments.create_batch(call.context, unit, call.caller, items, faults)
    )
    call.context.wake()
    return made


def _list_consignments(call: Call) -> Result:
    return consignments.list_page(
        call.context, call.reading, call.page_request(), call.query.get("order_no")
    )


def _get_consignment(call: Call) -> Result:
    return consignments.show(call.context, call.reading, call.path["consignment_id"])


def _amend_consignment(call: Call) -> Result:
    return consignments.amend(call.context, call.caller, call.path["consignment_id"], call.body)


def _cancel_consignment(call: Call) -> Result:
    return consignments.cancel(call.context, call.caller, call.path["consignment_id"], call.body)


def _get_shipment(call: Call) -> Result:
    return shipments.show(call.context, call.caller, call.path["waybill_no"])


def _list_shipment_events(call: Call) -> Result:
    return shipments.list_trail(
        call.context, call.caller, call.path["waybill_no"], call.page_request()
    )


def _query_shipments(call: Call) -> Result:
    return shipments.query(call.context, call.caller, call.body["waybill_nos"])


def _list_events(call: Call) -> Result:
    waybill_no, event_code = call.query.get("waybill_no"), call.query.get("event_code")
    wanted = EventFilter(waybill_no and [waybill_no], event_code and [event_code])
    return shipments.list_feed(call.context, call.caller, call.page_request(), wanted)


def _create_subscription(call: Call) -> Result:
    return call.once(lambda unit: subscriptions.create(call.context, unit, call.caller, call.body))


def _list_subscriptions(call: Call) -> Result:
    return subscriptions.list_page(call.context, call.caller, call.page_request())


def _get_subscription(call: Call) -> Result:
    return subscriptions.show(call.context, call.caller, call.path["subscription_id"])


def _delete_subscription(call: Call) -> Result:
    subscriptions.remove(call.context, call.caller, call.path["subscription_id"])
    return None


def _rotate_secret(call: Call) -> Result:
    return subscriptions.rotate_secret(
        call.context, call.caller, call.path["subscription_id"], call.body
    )


def _replay(call: Call) -> Result:
    subscription_id = call.path["subscription_id"]
    made = call.once(
        lambda unit: subscriptions.replay(
            call.context, unit, call.caller, subscription_id, call.body
        )
    )
    call.context.wake()
    return made


_ONE, _TRAIL, _SUB = (
    "/consignments/{consignment_id}",
    "/shipments/{waybill_no}",
    "/subscriptions/{subscription_id}",
)
_WRITE, _READ, _EVENTS, _SUBS = (
    "consignments:write",
    "consignments:read",
    "events:read",
    "subscriptions:write",
)
_FEED = {**PAGING, "waybill_no": "waybill_no", "event_code": "event_code"}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "createConsignment",
        "POST",
        "/consignments",
        _create_consignment,
        _WRITE,
        "consignment",
        needs_key=True,
        answer=created(_ONE),
    ),
    Operation(
        "createConsignmentBatch",
        "POST",
        "/consignment-batches",
        _create_batch,
        _WRITE,
        "consignment-batch",
        needs_key=True,
        judges_items=True,
    ),
    Operation(
        "listConsignments",
        "GET",
        "/consignments",
        _list_consignments,
        _READ,
        parameters={**PAGING, "order_no": "order_no"},
    ),
    Operation("getConsignment", "GET", _ONE, _get_consignment, _READ),
    Operation("amendConsignment", "PATCH", _ONE, _amend_consignment, _WRITE, "amendment"),
    Operation(
        "cancelConsignment",
        "POST",
        f"{_ONE}/cancellation",
        _cancel_consignment,
        _WRITE,
        "cancellation",
    ),
    Operation("getShipment", "GET", _TRAIL, _get_shipment, _EVENTS),
    Operation(
        "listShipmentEvents",
        "GET",
        f"{_TRAIL}/events",
        _list_shipment_events,
        _EVENTS,
        parameters=PAGING,
    ),
    Operation(
        "queryShipments", "POST", "/shipment-queries", _query_shipments, _EVENTS, "shipment-query"
    ),
    Operation("listEvents", "GET", "/events", _list_events, _EVENTS, parameters=_FEED),
    Operation(
        "createSubscription",
        "POST",
        "/subscriptions",
        _create_subscription,
        _SUBS,
        "subscription-request",
        needs_key=True,
        answer=created(_SUB),
    ),
    Operation(
        "listSubscriptions", "GET", "/subscriptions", _list_subscriptions, _SUBS, parameters=PAGING
    ),
    Operation("getSubscription", "GET", _SUB, _get_subscription, _SUBS),
    Operation("deleteSubscription", "DELETE", _SUB, _delete_subscription, _SUBS, answer=NO_CONTENT),
    Operation(
        "rotateSubscriptionSecret",
        "POST",
        f"{_SUB}/secret-rotation",
        _rotate_secret,
        _SUBS,
        "secret-rotation",
    ),
    Operation(
        "replaySubscription",
        "POST",
        f"{_SUB}/replay",
        _replay,
        _SUBS,
        "replay-request",
        needs_key=True,
        answer=ACCEPTED,
    ),
)
