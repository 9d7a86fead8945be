"""Pushes that a played courier sends by itself, to an integrator: in order for each waybill, again
with growing gaps until they are acknowledged.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from jidi.counterparty.serving.own_discovery import ATTEMPTS, BACKOFF_S
from jidi.model.exchange import Exchange

_WORKERS: Final = 6
_HEAD_START_S: Final = 0.05
"""Before the first event of a parcel, so that the receipt is not overtaken by it."""
_MOST_WAITING: Final = 20_000


@dataclass
class Delivery:
    """One event on its way; ``over`` is set when it was acknowledged or given up, ``exchanges`` are
    the attempts.
    """

    event: Mapping[str, Any]
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: bool = False
    exchanges: list[Exchange] = field(default_factory=list)


class Deliveries:
    """Lanes of deliveries, one for each waybill; ``push`` sends one event once, under an id that
    stays the same, or gives ``None`` when it cannot be sent.
    """

    def __init__(
        self, push: Callable[[Delivery, str], Exchange | None], fresh_id: Callable[[], str]
    ) -> None:
        self._push = push
        self._fresh_id = fresh_id
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[Delivery]] = {}
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="played-courier")
        self._stopped = threading.Event()

    def add(self, event: Mapping[str, Any]) -> Delivery:
        """Send ``event`` as soon as those of its waybill before it are over."""
        delivery = Delivery(event)
        waybill = str(event["waybill_no"])
        with self._lock:
            if self._stopped.is_set() or sum(map(len, self._lanes.values())) > _MOST_WAITING:
                delivery.over.set()
                return delivery
            lane = self._lanes.get(waybill)
            if lane is not None:
                lane.append(delivery)
                return delivery
            self._lanes[waybill] = deque([delivery])
        self._pool.submit(self._drain, waybill)
        return delivery

    def stop(self) -> None:
        """Give up whatever waits."""
        self._stopped.set()
        with self._lock:
            for lane in self._lanes.values():
                for delivery in lane:
                    delivery.over.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _drain(self, waybill: str) -> None:
        while True:
            with self._lock:
                lane = self._lanes[waybill]
                if not lane:
                    del self._lanes[waybill]
                    return
                delivery = lane[0]
            try:
                self._deliver(delivery)
            finally:
                delivery.over.set()
                with self._lock:
                    lane.popleft()

    def _deliver(self, delivery: Delivery) -> None:
        self._stopped.wait(_HEAD_START_S if delivery.event["sequence"] == 1 else 0)
        message_id, gap = self._fresh_id(), BACKOFF_S
        for _ in range(ATTEMPTS):
            if self._stopped.is_set():
                return
            exchange = self._push(delivery, message_id)
            if exchange is not None:
                delivery.exchanges.append(exchange)
                status = exchange.response.status if exchange.response is not None else 0
                if status == 410 or (200 <= status < 300 and not _unknown_yet(exchange)):
                    delivery.acknowledged = status != 410
                    return
            self._stopped.wait(gap)
            gap *= 2


def _unknown_yet(exchange: Exchange) -> bool:
    """Whether the candidate says that it does not know the waybill: the receipt may still be on its
    way, so the event comes again.
    """
    return exchange.response is not None and b'"unknown-waybill"' in exchange.response.body[:65_536]
