"""Requirements and profiles from their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jidi.catalogue.data_file import DataFile
from jidi.model.profile import Bound, Profile
from jidi.model.requirement import Cited, NegativeCase, Requirement
from jidi.model.text import Text

_NUMBERS = re.compile(r"[0-9]+")


def requirements(file: DataFile) -> Iterator[Requirement]:
    """Rows of one ledger file, in the order written."""
    content = file.content
    for row in content["requirements"]:
        yield Requirement(
            id=row["id"],
            document=content["document"],
            article=content["article"],
            title=Text.from_json(content["title"]),
            roles=tuple(row["roles"]),
            modality=row["modality"],
            established=row["established"],
            applies_from=row["applies_from"],
            text=Text.from_json(row["text"]),
            observable=Text.from_json(row["observable"]),
            negative_cases=tuple(
                NegativeCase(case["id"], Text.from_json(case)) for case in row["negative_cases"]
            ),
            checked=tuple(row["checked"]),
            basis=row["basis"],
            source=Cited(**row["source"]) if "source" in row else None,
            note=Text.from_json(row["note"]) if "note" in row else None,
        )


def ledger_order(requirement_id: str) -> tuple[str, tuple[int, ...]]:
    """Sort key: document, article, number."""
    return requirement_id[:2], tuple(int(number) for number in _NUMBERS.findall(requirement_id))


def profile(file: DataFile) -> Profile:
    """The profile of one file."""
    content = file.content
    return Profile(
        id=content["profile"],
        version=content["version"],
        role=content["role"],
        level=content["level"],
        title=Text.from_json(content["title"]),
        requirements=tuple(content["requirements"]),
        bounds=tuple(_bound(limit, bound) for limit, bound in content["bounds"].items()),
        digest=file.digest,
        needed=frozenset(content["capabilities"]["needed"]),
        spared={
            name: Text.from_json(group["why"])
            for group in content["capabilities"]["spared"]
            for name in group["names"]
        },
    )


def _bound(limit: str, bound: Mapping[str, Any]) -> Bound:
    return Bound(
        limit,
        bound.get("at-most"),
        bound.get("at-least"),
        scaled=bool(bound.get("scaled", False)),
        when_declared=bool(bound.get("when-declared", False)),
    )
