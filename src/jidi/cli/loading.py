"""The catalogue as the commands that explain the data read it: whole, or what one answer needs."""

from __future__ import annotations

import re

from jidi.catalogue import Catalogue
from jidi.catalogue.files import Wanted
from jidi.registry import Registry

_OF_CASES = re.compile(rb"\breq\b[^\w$]*\$case\.")
"""Where this stands, a check takes its requirement from a case, whatever the file says."""


def load_catalogue(wanted: Wanted | None = None) -> Catalogue:
    """The catalogue of the version that this kit certifies; with ``wanted`` only the scenarios of
    those files of which it says so.
    """
    return Catalogue.load(Registry.load(), wanted=wanted)


def load_without_scenarios() -> Catalogue:
    """Ledger and profiles alone, which take a tenth of the time."""
    return load_catalogue(lambda _: False)


def about(identifier: str) -> Wanted:
    """Files that may hold something about ``identifier``, be it a requirement, an article or a
    scenario, with or without its case: those that name it, and those that leave the requirement to
    their cases.
    """
    base = _written(identifier.partition("[")[0])
    named = _written(identifier.upper())
    return lambda data: named in data or base in data or bool(_OF_CASES.search(data))


def _written(name: str) -> bytes:
    """A name as files hold it; what the command line could not read as UTF-8 is in none."""
    return name.encode("utf-8", "surrogateescape")
