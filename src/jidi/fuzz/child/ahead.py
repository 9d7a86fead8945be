"""Requests sent before their turn: while one answer is looked at, the next ones are under way.
Standard library only: runs in the child.

What is sent, and in which order it is looked at, does not depend on how many are under way; only
the candidate may get a few of them at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Ahead:
    """Performs calls of ``call`` for cases to come, at most ``under_way`` at once; one means that
    nothing is sent before its turn.
    """

    def __init__(self, call: Callable[..., Any], under_way: int) -> None:
        self._call = call
        self._under_way = under_way
        self._pool = ThreadPoolExecutor(under_way, "jidi-ahead")
        self._sent: dict[int, Future[Any]] = {}

    def in_turn(
        self, cases: Sequence[Any], ready: Callable[[Any], object], keywords: Callable[[Any], Any]
    ) -> Iterator[Any]:
        """``cases`` one after another, each handed out while those after it are under way.

        ``ready`` is called for each in this order, before it is sent; ``keywords`` gives, in the
        thread that sends, with what ``call`` is made. Who stops early leaves at most those under
        way without being looked at; they are waited for.
        """
        waiting = deque(cases)
        going: deque[Any] = deque()
        try:
            while waiting or going:
                while waiting and len(going) < self._under_way:
                    case = waiting.popleft()
                    ready(case)
                    if self._under_way > 1:
                        self._sent[id(case)] = self._pool.submit(self._send, case, keywords)
                    going.append(case)
                case = going.popleft()
                yield case
                self._sent.pop(id(case), None)  # who was handed it may have left it out
        finally:
            self._give_up(going)

    def answer(self, case: Any, **keywords: Any) -> Any:
        """The answer to ``case``: what came for the request that was sent before, or, if none was,
        what ``call`` gives now. Raises what the call raised.
        """
        sent = self._sent.pop(id(case), None)
        return sent.result() if sent is not None else self._call(case, **keywords)

    def _send(self, case: Any, keywords: Callable[[Any], Any]) -> Any:
        return self._call(case, **keywords(case))

    def _give_up(self, cases: Sequence[Any]) -> None:
        left = [self._sent.pop(id(case)) for case in cases if id(case) in self._sent]
        for future in left:
            future.cancel()
        for future in left:
            if not future.cancelled():
                future.exception()
