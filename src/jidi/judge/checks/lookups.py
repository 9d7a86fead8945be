"""Checks of what an expression points at: values, named judgements, planted values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from jidi.judge.checks.difference_texts import is_read_at_a_glance, told_of, where_it_differs
from jidi.judge.checks.finding import (
    CANARIES_ROOT,
    Finding,
    Question,
    both,
    failed,
    passed,
)
from jidi.judge.context import JudgingContext
from jidi.judge.personal.canaries import automaton_of
from jidi.judge.personal.leaks import EXPECTED, Watch, reason_of
from jidi.judge.ruling import Ruling
from jidi.language.compared import ABSENT, show
from jidi.language.differing import MOST
from jidi.language.expectations import expectation
from jidi.language.expressions import (
    BlockedError,
    evaluate,
    is_expression,
    parse,
    references,
    resolve,
)
from jidi.language.matchers import MATCHERS
from jidi.language.views import StepView
from jidi.model.verdict import Difference
from jidi.wording import sentence

Judgement = Callable[[Mapping[str, Any], StepView, JudgingContext], Ruling]
"""A named judgement of arguments, a step and what is constant."""


def _given(value: Any, question: Question) -> Any:
    """What a check measures by, with its expressions replaced.

    Raises:
        BlockedError: an earlier step, which was to give it, did not: that is its own fault, and
            told there. What the step under judgement does not give stays absent.
    """
    for reference in references(value):
        expression = parse(reference.text)
        if expression.root != question.step.id and resolve(expression, question.scope) is ABSENT:
            raise BlockedError(f"nothing is there at {reference.text}, by which it is measured")
    return evaluate(value, question.scope)


def value_finding(question: Question) -> Finding:
    """A value against a matcher."""
    check = question.check
    value = question.argument
    operand = _given(check.operand, question)
    subject = str(check.argument) if is_expression(check.argument) else "value"
    if MATCHERS[check.matcher](value, operand):
        return passed(expectation(subject, check.matcher, operand), both(show(value)))
    found = where_it_differs(check.matcher, operand, value)
    large = bool(found) and not is_read_at_a_glance(operand, value)
    expected = expectation(subject, check.matcher, operand, brief=large)
    actual = told_of(found) if large else both(show(value))
    return failed(check.matcher, expected, actual, found)


def rule_finding(named: Mapping[str, Judgement], question: Question) -> Finding:
    """One of the ``named`` judgements."""
    argument = question.check.argument
    name = argument["name"] if isinstance(argument, Mapping) else argument
    given = _given(argument.get("with", {}), question) if isinstance(argument, Mapping) else {}
    ruling = named[name](given, question.view, question.context)
    return Finding(
        ruling.outcome,
        ruling.reason,
        ruling.expected,
        ruling.actual,
        ruling.differences,
        ruling.place,
    )


def canaries_finding(question: Question) -> Finding:
    """``true``: the table of places decides; ``none``: no canary at all; a list of kinds: these may
    show; expressions: only there, and none.
    """
    argument = question.check.argument
    listed = argument if isinstance(argument, list) else [argument]
    kinds = (
        None
        if argument is True
        else frozenset(one for one in listed if not is_expression(one)) - {"none"}
    )
    known = question.scope.get(CANARIES_ROOT, ())
    if not known:
        raise BlockedError("nothing personal was planted in this scenario")
    watch = Watch(automaton_of(tuple(known)), question.context, frozenset(), kinds)
    if any(is_expression(one) for one in listed):
        found = [
            ("values", leak)
            for leak in watch.in_texts(
                [value for value in question.argument_list if value is not ABSENT]
            )
        ]
    else:
        found = [
            (view.record.operation or view.record.direction, leak)
            for view in question.view.exchanges
            for leak in watch.leaks(view)
        ]
        found += [("observed", leak) for leak in watch.in_texts(dict(question.view.observed))]
    if not found:
        return passed(EXPECTED, sentence("judge/none-of", known=len(known)))
    told = list(dict.fromkeys(leak.told(where) for where, leak in found))
    places = tuple(
        Difference(pointer, "added", "", "")
        for pointer in islice(dict.fromkeys(leak.pointer for _, leak in found), MOST)
    )
    reason = reason_of([leak for _, leak in found])
    return failed(reason, EXPECTED, both("; ".join(told[:5])), places)
