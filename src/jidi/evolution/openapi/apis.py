"""Two OpenAPI documents, operation by operation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.errors import OperatorError
from jidi.evolution.differences import Role
from jidi.evolution.openapi.described import Described, Document, path_names
from jidi.evolution.openapi.exchanges import answer, request
from jidi.evolution.schemas.library import DIALECT, Library
from jidi.wording import sentence

MADE: Final = "urn:jidi:exchange"
_DIALECTS: Final = (DIALECT, "https://spec.openapis.org/oas/3.1/dialect/base")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request or an answer of an operation on both sides, each a library whose root it is;
    ``None`` where the operation is not there. ``at`` are the pointers to the operation,
    ``statuses`` those of its answers, in order.
    """

    name: str
    role: Role
    old: Library | None
    new: Library | None
    at: tuple[str, str]
    statuses: tuple[Sequence[str], Sequence[str]] = ((), ())


def is_api(document: Any) -> bool:
    """Whether a document says that it is an OpenAPI document."""
    return isinstance(document, dict) and "openapi" in document


def checked_api(document: Any, name: str) -> None:
    """Nothing, when ``document`` is one of OpenAPI 3.1.

    Raises:
        OperatorError: it is of another version, or has no paths, webhooks or components.
    """
    version = document.get("openapi")
    known = isinstance(version, str) and version.startswith("3.1.")
    if not known or not any(
        isinstance(document.get(one), dict) for one in ("paths", "webhooks", "components")
    ):
        raise OperatorError(
            sentence("evolution/no-openapi", name=name),
            next_step=sentence("evolution/correct-the-document"),
        )


def foreign_dialect(document: Any) -> str:
    """The dialect of its schemas where that is none of 2020-12, else empty."""
    told = document.get("jsonSchemaDialect", DIALECT)
    return "" if told in _DIALECTS else str(told)


def exchanges(old: Document, new: Document) -> Iterator[Exchange]:
    """Every request of both documents, then its answers where both have the operation."""
    before = {one.key: one for one in old.operations()}
    after = {one.key: one for one in new.operations()}
    for key in dict.fromkeys((*before, *after)):
        yield from _of_operation(old, new, before.get(key), after.get(key))


def _of_operation(
    old: Document, new: Document, before: Described | None, after: Described | None
) -> Iterator[Exchange]:
    known = after or before
    if known is None:
        return
    names = path_names((before or known).path)
    at = tuple("" if one is None else one.place.pointer for one in (before, after))
    sides = [
        None if one is None else _made(document, request(document, one, names))
        for document, one in ((old, before), (new, after))
    ]
    places = (at[0], at[1])
    roles: tuple[Role, Role] = ("push", "receipt") if known.pushed else ("request", "response")
    yield Exchange(known.name, roles[0], sides[0], sides[1], places)
    if before is not None and after is not None:
        answers = _made(old, answer(old, before)), _made(new, answer(new, after))
        statuses = tuple(
            [name for name, _ in document.members(document.at(one.place, "responses"))]
            for document, one in ((old, before), (new, after))
        )
        yield Exchange(known.name, roles[1], *answers, places, (statuses[0], statuses[1]))


def _made(document: Document, schema: dict[str, Any]) -> Library:
    return document.library.with_root(MADE, schema)


def located(pointer: str | None, at: str, statuses: Sequence[str]) -> str | None:
    """Where a pointer into a request or answer leads in the document."""
    if pointer is None:
        return None
    steps = [one for one in pointer.split("/")[1:] if one not in ("properties", "anyOf")]
    first = steps[0] if steps else ""
    if first.isdigit() and int(first) < len(statuses):
        named = {"header": "headers", "body": "content"}
        inner = [named.get(one, one) for one in steps[1:2]] + steps[2:]
        return "/".join((at, "responses", statuses[int(first)], *inner))
    section = {"body": "requestBody/content", "security": "security"}.get(first)
    if section is not None:
        return "/".join((at, section, *steps[1:]))
    return "/".join((at, "parameters", *steps)) if steps else at
