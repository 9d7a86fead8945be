"""Which operations a partner serves: by its role, level and environment."""

from __future__ import annotations

from jidi_reference.settings import API_PATH, Settings
from jidi_reference.web import courier, governance, platform, privacy, sandbox
from jidi_reference.web.operation import Operation

_FACES: dict[str, tuple[Operation, ...]] = {
    "courier": courier.OPERATIONS,
    "platform": platform.OPERATIONS,
}


def operations_of(settings: Settings) -> list[tuple[str, Operation]]:
    """(path, operation) of everything that is served; a production partner has no sandbox route."""
    private = settings.level == "privacy"
    level = privacy.OPERATIONS if settings.role != "platform" else privacy.GOVERNANCE
    operations = [*_FACES[settings.role], *governance.OPERATIONS, *(level if private else ())]
    served = [(API_PATH + operation.path, operation) for operation in operations]
    served += [(operation.path, operation) for operation in ((privacy.FORM, governance.DISCOVERY) if private else (governance.DISCOVERY,))]
    if settings.environment == "sandbox":
        served.append((sandbox.ACTION.path, sandbox.ACTION))
    return served
