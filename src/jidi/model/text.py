"""A text in the two languages in which jidi speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, TypeAlias

Language = Literal["en", "zh"]
Sayable: TypeAlias = "Text | str | int | float | PurePath | None"
"""What a sentence may be filled with: no error, which may quote a stranger, and no stranger's text
(:class:`jidi.model.texts.strangers.Foreign`).
"""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English and Chinese; both are always present."""

    en: str
    zh: str

    def for_language(self, language: Language) -> str:
        """The text in ``language``."""
        return self.zh if language == "zh" else self.en

    def filled(self, **fields: Sayable) -> Text:
        """The text with its fields, as in :meth:`str.format`, filled in; a field that is a text
        speaks the language around it. What is filled in is never read as a text again.

        Raises:
            KeyError: a field was not given.
        """
        english, chinese = (
            {
                name: getattr(value, language) if isinstance(value, Text) else value
                for name, value in fields.items()
            }
            for language in ("en", "zh")
        )
        return Text(self.en.format_map(english), self.zh.format_map(chinese))

    def as_json(self) -> dict[str, str]:
        """``{"en": …, "zh": …}``."""
        return {"en": self.en, "zh": self.zh}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> Text:
        """Inverse of :meth:`as_json`; a missing language falls back on the other."""
        en = value.get("en") or value.get("zh", "")
        return cls(en, value.get("zh") or en)
