"""What a played courier asks of the published standard, whoever holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from jidi.registry.values import Fault, Operation


class Standard(Protocol):
    """One version of the standard: its schemas, code lists and operations, as the registry has
    them.
    """

    @property
    def version(self) -> str:
        """The version, such as ``1.0``."""

    @property
    def base_uri(self) -> str:
        """What the URIs of schemas and problem types begin with."""

    def bundle_digest(self) -> str:
        """Digest of everything that is published."""

    def code_list(self, name: str) -> Mapping[str, Any]:
        """The document of a code list."""

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id."""

    def validate(self, schema_name: str, instance: Any) -> Sequence[Fault]:
        """Where ``instance`` breaks a schema; nothing, when it holds."""
