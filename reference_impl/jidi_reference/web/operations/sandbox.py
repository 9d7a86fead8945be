"""The one sandbox operation; its credential is the sandbox token, not a partner's."""

from __future__ import annotations

from jidi_reference.service import sandbox
from jidi_reference.web.answers import Result
from jidi_reference.web.operation import Call, Operation

SANDBOX_SCOPE = "sandbox"


def _perform(call: Call) -> Result:
    return {
        "result": sandbox.perform(
            call.context, call.body["action"], call.body["parameters"], call.origin
        )
    }


ACTION = Operation(
    "performSandboxAction", "POST", "/sandbox/actions", _perform, SANDBOX_SCOPE, "sandbox-action"
)
