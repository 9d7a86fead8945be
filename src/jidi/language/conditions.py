"""Conditions of a scenario and what they are held against: the names that stand before any step,
``expect`` and ``until``, and which messages a ``where`` means. The engine asks them while it plays,
the judge afterwards, and both get the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jidi.language.expressions import BlockedError, evaluate
from jidi.language.matchers import MATCHERS
from jidi.language.views import StepView, push_events
from jidi.model.step import Condition, StatusIs


def base_scope(
    case: Mapping[str, Any],
    variables: Mapping[str, Any],
    *,
    discovery: Any,
    target: Mapping[str, Any],
) -> dict[str, Any]:
    """The roots that every expression of a scenario may use before any step."""
    return {
        "case": dict(case),
        "discovery": discovery,
        "target": dict(target),
        **variables,
    }


def status_matches(status: int | None, wanted: Any) -> bool:
    """Whether ``status`` is ``wanted``: a number, a class such as ``4xx``, or a list of those."""
    options = wanted if isinstance(wanted, list) else [wanted]
    return status is not None and any(
        str(option) == str(status) or str(option).lower() == f"{status // 100}xx"
        for option in options
    )


def condition_holds(condition: Condition, view: StepView, scope: Mapping[str, Any]) -> bool:
    """Whether a condition (``status``, or ``value`` with a matcher) holds; false when what it looks
    at is missing.
    """
    try:
        if isinstance(condition, StatusIs):
            wanted = evaluate(condition.wanted, scope)
            return view.last is not None and status_matches(view.last.status, wanted)
        return MATCHERS[condition.matcher](
            evaluate(condition.value, scope), evaluate(condition.operand, scope)
        )
    except BlockedError:
        return False


def conditions_hold(
    conditions: Iterable[Condition], view: StepView, scope: Mapping[str, Any]
) -> bool:
    """Whether every one of ``conditions`` holds for ``view``; without any, they do."""
    seen = {**scope, view.step: view}
    return all(condition_holds(condition, view, seen) for condition in conditions)


def push_matches(where: Mapping[str, Any], body: Any) -> bool:
    """Whether a push holds an event (or is an envelope) with every wanted member."""
    envelope = {key: value for key, value in where.items() if key in {"type", "id"}}
    if any(
        not isinstance(body, Mapping) or body.get(key) != value for key, value in envelope.items()
    ):
        return False
    wanted = {key: value for key, value in where.items() if key not in envelope}
    return not wanted or any(
        isinstance(event, Mapping) and all(event.get(key) == value for key, value in wanted.items())
        for event in push_events(body)
    )
