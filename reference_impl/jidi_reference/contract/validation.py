"""Judges a body by the published schema and names every fault at once, each with its JSON Pointer
(DS-01.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urljoin

import jsonschema_rs

from jidi_reference.contract.bundle import Bundle
from jidi_reference.domain.problems import Fault

_EXCESS = ("unevaluatedProperties", "additionalProperties")
_NESTED = ("allOf", "anyOf", "oneOf")
_MAX_POINTER = 512  # this and the next two: problem.schema.json
_MAX_DETAIL = 1000
_MAX_FAULTS = 10_000
_BESIDE = ("if", "then", "else")


class Contract:
    """Compiled validators for the things of one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        """Index the bundle's schemas; each is compiled when first used."""
        self.bundle = bundle
        self._registry = jsonschema_rs.Registry(list(bundle.schemas.items()))
        self._compiled = cache(self._compile)
        self._declared = cache(self._declared_at)

    def faults(self, thing: str, instance: Any) -> list[Fault]:
        """What is wrong with ``instance`` as a ``thing``; empty when nothing is."""
        validator = self._compiled(self.bundle.schema_uri(thing))
        if validator.is_valid(instance):
            return []
        return _distinct(
            self._told(list(_leaves(islice(validator.iter_errors(instance), _MAX_FAULTS))))
        )

    def fits(self, definition: str, value: Any) -> bool:
        """Whether ``value`` is what ``types.schema.json`` defines under a name such as
        ``waybill_no``.
        """
        return bool(
            self._compiled(f"{self.bundle.schema_uri('types')}#/$defs/{definition}").is_valid(value)
        )

    def _compile(self, uri: str) -> jsonschema_rs.Draft202012Validator:
        # Masked: a fault's text must not repeat personal data (PI-07.2).
        return jsonschema_rs.Draft202012Validator(
            {"$ref": uri}, registry=self._registry, validate_formats=True, mask="the value"
        )

    def _told(self, errors: list[jsonschema_rs.ValidationError]) -> Iterator[Fault]:
        causes = [list(error.instance_path) for error in errors if error.kind.name not in _EXCESS]
        for error in errors:
            if error.kind.name not in _EXCESS:
                yield _fault(error)
                continue
            here = list(error.instance_path)
            echoing = any(cause[: len(here)] == here for cause in causes)
            declared = (
                self._declared(error.absolute_keyword_location or "") if echoing else frozenset()
            )
            for name in error.kind.as_dict()["unexpected"]:
                # A fault in one part makes every sibling look unevaluated: only names that are
                # declared nowhere are real.
                if name not in declared:
                    yield Fault(
                        error.kind.name,
                        "this property is not part of the schema",
                        _pointer([*here, name]),
                    )

    def _declared_at(self, keyword_location: str) -> frozenset[str]:
        uri, fragment = urldefrag(keyword_location)
        schema: Any = self.bundle.schemas.get(uri, {})
        for part in fragment.split("/")[1:-1]:
            schema = (
                schema[int(part)]
                if isinstance(schema, list)
                else schema.get(part.replace("~1", "/").replace("~0", "~"), {})
            )
        return frozenset(self._names(schema, uri))

    def _names(self, schema: Any, base: str) -> Iterator[str]:
        if not isinstance(schema, dict):
            return
        yield from schema.get("properties", {})
        if "$ref" in schema:
            yield from self._declared(
                urljoin(base, schema["$ref"]) + ("/-" if "#" in schema["$ref"] else "#/-")
            )
        nested = [part for keyword in _NESTED for part in schema.get(keyword, [])]
        for part in [*nested, *(schema[keyword] for keyword in _BESIDE if keyword in schema)]:
            yield from self._names(part, base)


def _leaves(
    errors: Iterable[jsonschema_rs.ValidationError],
) -> Iterator[jsonschema_rs.ValidationError]:
    """Errors with each failed choice replaced by the faults of its nearest branch: those tell what
    to mend.
    """
    for error in errors:
        branches = (
            error.kind.as_dict().get("context") if error.kind.name in ("anyOf", "oneOf") else None
        )
        if branches:
            yield from _leaves(min(branches, key=lambda branch: _distance(error, branch)))
        else:
            yield error


def _distance(
    choice: jsonschema_rs.ValidationError, branch: Iterable[jsonschema_rs.ValidationError]
) -> tuple[bool, int]:
    faults = [(error.kind.name, list(error.instance_path)) for error in branch]
    wrong_kind = any(
        name in ("type", "const") and path == list(choice.instance_path) for name, path in faults
    )
    return wrong_kind, len(faults)


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    path = list(error.instance_path)
    details = error.kind.as_dict()
    if error.kind.name in ("required", "dependentRequired"):
        return Fault("required", "this property is missing", _pointer([*path, details["property"]]))
    if error.kind.name == "pattern":
        return Fault(
            "pattern", "the value does not have the form that the schema asks for", _pointer(path)
        )
    return Fault(error.kind.name, error.message[:_MAX_DETAIL], _pointer(path))


def _pointer(path: list[str | int]) -> str:
    parts = ["/" + str(part).replace("~", "~0").replace("/", "~1") for part in path]
    while sum(map(len, parts)) > _MAX_POINTER:
        # A name of that length is not in any schema; its parent shows the place well enough.
        parts.pop()
    return "".join(parts)


def _distinct(faults: Iterable[Fault]) -> list[Fault]:
    return list({(fault.pointer, fault.code): fault for fault in faults}.values())[:_MAX_FAULTS]
