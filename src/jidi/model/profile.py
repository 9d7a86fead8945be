"""Profiles: what must hold for one role at one level, and within which bounds a candidate may
declare its limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec import UNSET

from jidi.model.journal import HeaderBound, HeaderProfile
from jidi.model.roles import Level, Role
from jidi.model.text import Text

NO_CAPABILITY: Final = "no-capability-"
"""Begins the reason of a check that is not applicable; the capability follows that discovery does
not declare.
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """Bound of one declared limit, by its path in ``limits`` (``push_retry.attempts``).

    ``scaled`` says that the declared figure counts ``time_scale`` times before it is compared,
    ``when_declared`` that it need not be declared.
    """

    limit: str
    at_most: float | None
    at_least: float | None
    scaled: bool
    when_declared: bool = False

    def as_header(self) -> HeaderBound:
        """As it stands in the first record of a journal."""
        return HeaderBound(
            limit=self.limit,
            at_most=self.at_most,
            at_least=self.at_least,
            scaled=self.scaled,
            when_declared=self.when_declared or UNSET,
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """A frozen list of requirement ids for one role, level and version of the standard, in ledger
    order.

    ``needed`` are the capabilities without which a binding requirement is not exercised, ``spared``
    those that may be lacking, each with the reason why.
    """

    id: str
    version: str
    role: Role
    level: Level
    title: Text
    requirements: tuple[str, ...]
    bounds: tuple[Bound, ...]
    digest: str
    needed: frozenset[str] = frozenset()
    spared: Mapping[str, Text] = field(default_factory=dict)

    def as_header(self) -> HeaderProfile:
        """As it stands in the first record of a journal."""
        return HeaderProfile(id=self.id, version=self.version, digest=self.digest)
