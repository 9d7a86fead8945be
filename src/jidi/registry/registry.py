"""The registry: everything that the published schemas of one version say, ready to be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final

from jidi import resources
from jidi.errors import DataError, KitFaultError
from jidi.registry import openapi
from jidi.registry.annotations import PersonalValues
from jidi.registry.bundle import Bundle
from jidi.registry.engines import CompiledEngine, ErrorsOf, asked
from jidi.registry.fast.rewriting import quicken
from jidi.registry.fast.shortcuts import Glance
from jidi.registry.fast.variants import checked_by_variants
from jidi.registry.faults import FaultFinder
from jidi.registry.rule_sites import RuleChecker, RulePlans
from jidi.registry.tree import Node, SchemaTree
from jidi.registry.values import Example, ExampleKind, Fault, Operation, PersonalValue, RuleSite

_ABOVE: Final = "../"
"""How a document of operations refers to the schemas beside its folder."""
_WHOLE: Final = re.compile("-?[0-9]{1,18}")


class Registry:
    """Schemas, code lists, operations and examples of one version of the standard; validators are
    compiled when first used.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        documents = bundle.documents()
        self._tree = SchemaTree(documents)
        self._compiled = CompiledEngine(documents)
        self._finder = FaultFinder(self._tree, self._compiled.valid)
        self._personal = PersonalValues(self._tree, self._compiled.valid)
        self._rules = RulePlans(self._tree, self._compiled.valid)
        self._checkers: dict[str, Callable[[Any], bool]] = {}
        self._parameters: dict[str, Callable[[Any], bool]] = {}
        self._operations = {
            name: tuple(openapi.read_operations(name, self.openapi(name)))
            for name in self.documents
        }
        self._by_id: dict[str, Operation] = {}
        for operation in self.operations():
            if operation.id in self._by_id:
                raise DataError(
                    f"The operationId {operation.id} stands in two places.",
                    next_step="Rename one of them.",
                )
            self._by_id[operation.id] = operation

    @classmethod
    def load(cls, version: str = "1.0") -> Registry:
        """The registry of a published version.

        Raises:
            DataError: the version is unknown, or a file of it cannot be read.
        """
        return cls.read(resources.schemas_root() / f"v{version}")

    @classmethod
    def read(cls, root: Path) -> Registry:
        """The registry of a folder with the layout of ``schemas/v1.0``.

        Raises:
            DataError: the folder or a file of it cannot be read.
        """
        if not root.is_dir():
            raise DataError(
                f"There is no version of the standard at {root}.",
                next_step="Ask for one of the versions in the schemas folder.",
            )
        return cls(Bundle.read(root))

    @property
    def version(self) -> str:
        """Version of the standard, such as ``1.0``."""
        return self._bundle.version

    @property
    def base_uri(self) -> str:
        """URI below which every schema and problem type lies; ends with a slash."""
        return self._bundle.base_uri

    @property
    def bundle(self) -> Bundle:
        """The files as read."""
        return self._bundle

    @property
    def tree(self) -> SchemaTree:
        """The schemas as one tree in which references can be followed."""
        return self._tree

    @property
    def schema_names(self) -> tuple[str, ...]:
        """Names of all schemas, sorted."""
        return tuple(self._bundle.schemas)

    def schema(self, name: str) -> Mapping[str, Any]:
        """One schema as published.

        Raises:
            DataError: there is none of that name.
        """
        found: Mapping[str, Any] = _known(self._bundle.schemas, name, "schema")
        return found

    def code_list(self, name: str) -> Any:
        """One code list as published.

        Raises:
            DataError: there is none of that name.
        """
        return _known(self._bundle.code_lists, name, "code list")

    @property
    def code_list_names(self) -> tuple[str, ...]:
        """Names of all code lists, sorted."""
        return tuple(self._bundle.code_lists)

    @cached_property
    def request_names(self) -> frozenset[str]:
        """Schemas of what a candidate takes in: in these an excess member breaks PI-07.1."""
        taken = {
            operation.request_schema
            for operation in self._by_id.values()
            if operation.request_schema
        }
        return self._bundle.requests | taken

    @property
    def message_names(self) -> tuple[str, ...]:
        """Schemas of messages, without those that only hold definitions for others."""
        return tuple(name for name in self.schema_names if name not in self._bundle.definitions)

    def checker(self, schema_name: str) -> Callable[[Any], bool]:
        """The compiled question whether an instance is valid, for loops: quicker than
        :meth:`is_valid`, same answer.

        Raises:
            DataError: there is no such schema.
        """
        self.schema(schema_name)
        if schema_name not in self._checkers:
            tree, engine = self._quick
            self._checkers[schema_name] = checked_by_variants(
                engine, tree.root(self._bundle.uri(schema_name))
            )
        return self._checkers[schema_name]

    def unconditional(self, schema_name: str) -> list[Node]:
        """The schema and what it takes in by ``$ref`` and ``allOf`` at the same place, conditions
        left aside.

        Raises:
            DataError: there is no such schema.
        """
        self.schema(schema_name)
        return list(self._tree.unconditional(self._tree.root(self._bundle.uri(schema_name))))

    def is_valid(self, schema_name: str, instance: Any) -> bool:
        """Whether ``instance`` holds under a schema; named rules are not looked at."""
        self.schema(schema_name)
        return self._compiled.valid(self._tree.root(self._bundle.uri(schema_name)), instance)

    def fits(self, schema: Mapping[str, Any], text: str) -> bool:
        """Whether ``text``, as it stands in an address or a header, is a value under the schema of
        a parameter, which may refer to the published ones.
        """
        known = repr(schema)
        if known not in self._parameters:
            whole = {name: self._referred(value) for name, value in schema.items()}
            self._parameters[known] = self._compiled.compiled(whole).is_valid
        values = [text, *([int(text)] if _WHOLE.fullmatch(text) else [])]
        return any(asked(self._parameters[known], value) for value in values)

    def _referred(self, value: Any) -> Any:
        above = isinstance(value, str) and value.startswith(_ABOVE)
        return self.base_uri + value.removeprefix(_ABOVE) if above else value

    def validate(self, schema_name: str, instance: Any, *, request: bool = False) -> list[Fault]:
        """Every fault of ``instance``, ordered by pointer; empty when it is valid.

        ``request`` says that the schema is that of a request, so that an excess member breaks
        PI-07.1.

        Raises:
            DataError: there is no such schema.
            KitFaultError: the instance is invalid but no cause was found.
        """
        if self.is_valid(schema_name, instance):
            return []
        root = self._tree.root(self._bundle.uri(schema_name))

        def faults(readable: Any) -> list[Fault]:
            errors = self._compiled.errors(root.uri, readable)
            return self._finder.faults(root, errors, readable, request=request)

        return self._found(schema_name, asked(faults, instance))

    def schema_documents(self) -> Mapping[str, Any]:
        """Every schema by its URI."""
        return self._bundle.documents()

    def faults_by(
        self, engine: ErrorsOf, schema_name: str, instance: Any, *, request: bool = False
    ) -> list[Fault]:
        """The same as :meth:`validate` with the errors of another engine.

        Raises:
            DataError: there is no such schema.
            KitFaultError: the two engines do not agree whether the instance is valid.
        """
        uri = self._bundle.uri(schema_name)
        self.schema(schema_name)
        errors = engine(uri, instance)
        if bool(errors) is self.is_valid(schema_name, instance):
            raise KitFaultError(
                f"The two validators disagree about an instance of '{schema_name}': "
                f"{errors or 'only jsonschema-rs finds it invalid'}.",
                next_step="Rewrite the schema in a form that every validator reads alike.",
            )
        return (
            self._found(
                schema_name,
                self._finder.faults(self._tree.root(uri), errors, instance, request=request),
            )
            if errors
            else []
        )

    @cached_property
    def _quick(self) -> tuple[SchemaTree, CompiledEngine]:
        documents = quicken(self._tree, self._bundle.documents())
        return SchemaTree(documents), CompiledEngine(documents)

    @staticmethod
    def _found(schema_name: str, faults: list[Fault]) -> list[Fault]:
        if not faults:
            raise KitFaultError(
                f"An instance of '{schema_name}' is invalid, but every error was taken for an "
                "echo.",
                next_step="Report this with the instance.",
            )
        return faults

    def personal_values(
        self, schema_name: str, instance: Any, *, undeclared: bool = False
    ) -> list[PersonalValue]:
        """Values below ``x-pi-class`` other than ``none``; with ``undeclared`` also those that no
        schema describes.
        """
        self.schema(schema_name)
        return list(
            self._personal.find(
                self._tree.root(self._bundle.uri(schema_name)), instance, undeclared=undeclared
            )
        )

    def has_rules(self, schema_name: str) -> bool:
        """Whether a schema, or one that it refers to, names a rule that a schema cannot express."""
        self.schema(schema_name)
        return bool(self._rules.plan(self._bundle.uri(schema_name)))

    def rule_sites(self, schema_name: str, instance: Any) -> Iterator[RuleSite]:
        """Places at which the caller must evaluate a named rule; absent members have none."""
        self.schema(schema_name)
        return self._rules.sites(self._bundle.uri(schema_name), instance)

    def rule_judge(
        self, schema_name: str, checker: RuleChecker, glances: Mapping[str, Glance]
    ) -> Callable[[Any], bool]:
        """The question whether ``checker(rule, value, pointer, parent)`` answers nothing at every
        place that names a rule, for loops.

        ``glances`` (by name of the rule) spare the checker what surely holds.

        Raises:
            DataError: there is no such schema.
        """
        self.schema(schema_name)
        return self._rules.judge(self._bundle.uri(schema_name), checker, glances)

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the OpenAPI documents, sorted."""
        return tuple(self._bundle.openapi)

    def openapi(self, document: str) -> Mapping[str, Any]:
        """One OpenAPI document as published.

        Raises:
            DataError: there is none of that name.
        """
        found: Mapping[str, Any] = _known(self._bundle.openapi, document, "OpenAPI document")
        return found

    def operations(self, document: str | None = None) -> tuple[Operation, ...]:
        """Operations of one document, or of all, in document order.

        Raises:
            DataError: there is no such document.
        """
        if document is None:
            return tuple(chain.from_iterable(self._operations.values()))
        found: tuple[Operation, ...] = _known(self._operations, document, "OpenAPI document")
        return found

    def operation(self, operation_id: str) -> Operation:
        """One operation by its id.

        Raises:
            DataError: there is none.
        """
        found: Operation = _known(self._by_id, operation_id, "operation")
        return found

    def openapi_bundle(self, document: str) -> dict[str, Any]:
        """One self-contained OpenAPI document, every schema below ``#/components/schemas``.

        Raises:
            DataError: there is no such document, or a reference leads nowhere.
        """
        return openapi.bundle_document(self.openapi(document), self._bundle.schemas)

    def bundle_digest(self) -> str:
        """Digest of the schema bundle as discovery declares it (DS-10.1)."""
        return self._bundle.digest()

    def earlier_digests(self) -> tuple[str, ...]:
        """Digests of earlier editions of this version: who declared one followed published texts,
        too.
        """
        return self._bundle.earlier_digests()

    def example(self, path: str) -> Any:
        """Instance of one example, by its path below ``examples``.

        Raises:
            DataError: there is none.
        """
        return self._bundle.example(path).instance

    def examples(self, kind: ExampleKind, thing: str = "*") -> tuple[Example, ...]:
        """Examples of one thing, or of all, ordered by path; empty when there are none."""
        return tuple(self._bundle.examples(kind, thing))

    def known_vocabulary(self) -> frozenset[str]:
        """Words that are public and never personal: names, titles and enum values of schemas, and
        every text of the code lists.
        """
        return (
            frozenset(_words(self._bundle.code_lists))
            | frozenset(self.schema_names)
            | frozenset(_schema_words(list(self._bundle.schemas.values())))
        )


def _known(found: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in found:
        raise DataError(f"There is no {what} '{name}'.", next_step=f"Known: {', '.join(found)}.")
    return found[name]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, str):
        yield value


def _schema_words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key in ("title", "x-title-zh", "const"):
            if isinstance(value.get(key), str):
                yield value[key]
        yield from (item for item in value.get("enum") or () if isinstance(item, str))
        yield from (name for name in value.get("properties") or ())
        for item in value.values():
            yield from _schema_words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _schema_words(item)
