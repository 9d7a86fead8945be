"""Requests and answers of an operation as schemas of one object each, so that one question is
enough: is every request that was allowed still allowed?

A request holds what the document declares and nothing else, but for headers, of which there are
always others. An answer has a status, headers and a body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jidi.evolution.openapi.described import Described, Document, path_names, reference, table
from jidi.evolution.schemas.library import Place

Schema = dict[str, Any]
_GROUPS: Final = ("path", "query", "header", "cookie")
_NOT_PARAMETERS: Final = frozenset({"accept", "content-type", "authorization"})
_STYLES: Final[Mapping[str, tuple[str, bool]]] = {
    "path": ("simple", False),
    "header": ("simple", False),
    "query": ("form", True),
    "cookie": ("form", True),
}
_RANGES: Final = ("1XX", "2XX", "3XX", "4XX", "5XX")


def request(document: Document, one: Described, names: Sequence[str]) -> Schema:
    """What an operation takes; ``names`` are those of the parameters of its path, in order."""
    groups: dict[str, Schema] = {group: _object(closed=group != "header") for group in _GROUPS}
    own = path_names(one.path)
    for place in _parameters(document, one):
        _added(document, groups, place, dict(zip(own, names, strict=False)))
    members: dict[str, Any] = {**groups, "security": _security(document, one)}
    required = [*groups, "security"]
    body = document.followed(document.at(one.place, "requestBody"))
    if isinstance(body.value, dict):
        members["body"] = _content(document, document.at(body, "content"))
        required += ["body"] if body.value.get("required") is True else []
    return _whole(members, required)


def answer(document: Document, one: Described) -> Schema:
    """What an operation gives."""
    responses = document.at(one.place, "responses")
    declared = [name for name, _ in document.members(responses)]
    ways = [
        _answer(document, document.followed(place), _status(name, declared))
        for name, place in document.members(responses)
    ]
    return {"anyOf": ways} if ways else {"not": {}}


def _answer(document: Document, place: Place, status: Schema) -> Schema:
    headers = _object(closed=False)
    for name, header in document.members(document.at(place, "headers")):
        held = document.followed(header)
        _noted(headers, name.lower(), _schema_of(document, held), table(held.value))
    members: dict[str, Any] = {"status": status, "header": headers}
    content = document.at(place, "content")
    if table(content.value):
        members["body"] = _content(document, content)
    return _whole(members, list(members))


def _status(name: str, declared: Sequence[str]) -> Schema:
    """Statuses that a name of ``responses`` means."""
    if name.isascii() and name.isdigit() and len(name) == 3:
        return {"const": int(name)}
    exact = [int(one) for one in declared if one.isascii() and one.isdigit() and len(one) == 3]
    if name.upper() in _RANGES:
        return _range(int(name[0]), exact, [])
    ranges = [int(one[0]) for one in declared if one.upper() in _RANGES]
    return _range(0, exact, ranges)


def _range(hundred: int, exact: Sequence[int], apart: Sequence[int]) -> Schema:
    low, high = (hundred * 100, hundred * 100 + 99) if hundred else (100, 599)
    others: list[Schema] = [{"enum": list(exact)}] if exact else []
    others += [{"minimum": one * 100, "maximum": one * 100 + 99} for one in apart]
    schema: Schema = {"type": "integer", "minimum": low, "maximum": high}
    return {**schema, "not": {"anyOf": others}} if others else schema


def _parameters(document: Document, one: Described) -> Iterator[Place]:
    """Parameters of the operation, then those of its path that it does not give itself."""
    seen = set()
    for holder in (one.place, one.item):
        for place in document.items(document.at(holder, "parameters")):
            told = table(place.value)
            identity = (told.get("name"), told.get("in"))
            if identity not in seen:
                seen.add(identity)
                yield place


def _added(
    document: Document, groups: dict[str, Schema], place: Place, renamed: Mapping[str, str]
) -> None:
    told = table(place.value)
    name, group = str(told.get("name")), str(told.get("in"))
    if group not in groups or (group == "header" and name.lower() in _NOT_PARAMETERS):
        return
    if group == "path":
        told = {**told, "required": True}
        name = renamed.get(name, name)
    style = _style(told, group)
    schema = _schema_of(document, place)
    if style:
        schema = _whole({style: schema}, [style])
    _noted(groups[group], name.lower() if group == "header" else name, schema, told)


def _style(told: Mapping[str, Any], group: str) -> str:
    """How a parameter is written where that is not as usual; empty where it is."""
    usual = _STYLES[group]
    style = told.get("style", usual[0])
    explode = told.get("explode", style == "form")
    reserved = " reserved" if told.get("allowReserved") is True else ""
    if (style, explode) == usual and not reserved:
        return ""
    return f"{style}{' exploded' if explode else ''}{reserved}"


def _noted(group: Schema, name: str, schema: Schema, told: Mapping[str, Any]) -> None:
    group["properties"][name] = schema
    if told.get("required") is True and name not in group["required"]:
        group["required"].append(name)


def _schema_of(document: Document, place: Place) -> Schema:
    """The schema of a parameter or header, that of its only media type included."""
    told = table(place.value)
    if "schema" in told:
        return reference(document.at(place, "schema"))
    content = document.at(place, "content")
    return _content(document, content) if table(content.value) else {}


def _content(document: Document, place: Place) -> Schema:
    """One of the media types, with what it holds."""
    members: dict[str, Any] = {}
    for name, media in document.members(place):
        told = table(media.value)
        held = reference(document.at(media, "schema")) if "schema" in told else {}
        encoding = told.get("encoding")
        members[f"{name.lower()} {encoding}" if encoding else name.lower()] = held
    return {**_whole(members, []), "minProperties": 1, "maxProperties": 1}


def _security(document: Document, one: Described) -> Schema:
    """Credentials with which a request is taken: one of the alternatives, each scope held."""
    asked = table(one.place.value).get("security", table(document.place.value).get("security"))
    schemes = document.at(document.place, "components", "securitySchemes")
    ways: list[Schema] = []
    for way in asked if isinstance(asked, list) else []:
        members = {
            _scheme(document, document.followed(document.at(schemes, name)), name): {
                "type": "array",
                "allOf": [{"contains": {"const": scope}} for scope in scopes or ()],
            }
            for name, scopes in table(way).items()
        }
        ways.append(_whole(members, list(members)))
    return {"anyOf": ways} if ways else _object(closed=True)


def _scheme(document: Document, place: Place, name: str) -> str:
    del document
    told = table(place.value)
    shown = [str(told[one]) for one in ("type", "scheme", "in", "name") if one in told]
    return f"{name} ({' '.join(shown)})"


def _object(*, closed: bool) -> Schema:
    made: Schema = {"type": "object", "properties": {}, "required": []}
    return {**made, "additionalProperties": False} if closed else made


def _whole(members: Mapping[str, Any], required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": dict(members),
        "required": required,
        "additionalProperties": False,
    }
