"""What one check comes to, and what it may look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jidi.judge.context import JudgingContext
from jidi.language.compared import ABSENT
from jidi.language.expressions import BlockedError, evaluate
from jidi.language.views import ExchangeView, StepView
from jidi.model.scenario import Check, Step
from jidi.model.text import Text
from jidi.model.verdict import Difference, Outcome

NO_TEXT: Final = Text("", "")
CANARIES_ROOT: Final = "canaries"
"""Root of the scope under which the canaries of the scenario lie; reserved."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check came to, before it is given its name."""

    outcome: Outcome
    reason: str = ""
    expected: Text = NO_TEXT
    actual: Text = NO_TEXT
    differences: tuple[Difference, ...] = ()
    place: str | None = None
    """Where it was seen, if that is not what the check looks at in general."""


@dataclass(frozen=True)
class Question:
    """One check with everything that it may look at."""

    check: Check
    step: Step
    view: StepView
    scope: Mapping[str, Any]
    context: JudgingContext

    @property
    def argument(self) -> Any:
        """The argument of the subject with its expressions replaced."""
        return evaluate(self.check.argument, self.scope)

    @property
    def argument_list(self) -> list[Any]:
        """The same as a list, whether one was written or not."""
        argument = self.argument
        return argument if isinstance(self.check.argument, list) else [argument]


def both(text: str) -> Text:
    """A text without words, the same in both languages."""
    return Text(text, text)


def passed(expected: Text, actual: Text) -> Finding:
    """A pass that still says what was wanted and seen."""
    return Finding(Outcome.PASS, "", expected, actual)


def failed(
    reason: str, expected: Text, actual: Text, differences: tuple[Difference, ...] = ()
) -> Finding:
    """A fail with a stable reason, and where it differs."""
    return Finding(Outcome.FAIL, reason, expected, actual, differences)


def last_of(question: Question) -> ExchangeView:
    """The exchange that counts.

    Raises:
        BlockedError: the step left none.
    """
    last = question.view.last
    if last is None:  # a named action that left nothing; of a call the caller has said so before
        raise BlockedError(f"step '{question.step.id}' left no exchange")
    return last


def answer_of(question: Question) -> tuple[Sequence[Sequence[str]], str, Any]:
    """Headers, text and JSON document of the answer.

    Raises:
        BlockedError: there was no response.
    """
    response = last_of(question).response
    if response is None:
        raise BlockedError(f"step '{question.step.id}' got no response")
    text = response.attribute("text")
    return response.headers, "" if text is ABSENT else text, response.json
