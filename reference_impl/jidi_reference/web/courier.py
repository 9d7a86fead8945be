"""The courier's operations, as contracts.md section 3 lists them."""

from __future__ import annotations

from jidi_reference.domain.problems import faults_by_item
from jidi_reference.service.context import Reply
from jidi_reference.service.courier import consignments, shipments, subscriptions
from jidi_reference.storage.events import EventFilter
from jidi_reference.web.operation import PAGING, Call, Operation


def _create_consignment(call: Call) -> Reply:
    reply = call.once(
        lambda connection: consignments.create(
            call.context, connection, call.caller, call.body, call.raw
        )
    )
    call.context.wake()
    return reply


def _create_batch(call: Call) -> Reply:
    faults = faults_by_item(call.faults)
    items = call.body["consignments"]
    reply = call.once(
        lambda connection: consignments.create_batch(
            call.context, connection, call.caller, items, faults
        )
    )
    call.context.wake()
    return reply


def _list_consignments(call: Call) -> Reply:
    return consignments.list_page(
        call.context, call.reading, call.page_request(), call.query.get("order_no")
    )


def _get_consignment(call: Call) -> Reply:
    return consignments.show(call.context, call.reading, call.path["consignment_id"])


def _amend_consignment(call: Call) -> Reply:
    return consignments.amend(call.context, call.caller, call.path["consignment_id"], call.body)


def _cancel_consignment(call: Call) -> Reply:
    return consignments.cancel(call.context, call.caller, call.path["consignment_id"], call.body)


def _get_shipment(call: Call) -> Reply:
    return shipments.show(call.context, call.caller, call.path["waybill_no"])


def _list_shipment_events(call: Call) -> Reply:
    return shipments.list_trail(
        call.context, call.caller, call.path["waybill_no"], call.page_request()
    )


def _query_shipments(call: Call) -> Reply:
    return shipments.query(call.context, call.caller, call.body["waybill_nos"])


def _list_events(call: Call) -> Reply:
    waybill_no, event_code = call.query.get("waybill_no"), call.query.get("event_code")
    wanted = EventFilter(waybill_no and [waybill_no], event_code and [event_code])
    return shipments.list_feed(call.context, call.caller, call.page_request(), wanted)


def _create_subscription(call: Call) -> Reply:
    return call.once(
        lambda connection: subscriptions.create(call.context, connection, call.caller, call.body)
    )


def _list_subscriptions(call: Call) -> Reply:
    return subscriptions.list_page(call.context, call.caller, call.page_request())


def _get_subscription(call: Call) -> Reply:
    return subscriptions.show(call.context, call.caller, call.path["subscription_id"])


def _delete_subscription(call: Call) -> Reply:
    return subscriptions.remove(call.context, call.caller, call.path["subscription_id"])


def _rotate_secret(call: Call) -> Reply:
    return subscriptions.rotate_secret(
        call.context, call.caller, call.path["subscription_id"], call.body
    )


def _replay(call: Call) -> Reply:
    subscription_id = call.path["subscription_id"]
    reply = call.once(
        lambda connection: subscriptions.replay(
            call.context, connection, call.caller, subscription_id, call.body
        )
    )
    call.context.wake()
    return reply


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
    ),
    Operation(
        "listSubscriptions", "GET", "/subscriptions", _list_subscriptions, _SUBS, parameters=PAGING
    ),
    Operation("getSubscription", "GET", _SUB, _get_subscription, _SUBS),
    Operation("deleteSubscription", "DELETE", _SUB, _delete_subscription, _SUBS),
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
    ),
)
