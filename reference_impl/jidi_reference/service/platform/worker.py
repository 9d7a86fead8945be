"""The worker of platforms and integrators: sends, fetches what is missing, and passes on what
waited.
"""

from __future__ import annotations

from collections.abc import Iterator

from jidi_reference.service.context import Context
from jidi_reference.service.integrator import release as integrator_release
from jidi_reference.service.lanes import LaneWorker, Task
from jidi_reference.service.platform import backfill as platform_backfill
from jidi_reference.service.platform import dispatch as platform_dispatch

_LANES = 96
_LANES_OF_COURIER = 8  # so that a slow courier makes no other one late (DS-01.5)
_DISPATCH, _BACKFILL, _RELEASE = "dispatch", "backfill", "release"


class OutboxWorker(LaneWorker):
    """Works on the tables ``dispatches``, ``backfills`` and ``received_events``: they are the
    queue.
    """

    def __init__(self) -> None:
        """A worker that does nothing until ``start``."""
        super().__init__("outbox", _LANES, _LANES_OF_COURIER)

    def tasks(self, context: Context) -> Iterator[Task]:
        """Consignments to send, waybills to fetch, events to pass on."""
        with context.storage.read() as unit:
            sending = unit.dispatches.waiting()
            fetching = unit.backfills.waiting()
            holding = unit.received.waiting()
        for outgoing_id, courier_code, due_at in sending:
            yield Task(
                _DISPATCH, (outgoing_id, courier_code), due_at, f"{_DISPATCH} {courier_code}"
            )
        for wish in fetching:
            yield Task(
                _BACKFILL,
                (wish.courier_code, wish.waybill_no),
                wish.due_at or 0.0,
                f"{_BACKFILL} {wish.courier_code}",
            )
        for owner, waybill_no, due_at in holding:
            yield Task(_RELEASE, (owner, waybill_no), due_at, _RELEASE)

    def work(self, context: Context, task: Task) -> None:
        """Do what is due."""
        if task.kind == _DISPATCH:
            platform_dispatch.send_due(context, *task.names)
        elif task.kind == _BACKFILL:
            platform_backfill.fetch_due(context, *task.names)
        else:
            integrator_release.release_due(context, *task.names)
