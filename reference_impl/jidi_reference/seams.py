"""The partner's named seams, as ``seams.yaml`` publishes them.

Nothing that serves a request imports this module. It is for those who make partners that differ
from this one: they hold on to the names, so that whoever tidies the partner has to keep these and
nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml


@dataclass(frozen=True)
class Seam:
    """One place where a collaborator is looked up whenever it is used.

    ``module`` is below ``jidi_reference``; ``attribute`` may lead through a class. ``everywhere``:
    other modules hold it by name too.
    """

    name: str
    module: str
    attribute: str
    what: str
    everywhere: bool = False

    def place(self) -> tuple[Any, str]:
        """The object that holds the collaborator, and the name under which it does."""
        holder: Any = import_module(f"{__package__}.{self.module}")
        *path, last = self.attribute.split(".")
        for name in path:
            holder = getattr(holder, name)
        return holder, last

    def part(self) -> Any:
        """What stands there now."""
        return getattr(*self.place())


def seam(name: str) -> Seam:
    """The seam of this name.

    Raises:
        LookupError: for a name that is not published.
    """
    if name not in SEAMS:
        raise LookupError(f"{name} is no seam; those that there are stand in seams.yaml.")
    return SEAMS[name]


def _published() -> dict[str, Seam]:
    text = Path(__file__).with_name("seams.yaml").read_text(encoding="utf-8")
    found: dict[str, Seam] = {}
    for name, row in yaml.safe_load(text).items():
        module, _, attribute = row["at"].partition(":")
        found[name] = Seam(name, module, attribute, row["what"], row.get("everywhere", False))
    return found


SEAMS: Final[Mapping[str, Seam]] = MappingProxyType(_published())
"""Every published seam by name."""
