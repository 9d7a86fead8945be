"""Freezes events into push messages: from then on neither id nor bytes change (DS-02.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jidi_reference.domain.clock import timestamp
from jidi_reference.domain.identifiers import new_id
from jidi_reference.service.context import Context, json_text
from jidi_reference.service.ports.events import EventRow
from jidi_reference.service.ports.subscriptions import SubscriptionRow
from jidi_reference.service.ports.unit import Unit

MAX_EVENTS = 100
_MAX_BYTES = 256 * 1024 - 1024  # the envelope around the events needs far less than 1 KiB


def make_messages(
    context: Context,
    unit: Unit,
    subscription: SubscriptionRow,
    rows: Sequence[EventRow],
) -> None:
    """Queue as many messages as the events need, in their order; the events go out as stored, byte
    for byte.
    """
    for chunk in _chunks(rows):
        message_id = new_id("msg")
        head = {"id": message_id, "type": "shipment.events", "time": timestamp(context.clock.now())}
        envelope = json_text({**head, "source": context.settings.source, "spec_version": "1.0"})
        body = f'{envelope[:-1]},"data":{{"events":[{",".join(row.body for row in chunk)}]}}}}'
        unit.subscriptions.add_delivery(subscription.subscription_id, message_id, body.encode())


def _chunks(rows: Sequence[EventRow]) -> Iterator[list[EventRow]]:
    chunk: list[EventRow] = []
    size = 0
    for row in rows:
        if chunk and (len(chunk) == MAX_EVENTS or size + len(row.body) + 1 > _MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += len(row.body) + 1
    if chunk:
        yield chunk
