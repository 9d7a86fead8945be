"""The manual driver: what a person is told, what may be entered, and what happens when nobody is
there.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable

import pytest

from jidi.drive.candidate.guidance import GUIDANCE
from jidi.drive.candidate.manual import ManualDriver
from jidi.model.text import Text
from jidi.registry import Registry

SCAN = "event_id=evt_0000000000000001 sequence=2 recorded_at=2026-11-22T10:00:00+08:00"


def check(result: object) -> list[Text]:
    """As a run does it."""
    return [
        Text(fault.message, fault.message_zh)
        for fault in Registry.load().validate("sandbox-result", {"result": result})
    ]


def asked(
    text: str, action: str = "record-scan", timeout_s: float = 5.0
) -> tuple[object, str, str]:
    """Result, failure and everything that was said, when ``text`` is what the person types."""
    output = io.StringIO()
    outcome = ManualDriver(io.StringIO(text), output, timeout_s, check).act(
        action, {"waybill_no": "JD00000000000001", "event_code": "ACCEPTED"}
    )
    return outcome.result, outcome.failure.en, output.getvalue()


@pytest.mark.parametrize(
    ("line", "action", "result"),
    [
        (
            SCAN,
            "record-scan",
            {
                "event_id": "evt_0000000000000001",
                "sequence": 2,
                "recorded_at": "2026-11-22T10:00:00+08:00",
            },
        ),
        ('{"access_token": "abc.def"}', "issue-token", {"access_token": "abc.def"}),
        ('{"result": {"access_token": "abc.def"}}', "issue-token", {"access_token": "abc.def"}),
        (
            'client_id = p-1, client_secret="s3cret"'.replace(",", " "),
            "provision-partner",
            {"client_id": "p-1", "client_secret": "s3cret"},
        ),
        ("", "reset", {}),
        ("", "advance-clock", {}),
    ],
)
def test_a_right_entry_is_taken(line: str, action: str, result: object) -> None:
    """Pairs, JSON with or without its envelope, or nothing where nothing is wanted."""
    assert asked(line + "\n", action)[:2] == (result, "")


@pytest.mark.parametrize(
    ("line", "reason", "chinese"),
    [
        ("", "missing: event_id, sequence, recorded_at", "缺少 event_id、sequence、recorded_at"),
        ("done", "neither name=value nor JSON", "既非 名称=值，亦非 JSON"),
        ("{", "the driver's answer is not JSON", "驱动的应答不是 JSON"),
        (SCAN.replace("sequence=2", "sequence=0"), "0 is less than 1.", "0 小于 1。请重新输入。"),
        (
            SCAN.replace("+08:00", ""),
            "The text is not a valid date-time.; The text does not match the pattern",
            "文本不是有效的 date-time；文本不符合模式",
        ),
        (
            SCAN + " colour=red",
            "The member 'colour' is not defined here.",
            "此处未定义成员“colour”。请重新输入。",
        ),
    ],
)
def test_a_wrong_entry_is_asked_for_again_with_the_reason(
    line: str, reason: str, chinese: str
) -> None:
    """In both languages; the right one that follows is taken."""
    result, failure, said = asked(f"{line}\n{SCAN}\n")
    assert result is not None
    assert failure == ""
    assert f"[jidi] That cannot be right: {reason}" in said
    assert f"[jidi] 输入有误：{chinese}" in said


@pytest.mark.parametrize("action", GUIDANCE)
def test_each_action_is_explained_in_both_languages(action: str) -> None:
    """What to do, with which parameters, and what to enter back."""
    _, failure, said = asked("no\n", action)
    assert failure == "the person says that it cannot be done"
    assert GUIDANCE[action].task.en in said
    assert GUIDANCE[action].task.zh in said
    assert "waybill_no: JD00000000000001" in said
    assert all(name in said for name in GUIDANCE[action].results)


def test_guidance_knows_every_action_of_the_standard() -> None:
    """Neither more nor less."""
    assert set(GUIDANCE) == {
        entry["code"] for entry in Registry.load().code_list("sandbox-actions")["codes"]
    }


def test_results_asked_for_are_members_of_the_schema() -> None:
    """What a person is asked to enter can be entered."""
    known = Registry.load().schema("sandbox-result")["properties"]["result"]["properties"]
    assert {name for guidance in GUIDANCE.values() for name in guidance.results} <= known.keys()


def test_the_end_of_the_input_ends_every_question() -> None:
    """Also the ones after it."""
    driver = ManualDriver(io.StringIO("\n"), io.StringIO(), 5.0, check)
    assert [driver.act("reset", {}).failure.en for _ in range(3)] == [
        "",
        "the input has ended",
        "the input has ended",
    ]


def test_time_runs_out_kindly_and_a_late_line_answers_nothing() -> None:
    """It says what that means and how to go on later; what is typed afterwards is not taken for the
    next answer.
    """
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as source, os.fdopen(write_end, "w") as person:
        output = io.StringIO()
        driver = ManualDriver(source, output, 0.2, check)
        assert "nobody answered" in driver.act("reset", {}).failure.en
        assert "--resume" in output.getvalue()
        assert "计为未检验" in output.getvalue()
        person.write('{"late": true}\n')
        person.flush()
        reader = next(thread for thread in threading.enumerate() if thread.name == "jidi-manual")
        person.close()
        reader.join(5)
        assert driver.act("reset", {}).failure.en == "the input has ended"


def until(condition: Callable[[], bool]) -> None:
    """Wait for ``condition``, a minute at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_wait_gives_the_time_once_more_and_half_of_it_is_told() -> None:
    """A person who needs longer says so; the reminder after that comes when the first time is
    over.
    """
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as source, os.fdopen(write_end, "w") as person:
        output = io.StringIO()
        driver = ManualDriver(source, output, 5.0, check)

        def slowly() -> None:
            until(lambda: output.getvalue().count("Still waiting") == 1)
            person.write("wait\n")
            person.flush()
            until(lambda: output.getvalue().count("Still waiting") == 3)
            person.write("\n")
            person.flush()

        typing = threading.Thread(target=slowly)
        typing.start()
        began = time.monotonic()
        assert driver.act("reset", {}).failure.en == ""
        assert time.monotonic() - began >= 5.0
        typing.join()
    assert output.getvalue().count("Still waiting") == 3
    assert "仍在等待" in output.getvalue()


def test_giving_up_ends_the_open_question() -> None:
    """An interruption is not held up by it."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as source, os.fdopen(write_end, "w") as person:
        driver = ManualDriver(source, io.StringIO(), 3600.0, check)
        threading.Timer(0.2, driver.give_up).start()
        assert driver.act("reset", {}).failure.en == "the input has ended"
        person.close()
