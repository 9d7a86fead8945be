"""What turns red along with a fault, because it holds of a whole run: an order that arrives other
than it was placed is one thing to who asks for its time, and another to who compares it whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_UNLIKE: Final = {"DS-01.1": "what arrives at a courier is not what was ordered."}
_CARRIED: Final = {"DS-01.6": "what arrives at a courier is not what the platform gave."}
ALSO: Final[Mapping[str, Mapping[str, str]]] = {
    "integrator-old-orders-made-younger": _CARRIED
} | dict.fromkeys(
    (
        "platform-local-time-as-utc",
        "platform-masked-for-one",
        "platform-old-orders-made-younger",
        "platform-remark-dropped-for-one",
        "platform-time-of-sending-for-time-of-order",
        "platform-time-rounded-to-the-day",
        "platform-time-without-fraction",
    ),
    _UNLIKE,
)
"""By fault: the requirements that turn red too, and why that cannot be helped."""
