"""Operations of an OpenAPI document, and the document as one self-contained text."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from jidi.errors import DataError
from jidi.model.roles import ROLES
from jidi.registry import pointers
from jidi.registry.bundle import SCHEMA_SUFFIX
from jidi.registry.values import Operation, Parameter

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DATA_KEYWORDS = frozenset({"example", "examples", "default", "const", "enum"})
_MAPS_OF_SCHEMAS = frozenset(
    {"properties", "patternProperties", "$defs", "dependentSchemas", "schemas"}
)


def read_operations(document: str, content: Mapping[str, Any]) -> Iterator[Operation]:
    """Operations in the order in which the document gives them.

    Raises:
        DataError: an operation lacks its id, or a reference leads nowhere.
    """
    for path, item in (content.get("paths") or {}).items():
        for method in _METHODS:
            if method in item:
                yield _Reader(document, content).operation(path, method, item)


class _Reader:
    """Reads one operation; holds the document in which local references are resolved."""

    def __init__(self, document: str, content: Mapping[str, Any]) -> None:
        self._document = document
        self._content = content

    def operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        entry = item[method]
        if "operationId" not in entry:
            raise DataError(
                f"openapi/{self._document}.yaml: {method.upper()} {path} has no operationId.",
                next_step="Give it one.",
            )
        security = entry.get("security", self._content.get("security", []))
        body = self._resolved(entry.get("requestBody") or {})
        responses = {
            str(status): self._resolved(response)
            for status, response in (entry.get("responses") or {}).items()
        }
        return Operation(
            id=entry["operationId"],
            method=method.upper(),
            path=path,
            document=self._document,
            secured=bool(security) and all(security),
            scopes=tuple(
                dict.fromkeys(
                    scope
                    for alternative in security
                    for scopes in alternative.values()
                    for scope in scopes
                )
            ),
            request_schema=self._schema_name(body),
            request_required=bool(body.get("required", False)),
            responses={
                status: self._schema_name(response) for status, response in responses.items()
            },
            media_types=tuple(body.get("content") or ()),
            response_media_types={
                status: tuple(response.get("content") or ())
                for status, response in responses.items()
            },
            parameters=tuple(self._parameters(item, entry)),
            served_at=str(entry.get("x-served-at", item.get("x-served-at", "version"))),
            tags=tuple(entry.get("tags", ())),
            level=entry.get("x-level", "core"),
            capability=entry.get("x-capability"),
            conditional=entry.get("x-acceptance") == "conditional",
            roles=tuple(entry.get("x-roles", self._content.get("x-roles", ROLES))),
            signed=entry.get("x-credential") == "signature",
        )

    def _parameters(self, item: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Parameter]:
        found: dict[tuple[str, str], Parameter] = {}
        for raw in (*item.get("parameters", ()), *entry.get("parameters", ())):
            parameter = self._resolved(raw)
            found[parameter["in"], parameter["name"]] = Parameter(
                parameter["name"],
                parameter["in"],
                bool(parameter.get("required", False)),
                self._resolved(parameter.get("schema", {})),
                parameter.get("x-capability"),
            )
        yield from found.values()

    def _schema_name(self, holder: Mapping[str, Any]) -> str | None:
        for media in (holder.get("content") or {}).values():
            schema = media.get("schema", {})
            while str(schema.get("$ref", "")).startswith("#"):
                schema = self._resolved(schema)
            name = posixpath.basename(str(schema.get("$ref", "")))
            if name.endswith(SCHEMA_SUFFIX):
                return name.removesuffix(SCHEMA_SUFFIX)
        return None

    def _resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = str(value.get("$ref", ""))
        if not reference.startswith("#"):
            return value
        target = pointers.lookup(self._content, pointers.decode(reference[1:]))
        if not isinstance(target, dict):
            raise DataError(
                f"openapi/{self._document}.yaml: {reference} leads nowhere.",
                next_step="Correct the $ref.",
            )
        return target


def bundle_document(content: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an OpenAPI document in which every schema lies below ``#/components/schemas`` and
    nothing refers outside.

    Only the schemas that are reached are taken in. ``$id`` and ``$schema`` are dropped, since a
    base URI would give the references another meaning.
    """
    bundler = _Bundler(schemas)
    document: dict[str, Any] = bundler.rewrite(dict(content), None)
    placed = document.setdefault("components", {}).setdefault("schemas", {})
    while bundler.wanted:
        name = bundler.wanted.pop()
        if name not in placed:
            schema = {
                key: value for key, value in schemas[name].items() if key not in {"$id", "$schema"}
            }
            placed[name] = bundler.rewrite(schema, name)
    document["components"]["schemas"] = dict(sorted(placed.items()))
    return document


class _Bundler:
    """Rewrites references; ``wanted`` are the names of schemas still to be taken in."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self.wanted: set[str] = set()

    def rewrite(self, value: Any, inside: str | None, *, names: bool = False) -> Any:
        """Copy ``value``; ``inside`` is the schema that it is part of, ``names`` says that its keys
        are names and no keywords.
        """
        if isinstance(value, list):
            return [self.rewrite(item, inside) for item in value]
        if not isinstance(value, dict):
            return value
        copy: dict[str, Any] = {}
        for key, item in value.items():
            if names:
                copy[key] = self.rewrite(item, inside)
            elif key == "$ref" and isinstance(item, str):
                copy[key] = self._reference(item, inside)
            elif key in _DATA_KEYWORDS:
                copy[key] = item
            else:
                copy[key] = self.rewrite(item, inside, names=key in _MAPS_OF_SCHEMAS)
        return copy

    def _reference(self, reference: str, inside: str | None) -> str:
        file, _, fragment = reference.partition("#")
        name = posixpath.basename(file).removesuffix(SCHEMA_SUFFIX) if file else inside
        if name is None:
            return reference
        if name not in self._schemas:
            raise DataError(
                f"The reference {reference} leads to no schema.",
                next_step="Correct the $ref, or add the schema.",
            )
        self.wanted.add(name)
        return f"#/components/schemas/{name}{fragment}"
