"""How far the candidate's clock is ahead when a run begins, and what is said where that is not
known.
"""

from __future__ import annotations

from typing import Final

from jidi.drive import DriveOutcome, Place
from jidi.model.text import Text
from jidi.run.playing.clock import ask_clock, told_by_status
from jidi.run.playing.stage import Stage
from jidi.run.selection import Progress

_NOTICED_S: Final = 60.0
"""A clock that is less far ahead was not moved, but is not set well."""


def set_clock(stage: Stage, earlier_s: float | None, progress: Progress) -> None:
    """Learn how far the clock is ahead: from ``earlier_s`` of the run that is gone on with, from
    read-clock, else from the candidate's status. The journal says it for whoever goes on with this
    run; without a usable discovery document nobody is asked.
    """
    if earlier_s is not None:
        stage.clock.start_from(earlier_s)
    if stage.base_url:
        outcome = ask_clock(stage.target, stage.driver, stage.clock)
        if outcome is not None:
            stage.recorder.drive(Place("", "preflight", "clock"), "read-clock", {}, outcome)
        if outcome is None or outcome.result is None:
            _look(stage, outcome, progress)
    if stage.clock.ahead or earlier_s is not None:
        stage.recorder.write({"kind": "note", "ahead_s": stage.clock.ahead.total_seconds()})


def _look(stage: Stage, asked: DriveOutcome | None, progress: Progress) -> None:
    """Take the clock from the candidate's status where nobody says how far it was moved."""
    exchange, ahead = told_by_status(stage.client, stage.target, stage.base_url)
    if exchange is not None:
        stage.recorder.exchange(exchange, Place("", "preflight", "clock"))
    if ahead > max(stage.context.skew_s, _NOTICED_S):
        stage.clock.start_from(ahead)
        progress.note(_followed(ahead))
    elif asked is not None:
        progress.note(_unknown(asked.failure))


def _followed(ahead: float) -> Text:
    return Text(
        f"The candidate's clock is {ahead:.0f} s ahead, as its status tells: times follow it. "
        "Offer read-clock, so that a run need not guess.",
        f"受测方时钟快 {ahead:.0f} 秒（据其状态接口），所用时间随之调整。"
        "请提供 read-clock，以免运行时推测。",
    )


def _unknown(why: Text) -> Text:
    return Text(
        f"How far the candidate's clock was moved is not known: {why.en}. If an earlier run moved "
        "it, set it right or restart the sandbox; else what rests on times looks wrong (401 to "
        "tokens and pushes, dates out of force).",
        f"无法得知受测方时钟被拨快多少：{why.zh}。若先前的运行拨动过时钟，请校正时钟或重启沙箱；"
        "否则与时间有关的项目会显得有误（令牌与推送返回 401、日期失效）。",
    )
