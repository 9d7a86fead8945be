"""Plays the day: places orders, makes the scans of the couriers, and watches what arrives where."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from jidi_reference.network.callers import CallError, act
from jidi_reference.network.day import DAY_S, Parcel
from jidi_reference.network.topology import Network

_HANDS = 8
_CONSIGNMENTS, _RECEIVED = "/consignments", "/shipment-events"


@dataclass
class _Journey:
    """A parcel and how far the demonstration has brought it."""

    parcel: Parcel
    waybill_no: str = ""
    placed: bool = False
    scans_made: int = 0
    busy: bool = False


@dataclass
class Seen:
    """What the live picture shows; counts by route, and by state as the platform knows it."""

    clock_s: float = 0.0
    placed: Counter[str] = field(default_factory=Counter)
    carried: Counter[str] = field(default_factory=Counter)
    scanned: Counter[str] = field(default_factory=Counter)
    heard: Counter[str] = field(default_factory=Counter)
    states: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def by_state(self) -> Counter[str]:
        """How many waybills are in each state."""
        return Counter(state for _, state in self.states.values())


class Day:
    """A day that lasts ``seconds``; ``step`` is to be called until it says that nothing is left to
    do.
    """

    def __init__(self, network: Network, parcels: list[Parcel], seconds: float) -> None:
        """The day begins with the first ``step``."""
        self.seen = Seen()
        self._network = network
        self._seconds = seconds
        self._journeys = {parcel.order_no: _Journey(parcel) for parcel in parcels}
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="hand")
        self._began: float | None = None
        self._failure: BaseException | None = None
        self._guard = threading.Lock()

    def step(self) -> bool:
        """Do what is due and look around; whether anything is left to do. What happens between two
        looks is not lost.

        Raises:
            CallError: a partner refused an order or a scan.
        """
        self._began = self._began or time.monotonic()
        self.seen.clock_s = min((time.monotonic() - self._began) / self._seconds, 1.0) * DAY_S
        left = [journey for journey in self._journeys.values() if self._begin_due(journey)]
        self._look()
        if self._failure is not None:
            raise self._failure
        return bool(left)

    def close(self) -> None:
        """Let go of the hands."""
        self._hands.shutdown(cancel_futures=True)

    def _begin_due(self, journey: _Journey) -> bool:
        """Give what is due to a hand; whether the journey goes on."""
        parcel, now = journey.parcel, self.seen.clock_s
        if not journey.busy and not journey.placed and parcel.ordered_s <= now:
            journey.busy = True
            self._hands.submit(self._do, journey, self._place)
        elif (
            not journey.busy
            and journey.waybill_no
            and journey.scans_made < len(parcel.scans)
            and parcel.scans[journey.scans_made][0] <= now
        ):
            journey.busy = True
            self._hands.submit(self._do, journey, self._scan)
        return not journey.placed or journey.scans_made < len(parcel.scans)

    def _do(self, journey: _Journey, deed: Any) -> None:
        try:
            deed(journey)
        except BaseException as error:
            self._failure = error
        finally:
            journey.busy = False

    def _place(self, journey: _Journey) -> None:
        act(
            self._network.platform,
            "place-order",
            courier_code=journey.parcel.route,
            order=journey.parcel.order,
        )
        journey.placed = True
        with self._guard:
            self.seen.placed[journey.parcel.route] += 1

    def _scan(self, journey: _Journey) -> None:
        courier = self._network.routes[journey.parcel.route]
        try:
            act(
                courier,
                "record-scan",
                waybill_no=journey.waybill_no,
                event_code=journey.parcel.scans[journey.scans_made][1],
            )
        except CallError as error:
            if "state-conflict" not in str(
                error
            ):  # else it was recorded before the courier was restarted
                raise
        journey.scans_made += 1
        with self._guard:
            self.seen.scanned[journey.parcel.route] += 1

    def _look(self) -> None:
        for link in self._network.to_couriers:
            for record in link.below.fresh(_CONSIGNMENTS):
                journey = self._journeys.get(record["consignment"]["order_no"])
                if journey is not None and not journey.waybill_no:
                    journey.waybill_no = record["waybill_no"]
                    self.seen.carried[journey.parcel.route] += 1
        for link in self._network.from_platform:
            for event in link.above.fresh(_RECEIVED):
                self.seen.heard[link.code] += 1
                known = self.seen.states.get(event["waybill_no"], (0, ""))
                self.seen.states[event["waybill_no"]] = max(
                    known, (event["sequence"], event["state"])
                )
