"""What a candidate, or a library that quotes it, says: a text that cannot be said by accident."""

from __future__ import annotations

from typing import NoReturn


class Foreign:
    """A stranger's text on its way to the redactor and the escaper.

    It is no ``str``: it cannot be formatted, joined, added to a text, or written as JSON, so that
    no sentence, terminal or file gets it bare; :func:`jidi.drive.keeping.foreign.shown` makes a
    text of it that may be said. ``repr`` tells its length alone. Equal to what is equal, so that
    it can be compared and looked up.
    """

    __slots__ = ("_said",)

    def __init__(self, said: object) -> None:
        self._said = str(said)

    def unwrapped(self) -> str:
        """The text itself, for whoever redacts it; a test says who may ask."""
        return self._said

    def __str__(self) -> NoReturn:
        raise TypeError("a stranger's text is said through shown() alone")

    def __format__(self, _spec: str) -> NoReturn:
        raise TypeError("a stranger's text is said through shown() alone")

    def __repr__(self) -> str:
        return f"Foreign(<{len(self._said)} characters>)"

    def __bool__(self) -> bool:
        return bool(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)
