"""Platforms and integrators whose operators enter couriers in their own administration before any
run: their drivers know no ``connect-courier``.
"""

from __future__ import annotations

import secrets
import socket
from typing import Any, Final

from tests.conformance.fairness.text import act
from tests.conformance.fairness.variant import Served, Variant

from jidi.drive import Client
from jidi.drive.candidate.discovery import read_discovery
from jidi.drive.candidate.target import read_target
from jidi.model.roles import Role
from jidi.run.data import load_data
from jidi.run.playing.entering import entering, to_enter
from jidi.run.preflight import fetch_discovery

_ROLES: Final[tuple[Role, ...]] = ("platform", "integrator")
_ACTIONS: Final = (
    "provision-partner issue-token issue-operator-token dismiss-operator advance-clock read-clock "
    "person-code change-officer place-order amend-order cancel-order rotate-secret reset"
)


def entered(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The target after people have entered, for a run at level privacy, what ``jidi couriers``
    tells; they have the means of the sandbox, which a run then has no more.
    """
    path = served.directory / "target.yaml"
    made = {
        **document,
        "couriers": {"key": secrets.token_urlsafe(18)},
        "receiver": {"listen": f"127.0.0.1:{_free_port()}"},
    }
    registry, catalogue = load_data("1.0")
    target = read_target(made, path)
    with Client(target) as client:
        discovery = read_discovery(fetch_discovery(client, target)[0])[0]
        names = to_enter(catalogue, target, "privacy", discovery)
        with entering(target, client, registry, names) as couriers:
            gave = {
                name: act(document, served, "connect-courier", courier.connection)
                for name, courier in couriers.by_hand.items()
            }
            assert couriers.mute == ()
    return {
        **made,
        "couriers": {**made["couriers"], "entered": gave},
        "driver": {**document["driver"], "actions": _ACTIONS.split()},
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


VARIANTS = tuple(
    Variant(
        f"{role}-couriers-entered",
        "people entered the couriers beforehand, and the driver cannot",
        "docs/standard/platforms-and-integrators.md: without a driver people do the same by hand",
        role=role,
        limits={"push_initial_backoff_s": 0.5},
        document=entered,
    )
    for role in _ROLES
)
