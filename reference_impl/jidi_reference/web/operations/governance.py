"""The governance operations that level core needs."""

from __future__ import annotations

from jidi_reference.service.governance import self_description as governance
from jidi_reference.web.answers import Result
from jidi_reference.web.operation import Call, Operation


def _get_discovery(call: Call) -> Result:
    return governance.discovery(call.context, call.origin)


def _get_status(call: Call) -> Result:
    return governance.status(call.context, call.caller)


DISCOVERY = Operation("getDiscovery", "GET", "/.well-known/express-data-sharing", _get_discovery)
OPERATIONS: tuple[Operation, ...] = (
    Operation("getStatus", "GET", "/status", _get_status, "status:read", for_rejected=True),
)
