"""The preflight of a target: everything that a run needs, tried once and gently.

Each probe gives findings and raises nothing for what the candidate does.
"""

from __future__ import annotations

from collections.abc import Iterator

from jidi.cli.preflight.advice import Finding, State
from jidi.cli.preflight.as_certified import held_by_a_run
from jidi.cli.preflight.discovery_check import (
    Discovery,
    check_discovery,
    discovered,
    fetch_discovery,
)
from jidi.cli.preflight.push_check import Rehearsal, check_driver, check_pushes
from jidi.cli.preflight.surroundings import check_clock, check_credentials, check_tls
from jidi.drive import Client
from jidi.drive.keeping.foreign import secrets_net
from jidi.model.target import Target
from jidi.registry import Registry

__all__ = ["Discovery", "Finding", "State", "discovered", "preflight"]


def preflight(target: Target, registry: Registry) -> Iterator[Finding]:
    """Findings in the order in which they are best mended; probes that rest on a failed one are
    left out.
    """
    with Client(target) as client:
        net = secrets_net(client.credentials.secrets)
        for finding in _findings(client, target, registry):
            yield finding.told(net)


def _findings(client: Client, target: Target, registry: Registry) -> Iterator[Finding]:
    discovery, reached = fetch_discovery(client, target)
    yield reached
    yield check_tls(target, discovery is not None)
    if discovery is None:
        return
    yield from check_discovery(registry, target, discovery)
    yield from held_by_a_run(registry, target, discovery.asked, discovery.document)
    yield check_clock(discovery)
    token_endpoint = discovery.document.get("token_endpoint")
    if isinstance(token_endpoint, str):
        client.credentials.use_token_endpoint(token_endpoint)
    accepted = []
    for finding in check_credentials(client, target, discovery.base_url(registry.version)):
        accepted.append(finding.state == "ok")
        yield finding
    yield check_driver(client, target)
    yield from check_pushes(Rehearsal(client, target, registry, discovery), rehearse=any(accepted))
