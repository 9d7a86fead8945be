"""Outgoing consignments made beforehand, so that the generated reads of a platform or integrator
find something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jidi.drive.keeping import Place
from jidi.fuzz.child.shaping import fresh_key
from jidi.fuzz.fuzz_context import STEP
from jidi.language.json_texts import read_loosely
from jidi.model.outgoing import Outgoing
from jidi.run.playing.making.generator import Generator
from jidi.run.playing.partners import SHARED
from jidi.run.playing.stage import Stage

_EACH: Final = 2
_HEADERS: Final = (("Accept", "application/json"), ("Processing-Purpose", "DELIVERY"))


def outgoing_ids(stage: Stage, readers: Iterable[str]) -> dict[str, list[str]]:
    """Ids of outgoing consignments by the courier that may read them, after some were caused; none
    where nothing can cause them.
    """
    wanted = tuple(readers)
    if not wanted:
        return {}
    generator = Generator(
        stage.seed, stage.nonce, STEP, stage.now + stage.clock.ahead, stage.registry
    )
    for number in range(_EACH):
        if stage.target.role == "platform":
            for reader in wanted:
                _order(stage, reader, generator.make("order", {}))
        else:
            _consign(stage, generator.make("consignment", {}), number)
    return {reader: _listed(stage, reader) for reader in wanted}


def _order(stage: Stage, reader: str, order: Mapping[str, Any]) -> None:
    parameters = {"courier_code": SHARED[reader], "order": order}
    outcome = stage.driver.act("place-order", parameters)
    stage.recorder.drive(Place("", STEP, "orders"), "place-order", parameters, outcome)


def _consign(stage: Stage, consignment: Mapping[str, Any], number: int) -> None:
    headers = (
        *_HEADERS,
        ("Content-Type", "application/json"),
        ("Idempotency-Key", fresh_key(f"outgoing-{stage.nonce}", number)),
    )
    body = json.dumps(consignment, ensure_ascii=False).encode()
    exchange = stage.client.send(
        Outgoing(
            "POST",
            _below(stage, "/consignments"),
            headers,
            body,
            "platform-a",
            operation="createConsignment",
        )
    )
    stage.recorder.exchange(exchange, Place("", STEP, "orders", index=number))


def _listed(stage: Stage, reader: str) -> list[str]:
    exchange = stage.client.send(
        Outgoing("GET", _below(stage, "/outgoing-consignments?limit=10"), _HEADERS, None, reader)
    )
    try:
        page = read_loosely(exchange.response.body) if exchange.response is not None else None
    except (ValueError, RecursionError):
        return []
    items = page.get("items") if isinstance(page, dict) else None
    found = (
        [item.get("outgoing_id") for item in items if isinstance(item, dict)]
        if isinstance(items, list)
        else []
    )
    return [identifier for identifier in found if isinstance(identifier, str)]


def _below(stage: Stage, path: str) -> str:
    return stage.base_url.rstrip("/") + path
