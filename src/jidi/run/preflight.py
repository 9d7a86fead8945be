"""Before any scenario: is the candidate there, what does it declare, and do the credentials of the
target work?
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from jidi.drive.candidate.credentials import CredentialFailure
from jidi.drive.candidate.discovery import DISCOVERY_PATH, read_discovery
from jidi.drive.http.client import Client
from jidi.drive.keeping.foreign import shown
from jidi.errors import TargetError, UnreachableError
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.model.roles import ROLES
from jidi.model.target import Target
from jidi.model.text import Text
from jidi.model.urls import url_parts
from jidi.run.planning.plan import Standing
from jidi.run.playing.partners import SHARED
from jidi.run.playing.played_couriers import Couriers
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh

_NOT_THERE: Final = frozenset({"refused", "unresolved", "timeout", "forbidden-host"})


def fetch_discovery(client: Client, target: Target) -> tuple[Exchange, Any]:
    """The exchange that fetched the discovery document, and the document (``None`` when what came
    is none; :func:`read_discovery` says why).

    Raises:
        UnreachableError: nobody answers at the target's base URL.
    """
    url = target.base_url.rstrip("/") + DISCOVERY_PATH
    way = client.follow(
        Outgoing(
            "GET",
            url,
            (("Accept", "application/json"),),
            credential="none",
            operation="getDiscovery",
        )
    )
    exchange = next(
        (one for one in reversed(way) if one.response is not None), way[-1]
    )  # a redirect that may not be followed is the answer
    if exchange.failure is not None and exchange.failure.kind in _NOT_THERE:
        raise UnreachableError(
            sentence(
                "run/does-not-answer",
                base_url=target.base_url,
                kind=exchange.failure.kind,
                detail=exchange.failure.detail,
                failure_zh=failure_zh(exchange.failure),
            ),
            next_step=sentence("run/start-the-candidate-or-correct-base-url"),
        )
    return exchange, read_discovery(exchange)[0]


def standing(
    client: Client, target: Target, discovery: Any, base_url: str, couriers: Couriers | None = None
) -> Standing:
    """What can be played: tries the credentials of each party of the target once, by a harmless
    read.
    """
    usable = bool(base_url)
    given = list(
        dict.fromkeys(party.name for party in (*target.parties, *client.credentials.added))
    )
    names = given if usable else []
    with ThreadPoolExecutor(
        max(1, len(names)), thread_name_prefix="preflight"
    ) as pool:  # one after another a candidate that stalls would stall each
        faults = zip(
            names,
            pool.map(lambda name: _credential_fault(client, name, base_url, target.role), names),
            strict=True,
        )
        broken = {name: fault for name, fault in faults if fault}
    working = frozenset(given) - broken.keys()
    actions = None if target.driver.actions is None else frozenset(target.driver.actions)
    return Standing(
        discovery,
        usable,
        working,
        broken,
        has_driver=target.driver.kind != "none",
        actions=actions,
        loopback_clear_text=_loopback_clear_text(target.base_url, base_url),
        role=target.role,
        couriers=couriers.connected - broken.keys() if couriers is not None else frozenset(),
        unconnected={**broken, **couriers.faults} if couriers is not None else {},
        entered={} if couriers is None else {n: c.party for n, c in couriers.entered.items()},
        worn=couriers.worn if couriers is not None else frozenset(),
    )


def _loopback_clear_text(*addresses: str) -> bool:
    return all(is_loopback_clear_text(address) for address in addresses if address)


def is_loopback_clear_text(address: str) -> bool:
    """Whether ``address`` is on this machine and without TLS, where nothing can be said of TLS."""
    url = url_parts(address)
    host = url.hostname or ""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    return url.scheme == "http" and loopback


_WHOLE: Final = frozenset({"platform-a", "platform-b", "supervisor", *SHARED})
"""Parties whose credentials must open the read that tries them."""


def _credential_fault(client: Client, party: str, base_url: str, role: str) -> Text | None:
    """Why the credentials of ``party`` do not work, if they do not."""
    headers = client.credentials.headers_for(party)
    if isinstance(headers, CredentialFailure):
        return headers.cause
    outgoing = role == "platform" or party in SHARED
    path = (
        "/status"
        if party == "supervisor"
        else "/outgoing-consignments?limit=1"
        if outgoing
        else "/consignments?limit=1"
    )
    exchange = client.send(
        Outgoing("GET", base_url.rstrip("/") + path, (("Accept", "application/json"),), party=party)
    )
    dead = (
        {401, 403} if party in _WHOLE else {401}
    )  # of the others each has one duty, and this read need not be within it
    if exchange.response is not None and exchange.response.status in dead:
        return sentence(
            "run/the-candidate-answers-to-get", status=exchange.response.status, path=path
        )
    return None


def require_one_role(discovery: Any, target: Target) -> None:
    """Nothing where target and candidate name one role, or the candidate names none of them, which
    the run then says.

    Raises:
        TargetError: the candidate names another one.
    """
    told = discovery.get("role") if isinstance(discovery, Mapping) else None
    if told in ROLES and told != target.role:
        raise TargetError(
            sentence("run/another-role", told=shown(told), role=target.role),
            next_step=sentence(
                "run/make-the-two-agree-in", path=shown(target.path or target.base_url)
            ),
        )
