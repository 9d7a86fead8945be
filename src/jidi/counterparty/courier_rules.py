"""What every played courier goes by, read once from the published standard: routes, states, problem
types, schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jidi.counterparty.serving.answers import Answer, Problems
from jidi.counterparty.serving.lifecycle import Lifecycle
from jidi.counterparty.standard import Standard
from jidi.registry.values import Operation

SERVED: Final = (
    "getDiscovery",
    "issueToken",
    "getStatus",
    "createConsignment",
    "getConsignment",
    "amendConsignment",
    "cancelConsignment",
    "getShipment",
    "listShipmentEvents",
    "listEvents",
    "createSubscription",
    "getSubscription",
    "listSubscriptions",
    "deleteSubscription",
    "rotateSubscriptionSecret",
    "replaySubscription",
    "allocateWaybillNumbers",
    "voidWaybillNumber",
    "returnWaybillNumber",
)
"""Operations of a courier that are played (docs/standard/platforms-and-integrators.md)."""
PLACES: Final[Mapping[str, str]] = {
    "origin": "/.well-known/express-data-sharing",
    "token-endpoint": "/oauth/token",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One operation and the form of its path below the courier's root."""

    operation: Operation
    form: re.Pattern[str]


@dataclass(frozen=True)
class CourierRules:
    """The standard as the played couriers keep it; made by :meth:`of`."""

    registry: Standard
    problems: Problems
    lifecycle: Lifecycle
    routes: tuple[Route, ...]

    @classmethod
    def of(cls, registry: Standard) -> CourierRules:
        """The rules of the version that ``registry`` holds."""
        rows = registry.code_list("problem-types")["codes"]
        problems = Problems(
            registry.base_uri + "problems/",
            {row["slug"]: (int(row["status"][0]), str(row.get("en", row["slug"]))) for row in rows},
        )
        return cls(registry, problems, Lifecycle.of(registry.code_list), tuple(_routes(registry)))

    def route(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | Answer:
        """The operation at ``path`` and its path parameters, or the refusal (404, 405) when there
        is none.
        """
        found = [
            (route.operation, match.groupdict())
            for route in self.routes
            if (match := route.form.fullmatch(path))
        ]
        if not found:
            return self.problems.answer("not-found")
        for operation, parameters in found:
            if operation.method == method:
                return operation, parameters
        allowed = ", ".join(sorted({operation.method for operation, _ in found}))
        return self.problems.answer("method-not-allowed", headers=(("Allow", allowed),))

    def faults(self, schema: str, document: Any) -> list[str]:
        """Pointers at which ``document`` breaks ``schema``."""
        return [fault.pointer or "/" for fault in self.registry.validate(schema, document)]


def _routes(registry: Standard) -> Iterator[Route]:
    for name in SERVED:
        operation = registry.operation(name)
        path = PLACES.get(operation.served_at) or "/v1" + operation.path
        yield Route(
            operation, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]{1,200})", re.escape(path)))
        )
