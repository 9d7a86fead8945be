"""Platforms and integrators that take every event, and forget those of some kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from tests.conformance.broken_partners.everywhere import PREFIX
from tests.conformance.broken_partners.fault import Fault
from tests.conformance.broken_partners.integrator_seams import held_up
from tests.conformance.broken_partners.wrapping import Event, Inside, Wrap

from jidi.model.roles import Role

_DAY: Final = timedelta(days=1)


def _old(event: Event) -> bool:
    recorded, occurred = (
        datetime.fromisoformat(event[f"{name}_at"]) for name in ("recorded", "occurred")
    )
    return recorded - occurred > _DAY


def _to_the_minute(event: Event) -> bool:
    moment = datetime.fromisoformat(event["occurred_at"])
    return moment.second == 0 and moment.microsecond == 0


def _finer_than_seconds(event: Event) -> bool:
    return datetime.fromisoformat(event["occurred_at"]).microsecond % 1000 != 0


def _forgotten(kind: Callable[[Event], bool]) -> Wrap:
    """Events of this kind count as accepted, and are kept nowhere."""

    def make(healthy: Callable[..., Any]) -> Callable[..., Any]:
        def refusal(context: Any, unit: Any, courier: Any, event: Event) -> Any:
            return None if kind(event) else healthy(context, unit, courier, event)

        return refusal

    return Inside("receiving.refusal", make)


_KINDS: Final[tuple[tuple[str, str, Callable[[Event], bool], str], ...]] = (
    (
        "corrections",
        "Corrections",
        lambda event: event["event_code"] == "CORRECTION",
        "correction",
    ),
    (
        "estimates",
        "Estimates",
        lambda event: event["classifier"] == "EST",
        "estimate",
    ),
    (
        "fine-times",
        "Events whose times are finer than milliseconds",
        _finer_than_seconds,
        "utc",
    ),
)
"""By name: what is forgotten, which these are, and the example that shows it."""
_TIMES: Final[tuple[tuple[str, str, Callable[[Event], bool]], ...]] = (
    ("old-events", "Events that were recorded a day after they occurred", _old),
    ("events-to-the-minute", "Events whose second nobody noted", _to_the_minute),
)


def _other_than(kind: Callable[[Event], bool]) -> Callable[[Event], bool]:
    return lambda event: not kind(event)


def _of(role: Role, name: str, broken: str, about: str, seen: tuple[str, Wrap]) -> Fault:
    requirement, case = broken.split("/")
    caught, wrap = seen
    return Fault(f"{PREFIX[role]}{name}", requirement, case, about, (caught,), wrap, role=role)


FAULTS: Final = (
    *(
        _of(
            "platform",
            f"{name}-forgotten",
            "DS-02.8/duplicate-counted-twice",
            f"{what} count as accepted, and are kept nowhere.",
            (
                f"push-valid-examples[{example}]/feed/kept-as-pushed",
                _forgotten(kind),
            ),
        )
        for name, what, kind, example in _KINDS
    ),
    *(
        _of(
            "platform",
            f"{name}-forgotten",
            "DS-02.8/duplicate-counted-twice",
            f"{what} count as accepted, and are kept nowhere.",
            (
                "push-odd-times/feed/kept-as-pushed",
                _forgotten(kind),
            ),
        )
        for name, what, kind in _TIMES
    ),
    *(
        _of(
            "integrator",
            f"{name}-not-passed-on",
            "DS-01.6/message-dropped",
            f"{what} are shown to the courier, and not passed on.",
            (
                f"integrator-push-valid-examples[{example}]/pull/passed-on",
                held_up(_other_than(kind)),
            ),
        )
        for name, what, kind, example in _KINDS
    ),
    *(
        _of(
            "integrator",
            f"{name}-not-passed-on",
            "DS-01.6/message-dropped",
            f"{what} are shown to the courier, and not passed on.",
            (
                "integrator-push-odd-times/pull/passed-on",
                held_up(_other_than(kind)),
            ),
        )
        for name, what, kind in _TIMES
    ),
)
"""Every fault of this module."""
