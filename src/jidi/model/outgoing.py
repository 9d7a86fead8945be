"""What the kit is about to send, before any credential is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jidi.model.exchange import Headers

PUSH_OPERATION: Final = "receiveShipmentEvents"
"""The operation by which a courier pushes; its requests are signed and bear no other credential."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to be sent exactly as it stands; ``body`` is sent byte for byte, ``None`` sends
    none.

    ``party`` names the party of the target whose extra headers go with it (empty: nobody's).
    ``credential`` is ``party`` (that party's own), ``none``, ``forged`` (well-formed, made up on
    the spot) or any other string, which is sent as that bearer token. ``timeout_s`` is the bound of
    the whole exchange in seconds; ``None`` takes the client's. Requests with tokens of nobody in
    the target keep one pace together as far as they are ``paced_as`` the same: tokens of one client
    may count as one credential.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    party: str = ""
    credential: str = "party"
    operation: str = ""
    timeout_s: float | None = None
    paced_as: str = ""
