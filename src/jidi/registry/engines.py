"""The compiled JSON Schema engine, which judges, and the form of error that every engine tells
its own in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import jsonschema_rs

from jidi.errors import DataError
from jidi.registry.reading.readable import readable
from jidi.registry.tree import Node

Path = tuple[str | int, ...]
_Answer = TypeVar("_Answer")


def asked(question: Callable[[Any], _Answer], instance: Any) -> _Answer:
    """The answer to ``question`` about ``instance``; where it holds what the engine cannot take in
    (half a character, nesting without end), about what can be read of it (:func:`readable`).
    """
    try:
        return question(instance)
    except ValueError:  # UnicodeEncodeError is one
        return question(readable(instance))


@dataclass(frozen=True, slots=True)
class RawError:
    """An error as an engine reports it.

    ``schema_path`` runs from the root schema to the keyword, without the ``$ref`` steps when the
    engine drops them. ``names`` are the members that the error is about (empty: not told),
    ``branches`` the errors of each alternative.
    """

    keyword: str
    instance_path: Path
    schema_path: Path
    names: tuple[str, ...] = ()
    branches: tuple[tuple[RawError, ...], ...] = ()


ErrorsOf = Callable[[str, Any], list[RawError]]
"""Every error of an instance under the document of a URI, as an engine tells it."""


class CompiledEngine:
    """jsonschema-rs with its linear-time regular expressions; formats are asserted. Validators are
    compiled when first used.
    """

    def __init__(self, documents: Mapping[str, Any]) -> None:
        try:
            self._registry = jsonschema_rs.Registry(list(documents.items()))
        except ValueError as error:
            raise DataError(
                f"The schemas do not fit together: {error}",
                next_step="Correct the $ref, or add the schema.",
            ) from error
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def validator(self, location: str) -> jsonschema_rs.Validator:
        """The compiled validator for a schema or subschema, by absolute URI."""
        found = self._validators.get(location)
        if found is None:
            found = self._validators[location] = self.compiled({"$ref": location})
        return found

    def compiled(self, schema: dict[str, Any]) -> jsonschema_rs.Validator:
        """A new validator for a schema that is none of the documents but may refer to them."""
        # Its messages are never read, and without the mask each of them would quote the value,
        # which may be megabytes of somebody's data.
        return jsonschema_rs.Draft202012Validator(
            schema,
            registry=self._registry,
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
            mask="…",
        )

    def valid(self, node: Node, instance: Any) -> bool:
        """Whether ``instance`` holds under the subschema ``node``."""
        return asked(self.validator(node.location).is_valid, instance)

    def errors(self, uri: str, instance: Any) -> list[RawError]:
        """Every error of ``instance`` under the document ``uri``.

        Raises:
            ValueError: the engine cannot take it in; see :func:`asked`.
        """
        return [_from_compiled(error) for error in self.validator(f"{uri}#").iter_errors(instance)]


def _from_compiled(error: jsonschema_rs.ValidationError) -> RawError:
    kind = error.kind
    names: list[str] = getattr(kind, "unexpected", None) or [
        name for name in (getattr(kind, "property", None),) if name
    ]
    keyword = "dependentRequired" if "dependentRequired" in error.schema_path[-2:] else kind.name
    return RawError(
        keyword,
        tuple(error.instance_path),
        tuple(error.evaluation_path)[1:],  # the first step is the $ref of the wrapper
        tuple(name for name in names if isinstance(name, str)),
        tuple(
            tuple(_from_compiled(inner) for inner in branch)
            for branch in getattr(kind, "context", ())
        ),
    )
