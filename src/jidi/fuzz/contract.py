"""The OpenAPI documents as one, cut down to what is served below a version's base URL: what the
child generates from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from jidi.fuzz.declared_limits import DeclaredLimits
from jidi.model.exchange import Request
from jidi.model.roles import LEVELS, Level, Role
from jidi.registry.values import Fault, Operation

DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "courier": ("courier", "governance"),
    "platform": ("platform", "governance"),
    "integrator": ("courier", "platform", "governance"),
}
"""Documents that a candidate of each role serves below its base URL."""
METHODS = ("get", "post", "put", "patch", "delete")
CLOSING = ("unevaluatedProperties", "additionalProperties")
KIT_HEADERS = frozenset({"authorization"})


class ContractSource(Protocol):
    """What the phase needs of :class:`jidi.registry.Registry`."""

    @property
    def base_uri(self) -> str:
        """URI below which every problem type lies; ends with a slash."""

    def openapi_bundle(self, document: str) -> dict[str, Any]:
        """One document with every reference inside it."""

    def operations(self, document: str | None = None) -> tuple[Operation, ...]:
        """Operations of one document, in document order."""

    def validate(self, schema_name: str, instance: Any, *, request: bool = False) -> list[Fault]:
        """Every fault of an instance."""

    def code_list(self, name: str) -> Any:
        """One code list as published."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is asked of a candidate of ``role``: operations up to ``level``, and ``capabilities`` as
    discovery declares them (``None``: all), within the ``limits`` declared there.
    """

    level: Level = "full"
    capabilities: frozenset[str] | None = None
    role: Role = "courier"
    limits: DeclaredLimits = field(default_factory=DeclaredLimits)

    def has(self, capability: str | None) -> bool:
        """Whether what rests on ``capability`` is there."""
        return capability is None or self.capabilities is None or capability in self.capabilities

    def asks(self, operation: Operation) -> bool:
        """Whether the operation is asked for at this level; one whose credential is a signature
        over its body cannot be generated.
        """
        return LEVELS.index(operation.level) <= LEVELS.index(self.level) and not operation.signed


EVERYTHING = Offer(role="integrator")


@dataclass(frozen=True, slots=True)
class Contract:
    """One merged OpenAPI document, the operations in scope by id, in document order, and the limits
    that the candidate declares.
    """

    document: dict[str, Any]
    operations: Mapping[str, Operation]
    limits: DeclaredLimits = field(default_factory=DeclaredLimits)

    def only(self, wanted: Iterable[str]) -> Contract:
        """The same document with fewer operations in scope; the others stay described, for their
        methods are not undeclared.
        """
        names = set(wanted)
        kept = {name: item for name, item in self.operations.items() if name in names}
        return replace(self, operations=kept)

    @property
    def asked(self) -> dict[str, Any]:
        """The document from which requests are made: within what the candidate declares."""
        return self.limits.narrowed(self.document)

    def beyond(self, operation: str, request: Request, status: int) -> bool:
        """Whether ``request`` goes beyond what the candidate declares: ``status`` may refuse it."""
        query, body = self.query_rules(operation), self.body_schema(operation)
        return self.limits.refuse(request, status, query, body)

    def query_rules(self, operation: str) -> dict[str, Mapping[str, Any]]:
        """Schemas of the query parameters by name, references followed."""
        return {
            item["name"]: resolve(self.document, item.get("schema", {}))
            for item in self._parameters(operation)
            if item["in"] == "query"
        }

    def body_schema(self, operation: str) -> Mapping[str, Any] | None:
        """Request schema, reference followed; ``None`` for an operation without a body."""
        content = resolve(self.document, self.raw(operation).get("requestBody", {})).get(
            "content", {}
        )
        found = next(
            (resolve(self.document, media.get("schema", {})) for media in content.values()), None
        )
        return found if isinstance(found, Mapping) else None

    def raw(self, operation: str) -> Mapping[str, Any]:
        """The operation as written in the document."""
        item = self.operations[operation]
        raw: Mapping[str, Any] = self.document["paths"][item.path][item.method.lower()]
        return raw

    def _parameters(self, operation: str) -> Iterable[Mapping[str, Any]]:
        entries = [
            *self.document["paths"][self.operations[operation].path].get("parameters", []),
            *self.raw(operation).get("parameters", []),
        ]
        return [resolve(self.document, entry) for entry in entries]


def load_contract(
    source: ContractSource, wanted: Iterable[str], offer: Offer = EVERYTHING
) -> Contract:
    """Merge the documents of ``source``, keeping the operations ``wanted`` that are served below
    the version's base URL and within ``offer``.

    A parameter that rests on a capability which is not declared does not exist, and is taken out.
    """
    names = set(wanted)
    operations: dict[str, Operation] = {}
    described: set[str] = set()
    merged: dict[str, Any] = {}
    for name in DOCUMENTS[offer.role]:
        bundle = source.openapi_bundle(name)
        _drop_parameters(bundle, offer)
        _write_security(bundle)
        merged = _merge(merged, bundle) if merged else bundle
        listed = (
            item
            for item in source.operations(name)
            if item.id in names and item.served_at == "version" and offer.asks(item)
        )
        operations |= {item.id: _within(item, offer) for item in listed}
        described |= {
            item.id for item in source.operations(name) if item.signed
        }  # not generated, but no undeclared method of its path either
    merged.pop("webhooks", None)
    merged["servers"] = [{"url": "/"}]
    _keep(merged, described | set(operations))
    return Contract(merged, operations, offer.limits)


def _within(operation: Operation, offer: Offer) -> Operation:
    return replace(
        operation,
        parameters=tuple(item for item in operation.parameters if offer.has(item.capability)),
    )


def _drop_parameters(document: Mapping[str, Any], offer: Offer) -> None:
    for item in document.get("paths", {}).values():
        for holder in (item, *(item[method] for method in METHODS if method in item)):
            if "parameters" in holder:
                holder["parameters"] = [
                    one
                    for one in holder["parameters"]
                    if offer.has(resolve(document, one).get("x-capability"))
                ]


def problem_types(source: ContractSource) -> frozenset[str]:
    """Every published problem type, as the URI that stands in ``type``."""
    return frozenset(
        f"{source.base_uri}problems/{entry['slug']}"
        for entry in source.code_list("problem-types")["codes"]
    )


def takes_key(operation: Operation) -> bool:
    """Whether it takes an ``Idempotency-Key``."""
    return any(
        item.location == "header" and item.name.lower() == "idempotency-key"
        for item in operation.parameters
    )


def has_input(operation: Operation) -> bool:
    """Whether a caller can get anything wrong besides the credential."""
    return operation.request_schema is not None or bool(operation.parameters)


def resolve(document: Mapping[str, Any], value: Any) -> Any:
    """``value``, or what its ``$ref`` within ``document`` means (followed to the end)."""
    while (
        isinstance(value, Mapping)
        and isinstance(value.get("$ref"), str)
        and value["$ref"].startswith("#/")
    ):
        target: Any = document
        for step in value["$ref"][2:].split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def _write_security(document: dict[str, Any]) -> None:
    """Write the document's security on each operation without its own, for after the merge it would
    get that of another document.
    """
    for item in document.get("paths", {}).values():
        for method in METHODS:
            if method in item:
                item[method].setdefault("security", document.get("security", []))


def _merge(first: dict[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    for path, item in second.get("paths", {}).items():
        first["paths"].setdefault(path, {}).update(item)
    for group, members in second.get("components", {}).items():
        first.setdefault("components", {}).setdefault(group, {}).update(members)
    return first


def _keep(document: dict[str, Any], names: set[str]) -> None:
    for path, item in list(document["paths"].items()):
        for method in [
            key for key in METHODS if key in item and item[key].get("operationId") not in names
        ]:
            del item[method]
        if not any(method in item for method in METHODS):
            del document["paths"][path]
    for item in document["paths"].values():
        for method in METHODS:
            item.get(method, {}).pop("callbacks", None)
            for answer in item.get(method, {}).get("responses", {}).values():
                _keep_links(document, resolve(document, answer).get("links", {}), names)
    _keep_links(document, document.get("components", {}).get("links", {}), names)


def _keep_links(document: Mapping[str, Any], links: dict[str, Any], names: set[str]) -> None:
    for name in [
        name
        for name, link in links.items()
        if resolve(document, link).get("operationId") not in names
    ]:
        del links[name]
