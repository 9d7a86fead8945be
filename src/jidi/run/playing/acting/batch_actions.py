"""Named actions that send as many things as a scenario needs within what the candidate declares."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from jidi.language.compared import show
from jidi.language.expressions import BlockedError
from jidi.language.json_texts import NotJsonError, read_json
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.run.playing.making.generator import Generator
from jidi.run.playing.stage import Stage

_Result = tuple[Sequence[Exchange], dict[str, Any]]
_STANDARD_S_MOST: Final = 100


def batches(given: Mapping[str, Any], stage: Stage) -> _Result:
    """Send ``consignments`` in as few batches as ``most`` (what discovery declares) allows, as
    ``party`` or with ``credential`` (a token).

    Observed: ``items``, those of all answers in the order sent, with ``waybill_nos`` of the
    accepted ones; ``complete``, whether every batch was answered with as many items as it had.
    """
    most = given["most"]
    if isinstance(most, bool) or not isinstance(most, int | float) or most < 1:
        raise BlockedError(f"max_batch_items is {show(most)}, with which nothing can be tried")
    size = min(int(most), _STANDARD_S_MOST)
    exchanges, items, complete = [], [], True
    for number, part in enumerate(_parts(given["consignments"], size)):
        exchange = stage.client.send(_batch(part, number, given, stage))
        exchanges.append(exchange)
        answered = _items(exchange)
        complete = complete and len(answered) == len(part)
        items += answered
    return exchanges, {"items": items, "complete": complete, "waybill_nos": _numbers(items)}


def _parts(consignments: Any, size: int) -> list[list[Any]]:
    if not isinstance(consignments, list):
        raise BlockedError("there are no consignments to send")
    return [consignments[place : place + size] for place in range(0, len(consignments), size)]


def _batch(part: Sequence[Any], number: int, given: Mapping[str, Any], stage: Stage) -> Outgoing:
    party = stage.party(str(given.get("party", "")))
    nonce = Generator(stage.seed, stage.nonce, f"batch/{part}/{number}", stage.now)
    headers = (
        ("Accept", "application/json, application/problem+json"),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", nonce.identifier({})),
    )
    return Outgoing(
        "POST",
        stage.base_url.rstrip("/") + "/consignment-batches",
        headers,
        json.dumps({"consignments": list(part)}, ensure_ascii=False).encode(),
        party,
        credential=str(given.get("credential", "party" if party else "none")),
        operation="createConsignmentBatch",
    )


def _items(exchange: Exchange) -> list[Any]:
    body = exchange.response.body if exchange.response is not None else b""
    try:
        answer = read_json(body.decode("utf-8"))
    except (NotJsonError, UnicodeDecodeError):
        return []
    items = answer.get("items") if isinstance(answer, Mapping) else None
    return items if isinstance(items, list) else []


def _numbers(items: Sequence[Any]) -> list[str]:
    receipts = [item.get("receipt") for item in items if isinstance(item, Mapping)]
    numbers = [one.get("waybill_no") for one in receipts if isinstance(one, Mapping)]
    return [number for number in numbers if isinstance(number, str)]


def events_of(given: Mapping[str, Any], stage: Stage) -> _Result:
    """One event for each of ``waybill_nos`` (at most 100), with the other members given alike.

    Observed: ``made``.
    """
    numbers = given["waybill_nos"]
    if not isinstance(numbers, list) or not numbers:
        raise BlockedError("there is no waybill for which an event could be made")
    scope = f"events/{given.get('event_code')}/{numbers[0]}"
    generator = Generator(
        stage.seed, stage.nonce, scope, stage.now + stage.clock.ahead, stage.registry
    )
    members = {name: value for name, value in given.items() if name != "waybill_nos"}
    made = [
        generator.make("shipment-event", {**members, "waybill_no": number})
        for number in numbers[:_STANDARD_S_MOST]
    ]
    return (), {"made": made}


BATCH_ACTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Stage], _Result]]] = {
    "batches": batches,
    "events-of": events_of,
}
"""Named actions that go by number, by the name that scenarios use."""
