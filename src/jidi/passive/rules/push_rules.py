"""Rules over recorded pushes: signature, window of time, same id and same bytes (DS-02.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jidi.language.views import ExchangeView, header_value
from jidi.passive.rules.observations import (
    Observation,
    RecordedContext,
    Site,
    both,
    facts,
    is_exact,
    leak_observations,
    observed,
    unfound_observations,
)
from jidi.wording import sentence


def push_observations(
    views: Sequence[ExchangeView], context: RecordedContext
) -> Iterator[Observation]:
    """Everything that the pushes of the recording show."""
    for view in views:
        for check, requirement, rule in (
            ("push-signature", "DS-02.5", lambda: _signature(view)),  # noqa: B023 - called at once
            ("push-schema", "DS-02.5", lambda: _envelope(view, context)),  # noqa: B023
            ("personal-values", "PI-07.2", lambda: leak_observations(view)),  # noqa: B023
            ("facts", "DS-02.5", lambda: unfound_observations(view, "DS-02.5")),  # noqa: B023
        ):
            yield from observed(Site(check, requirement, view.record.id), rule)
    yield from observed(Site("push-repeats", "DS-02.5"), lambda: _repeats(views))


def _signature(view: ExchangeView) -> Iterator[Observation]:
    fault = facts(view).get("signature")
    if isinstance(fault, str):
        yield Observation(
            "push-signature", "DS-02.5", view.record.id, fault, both(fault or "signed")
        )


def _repeats(views: Sequence[ExchangeView]) -> Iterator[Observation]:
    digests: dict[str, str] = {}
    for view in views:
        name, digest = (
            header_value(view.request.headers, "webhook-id"),
            str(view.request.attribute("digest")),
        )
        if isinstance(name, str) and is_exact(view):
            known = digests.setdefault(name, digest)
            yield Observation(
                "push-repeats",
                "DS-02.5",
                view.record.id,
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
            view.record.id,
            "schema",
            told,
        )
    if not found["faults"]:
        yield Observation(
            "push-schema", context.row(str(found["requirement"]), "DS-02.5"), view.record.id
        )
