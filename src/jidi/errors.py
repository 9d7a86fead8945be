"""One tree of errors, by who must act: the operator, the author of data, or the kit.

What a candidate does wrong is never an error here: it is evidence and becomes a verdict.
"""

from __future__ import annotations

from typing import Literal

from jidi.model.text import Text


class JidiError(Exception):
    """Root of every error that jidi raises on purpose.

    ``next_step`` is a sentence that tells the reader what to do now; ``exit_code`` is what the
    command line ends with. ``str()``, and so every log, is English; ``zh`` and ``zh_next_step``
    are for sentences that are put together where they are raised. Authors of data and of the kit
    are spoken to in English where there is no Chinese.
    """

    exit_code = 4

    def __init__(
        self,
        message: str | Text,
        *,
        next_step: str | Text = "",
        zh: str = "",
        zh_next_step: str = "",
    ) -> None:
        said = message if isinstance(message, Text) else Text(message, zh or message)
        then = (
            next_step if isinstance(next_step, Text) else Text(next_step, zh_next_step or next_step)
        )
        super().__init__(said.en)
        self.message, self.zh = said.en, said.zh
        self.next_step, self.zh_next_step = then.en, then.zh

    def told(self, language: Literal["en", "zh"]) -> tuple[str, str]:
        """Message and next step in ``language``; in English what has no Chinese."""
        return (self.zh, self.zh_next_step) if language == "zh" else (self.message, self.next_step)

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class OperatorError(JidiError):
    """The person who runs jidi must act: a bad target file, an unknown id, a file that is not
    there.
    """

    exit_code = 2


class TargetError(OperatorError):
    """A target file or URL cannot be used as it stands."""


class SelectionError(OperatorError):
    """A requirement, clause, scenario, area or level was asked for that does not exist."""


class RunDirectoryError(OperatorError):
    """A run directory or journal cannot be read as what it should be."""


class UnreachableError(JidiError):
    """The candidate cannot be reached or gives no discovery document, so no verdict is possible."""

    exit_code = 3


class DataError(JidiError):
    """An author of schemas, ledger, scenarios or profiles must act: the data contradict
    themselves.
    """

    exit_code = 4


class KitFaultError(JidiError):
    """The kit itself is wrong, for example a check that left no verdict."""

    exit_code = 4
