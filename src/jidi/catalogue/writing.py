"""Writes what is made from the table of words, the schema of scenario files and the reference for
their authors, from the types of its records the schema of the journal, from the profiles the page
on limits, and from sources and ledger the pages on sentences. ``python -m jidi.catalogue.writing``
in a checkout; ``--check`` only compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jidi import resources
from jidi.catalogue.catalogue import Catalogue
from jidi.catalogue.inventory.matrix_page import matrix_page
from jidi.catalogue.journal_schema import journal_schema
from jidi.catalogue.limits_page import limits_page
from jidi.language.file_schema import file_schema
from jidi.language.reference_page import reference
from jidi.language.words.forms import Table
from jidi.language.words.table import TABLE
from jidi.registry import Registry

SCHEMA = "meta/scenario.schema.json"
JOURNAL = "meta/journal-record.schema.json"
REFERENCE = "docs/scenario-language.md"
LIMITS = "docs/limits.md"
SENTENCES = "docs/standard/sentences.md"
SENTENCES_ZH = "docs/standard/sentences.zh.md"


def schemas(table: Table = TABLE) -> dict[Path, str]:
    """The text of the two schemas, which no other data is needed for, by its path."""
    root = resources.conformance_root()
    return {
        root / SCHEMA: _json(file_schema(table)),
        root / JOURNAL: _json(journal_schema()),
    }


def written(table: Table = TABLE) -> dict[Path, str]:
    """The text of each file that is made from ``table``, the profiles and the ledger, by its
    path.
    """
    root = resources.conformance_root()
    registry = Registry.load()
    catalogue = Catalogue.load(registry)
    matrix = catalogue.sources, catalogue.requirements
    return {
        **schemas(table),
        root.parent / REFERENCE: reference(table),
        root.parent / LIMITS: limits_page(catalogue, registry),
        root.parent / SENTENCES: matrix_page(*matrix, "en"),
        root.parent / SENTENCES_ZH: matrix_page(*matrix, "zh"),
    }


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def stale(wanted: Mapping[Path, str]) -> dict[Path, str]:
    """Those of the ``wanted`` texts that their files do not hold."""
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_text("utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` name those that are stale; 1 when there are some.

    The schemas come first: scenarios that use a new word are valid under the new ones alone.
    """
    check = "--check" in arguments
    found = False
    for wanted in (written,) if check else (schemas, written):
        for path, text in stale(wanted()).items():
            found = True
            sys.stdout.write(f"{path}\n")
            if not check:
                path.write_text(text, encoding="utf-8")
    return 1 if found and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
