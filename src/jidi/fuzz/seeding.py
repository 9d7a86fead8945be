"""Things that the kit makes beforehand, so that reads, amendments and deletions find something:
otherwise every answer would be 404.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jidi.fuzz.child.shaping import fresh_key
from jidi.fuzz.declared import Declaration
from jidi.fuzz.fuzz_context import GeneratedContext
from jidi.fuzz.patience import PatientSender
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.registry.values import Operation

SHARED = 2
SPARE = 4
FILLED = {
    "consignment_id": "consignment",
    "waybill_no": "consignment",
    "subscription_id": "subscription",
    "outgoing_id": "outgoing",
}


@dataclass(slots=True)
class Stock:
    """Ids of one party by operation and path parameter: those for the child, and spare ones for
    replays of what uses a thing up.
    """

    given: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    spare: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def fresh(self, operation: str, parameter: str) -> str | None:
        """A thing that no one has touched yet, or ``None`` when they are used up; each is given
        once.
        """
        left = self.spare.get(operation, {}).get(parameter, [])
        return left.pop() if left else None


class Maker:
    """Makes consignments and subscriptions for one party through the candidate's own operations;
    outgoing consignments are there already.
    """

    def __init__(self, context: GeneratedContext, sender: PatientSender, party: str) -> None:
        self._context = context
        self._sender = sender
        self._party = party
        self._made = 0

    def things(self, kind: str, number: int) -> list[dict[str, str]]:
        """Answers to ``number`` creations, reduced to their ids; those that did not come off are
        left out.
        """
        if kind == "outgoing":
            return [
                {"outgoing_id": identifier}
                for identifier in self._context.outgoing.get(self._party, ())
            ][:number]
        make: Callable[[], Exchange] = (
            self._consignment if kind == "consignment" else self._subscription
        )
        answers = [_ids(make()) for _ in range(number)]
        return [answer for answer in answers if answer]

    def create(self, path: str, operation: str, body: Any) -> Exchange:
        """Send one creation with a key of its own."""
        self._made += 1
        key = fresh_key(
            f"{self._context.nonce}-{self._context.seed}-{id(self)}-{self._party}-{operation}",
            self._made,
        )
        headers = (
            ("Accept", self._context.accept),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key),
        )
        payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self._sender.send(
            Outgoing(
                "POST",
                self._context.url(path),
                headers,
                payload,
                party=self._party,
                operation=operation,
            )
        )

    def _consignment(self) -> Exchange:
        return self.create(
            "/consignments",
            "createConsignment",
            example_body(self._context, "consignment", self._made),
        )

    def _subscription(self) -> Exchange:
        return self.create(
            "/subscriptions",
            "createSubscription",
            example_body(self._context, "subscription-request", self._made),
        )


def example_body(context: GeneratedContext, thing: str, number: int = 0) -> Any:
    """The first valid example of ``thing``, with a number, address and secret of this run; ``None``
    when nothing is published.
    """
    examples = context.registry.examples("valid", thing)
    return _own(context.dressed(examples[0].instance), context, number) if examples else None


def _own(value: Any, context: GeneratedContext, number: int) -> Any:
    if isinstance(value, list):
        return [_own(item, context, number) for item in value]
    if not isinstance(value, dict):
        return value
    replaced = {
        "order_no": _order_no(context, number),
        "callback_url": context.receiver_url,
        "secret": _secret(context, number),
    }
    return {
        name: replaced[name]
        if name in replaced and isinstance(item, str)
        else _own(item, context, number)
        for name, item in value.items()
    }


def _secret(context: GeneratedContext, number: int) -> str:
    """A secret for pushes, in the form of Standard Webhooks."""
    digest = hashlib.sha256(f"{context.nonce}:{context.seed}:{number}".encode()).digest()
    return "whsec_" + base64.b64encode(digest).decode()


def _order_no(context: GeneratedContext, number: int) -> str:
    """A number that no other run uses, and none of this one but for the same ``number``."""
    digest = hashlib.sha256(f"{context.nonce}/{context.seed}/order/{number}".encode()).digest()
    return base64.b32encode(digest).decode()[: 14 + digest[0] % 8]


def make_stock(declaration: Declaration, maker: Maker, operations: Iterable[Operation]) -> Stock:
    """Ids for every operation with path parameters: shared ones for reads, a pool of its own for
    each operation that changes what it is given.
    """
    stock = Stock()
    shared: dict[str, list[dict[str, str]]] = {}
    for operation in operations:
        names = [
            item.name
            for item in operation.parameters
            if item.location == "path" and item.name in FILLED
        ]
        if not names:
            continue
        pool = declaration.operations[operation.id].pool
        kind = FILLED[names[0]]
        if pool:
            made = maker.things(kind, pool + SPARE)
            _put(stock.given, operation.id, names, made[:pool])
            _put(stock.spare, operation.id, names, made[pool:])
        else:
            if kind not in shared:
                shared[kind] = maker.things(kind, SHARED)
            _put(stock.given, operation.id, names, shared[kind])
    return stock


def given_stock(known: Mapping[str, Iterable[str]], operations: Iterable[Operation]) -> Stock:
    """The caller's own ids, the same for every operation."""
    values = {name: list(items) for name, items in known.items()}
    stock = Stock()
    for operation in operations:
        found = {
            item.name: values[item.name]
            for item in operation.parameters
            if item.location == "path" and item.name in values
        }
        if found:
            stock.given[operation.id] = found
    return stock


def _put(
    place: dict[str, dict[str, list[str]]],
    operation: str,
    names: list[str],
    made: list[dict[str, str]],
) -> None:
    place[operation] = {name: [thing[name] for thing in made if name in thing] for name in names}


def _ids(exchange: Exchange) -> dict[str, str]:
    if exchange.response is None or exchange.response.status not in (200, 201):
        return {}
    try:
        answer = read_loosely(exchange.response.body)
    except ValueError:
        return {}
    return (
        {name: answer[name] for name in FILLED if isinstance(answer.get(name), str)}
        if isinstance(answer, dict)
        else {}
    )
