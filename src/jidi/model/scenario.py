"""Scenarios as loaded, cases expanded and references checked, still without any run-time value; and
sweeps, which hold of everything that was seen in a run, whatever the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jidi.model.roles import Level
from jidi.model.step import Condition, Deed, StepKind
from jidi.model.text import Text


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at and the requirement on which it bears.

    ``subject`` is the word that names what is looked at (``status``, ``schema``, ``value`` …),
    ``argument`` what stands after it, ``matcher`` and ``operand`` the matcher of a ``value`` check
    (empty and ``None`` for the others).
    """

    id: str
    requirement: str
    subject: str
    argument: Any
    matcher: str = ""
    operand: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it does, preconditions and checks in the order written."""

    id: str
    deed: Deed
    expect: tuple[Condition, ...]
    checks: tuple[Check, ...]
    title: Text | None = None

    @property
    def kind(self) -> StepKind:
        """The kind of what it does."""
        return self.deed.kind


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario instance. ``id`` is ``<scenario>`` or ``<scenario>[<case>]``; ``base`` the id
    without its case.

    ``needs_limits`` are the least values of limits with which it means anything; ``level`` is the
    lowest level at which the instance means anything. ``couriers`` are those that
    the kit plays in it.
    """

    id: str
    base: str
    title: Text
    area: str
    roles: tuple[str, ...]
    needs_capabilities: tuple[str, ...]
    needs_actions: tuple[str, ...]
    needs_limits: Mapping[str, int]
    alone: bool
    case: Mapping[str, Any]
    generate: Mapping[str, Any]
    receivers: tuple[str, ...]
    steps: tuple[Step, ...]
    teardown: tuple[Step, ...]
    level: Level = "core"
    couriers: tuple[str, ...] = ()
    source: str = ""
    digest: str = field(default="", compare=False)

    @property
    def requirements(self) -> frozenset[str]:
        """Every requirement id that a check of this instance names."""
        return frozenset(check.requirement for step in self.steps for check in step.checks)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One thing that must hold over the whole of a run; ``rule`` is the word that judges it, with
    its ``arguments``.

    ``roles`` narrows it to some of those that the requirement binds (empty: all). ``needs`` are
    capabilities without which there is nothing to see, and ``tls``. ``seldom`` says that its matter
    need not occur in a run; ``recordings`` that it means something over what strangers recorded,
    too.
    """

    id: str
    requirement: str
    title: Text
    rule: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    seldom: bool = False
    recordings: bool = False

    @property
    def check(self) -> str:
        """Id of the check, ``sweep/<id>``."""
        return f"sweep/{self.id}"
