"""Which operations a partner serves: by its role, level and environment."""

from __future__ import annotations

from jidi_reference.settings import API_PATH, Settings
from jidi_reference.web.operation import Operation
from jidi_reference.web.operations import (
    courier,
    governance,
    integrator,
    platform,
    privacy,
    sandbox,
)

_FACES: dict[str, tuple[Operation, ...]] = {
    "courier": courier.OPERATIONS,
    "platform": platform.OPERATIONS,
    "integrator": integrator.OPERATIONS,
}
_PRIVACY: dict[str, tuple[Operation, ...]] = {
    "courier": privacy.OPERATIONS,
    "platform": privacy.GOVERNANCE,
    "integrator": integrator.PRIVACY,
}


def operations_of(settings: Settings) -> list[tuple[str, Operation]]:
    """(path, operation) of everything that is served; a production partner has no sandbox route."""
    private = settings.level == "privacy"
    operations = [
        *_FACES[settings.role],
        *governance.OPERATIONS,
        *(_PRIVACY[settings.role] if private else ()),
    ]
    served = [(API_PATH + operation.path, operation) for operation in operations]
    served += [
        (operation.path, operation)
        for operation in (
            (privacy.FORM, governance.DISCOVERY) if private else (governance.DISCOVERY,)
        )
    ]
    if settings.environment == "sandbox":
        served.append((sandbox.ACTION.path, sandbox.ACTION))
    return served
