"""What a scenario asks of those alone who offer it: operations that rest on a capability, and
batches of more than one.

Whoever declares no such capability, or batches of one, breaks nothing; a step that would hold it
against them is refused, so that no scenario can do it by oversight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jidi.catalogue.linting.known_names import Known, Told
from jidi.wording import sentence

_NOT_OFFERED: Final = (404, 405, 501)
"""How an operation is answered that is not offered."""
_BATCH: Final = "createConsignmentBatch"
_BATCH_LIMIT: Final = "max_batch_items"


def offer_faults(
    step: Mapping[str, Any], at: str, needs: Mapping[str, Any], known: Known
) -> Iterator[Told]:
    """What the step asks of a candidate without ``needs`` naming it. A call of an operation that
    need not be offered is let be where every status it looks at includes 404, 405 and 501.
    """
    call = step.get("call") or step.get("pages") or {}
    operation = str(call.get("op", ""))
    capability = known.offered_with.get(operation, "")
    if capability and capability not in needs.get("capabilities", ()):
        for place in _strict(step):
            text = sentence(
                "catalogue/need-not-be-offered", operation=operation, capability=capability
            )
            yield f"{at}/{place}", "offer", text
    wanted = _batch_of(call)
    if wanted > max(1, needs.get("limits", {}).get(_BATCH_LIMIT, 1)):
        text = sentence(
            "catalogue/need-not-be-taken-at-once", limit=_BATCH_LIMIT, wanted=str(wanted)
        )
        yield f"{at}/call/body/consignments", "offer", text


def _batch_of(call: Mapping[str, Any]) -> int:
    """How many consignments a call names one by one as a batch."""
    body = call.get("body")
    items = body.get("consignments") if isinstance(body, Mapping) else None
    return len(items) if call.get("op") == _BATCH and isinstance(items, list) else 0


def _strict(step: Mapping[str, Any]) -> Iterator[str]:
    """Places of the step that who does not offer the operation cannot meet."""
    expected = step.get("expect", ())
    places = (
        [(f"expect/{index}", one) for index, one in enumerate(expected)]
        if isinstance(expected, list | tuple)
        else [("expect", expected)]
    ) + [(f"check/{index}", one) for index, one in enumerate(step.get("check", ()))]
    for place, one in places:
        if "status" in one and not _lenient(one["status"]):
            yield f"{place}/status"
        elif "problem" in one or "schema" in one:
            yield place


def _lenient(status: object) -> bool:
    taken: Sequence[object] = status if isinstance(status, list) else [status]
    return all(one in taken or f"{one // 100}XX" in taken for one in _NOT_OFFERED)
