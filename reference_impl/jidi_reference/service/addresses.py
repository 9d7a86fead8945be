"""Which addresses the partner calls: those that its operator allowed, and outside the machine over
https only (DS-08.1).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.0/8", "localhost", "::1")


def objection(url: str, allowed: Sequence[str]) -> str:
    """Why the address must not be called, for it would turn the partner into a probe of its own
    network; empty when it may be.

    Names are compared, never resolved: a name that the operator did not list is not looked up at
    all.
    """
    try:
        parts = urlsplit(url)
        host, _port, scheme = parts.hostname or "", parts.port, parts.scheme
    except ValueError:
        host, scheme, parts = "", "", urlsplit("")
    if not _matches(host, allowed) or parts.username is not None or parts.password is not None:
        return "this host is not one that may be called"
    if scheme != "https" and not (_matches(host, _LOOPBACK) and scheme == "http"):
        return "outside the machine only https is spoken"
    return ""


def _matches(host: str, allowed: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in allowed and "/" not in host
    return any(address in ipaddress.ip_network(entry) for entry in allowed if _is_network(entry))


def _is_network(entry: str) -> bool:
    try:
        ipaddress.ip_network(entry)
    except ValueError:
        return False
    return True
