"""A scheduler thread and lanes: each thing that is due is worked on by itself, and never by two at
once.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from jidi_reference.service.context import Context

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """Something due at a Unix time: ``kind`` says what is to be done, ``names`` with what;
    ``group`` shares a number of lanes.
    """

    kind: str
    names: tuple[str, ...]
    due_at: float
    group: str


class LaneWorker(ABC):
    """Looks for tasks when woken, every ``idle_s`` seconds, and when the next is due; whatever a
    crash interrupts is found again at the next start.

    What is reported within ``breath_s`` seconds is gathered into one look at the database.
    """

    idle_s = 1.0
    breath_s = 0.02

    def __init__(self, name: str, lanes: int, lanes_of_group: int) -> None:
        """A worker that does nothing until ``start``; no group has more than ``lanes_of_group`` of
        the ``lanes``.
        """
        self._name = name
        self._lane_count = (lanes, lanes_of_group)
        self._wake = threading.Event()
        self.stopping = threading.Event()
        self._busy: set[tuple[str, tuple[str, ...]]] = set()
        self._groups: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._scheduler: threading.Thread | None = None
        self._lanes: ThreadPoolExecutor | None = None

    @abstractmethod
    def tasks(self, context: Context) -> Iterable[Task]:
        """What is to be done some time, by group in the order of urgency."""

    @abstractmethod
    def work(self, context: Context, task: Task) -> None:
        """Do it; what fails is found again by ``tasks``."""

    def wake(self) -> None:
        """There is something new; look soon."""
        self._wake.set()

    def start(self, context: Context) -> None:
        """Begin, first of all with what an earlier run left."""
        self.stopping.clear()
        self._lanes = ThreadPoolExecutor(self._lane_count[0], thread_name_prefix=self._name)
        self._scheduler = threading.Thread(
            target=self._schedule,
            args=(context, self._lanes),
            name=f"{self._name}-scheduler",
            daemon=True,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """End after the tasks that are under way."""
        self.stopping.set()
        self._wake.set()
        if self._scheduler is not None:
            self._scheduler.join()
        if self._lanes is not None:
            self._lanes.shutdown(cancel_futures=True)

    def _schedule(self, context: Context, lanes: ThreadPoolExecutor) -> None:
        while not self.stopping.is_set():
            self._wake.clear()
            pause = self.idle_s
            try:
                pause = self._hand_out(context, lanes)
            except Exception:
                _LOG.exception("%s could not look for work and will try again", self._name)
            self._wake.wait(pause)
            # Lets what comes in together be seen together, and bounds the pace of the loop.
            self.stopping.wait(self.breath_s)

    def _hand_out(self, context: Context, lanes: ThreadPoolExecutor) -> float:
        pause = self.idle_s
        for task in self.tasks(context):
            late_s = context.clock.now() - task.due_at
            if late_s < 0:
                pause = min(pause, -late_s)
            elif self._claim(task):
                lanes.submit(self._run, context, task)
        return pause

    def _claim(self, task: Task) -> bool:
        with self._guard:
            key = (task.kind, task.names)
            if key in self._busy or self._groups[task.group] >= self._lane_count[1]:
                return False
            self._busy.add(key)
            self._groups[task.group] += 1
            return True

    def _run(self, context: Context, task: Task) -> None:
        try:
            self.work(context, task)
        except Exception:
            _LOG.exception("a task of %s failed and will be tried again", self._name)
            self.stopping.wait(self.idle_s)
        finally:
            with self._guard:
                self._busy.discard((task.kind, task.names))
                self._groups[task.group] -= 1
            self._wake.set()
