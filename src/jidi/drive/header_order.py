"""In which order the headers of a request are sent: that of some client, another one for each party
and each way of saying what is accepted (ADR 39).

Clients differ in it, and each keeps to its own; one order for all that a run sends would tell a run
from a day's work. Standard library only: children of the generated phase take this module by its
file, so that no order tells them from scenarios.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

WITHOUT_LENGTH: Final = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})
"""Methods whose empty body nobody gives a length."""
_OF_A_CLIENT: Final = ("accept", "authorization", "user-agent")


def length_of(method: str, body: bytes | None) -> str | None:
    """What ``Content-Length`` says of a request; ``None`` where it has none."""
    if not body and method.upper() in WITHOUT_LENGTH:
        return None
    return str(len(body or b""))


def arranged(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """``headers`` in the order of the client that sends them; those of one name stay as they are to
    each other.
    """
    listed = list(headers)
    said = [f"{name.lower()}: {value}" for name, value in listed if name.lower() in _OF_A_CLIENT]
    client = "\n".join(sorted(said))

    def place(item: tuple[str, str]) -> bytes:
        said = f"{client}\n{item[0].lower()}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(said).digest()

    return sorted(listed, key=place)
