"""Random edits of our own schemas, and attacks on what is said to be proven about them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from time import process_time
from typing import Any, Final

from jidi.evolution.comparing import Answer, is_linear, matches
from jidi.evolution.diff import part_of
from jidi.evolution.differences import Part
from jidi.evolution.libraries import library
from jidi.evolution.sides import Source, read_source
from jidi.registry.strangers.two_engines import TwoEngines

SCHEMAS: Final = Path(__file__).parents[1] / "schemas" / "v1.0"
_NUMBERS: Final = frozenset(
    {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties",
     "maxProperties", "exclusiveMinimum", "exclusiveMaximum"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edited:
    """A schema before and after some edits."""

    name: str
    old: Source
    new: Source


@cache
def _files() -> dict[str, Any]:
    return dict(read_source(str(SCHEMAS)).files)


def edited(random: Random) -> Edited:
    """One of our schemas with one or two edits, in it or in what it refers to."""
    files = {name: one for name, one in _files().items() if name.endswith(".schema.json")}
    name = random.choice([one for one in files if one != "types.schema.json"])
    changed = dict(files)
    for _ in range(random.choice((1, 1, 2))):
        where = random.choice((name, name, name, "types.schema.json"))
        changed[where] = _edit(changed[where], random)
    old, new = ({name: side[name]} for side in (files, changed))
    return Edited(name, Source("old", old, files), Source("new", new, changed))


def _edit(schema: Any, random: Random) -> Any:
    changed = deepcopy(schema)
    nodes = [node for node in _nodes(changed) if node]
    for _ in range(40):
        node = random.choice(nodes)
        edit = random.choice(_EDITS)
        if edit(node, random):
            return changed
    return changed


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(value, dict):
        yield value
        for keyword, inner in value.items():
            if keyword in ("properties", "patternProperties", "$defs", "dependentSchemas"):
                for one in inner.values():
                    yield from _nodes(one)
            elif isinstance(inner, dict) and keyword not in ("const", "x-title-zh"):
                yield from _nodes(inner)
            elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
                for one in inner:
                    yield from _nodes(one)


def _move_bound(node: dict[str, Any], random: Random) -> bool:
    names = [one for one in node if one in _NUMBERS]
    if names:
        name = random.choice(names)
        node[name] = max(0, node[name] + random.choice((-1, 1)))
    return bool(names)


def _add_bound(node: dict[str, Any], random: Random) -> bool:
    kinds = {"string": "maxLength", "integer": "maximum", "array": "maxItems",
             "object": "minProperties"}  # fmt: skip
    name = kinds.get(str(node.get("type")))
    if name is None or name in node:
        return False
    node[name] = random.choice((1, 5, 50))
    return True


def _change_required(node: dict[str, Any], random: Random) -> bool:
    required, known = node.get("required"), list(node.get("properties") or ())
    if not required or not known:
        return False
    name = random.choice([*required, *known])
    node["required"] = (
        [one for one in required if one != name] if name in required else [*required, name]
    ) or [known[0]]
    return True


def _change_enum(node: dict[str, Any], random: Random) -> bool:
    values = node.get("enum")
    if not values or len(values) < 2:
        return False
    if random.random() < 0.5:
        node["enum"] = values[1:]
    else:
        node["enum"] = [*values, "SOMETHING_NEW"]
    return True


def _drop_keyword(node: dict[str, Any], random: Random) -> bool:
    apart = ("properties", "$defs", "$id", "$schema", "allOf", "$ref")
    names = [one for one in node if one not in apart]
    if names:
        del node[random.choice(names)]
    return bool(names)


def _drop_member(node: dict[str, Any], random: Random) -> bool:
    members = node.get("properties")
    if not members:
        return False
    del members[random.choice(list(members))]
    return True


def _add_member(node: dict[str, Any], random: Random) -> bool:
    members = node.get("properties")
    if not isinstance(members, dict):
        return False
    members["added"] = random.choice(({"type": "string"}, True, {"type": "integer", "minimum": 0}))
    return True


def _change_type(node: dict[str, Any], random: Random) -> bool:
    kind = node.get("type")
    if not isinstance(kind, str):
        return False
    node["type"] = random.choice(([kind, "null"], "number" if kind == "integer" else [kind]))
    return True


def _open_or_close(node: dict[str, Any], _random: Random) -> bool:
    for name in ("additionalProperties", "unevaluatedProperties"):
        if name in node:
            node[name] = not node[name]
            return True
    return False


def _change_pattern(node: dict[str, Any], random: Random) -> bool:
    pattern = node.get("pattern")
    if not isinstance(pattern, str) or not pattern.endswith("$"):
        return False
    node["pattern"] = random.choice((f"{pattern[:-1]}x?$", pattern[:-1]))
    return True


_EDITS: Final = (
    _move_bound, _add_bound, _change_required, _change_required, _change_enum, _drop_keyword,
    _drop_member, _add_member, _change_type, _open_or_close, _change_pattern,
)  # fmt: skip


def part(one: Edited) -> Part:
    """What the program says of an edited schema."""
    sides = library(one.old, one.name), library(one.new, one.name)
    return part_of(sides, (one.name, one.name), "data", asserted=True)


def refuted(one: Edited, found: Part, random: Random) -> list[Any]:
    """Instances that refute what is said to be proven of an edited schema; there should be none."""
    sides = library(one.old, one.name), library(one.new, one.name)
    old, new = (
        TwoEngines(side.for_engines(), matches, formats=True, is_linear=is_linear) for side in sides
    )
    instances = list(_instances(one.name, random))
    return [
        *_lies(found.old_under_new, old, new, instances),
        *_lies(found.new_under_old, new, old, instances),
    ]


def _lies(answer: Answer, has: TwoEngines, lacks: TwoEngines, instances: list[Any]) -> list[Any]:
    if answer.verdict != "compatible":
        return []
    return [one for one in instances if has.holds(one) is True and lacks.holds(one) is False]


def _instances(name: str, random: Random) -> Iterator[Any]:
    """Examples of a schema, and what becomes of them when members go, come and change."""
    folder = SCHEMAS / "examples" / "valid" / name.removesuffix(".schema.json")
    for path in sorted(folder.glob("*.json"))[:6]:
        example = json.loads(path.read_text("utf-8"))
        yield example
        for _ in range(25):
            yield _spoilt(example, random)


def _spoilt(example: Any, random: Random) -> Any:
    changed = deepcopy(example)
    spots = list(_spots(changed))
    if not spots:
        return changed
    holder, step = random.choice(spots)
    if isinstance(holder, dict) and random.random() < 0.4:
        del holder[step]
    elif isinstance(holder, dict) and random.random() < 0.2:
        holder["added"] = random.choice(("x", 1, None))
    else:
        holder[step] = random.choice((None, "", "x", 0, 1, -1, [], {}, "SOMETHING_NEW", True))
    return changed


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(value, dict | list):
        return
    for step, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, step
        yield from _spots(inner)


def attacked(seed: int, count: int) -> int:
    """Edit ``count`` times, print how often what was said, and end with 1 when a proof fell."""
    random = Random(seed)
    said: Counter[str] = Counter()
    slowest, fallen = 0.0, 0
    for number in range(count):
        one = edited(random)
        before = process_time()
        found = part(one)
        slowest = max(slowest, process_time() - before)
        said.update((found.old_under_new.verdict, found.new_under_old.verdict))
        for answer in (found.old_under_new, found.new_under_old):
            if answer.verdict == "undecided":
                print(f"undecided: edit {number} of {one.name}: {answer.reason}")
        lies = refuted(one, found, random)
        fallen += len(lies)
        for lie in lies[:1]:
            print(f"refuted: edit {number} of {one.name}: {json.dumps(lie, ensure_ascii=False)}")
    print(f"{count} edits: {dict(said)}; refuted: {fallen}; slowest {slowest:.2f} s of CPU")
    return int(bool(fallen))
