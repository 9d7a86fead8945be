"""Who is held to the standard, and how far."""

from __future__ import annotations

from typing import Final, Literal

Role = Literal["courier", "platform", "integrator"]
Level = Literal["core", "privacy", "full"]

ROLES: Final[tuple[Role, ...]] = ("courier", "platform", "integrator")
LEVELS: Final[tuple[Level, ...]] = ("core", "privacy", "full")
"""Each holds what those before it hold."""
