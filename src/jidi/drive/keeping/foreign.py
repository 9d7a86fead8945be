"""What a candidate said, on its way into a sentence of the kit: for terminals, errors and notes,
where no schema says what it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.planted import Planted
from jidi.drive.keeping.texts import TextRedactor
from jidi.model.text import Text
from jidi.model.texts.escapes import one_line
from jidi.model.texts.strangers import Foreign

_LONGEST: Final = 300


def _nothing() -> frozenset[str]:
    return frozenset()


_NOBODYS: Final = TextRedactor(secrets.token_bytes(32), _nothing, Planted())


def shown(said: object, limit: int = _LONGEST) -> str:
    """``said`` on one line, without anything personal, in whatever spelling, with what is not seen
    as its escape, and cut after ``limit`` characters. Idempotent.

    Everything that a candidate (or a library that quotes it) says goes through here before it
    becomes part of a sentence; no run's values are known here, so every Han word is withheld.
    """
    text = said.unwrapped() if isinstance(said, Foreign) else str(said)
    read = text[: 4 * limit]
    clean = _NOBODYS.text(read, "", Findings())
    if read != text and len(clean) <= limit:  # what was cut there would be seen in part
        clean = _NOBODYS.marker("undeclared", text)
    return one_line(clean, limit)


def shown_end(said: Foreign, limit: int = _LONGEST) -> str:
    """As :func:`shown`; of an address what it ends with, as a problem type says what it is."""
    text = said.unwrapped()
    return shown(Foreign(text.rsplit("/", 1)[-1]) if text.startswith("http") else said, limit)


def foreign_member(document: object, name: str) -> Foreign | None:
    """A text that a stranger's document holds under ``name``; ``None`` for anything else."""
    value = document.get(name) if isinstance(document, Mapping) else None
    return Foreign(value) if isinstance(value, str) else None


def shown_zh(en: str, zh: str) -> str:
    """The Chinese for a sentence of the kit that quotes the candidate: what is foreign stands in
    the English, too, so only where nothing had to be withheld there is the Chinese shown as it is.
    """
    return one_line(zh, _LONGEST) if zh and shown(en) == one_line(en, _LONGEST) else shown(en)


def secrets_net(known: Callable[[], Iterable[str]]) -> Callable[[Text], Text]:
    """What takes the credentials that are ``known`` out of a sentence, in whatever spelling: for
    everything that is printed while no journal is there.
    """
    redactor = TextRedactor(secrets.token_bytes(32), known, Planted())
    return lambda text: Text(
        redactor.without_credentials(text.en), redactor.without_credentials(text.zh)
    )
