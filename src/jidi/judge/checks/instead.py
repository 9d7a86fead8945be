"""Which answers stand in the place of another, and for which requirements they are answers."""

from __future__ import annotations

from typing import Final

IN_PLACE: Final = frozenset({429, 502, 503, 504})
"""*Not now*, or a gateway that speaks for the system behind it."""
STANDING_UP: Final = "DS-08.4"
SERVING: Final = "DS-08.5"
