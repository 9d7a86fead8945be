"""Personal values are found by schemas that were walked once as by a walk for each instance."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from jidi.registry import Registry, pointers
from jidi.registry.annotations import UNDECLARED, PersonalValues
from jidi.registry.tree import Class, Node, strongest_class
from jidi.registry.values import ExampleKind, PersonalValue


def walked(
    finder: PersonalValues, nodes: list[Node], value: Any, path: pointers.Path, around: Class
) -> Iterator[PersonalValue]:
    """Every value with its class, the schemas being walked for it."""
    applied = [
        part for node in nodes for part in finder._tree.applicable(node, value, finder._valid)
    ]
    here = strongest_class(applied) or around
    if isinstance(value, dict):
        for name, item in value.items():
            below = [child for node in applied for child in node.member_schemas(name)]
            known = below or here.pi_class != "none"
            inside = here if known else Class(UNDECLARED)
            yield from walked(finder, below, item, (*path, name), inside)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            below = [child for node in applied for child in node.item_schemas(index)]
            yield from walked(finder, below, item, (*path, index), here)
    else:
        yield PersonalValue(pointers.encode(path), here.pi_class, here.mask_profile, value)


def spoilt(value: Any, chosen: random.Random) -> Any:
    """The value with some members of other names, types and places."""
    if isinstance(value, dict):
        made = {
            (name if chosen.random() > 0.1 else chosen.choice(["a/b~c", "name", "x", ""])): spoilt(
                item, chosen
            )
            for name, item in value.items()
        }
        return made if chosen.random() > 0.05 else list(made.values())
    if isinstance(value, list):
        return [spoilt(item, chosen) for item in value]
    return value if chosen.random() > 0.15 else chosen.choice([None, 7, "text", {"name": "x"}, []])


@pytest.mark.parametrize("kind", get_args(ExampleKind))
def test_every_example_and_its_mutations_show_the_same_values(kind: ExampleKind) -> None:
    """Place, class, mask and value, in the same order; also with what was learnt before."""
    registry = Registry.load()
    finder, chosen = registry._personal, random.Random(kind)  # noqa: S311 - repeatable, not secret
    seen = 0
    for example in registry.examples(kind):
        root = registry._tree.root(registry._bundle.uri(example.thing))
        for value in (example.instance, *(spoilt(example.instance, chosen) for _ in range(4))):
            wanted = [
                one
                for one in walked(finder, [root], value, (), Class(UNDECLARED))
                if one.pi_class != "none"
            ]
            found = registry.personal_values(example.thing, value, undeclared=True)
            assert found == wanted, json.dumps(value, ensure_ascii=False)
            seen += len(found)
    assert seen > 500
