"""What a candidate said, on its way into a sentence of the kit: for terminals, errors and notes,
where no schema says what it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Final

from jidi.drive.keeping.findings import Findings
from jidi.drive.keeping.planted import Planted
from jidi.drive.keeping.texts import TextRedactor
from jidi.model.text import Text
from jidi.model.texts.escapes import one_line

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
    clean = _NOBODYS.text(str(said)[: 4 * limit], "", Findings())
    return one_line(clean, limit)


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
