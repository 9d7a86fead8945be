"""Who is connected to whom: a platform, two couriers, and an integrator through which the platform
also reaches both.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jidi_reference.network.callers import Link, connect
from jidi_reference.network.processes import Partner


@dataclass(frozen=True)
class Network:
    """The partners and their links. ``routes``: by the courier code that the platform orders with,
    the courier that carries.
    """

    platform: Partner
    integrator: Partner
    couriers: tuple[Partner, Partner]
    links: tuple[Link, ...]
    routes: dict[str, Partner]

    @property
    def from_platform(self) -> list[Link]:
        """Links whose upper side is the platform."""
        return [link for link in self.links if link.upper is self.platform]

    @property
    def to_couriers(self) -> list[Link]:
        """Links whose lower side carries parcels."""
        return [link for link in self.links if link.lower in self.couriers]


@contextmanager
def running(folder: Path) -> Iterator[Network]:
    """The network, started and connected, and always stopped.

    Raises:
        NotReadyError: a partner does not start.
        CallError: a connection cannot be made.
    """
    platform, integrator = (
        Partner("platform", "platform", folder),
        Partner("integrator", "integrator", folder),
    )
    east, west = (
        Partner("courier-east", "courier", folder),
        Partner("courier-west", "courier", folder),
    )
    partners = (platform, integrator, east, west)
    try:
        with ThreadPoolExecutor(len(partners)) as pool:
            list(pool.map(Partner.start, partners))
        links = [
            connect(integrator, "EAST", east),
            connect(integrator, "WEST", west),
            connect(platform, "EAST", east),
            connect(platform, "WEST", west),
        ]
        links += [
            connect(platform, f"HUB_{code}", integrator, courier_code=code)
            for code in ("EAST", "WEST")
        ]
        routes = {"EAST": east, "WEST": west, "HUB_EAST": east, "HUB_WEST": west}
        yield Network(platform, integrator, (east, west), tuple(links), routes)
    finally:
        for partner in partners:
            partner.stop()
