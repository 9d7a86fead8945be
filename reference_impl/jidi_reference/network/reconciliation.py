"""Compares what both ends of each link logged: consignments by order and payload digest, events by
id and digest (DS-12.1 in spirit).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from jidi_reference.domain.chain import digest
from jidi_reference.network.callers import CallError, Link
from jidi_reference.network.day import Parcel
from jidi_reference.network.topology import Network
from jidi_reference.network.waiting import looks

_LOOK_S = 0.5
Log = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """One comparison: how many entries each end has, and how many of them the other has not, or has
    differently.
    """

    what: str
    ends: tuple[str, str]
    counts: tuple[int, int]
    differing: int

    @property
    def agrees(self) -> bool:
        """Whether both ends tell the same."""
        return self.differing == 0


def reconcile(network: Network, parcels: list[Parcel], within_s: float) -> list[Line]:
    """The comparison of all ends, taken again until they agree or the time is over (what is on its
    way is no difference).
    """
    lines: list[Line] = []
    for _ in looks(_LOOK_S, within_s):
        lines = _compared(network, parcels)
        if lines and all(line.agrees for line in lines):
            return lines
    for _ in looks(_LOOK_S, within_s):
        if lines:
            return lines
        lines = _compared(network, parcels)
    raise TimeoutError("a partner does not answer any more")


def _compared(network: Network, parcels: list[Parcel]) -> list[Line]:
    """All comparisons; none while a partner does not answer."""
    try:
        return [
            *_whole(network, parcels),
            *(line for link in network.links for line in _link(link)),
        ]
    except (requests.RequestException, CallError):
        return []


def _whole(network: Network, parcels: list[Parcel]) -> list[Line]:
    """From end to end: orders as placed against what the couriers hold, couriers' events against
    what the platform accepted.
    """
    held = [
        record["consignment"]
        for link in network.to_couriers
        for record in link.below.everything("/consignments")
    ]
    placed = _log((parcel.order_no, parcel.order) for parcel in parcels)
    carried = _log((body["order_no"], _without_number(body)) for body in held)
    made = _log(
        (event["event_id"], event)
        for link in network.to_couriers
        for event in link.below.everything("/events")
    )
    heard = _log(
        (event["event_id"], event)
        for link in network.from_platform
        for event in link.above.everything("/shipment-events")
    )
    ends = ("platform", "couriers")
    return [
        _line("orders, end to end", ends, placed, carried),
        _line("events, end to end", ends, heard, made),
    ]


def _link(link: Link) -> list[Line]:
    ends = (link.upper.name, link.lower.name)
    sent = _log(
        (one["waybill_no"], one["consignment"])
        for one in link.above.everything("/outgoing-consignments")
        if one["dispatch_state"] == "ACCEPTED"
    )
    held = _log(
        (record["waybill_no"], record["consignment"])
        for record in link.below.everything("/consignments")
    )
    heard = _log((event["event_id"], event) for event in link.above.everything("/shipment-events"))
    made = _log((event["event_id"], event) for event in link.below.everything("/events"))
    return [
        _line(f"{link.code} consignments", ends, sent, held),
        _line(f"{link.code} events", ends, heard, made),
    ]


def _without_number(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "waybill_no"}


def _log(entries: Iterable[tuple[str, Any]]) -> Log:
    return Counter((name, digest(document)) for name, document in entries)


def _line(what: str, ends: tuple[str, str], one: Log, other: Log) -> Line:
    return Line(what, ends, (one.total(), other.total()), ((one - other) | (other - one)).total())
