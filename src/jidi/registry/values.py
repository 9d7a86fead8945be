"""What the registry hands out: faults, personal values, places of named rules, operations,
examples, findings of the linter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jidi.model.roles import ROLES, Level

ExampleKind = Literal["valid", "invalid"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One cause why an instance breaks its schema, never an echo of another cause.

    ``pointer`` (RFC 6901) leads to the place at fault; for a missing or an excess member, to that
    member. ``keyword`` is the JSON Schema keyword, or ``rule:<name>`` for a named rule.
    ``requirement`` is the ledger id that breaks, empty when the schema names none. ``schema_path``
    is the way through the schema, ``/``-separated. The message never quotes a value that may be
    personal.
    """

    pointer: str
    keyword: str
    message: str
    requirement: str
    schema_path: str
    message_zh: str = ""


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """One value below a property that carries ``x-pi-class``; ``pi_class`` is ``undeclared`` where
    no schema describes the place.
    """

    pointer: str
    pi_class: str
    mask_profile: str
    value: Any


@dataclass(frozen=True, slots=True)
class RuleSite:
    """One place of an instance at which a named rule must be evaluated; ``parent`` is the object
    that holds ``value``.
    """

    pointer: str
    rule: str
    value: Any
    parent: Any
    requirement: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation; ``location`` is ``path``, ``query`` or ``header``.

    ``capability``: what discovery must declare for the parameter to exist, ``None`` when it always
    does.
    """

    name: str
    location: str
    required: bool
    schema: Mapping[str, Any] = field(default_factory=dict)
    capability: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an OpenAPI document.

    ``path`` is relative to what ``served_at`` says: ``version`` (the version's base URL),
    ``origin``, ``token-endpoint`` or another word of the document. ``responses`` maps a status, a
    range (``4XX``) or ``default`` to the name of its schema, ``None`` when it has no body;
    ``media_types`` are those of the request, ``response_media_types`` those of each response. A
    candidate must offer it from ``level`` on, and then only if discovery declares ``capability``
    (``None``: always). ``conditional``: a body that meets the schema may still be refused, because
    of what it names or when. ``roles`` are the candidates that serve it; ``signed``: its credential
    is a signature over the body, so only a ``push`` step can call it well.
    """

    id: str
    method: str
    path: str
    document: str
    secured: bool
    scopes: tuple[str, ...]
    request_schema: str | None
    request_required: bool
    responses: Mapping[str, str | None]
    media_types: tuple[str, ...]
    response_media_types: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    served_at: str
    tags: tuple[str, ...]
    level: Level = "core"
    capability: str | None = None
    conditional: bool = False
    roles: tuple[str, ...] = ROLES
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """One example file. ``path`` is relative to ``examples`` and without ``.json``; ``expect`` is
    the side file of an invalid one, else empty.
    """

    path: str
    kind: ExampleKind
    thing: str
    name: str
    instance: Any
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One contradiction in the data. ``path`` is relative to the data tree; ``line`` counts from 1,
    ``None`` when the whole file is meant.

    ``message_zh`` is empty where nobody but an author of schemas reads it.
    """

    path: str
    line: int | None
    rule: str
    message: str
    message_zh: str = ""
