"""OpenAPI documents: whether they are any, and what their own schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jidi.evolution.libraries import uri_of
from jidi.evolution.linting.lint_findings import Found
from jidi.evolution.linting.nodes import Side
from jidi.evolution.openapi.apis import is_api
from jidi.evolution.openapi.described import Described, Document, path_names, table
from jidi.evolution.schemas.library import escaped
from jidi.registry.strangers.openapi_schema import openapi_faults
from jidi.report.escaping import one_line
from jidi.wording import sentence


def described_apis(side: Side) -> Iterator[Found]:
    """Findings about every OpenAPI document."""
    for name, document in side.source.files.items():
        if not is_api(document):
            continue
        faults = list(openapi_faults(document))
        for pointer, why in faults:
            told = sentence("evolution/lint-openapi", why=one_line(why, 300))
            yield Found("openapi", name, pointer, told)
        if not faults:
            yield from _Api(name, Document(side.library, uri_of(name))).findings()


class _Api:
    def __init__(self, name: str, document: Document) -> None:
        self._name = name
        self._document = document

    def findings(self) -> Iterator[Found]:
        yield from self._paths()
        ids: dict[str, str] = {}
        for one in self._document.operations():
            yield from self._operation_id(one, ids)
            yield from self._security(one.place.pointer, table(one.place.value))
            if not one.pushed:
                yield from self._parameters(one)
        yield from self._security("", table(self._document.place.value))

    def _paths(self) -> Iterator[Found]:
        seen: dict[str, str] = {}
        for path in table(table(self._document.place.value).get("paths")):
            first, *rest = path.split("{")
            bare = first + "".join("{}" + part.partition("}")[2] for part in rest)
            if bare in seen:
                told = sentence("evolution/lint-same-path", path=one_line(seen[bare]))
                yield Found("path-parameters", self._name, f"/paths/{escaped(path)}", told)
            seen.setdefault(bare, path)

    def _operation_id(self, one: Described, ids: dict[str, str]) -> Iterator[Found]:
        found = table(one.place.value).get("operationId")
        if not isinstance(found, str):
            told = sentence("evolution/lint-no-operation-id")
            yield Found("operation-id", self._name, one.place.pointer, told)
            return
        if found in ids:
            told = sentence("evolution/lint-operation-id-twice", other=one_line(ids[found]))
            yield Found("operation-id", self._name, f"{one.place.pointer}/operationId", told)
        ids.setdefault(found, one.name)

    def _parameters(self, one: Described) -> Iterator[Found]:
        """Names of the path are declared as parameters, and the reverse."""
        asked = path_names(one.path)
        declared = {
            str(table(place.value).get("name"))
            for holder in (one.place, one.item)
            for place in self._document.items(self._document.at(holder, "parameters"))
            if table(place.value).get("in") == "path"
        }
        for name in asked:
            if name not in declared:
                told = sentence("evolution/lint-no-parameter", name=one_line(name))
                yield Found("path-parameters", self._name, one.place.pointer, told)
        for name in sorted(declared - set(asked)):
            told = sentence("evolution/lint-parameter-not-in-path", name=one_line(name))
            yield Found("path-parameters", self._name, one.place.pointer, told)

    def _security(self, pointer: str, holder: Mapping[str, Any]) -> Iterator[Found]:
        schemes = self._document.at(self._document.place, "components", "securitySchemes")
        known = table(schemes.value)
        asked = holder.get("security")
        for index, way in enumerate(asked if isinstance(asked, list) else []):
            for name in table(way):
                if name not in known:
                    told = sentence("evolution/lint-no-scheme", name=one_line(name))
                    yield Found("security", self._name, f"{pointer}/security/{index}", told)
