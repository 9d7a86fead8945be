"""Rules over what a platform or an integrator sends to couriers (DS-01.1, DS-01.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from jidi.language.views import ExchangeView, header_value
from jidi.passive.rules.observations import Observation, both, facts, is_exact

_CONSIGNMENTS: Final = frozenset({"createConsignment", "createConsignmentBatch"})


def outgoing_observations(views: Sequence[ExchangeView]) -> Iterator[Observation]:
    """Each consignment carries what it must; a key that is used again carries the same bytes, to
    the same courier by the same credential.
    """
    digests: dict[tuple[str, str, str], str] = {}
    for view in views:
        if view.record.operation not in _CONSIGNMENTS:
            continue
        found = facts(view).get("request")
        if isinstance(found, Mapping) and found.get("whole", True):
            told = "; ".join(
                f"{fault['pointer'] or '/'}: {fault['keyword']}" for fault in found["faults"]
            )
            yield Observation(
                "outgoing-consignment",
                "DS-01.1",
                view.record.id,
                "field-faulty" if told else "",
                both(told),
            )
        key = header_value(view.request.headers, "idempotency-key")
        if isinstance(key, str) and is_exact(view):
            digest = str(view.request.attribute("digest"))
            known = digests.setdefault((view.record.request.url, view.record.party, key), digest)
            yield Observation(
                "outgoing-repeats",
                "DS-01.7",
                view.record.id,
                "" if known == digest else "body-changed",
                both(f"key {key}"),
            )
