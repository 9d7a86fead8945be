"""The platform's operations, as standard/README.md section 9.1 lists them."""

from __future__ import annotations

from jidi_reference.service.courier import consignments
from jidi_reference.service.platform import received_events, receiving
from jidi_reference.service.platform.outgoing import OUTGOING
from jidi_reference.service.platform.receiving import PushRequest
from jidi_reference.service.ports.events import EventFilter
from jidi_reference.web.answers import Result
from jidi_reference.web.operation import PAGING, Call, Operation


def _receive(call: Call) -> Result:
    request = PushRequest(call.headers, call.raw)
    courier = receiving.sender(call.context, call.path.get("courier_code"), request)
    call.rate(f"push {courier.courier_code}")
    return receiving.take(call.context, courier, request).document()


def _list_received(call: Call) -> Result:
    waybill_no, event_code = call.query.get("waybill_no"), call.query.get("event_code")
    wanted = EventFilter(waybill_no and [waybill_no], event_code and [event_code])
    return received_events.list_page(call.context, call.caller, call.page_request(), wanted)


def _list_outgoing(call: Call) -> Result:
    return consignments.list_page(
        call.context, call.reading, call.page_request(), call.query.get("order_no"), OUTGOING
    )


def _get_outgoing(call: Call) -> Result:
    return consignments.show(call.context, call.reading, call.path["outgoing_id"], OUTGOING)


_PUSHES, _OUTGOING = "/shipment-events", "/outgoing-consignments"
_FEED = {**PAGING, "waybill_no": "waybill_no", "event_code": "event_code"}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "receiveShipmentEvents", "POST", _PUSHES, _receive, body="push-envelope", signed=True
    ),
    Operation(
        "receiveShipmentEvents",
        "POST",
        f"{_PUSHES}/{{courier_code}}",
        _receive,
        body="push-envelope",
        signed=True,
    ),
    Operation(
        "listReceivedEvents", "GET", _PUSHES, _list_received, "events:read", parameters=_FEED
    ),
    Operation(
        "listOutgoingConsignments",
        "GET",
        _OUTGOING,
        _list_outgoing,
        "consignments:read",
        parameters={**PAGING, "order_no": "order_no"},
    ),
    Operation(
        "getOutgoingConsignment",
        "GET",
        f"{_OUTGOING}/{{outgoing_id}}",
        _get_outgoing,
        "consignments:read",
    ),
)
