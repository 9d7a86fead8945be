"""What a broken partner is: one fault, the requirement that must catch it, and the check that must
say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.conformance.broken_partners.wrapping import Wrap

from jidi.model.roles import Level, Role


@dataclass(frozen=True)
class Fault:
    """One broken partner.

    ``name`` is kebab-case. ``requirement`` must fail; ``case`` is the slug of its negative case in
    the ledger. ``caught_by`` names checks (``<scenario>/<step>/<check>``, with ``#<reason>`` where
    the reason matters too), every one of which must be among the failing checks of that
    requirement. ``spares`` names checks that must not fail, in the same form: they tell another
    fault apart from this one. ``also`` maps requirements that turn red too, although nothing else
    was broken, to why that cannot be helped; ``perhaps`` those that may, by what else the run saw.
    ``generated`` says that the fault shows only in a run with generated requests, between them or
    in what is played again after them; the run is then narrowed to its requirement. ``level`` is
    that of the profile by which the partner is tried. At level privacy the rows are those which
    that level adds, and a few of core; ``areas`` narrows the scenarios to these areas (empty: all
    that bear on the rows). What else turns red is judged over what is run. ``role`` is that of the
    partner: the reference of that role is wrapped, and tried by that role's profile.
    """

    name: str
    requirement: str
    case: str
    about: str
    caught_by: tuple[str, ...]
    wrap: Wrap
    also: Mapping[str, str] = field(default_factory=dict)
    perhaps: Mapping[str, str] = field(default_factory=dict)
    spares: tuple[str, ...] = ()
    generated: bool = False
    level: Level = "core"
    areas: tuple[str, ...] = ()
    role: Role = "courier"
