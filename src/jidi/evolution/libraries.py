"""Libraries of documents that were read: each under where it lies, and under the name that it gives
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from jidi.errors import OperatorError
from jidi.evolution.openapi.apis import checked_api, is_api
from jidi.evolution.schemas.library import Library, bare, joined
from jidi.evolution.sides import Source
from jidi.registry.strangers.two_engines import metaschema_fault
from jidi.wording import sentence

ROOT: Final = "file:///"


def uri_of(name: str) -> str:
    """Under which URI a file of a side lies."""
    return ROOT + quote(name)


def root_of(name: str, document: Any) -> str:
    """Under which URI the schema of a file is known: what it calls itself, else where it lies."""
    own = document.get("$id") if isinstance(document, dict) else None
    return bare(joined(uri_of(name), own)) if isinstance(own, str) else uri_of(name)


def documents_of(files: Mapping[str, Any]) -> dict[str, Any]:
    """The files by URI, those with an ``$id`` under that as well."""
    found: dict[str, Any] = {}
    for name, document in files.items():
        found[uri_of(name)] = document
        found.setdefault(root_of(name, document), document)
    return found


def library(source: Source, name: str) -> Library:
    """The library of a side, the schema in file ``name`` its root; files beside it are taken in
    when something refers to them.

    Raises:
        OperatorError: the file holds no schema of 2020-12.
    """
    if is_api(source.files[name]):
        checked_api(source.files[name], name)
    else:
        checked(source.files[name], name)
    documents, root = documents_of(source.files), root_of(name, source.files[name])
    found = Library(documents, root)
    if (is_api(source.files[name]) or _leads_away(found)) and source.beside:
        found = Library({**documents_of(source.beside), **documents}, root)
    return found


def checked(schema: Any, name: str) -> None:
    """Nothing, when ``schema`` is one of 2020-12.

    Raises:
        OperatorError: it is none.
    """
    fault = metaschema_fault(schema)
    if fault:
        raise OperatorError(
            sentence("evolution/no-schema", name=name, why=fault[:300]),
            next_step=sentence("evolution/correct-the-document"),
        )


def _leads_away(library: Library) -> bool:
    return any(library.found(uri, base) is None for base, uri in library.references)
