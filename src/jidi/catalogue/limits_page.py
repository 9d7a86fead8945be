"""The page for vendors on limits: what discovery declares, and between which bounds each profile
allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, get_args

from jidi.catalogue.catalogue import Catalogue
from jidi.model.profile import Bound
from jidi.model.roles import LEVELS, Role
from jidi.registry import Registry

_ROLES: Final[tuple[Role, ...]] = get_args(Role)
_EN: Final = (
    "A candidate declares its limits in discovery (`limits`) and is held to what it declares. A "
    "profile says between which bounds it may declare them; outside, DS-05.1 fails. *Scaled*: the "
    "declared seconds times `time_scale`. The bounds hold at every level. A limit without bounds "
    "in this table may be anything that the schema allows."
)
_ZH: Final = (
    "受测方在发现文档（`limits`）中声明限额，并以其声明为准。认证配置规定可声明的范围；超出范围则 "
    "DS-05.1 不通过。scaled：所声明秒数乘以 `time_scale`。"
    "各级别的范围相同；表中未列范围者以模式为准。"
)
_HEAD: Final = f"""\
# Limits / 限额

<!-- Written from the profiles and the schema of discovery by
     `python -m jidi.catalogue.writing`; change those, not this page. -->

{_EN}

{_ZH}

| limit | what it is | 含义 | courier | platform | integrator |
|---|---|---|---|---|---|
"""


def limits_page(catalogue: Catalogue, registry: Registry) -> str:
    """The whole page."""
    bounds = {role: _bounds(catalogue, role) for role in _ROLES}
    return _HEAD + "".join(
        f"| `{name}` | {rule['description']} | {rule['x-description-zh']} | "
        + " | ".join(_told(bounds[role].get(name)) for role in _ROLES)
        + " |\n"
        for name, rule in _limits(registry.schema("discovery")["properties"]["limits"])
    )


def _bounds(catalogue: Catalogue, role: Role) -> dict[str, Bound]:
    """The bounds of the role's profiles by limit.

    Raises:
        ValueError: two levels differ, which the page does not tell.
    """
    found: dict[str, Bound] = {}
    for level in LEVELS:
        for bound in catalogue.profile(role, level).bounds:
            if found.setdefault(bound.limit, bound) != bound:
                raise ValueError(f"{role}: {bound.limit} has other bounds at level {level}")
    return found


def _limits(schema: Mapping[str, Any], place: Sequence[str] = ()) -> Iterable[tuple[str, Any]]:
    """Each limit by its path with dots, and its schema, in the order of the schema."""
    for name, rule in schema["properties"].items():
        if rule.get("type") == "object":
            yield from _limits(rule, (*place, name))
        else:
            yield ".".join((*place, name)), rule


def _told(bound: Bound | None) -> str:
    if bound is None:
        return ""
    parts = [
        f"{word} {value:g}" if value < _PLAIN else f"{word} {value:.0f}"
        for word, value in (("≥", bound.at_least), ("≤", bound.at_most))
        if value is not None
    ]
    return ", ".join(parts) + (" (scaled)" if bound.scaled else "")


_PLAIN: Final = 100_000
