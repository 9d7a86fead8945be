"""Rules over recorded pushes: signature, window of time, same id and same bytes (DS-02.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jidi.language.views import ExchangeView, header_value
from jidi.passive.rules.answer_rules import leak_observations
from jidi.passive.rules.observations import Observation, RecordedContext, both, facts, is_exact
from jidi.wording import sentence


def push_observations(
    views: Sequence[ExchangeView], context: RecordedContext
) -> Iterator[Observation]:
    """Everything that the pushes of the recording show."""
    digests: dict[str, str] = {}
    for view in views:
        fault = facts(view).get("signature")
        if isinstance(fault, str):
            yield Observation(
                "push-signature", "DS-02.5", view.record["id"], fault, both(fault or "signed")
            )
        yield from _envelope(view, context)
        yield from leak_observations(view)
        name, digest = (
            header_value(view.request.headers, "webhook-id"),
            str(view.request.attribute("digest")),
        )
        if isinstance(name, str) and is_exact(view):
            known = digests.setdefault(name, digest)
            yield Observation(
                "push-repeats",
                "DS-02.5",
                view.record["id"],
                "" if known == digest else "bytes-changed",
                both(f"webhook-id {name}"),
            )


def _envelope(view: ExchangeView, context: RecordedContext) -> Iterator[Observation]:
    found = facts(view).get("request")
    if not isinstance(found, Mapping):
        return
    for fault in found["faults"]:
        told = sentence(
            "passive/push-envelope",
            pointer=fault["pointer"] or "/",
            en=fault["en"],
            chinese_zh=fault["zh"],
        )
        yield Observation(
            "push-schema",
            context.row(fault["requirement"], "DS-02.5"),
            view.record["id"],
            "schema",
            told,
        )
    if not found["faults"]:
        yield Observation(
            "push-schema", context.row(str(found["requirement"]), "DS-02.5"), view.record["id"]
        )
