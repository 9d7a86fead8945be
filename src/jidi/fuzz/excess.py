"""The table of excess fields (PI-07.1): every level of every body, each field that nobody asked
for, sent by the kit itself.

Done here and not in the plugin, because it must be complete and the same for every seed.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from jidi.fuzz.child.shaping import fresh_key
from jidi.fuzz.contract import takes_key
from jidi.fuzz.declared import Declaration
from jidi.fuzz.faults_shown import Answer, FaultReader, Shown
from jidi.fuzz.fuzz_context import STEP, GeneratedContext
from jidi.fuzz.patience import PatientSender
from jidi.fuzz.seeding import Stock, example_body
from jidi.model.exchange import Exchange, Headers
from jidi.model.journal import CaseFinding, FindingState
from jidi.model.outgoing import Outgoing
from jidi.registry.values import Operation

KIND = "refuses-excess"
SHOWN = 5


def levels(body: Any, pointer: str = "") -> Iterator[str]:
    """Pointers of all objects in ``body``, the outermost first; of a list only the first element is
    looked at.
    """
    if isinstance(body, dict):
        yield pointer
        for name, value in body.items():
            yield from levels(value, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(body, list) and body:
        yield from levels(body[0], f"{pointer}/0")


def with_member(body: Any, pointer: str, name: str, value: str) -> Any:
    """Copy of ``body`` in which the object at ``pointer`` has one more member."""
    changed = copy.deepcopy(body)
    place = changed
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[name] = value
    return changed


class ExcessTable:
    """Sends the table for one party's operations and writes what was accepted."""

    def __init__(
        self,
        context: GeneratedContext,
        declaration: Declaration,
        reader: FaultReader,
        stock: Stock,
        party: str,
    ) -> None:
        self._context = context
        self._declaration = declaration
        self._reader = reader
        self._stock = stock
        self._party = party
        self._sender = PatientSender(context.client, context.end)
        self._number = 0
        self._url = ""
        self._findings: Counter[str] = Counter()

    def run(self, operation: Operation) -> int:
        """How many requests say something about ``operation``; of a table that the end of the phase
        cuts short none does.

        0 when it has no published example to start from, or when that example is refused even
        without an excess field: then refusals prove nothing.
        The plain example goes last, because it may use up the thing that it is sent to.
        """
        body = example_body(self._context, operation.request_schema or "")
        if body is None:
            return 0
        cases = 0
        self._url = self._own_url(operation)
        for pointer in levels(body):
            for name, value in self._declaration.excess.items():
                if self._context.end.over:
                    return 0
                cases += 1
                self._case(operation, with_member(body, pointer, name, value))
        plain = self._sent(operation, body)
        return cases if Answer(plain.response).accepted or self._findings[operation.id] else 0

    def _case(self, operation: Operation, body: Any) -> None:
        first = self._sent(operation, body)
        if self._shown(operation, first) is None:
            return
        self._findings[operation.id] += 1
        if self._findings[operation.id] > SHOWN:
            return
        again = self._sent(operation, body)
        shown = self._shown(operation, again)
        self._write(
            operation,
            shown or self._shown(operation, first),
            again,
            "confirmed" if shown else "unstable",
        )

    def _shown(self, operation: Operation, exchange: Exchange) -> Shown | None:
        return self._reader.read(
            KIND, operation.id, exchange.request, Answer(exchange.response, exchange.failure)
        )

    def _sent(self, operation: Operation, body: Any) -> Exchange:
        self._number += 1
        payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self._sender.send(
            Outgoing(
                operation.method,
                self._url,
                self._headers(operation),
                payload,
                party=self._party,
                operation=operation.id,
            )
        )

    def _headers(self, operation: Operation) -> Headers:
        headers: Headers = (
            ("Accept", self._context.accept),
            ("Content-Type", "application/json"),
        )
        key = fresh_key(f"excess-{self._context.seed}-{id(self)}", self._number)
        return (*headers, ("Idempotency-Key", key)) if takes_key(operation) else headers

    def _own_url(self, operation: Operation) -> str:
        """A URL of a thing that nobody has touched yet, or of the last one that the children
        had.
        """
        path = operation.path
        for name, values in self._stock.given.get(operation.id, {}).items():
            thing = self._stock.fresh(operation.id, name) or (values[-1] if values else "none")
            path = path.replace("{" + name + "}", quote(thing))
        return self._context.url(path)

    def _write(
        self, operation: Operation, shown: Shown | None, exchange: Exchange, state: FindingState
    ) -> None:
        if shown is None:
            return
        self._context.journal.write(
            CaseFinding(
                check=KIND,
                operation=operation.id,
                requirement=self._declaration.bears_on(KIND, operation.id),
                exchange=self._context.journal.exchange(exchange, STEP, self._number),
                source="accepted_excess",
                state=state,
                party=self._party,
                phase="excess",
                message=shown.expected.en,
                expected=shown.expected,
                actual=shown.actual,
            )
        )
