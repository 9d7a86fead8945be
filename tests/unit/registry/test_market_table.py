"""The page on interfaces of the market speaks of members that the schemas have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jidi.registry import Registry, pointers

PAGE = Path(__file__).parents[3] / "docs" / "standard" / "market.md"
COLUMNS = 6


def rows() -> Iterator[tuple[str, str, int]]:
    """Schema, member and number of columns of each row."""
    schema = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if head := re.match(r"\| ([a-z-]+) \| Kuaidi100 \|", line):
            schema = head[1]
        elif row := re.match(r"\| `([a-z_.0-9]+)` \|", line):
            yield schema, row[1], line.count("|") - 1


def inside(registry: Registry, schema: Any, base: str) -> tuple[Any, str]:
    """A schema without its references, and the document where it stands."""
    while isinstance(schema, dict) and "$ref" in schema:
        name, _, fragment = str(schema["$ref"]).partition("#")
        base = name.removesuffix(".schema.json") or base
        schema = pointers.lookup(registry.schema(base), pointers.decode(fragment))
    return schema, base


def has(registry: Registry, schema: Any, base: str, path: list[str]) -> bool:
    """Whether a member lies below a schema, in one of its alternatives or items too."""
    schema, base = inside(registry, schema, base)
    if not path:
        return True
    if not isinstance(schema, dict):
        return False
    below = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("items")]
    member = schema.get("properties", {}).get(path[0])
    return (member is not None and has(registry, member, base, path[1:])) or any(
        has(registry, one, base, path) for one in below if one is not None
    )


@pytest.mark.parametrize(("schema", "member", "columns"), list(rows()))
def test_member_of_the_market_table_is_one_of_the_schema(
    schema: str, member: str, columns: int
) -> None:
    """Each row names a member of the consignment or the event, and five interfaces."""
    registry = Registry.load()
    assert columns == COLUMNS
    assert has(registry, registry.schema(schema), schema, member.split("."))
    assert not has(registry, registry.schema(schema), schema, [*member.split("."), "no-such"])


def test_every_member_of_the_consignment_stands_in_the_market_table() -> None:
    """But for three that none of the five interfaces has."""
    told = {member.partition(".")[0] for schema, member, _ in rows() if schema == "consignment"}
    nowhere = {"related_waybill_no", "dangerous_goods", "return_to"}
    assert set(Registry.load().schema("consignment")["properties"]) - told == nowhere
