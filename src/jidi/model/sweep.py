"""Sweeps: what must hold of everything that was seen in a run, whatever the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jidi.model.text import Text


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
