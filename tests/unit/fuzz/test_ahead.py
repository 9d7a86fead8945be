"""Requests that are sent before their turn."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from jidi.fuzz.child.ahead import Ahead


class _Case:
    """A case with a number."""

    def __init__(self, number: int) -> None:
        self.number = number


def _keywords(case: _Case) -> dict[str, Any]:
    return {"told": case.number * 10}


@pytest.mark.parametrize("under_way", [1, 3])
def test_cases_are_handed_out_in_their_order_with_their_own_answers(under_way: int) -> None:
    """However many are under way."""
    cases = [_Case(number) for number in range(20)]
    readied: list[int] = []
    ahead = Ahead(lambda case, **told: (case.number, told), under_way)
    got = [
        ahead.answer(case, **_keywords(case))
        for case in ahead.in_turn(cases, lambda case: readied.append(case.number), _keywords)
    ]
    assert got == [(number, {"told": number * 10}) for number in range(20)]
    assert readied == list(range(20))


def test_no_more_than_said_are_under_way_and_so_many_are() -> None:
    """Three calls meet; a fourth never comes before one of them was looked at."""
    meeting = threading.Barrier(3, timeout=20)
    lock = threading.Lock()
    going = most = 0

    def call(case: _Case, **_: Any) -> int:
        nonlocal going, most
        with lock:
            going += 1
            most = max(most, going)
        meeting.wait()
        with lock:
            going -= 1
        return case.number

    ahead = Ahead(call, 3)
    cases = [_Case(number) for number in range(9)]
    turns = ahead.in_turn(cases, lambda _: None, _keywords)
    first = [next(turns) for _ in range(1)]
    assert [ahead.answer(case) for case in first] == [0]
    del turns
    assert most == 3


def test_a_failure_is_raised_where_its_case_is_looked_at() -> None:
    """Not earlier, and not for another."""

    def call(case: _Case, **_: Any) -> int:
        if case.number == 1:
            raise ConnectionError("cut")
        return case.number

    ahead = Ahead(call, 3)
    turns = ahead.in_turn([_Case(0), _Case(1), _Case(2)], lambda _: None, _keywords)
    assert ahead.answer(next(turns)) == 0
    with pytest.raises(ConnectionError):
        ahead.answer(next(turns))
    assert ahead.answer(next(turns)) == 2


def test_an_answer_that_nobody_asked_for_is_given_to_no_other_case() -> None:
    """A case that was left out, and those after a stop, leave nothing behind; whatever is asked
    again is sent again.
    """
    sent: list[int] = []

    def call(case: _Case, **_: Any) -> int:
        sent.append(case.number)
        return case.number

    ahead = Ahead(call, 2)
    turns = ahead.in_turn([_Case(0), _Case(1), _Case(2)], lambda _: None, _keywords)
    next(turns)
    second = next(turns)
    turns.close()  # type: ignore[attr-defined]  # a generator
    assert ahead.answer(second) == 1
    assert ahead.answer(second) == 1
    assert ahead.answer(_Case(7)) == 7
    assert not ahead._sent
