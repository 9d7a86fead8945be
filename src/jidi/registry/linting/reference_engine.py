"""The reference implementation of JSON Schema, which watches the compiled one. Apart from it, for
loading it takes a command longer than most of what commands do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

import jsonschema
import referencing
import referencing.jsonschema

from jidi.registry.engines import RawError
from jidi.registry.registry import Registry
from jidi.registry.values import Fault


def validate_slow(
    registry: Registry, schema_name: str, instance: Any, *, request: bool = False
) -> list[Fault]:
    """The same as :meth:`Registry.validate` by the reference implementation, for tests and the
    linter.

    Raises:
        DataError: there is no such schema.
        KitFaultError: the two engines do not agree whether the instance is valid.
    """
    return registry.faults_by(_engine(registry).errors, schema_name, instance, request=request)


@lru_cache(maxsize=4)
def _engine(registry: Registry) -> ReferenceEngine:
    return ReferenceEngine(registry.schema_documents())


class ReferenceEngine:
    """The reference implementation in Python: some 150 times slower, used by the tests and the
    linter only.
    """

    def __init__(self, documents: Mapping[str, Any]) -> None:
        resources = [
            (uri, referencing.jsonschema.DRAFT202012.create_resource(document))
            for uri, document in documents.items()
        ]
        self._registry: referencing.jsonschema.SchemaRegistry = (
            referencing.Registry().with_resources(resources)
        )

    def errors(self, uri: str, instance: Any) -> list[RawError]:
        """Every error of ``instance`` under the document ``uri``."""
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        validator = jsonschema.Draft202012Validator(
            {"$ref": uri}, registry=self._registry, format_checker=checker
        )
        return [_from_reference(error) for error in validator.iter_errors(instance)]


def _from_reference(error: jsonschema.ValidationError) -> RawError:
    context = sorted(error.context or (), key=_branch)
    grouped = [
        tuple(_from_reference(inner) for inner in group)
        for _, group in groupby(context, key=_branch)
    ]
    path = tuple(error.absolute_schema_path)
    return RawError(
        str(error.validator or "false"),
        tuple(error.absolute_path),
        path[1:] if path[:1] == ("$ref",) else path,
        _names(error),
        tuple(grouped) if error.validator in {"oneOf", "anyOf"} else (),
    )


def _branch(error: jsonschema.ValidationError) -> int:
    first = next(iter(error.schema_path), 0)
    return first if isinstance(first, int) else 0


def _names(error: jsonschema.ValidationError) -> tuple[str, ...]:
    """Members that the error is about; the engine only tells them in prose, so they are found
    again.
    """
    instance, operand = error.instance, error.validator_value
    if not isinstance(instance, dict):
        return ()
    if error.validator == "required" and isinstance(operand, list):
        return _absent(operand, instance)
    if error.validator == "dependentRequired" and isinstance(operand, dict):
        return _absent(
            (name for key, needed in operand.items() if key in instance for name in needed),
            instance,
        )
    return ()


def _absent(names: Iterable[str], instance: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in instance)
