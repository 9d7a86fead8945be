"""What arrives at an address of the kit, and what is answered there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jidi.model.exchange import Exchange

DROP = 0
"""Planned status that stands for cutting the connection without an answer."""


@dataclass(frozen=True, slots=True)
class ReceiverBounds:
    """Bounds of one address of a receiver: one body, all bodies (bytes), number of pushes kept,
    pushes a second, seconds for one body to arrive, seconds for the head of a
    request.
    """

    body_bytes: int = 1024 * 1024
    total_bytes: int = 64 * 1024 * 1024
    pushes: int = 10_000
    per_second: int = 500
    read_s: float = 10.0
    head_s: float = 10.0


@dataclass(frozen=True, slots=True)
class PlannedReply:
    """One answer: ``status`` (``DROP`` cuts the connection) after ``delay_s`` seconds."""

    status: int = 204
    delay_s: float = 0.0

    @classmethod
    def of(cls, value: int | str | Mapping[str, Any]) -> PlannedReply:
        """From the scenario's word: a status, ``drop``, or ``{delay: seconds, status?: n}``.

        Raises:
            ValueError: it is none of these.
        """
        if value == "drop":
            return cls(DROP)
        if isinstance(value, Mapping):
            delay, status = value.get("delay"), value.get("status", 204)
            if isinstance(delay, int | float) and delay >= 0 and set(value) <= {"delay", "status"}:
                return replace(cls.of(status), delay_s=float(delay))
        if isinstance(value, int) and not isinstance(value, bool) and 200 <= value <= 599:
            return cls(value)
        raise ValueError(
            f"{value!r} is no reply: write a status from 200 to 599, 'drop' or {{delay: seconds, "
            f"status: n}}"
        )


@dataclass(frozen=True, slots=True)
class ReceivedPush:
    """One delivery. ``index`` counts deliveries at its endpoint from 0; ``truncated`` says that the
    body was above the bound.

    The exchange's response is the answer that the kit gives (for a cut connection there is a
    failure ``reset`` instead). At a played courier ``operation`` is what was called, ``about`` the
    order, waybill and consignment concerned, ``parameters`` those of query and path, ``document``
    the JSON object in the body; ``asked_again`` says that the courier, told by no script, gave an
    answer after which the same is sent once more (a dead token, one in flight), so that nothing has
    arrived yet.
    """

    endpoint: str
    index: int
    exchange: Exchange
    truncated: bool = False
    operation: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    document: dict[str, Any] | None = None
    asked_again: bool = False

    @property
    def body(self) -> bytes:
        """The raw bytes received."""
        return self.exchange.request.body

    @property
    def received(self) -> float:
        """Monotonic seconds at which the first byte was seen."""
        return self.exchange.started

    def header(self, name: str) -> str | None:
        """First value of request header ``name``, whatever its case, or ``None``."""
        return next(
            (value for key, value in self.exchange.request.headers if key.lower() == name.lower()),
            None,
        )
