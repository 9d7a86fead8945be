"""Couriers that people enter in a candidate before its runs: which there are, and the time in which
the candidate may subscribe at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from jidi.catalogue import Catalogue
from jidi.drive.http.client import Client
from jidi.drive.receiver import Receiver
from jidi.model.roles import Level
from jidi.model.target import CourierSettings, Target
from jidi.registry import Registry
from jidi.run.planning.plan import Standing, make_plan, own_couriers
from jidi.run.planning.selection import Selection
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.partners import SHARED
from jidi.run.playing.played_couriers import Couriers, Surroundings
from jidi.run.preflight import is_loopback_clear_text
from jidi.run.stored import rules_for


def to_enter(catalogue: Catalogue, target: Target, level: Level, discovery: Any) -> tuple[str, ...]:
    """Names of the couriers that people enter for a run at ``level``: the shared ones, then those
    of single scenarios that concern a candidate with this ``discovery``.
    """
    scenarios = rules_for(catalogue, target.role, level, Selection()).scenarios.values()
    standing = Standing(
        discovery,
        usable=True,
        parties=frozenset(),
        broken={},
        has_driver=False,
        actions=None,
        loopback_clear_text=is_loopback_clear_text(target.base_url),
        role=target.role,
    )
    concerned = [
        entry.scenario
        for entry in make_plan(scenarios, standing)
        if entry.state != "not-applicable" and "connect-courier" in entry.scenario.needs_actions
    ]
    own = sorted({name for scenario in concerned for name in own_couriers(scenario)})
    return (*SHARED, *own)


@contextmanager
def entering(
    target: Target, client: Client, registry: Registry, names: tuple[str, ...]
) -> Iterator[Couriers]:
    """The couriers called ``names``, up under their lasting addresses, until the end of the block;
    what the candidate does there is kept for its runs.

    Raises:
        TargetError: the receiver's address cannot be had, or nothing can be kept.
    """
    known = {settings.name: settings for settings in target.couriers}
    wanted = tuple(known.get(name, CourierSettings(name)) for name in names)
    whole = replace(target, couriers=wanted)
    with Receiver(target.receiver) as receiver:
        around = Surroundings(whole, receiver, client, registry, CandidateClock())
        couriers = Couriers(around)
        couriers.put_up()
        yield couriers
