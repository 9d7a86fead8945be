"""Facts about planted values that stood in what redaction took out of a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from jidi.model.journal import ExchangeRecord

WITHHELD: Final = "withheld-canaries"
"""Name of the fact."""


class Sighting(NamedTuple):
    """A planted value in a text that was withheld: ``pointer`` is RFC 6901, or ``header:<name>``,
    or empty where the place has a name that was withheld too; ``form`` is its spelling.
    """

    pointer: str
    value: str
    form: str


def noted(record: ExchangeRecord) -> Iterator[Sighting]:
    """What was found before redaction, from the facts of a record; what is no sighting is passed
    over.
    """
    listed = record.facts.get(WITHHELD)
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, Mapping):
            members = [one.get(name) for name in Sighting._fields]
            if all(isinstance(member, str) for member in members):
                yield Sighting(*map(str, members))
