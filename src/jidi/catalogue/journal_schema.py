"""The schema of the journal, written from the types of its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from jidi.model.journal.codec import KINDS, PARTS

_HEAD: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Record of the journal",
    "x-title-zh": "日志记录",
    "description": "One line of journal.ndjson, the only thing on which a verdict rests; "
    "everything in it is already redacted. A journal that is whole begins with run-started and "
    "ends with run-finished.",
    "x-description-zh": "journal.ndjson 中的一行，判定仅以此为据；写入前均已脱敏。"
    "完整的日志以 run-started 开始、以 run-finished 结束。",
    "type": "object",
    "required": ["seq", "at", "kind", "chain"],
}
_SEQ: Final = {
    "description": "Number of the line, from 0.",
    "type": "integer",
    "minimum": 0,
}
_CHAIN: Final = {
    "description": "SHA-256 over the digest of the line before (64 zeros before the first) and "
    "this line without this member, which comes last.",
    "type": "string",
    "pattern": "^[0-9a-f]{64}$",
}


def journal_schema() -> dict[str, Any]:
    """What the kit writes to a journal, one definition for each type of record and of part, and no
    member beside those; reading passes over what is not known.
    """
    records = [*KINDS.values(), *PARTS.values()]
    places, found = msgspec.json.schema_components(records, ref_template="#/$defs/{name}")
    named = {record.__name__ for record in records}
    return {
        **_HEAD,
        "oneOf": list(places),
        "$defs": {name: _closed(schema, of_line=name in named) for name, schema in found.items()},
    }


def _closed(schema: Mapping[str, Any], *, of_line: bool) -> dict[str, Any]:
    """``schema`` of one type without other members; a record carries number, time and
    digest.
    """
    members, required = dict(schema["properties"]), list(schema.get("required", ()))
    if of_line:
        at = {name: value for name, value in members.pop("at").items() if name != "default"}
        members = {"seq": _SEQ, "at": at, **members, "chain": _CHAIN}
        required = ["seq", "at", *required, "chain"]
    return {
        "title": schema["title"],
        "description": " ".join(schema["description"].split()),
        "type": "object",
        "properties": members,
        "required": required,
        "additionalProperties": False,
    }
