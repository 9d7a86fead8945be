"""What all records of the journal share."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

MOMENT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
Moment = Annotated[
    str, Meta(description="RFC 3339 time with offset.", extra_json_schema={"pattern": MOMENT})
]
Count = Annotated[int, Meta(ge=0)]
Repeat = Annotated[
    int,
    Meta(
        ge=0,
        description="Which playing of the scenario the record belongs to, from 0; it is absent in "
        "the first.",
        extra_json_schema={
            "x-description-zh": "该记录属于场景的第几次执行，自 0 起；首次执行时省略。"
        },
    ),
]


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One record. ``at`` is when it was written, empty before that; the writer gives it, and the
    number of the line, ``seq`` (from 0), with which the record has no more to do once it was read.
    """

    at: Moment = ""


class Part(Struct, frozen=True, kw_only=True):
    """A part of a record, in which every member is written."""
