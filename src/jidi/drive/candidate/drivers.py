"""Ways to make a candidate act: its own sandbox interface, a program of the vendor's, a person, or
none.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TextIO, runtime_checkable

from jidi.drive.candidate.driver_answers import (
    REFUSING,
    UNKNOWING,
    names_action,
    problem_words,
    read_answer,
)
from jidi.drive.candidate.guidance import needed
from jidi.drive.candidate.manual import ManualDriver, ResultCheck
from jidi.drive.candidate.program import CommandDriver
from jidi.drive.keeping.foreign import shown, shown_zh
from jidi.language.json_texts import read_loosely
from jidi.model.exchange import Exchange
from jidi.model.incoming.drive_outcome import DriveOutcome
from jidi.model.outgoing import Outgoing
from jidi.model.target import DriverSettings, Target
from jidi.wording import sentence
from jidi.wording.reasons import failure_zh

SECRET_MEMBERS = frozenset({"client_secret", "access_token", "refresh_token", "token", "password"})


class Driver(Protocol):
    """Makes the candidate act; never raises for what the candidate or its driver does."""

    def act(self, action: str, parameters: Mapping[str, Any], /) -> DriveOutcome:
        """What came of asking for ``action`` (a sandbox action of the standard)."""
        ...


@runtime_checkable
class Asking(Protocol):
    """A driver that may wait for a person or a program."""

    def give_up(self) -> None:
        """Ask no more, not even what was asked already."""
        ...


@dataclass(frozen=True, slots=True)
class NoDriver:
    """Driver of a target that has none: every action is unsupported."""

    def act(self, action: str, _parameters: Mapping[str, Any], /) -> DriveOutcome:
        """Say that ``action`` is unsupported."""
        now = time.monotonic()
        return DriveOutcome(
            None,
            sentence("drive/the-target-has-no-driver-so-cannot", action=action),
            True,
            now,
            now,
        )


@dataclass(frozen=True, slots=True)
class HttpDriver:
    """POSTs ``{action, parameters}`` to the candidate's sandbox interface (operation
    performSandboxAction).
    """

    settings: DriverSettings
    send: Callable[[Outgoing], Exchange]

    def act(self, action: str, parameters: Mapping[str, Any]) -> DriveOutcome:
        """Ask for ``action``; a 2xx with ``result`` is success, 404, 405 and 501 mean that it is
        not offered.
        """
        body = json.dumps(
            {"action": action, "parameters": dict(parameters)}, ensure_ascii=False
        ).encode()
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            *self.settings.headers,
        )
        outgoing = Outgoing(
            "POST",
            self.settings.url,
            headers,
            body,
            "",
            "none",
            "performSandboxAction",
            self.settings.timeout_s,
        )
        exchange = self.send(outgoing)
        if exchange.failure is not None or exchange.response is None:
            detail = (
                f"{exchange.failure.kind}: {exchange.failure.detail}"
                if exchange.failure
                else "no answer"
            )
            failed = sentence(
                "drive/the-driver-at-failed",
                url=self.settings.url,
                detail=detail,
                failure_zh=failure_zh(exchange.failure),
            )
            return DriveOutcome(None, failed, False, exchange.started, exchange.finished)
        answered = exchange.response
        times = (exchange.started, exchange.finished)
        if 200 <= answered.status < 300:
            read = read_answer(answered.body)
            return DriveOutcome(read.result, read.failure, read.unsupported, *times, read.refused)
        problem = _problem(answered.body)
        unsupported = answered.status in UNKNOWING or names_action(problem)
        words = problem_words(problem)
        told = sentence(
            "drive/the-driver-answered-to", status=answered.status, action=action, words=words
        )
        refused = answered.status in REFUSING and not unsupported
        return DriveOutcome(None, told, unsupported, *times, refused)


class _Watched:
    """Holds actions to the list that the target declares, learns secrets from results, never lets
    two calls of a person overlap, and takes no action for done whose result lacks what it is for.
    """

    def __init__(
        self,
        driver: Driver,
        actions: tuple[str, ...] | None,
        learn: Callable[[str], None],
        check: ResultCheck | None,
    ) -> None:
        self._driver = driver
        self._actions = actions
        self._learn = learn
        self._check = check or (lambda _: ())
        self._alone = threading.Lock() if isinstance(driver, ManualDriver) else None

    def act(self, action: str, parameters: Mapping[str, Any]) -> DriveOutcome:
        if self._actions is not None and action not in self._actions:
            now = time.monotonic()
            unlisted = sentence("drive/is-not-among-driver-actions-of-the", action=action)
            return DriveOutcome(None, unlisted, True, now, now)
        if self._alone is None:
            outcome = self._driver.act(action, parameters)
        else:
            with self._alone:
                outcome = self._driver.act(action, parameters)
        for name, value in (outcome.result or {}).items():
            if name in SECRET_MEMBERS and isinstance(value, str):
                self._learn(value)
        return outcome if outcome.result is None else self._held(action, outcome, outcome.result)

    def _held(self, action: str, outcome: DriveOutcome, result: Mapping[str, Any]) -> DriveOutcome:
        """``outcome``, or that the action gave nothing to go on with."""
        wanted = needed(action)
        missing = [name for name in wanted if name not in result]
        faults = self._check({name: result[name] for name in wanted if name in result})
        if missing:
            fault = sentence(
                "drive/the-drivers-result-of-lacks",
                action=action,
                missing=", ".join(missing),
                missing_zh="、".join(missing),
            )
        elif faults:
            fault = sentence(
                "drive/the-drivers-result-of",
                action=action,
                faults="; ".join(shown(one.en) for one in faults),
                faults_zh="；".join(shown_zh(one.en, one.zh) for one in faults),
            )
        else:
            return outcome
        return DriveOutcome(None, fault, False, outcome.started, outcome.finished)

    def give_up(self) -> None:
        """Ask no person and no program anything any more, not even what was asked already."""
        if isinstance(self._driver, ManualDriver | CommandDriver):
            self._driver.give_up()


def make_driver(
    target: Target,
    send: Callable[[Outgoing], Exchange],
    learn: Callable[[str], None] = lambda _: None,
    streams: tuple[TextIO, TextIO] | None = None,
    check: ResultCheck | None = None,
) -> Driver:
    """The driver that ``target`` asks for.

    ``send`` is :meth:`Client.send`; ``learn`` (:meth:`Credentials.learn`) gets the secrets that
    actions return; ``streams`` are what a manual driver reads from and prompts on (without them a
    manual driver is the same as none); ``check`` tells what is wrong with a result.
    """
    bare = _bare(target.driver, send, streams, check)
    return _Watched(bare, target.driver.actions, learn, check)


def _bare(
    settings: DriverSettings,
    send: Callable[[Outgoing], Exchange],
    streams: tuple[TextIO, TextIO] | None,
    check: ResultCheck | None,
) -> Driver:
    if settings.kind == "http":
        return HttpDriver(settings, send)
    if settings.kind == "command":
        return CommandDriver(settings)
    if settings.kind == "manual" and streams is not None:
        return ManualDriver(*streams, settings.timeout_s, check)
    return NoDriver()


def _problem(body: bytes) -> dict[str, Any]:
    try:
        value = read_loosely(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
