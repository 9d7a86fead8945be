"""References that lead nowhere or say nothing, and definitions that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jidi.evolution.libraries import uri_of
from jidi.evolution.linting.lint_findings import Found
from jidi.evolution.linting.nodes import Node, Side
from jidi.evolution.openapi.apis import is_api
from jidi.evolution.schemas.library import Library, Place, escaped
from jidi.report.escaping import one_line
from jidi.wording import sentence

_ANNOTATIONS: Final = frozenset({"title", "description", "$comment", "$defs", "$id", "$schema"})
_FARTHEST: Final = 30


def referring(side: Side) -> Iterator[Found]:
    """Findings about references of schemas and of OpenAPI objects."""
    used: set[str] = set()
    for node in side.nodes:
        yield from _of_node(side, node, used)
    for name, document in side.source.files.items():
        if is_api(document):
            yield from _of_api(side, name, document, used)
    for node in side.nodes:
        if node.standing == "definition" and not _is_used(node, used):
            told = sentence("evolution/lint-unused-definition")
            yield Found("unused-definition", node.file, node.pointer, told)


def _is_used(node: Node, used: set[str]) -> bool:
    """Whether something refers to a definition, or to a part of it."""
    anchors = [node.told[name] for name in ("$anchor", "$dynamicAnchor") if name in node.told]
    own = [node.place.name, *(f"{node.place.base}#{one}" for one in anchors)]
    if "$id" in node.told:
        return any(one.partition("#")[0] == node.place.base for one in used)
    return any(one in used for one in own) or any(
        one.startswith(f"{node.place.name}/") for one in used
    )


def _of_node(side: Side, node: Node, used: set[str]) -> Iterator[Found]:
    library = side.library
    for keyword in ("$ref", "$dynamicRef"):
        uri = node.told.get(keyword)
        if not isinstance(uri, str):
            continue
        target = library.found(uri, node.place.base)
        if target is None:
            yield _dangling(node.file, f"{node.pointer}/{keyword}", uri)
            continue
        used.add(side.name_of(target))
        if uri.rpartition("#")[2][:1] not in ("/", ""):
            used.add(f"{side.name_of(target).partition('#')[0]}#{uri.rpartition('#')[2]}")
        if keyword == "$ref":
            yield from _needless(library, node, target)
    yield from _alone(node)


def _needless(library: Library, node: Node, target: Place) -> Iterator[Found]:
    """A reference to something that is a reference and nothing else, and one that never ends."""
    seen = {node.place.name}
    at = f"{node.pointer}/$ref"
    for step in range(_FARTHEST):
        if target.name in seen:
            yield Found("needless-ref", node.file, at, sentence("evolution/lint-circular-ref"))
            return
        seen.add(target.name)
        value = target.value
        if not isinstance(value, dict) or set(value) - {"$ref"} or "$ref" not in value:
            break
        following = library.found(str(value["$ref"]), target.base)
        if following is None:
            break
        if not step:
            told = sentence("evolution/lint-ref-to-ref", uri=one_line(str(value["$ref"])))
            yield Found("needless-ref", node.file, at, told)
        target = following


def _alone(node: Node) -> Iterator[Found]:
    """``allOf`` with one reference in it, which could stand beside the rest as it is."""
    listed = node.told.get("allOf")
    if not isinstance(listed, list) or len(listed) != 1 or "$ref" in node.told:
        return
    if isinstance(listed[0], dict) and "$ref" in listed[0] and not set(listed[0]) - {"$ref"}:
        told = sentence("evolution/lint-all-of-one-ref")
        yield Found("needless-ref", node.file, f"{node.pointer}/allOf", told)


def _of_api(side: Side, name: str, document: Any, used: set[str]) -> Iterator[Found]:
    """References of OpenAPI objects, and components that nothing refers to."""
    yield from _in_api(side, name, document, "", used)
    components = document.get("components")
    for section, members in components.items() if isinstance(components, dict) else ():
        if section == "securitySchemes" or not isinstance(members, dict):
            continue
        for one in members:
            at = f"/components/{escaped(section)}/{escaped(one)}"
            target = f"{uri_of(name)}#{at}"
            if not any(other == target or other.startswith(f"{target}/") for other in used):
                told = sentence("evolution/lint-unused-definition")
                yield Found("unused-definition", name, at, told)


def _in_api(side: Side, name: str, value: Any, pointer: str, used: set[str]) -> Iterator[Found]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in_api(side, name, item, f"{pointer}/{index}", used)
    if not isinstance(value, dict):
        return
    uri = value.get("$ref")
    if isinstance(uri, str):
        target = side.library.found(uri, uri_of(name))
        if target is None:
            yield _dangling(name, f"{pointer}/$ref", uri)
        else:
            used.add(side.name_of(target))
    for member, inner in value.items():
        if _holds_objects(pointer, member):
            here = f"{pointer}/{escaped(member)}"
            yield from _in_api(side, name, inner, here, used)


def _holds_objects(pointer: str, member: str) -> bool:
    """Whether OpenAPI objects stand in a member: no schemas, which are looked at as such, and no
    examples.
    """
    if member.startswith("x-") or member in ("example", "value", "default", "const", "enum"):
        return False
    return member != "schema" and not (pointer == "/components" and member == "schemas")


def _dangling(file: str, pointer: str, uri: str) -> Found:
    told = sentence("evolution/lint-dangling-ref", uri=one_line(uri))
    return Found("dangling-ref", file, pointer, told)
