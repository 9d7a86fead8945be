"""Drivers ask the candidate to act and give an outcome whatever happens."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from jidi.drive import Driver, make_driver
from jidi.model.exchange import Exchange
from jidi.model.target import DriverSettings, Target
from jidi.model.text import Text

from .conftest import ClientMaker, RawServer, ServerMaker, answer, reply, silence


def unused(_: object) -> Exchange:
    raise AssertionError("nothing is sent")


def over_http(
    server: RawServer,
    client_for: ClientMaker,
    learnt: list[str] | None = None,
    actions: tuple[str, ...] | None = None,
    **bounds: float,
) -> Driver:
    settings = DriverSettings(
        "http", f"{server.url}sandbox", (("X-Sandbox", "key"),), timeout_s=1.0, actions=actions
    )
    target = Target("x", "courier", server.url, frozenset({server.host}), (), settings)
    return make_driver(
        target,
        client_for(server.host, **bounds).send,
        (learnt if learnt is not None else []).append,
    )


def by_command(tmp_path: Path, program: str, timeout_s: float = 5.0) -> Driver:
    script = tmp_path / "driver.py"
    script.write_text(program)
    settings = DriverSettings(
        "command", command=(sys.executable, str(script), "$(id); *"), timeout_s=timeout_s
    )
    return make_driver(Target("x", "courier", "http://h:1", frozenset(), (), settings), unused)


def test_http_driver_posts_action_and_parameters(raw_server: ServerMaker, client_for: ClientMaker):
    """The sandbox action goes out as JSON with the driver's headers and without any party's
    credential; secrets are learnt.
    """
    server = raw_server(
        answer(reply(b'{"result": {"client_id": "c", "client_secret": "made-up-secret"}}'))
    )
    learnt: list[str] = []
    outcome = over_http(server, client_for, learnt).act(
        "provision-partner", {"name": "甲", "scopes": []}
    )
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert json.loads(body) == {
        "action": "provision-partner",
        "parameters": {"name": "甲", "scopes": []},
    }
    assert b"X-Sandbox: key" in head
    assert b"authorization" not in head.lower()
    assert outcome.result == {"client_id": "c", "client_secret": "made-up-secret"}
    assert (outcome.failure.en, outcome.unsupported) == ("", False)
    assert outcome.started <= outcome.finished
    assert learnt == ["made-up-secret"]


@pytest.mark.parametrize(
    ("data", "unsupported", "words"),
    [
        (
            reply(
                b'{"type": "https://x/problems/state-conflict", "detail": "no"}',
                status=b"409 Conflict",
            ),
            False,
            Text(
                "409 to record-scan: state-conflict, no",
                "驱动对 record-scan 应答 409: state-conflict, no",
            ),
        ),
        (reply(b"", status=b"501 Not Implemented"), True, Text("501", "应答 501")),
        (reply(b"", status=b"404 Not Found"), True, Text("404", "应答 404")),
        (
            reply(b'{"errors": [{"pointer": "/action"}]}', status=b"422 No"),
            True,
            Text("422", "应答 422"),
        ),
        (
            reply(b'{"errors": [{"pointer": "/parameters/x"}]}', status=b"422 No"),
            False,
            Text("422", "应答 422"),
        ),
        (reply(b"<html>"), False, Text("not JSON", "驱动的应答不是 JSON")),
        (reply(b"[]"), False, Text("not a JSON object", "驱动的应答不是 JSON 对象")),
        (reply(b'{"result": 1}'), False, Text("'result'", "驱动应答中的 result 不是 JSON 对象")),
        (b"garbage\r\n\r\n", False, Text("protocol", "不是有效的 HTTP 应答（")),
    ],
)
def test_http_driver_says_what_went_wrong(
    raw_server: ServerMaker, client_for: ClientMaker, data: bytes, unsupported: bool, words: Text
):
    """Refusals, unknown actions and nonsense are told apart, in both languages."""
    outcome = over_http(raw_server(answer(data)), client_for).act("record-scan", {})
    assert outcome.result is None
    assert outcome.unsupported is unsupported
    assert words.en in outcome.failure.en
    assert words.zh in outcome.failure.zh


def test_http_driver_is_bounded_in_time(raw_server: ServerMaker, client_for: ClientMaker):
    """A sandbox that never answers ends with its own time-out."""
    server = raw_server(silence)
    outcome = over_http(server, client_for, deadline_s=3600).act("reset", {})
    assert "timeout" in outcome.failure.en
    assert outcome.finished - outcome.started >= 1


def test_driver_asks_only_for_declared_actions(raw_server: ServerMaker, client_for: ClientMaker):
    """An action outside the target's list is unsupported, and nothing is sent."""
    server = raw_server(answer(reply(b"{}")))
    outcome = over_http(server, client_for, actions=("reset",)).act("advance-clock", {"seconds": 1})
    assert outcome.unsupported
    assert outcome.failure == Text(
        "advance-clock is not among driver.actions of the target",
        "advance-clock 不在目标的 driver.actions 之列",
    )
    assert server.requests == []


def test_command_driver_gives_and_takes_json(tmp_path: Path):
    """The program gets JSON on standard input and its arguments untouched by any shell."""
    driver = by_command(
        tmp_path,
        "import json, sys\ngiven = json.load(sys.stdin)\nprint(json.dumps({'result': {'given': "
        "given, 'argument': sys.argv[1]}}))",
    )
    outcome = driver.act("advance-clock", {"waybill_no": "甲1", "big": "x" * 300_000})
    assert outcome.result is not None
    assert outcome.result["given"]["parameters"]["waybill_no"] == "甲1"
    assert outcome.result["argument"] == "$(id); *"


@pytest.mark.parametrize(
    ("program", "words", "chinese", "unsupported"),
    [
        ("raise SystemExit(64)", "does not know", "不支持此动作（退出码 64）", True),
        ("raise SystemExit(3)", "exit code 3", "以退出码 3 结束", False),
        ("print('no json')", "not JSON", "驱动的应答不是 JSON", False),
        (
            'print(\'{"failure": "no parcel"}\')',
            "the driver says: no parcel",
            "驱动报告：no parcel",
            False,
        ),
        (
            'print(\'{"type": "https://x/problems/state-conflict", "status": 409}\')',
            "answers with a problem: state-conflict",
            "以问题报文应答: state-conflict",
            False,
        ),
        (
            'print(\'{"title": "Not Found", "status": 404}\')',
            "answers with a problem",
            "以问题报文应答",
            True,
        ),
        ("print('{}')", "has no 'result'", "没有 result", False),
        ("print('{\"done\": true}')", "has no 'result'", "没有 result", False),
        (
            "import sys\nwhile True: sys.stdout.write('x' * 65536)",
            "wrote more than",
            "字节，已被终止",
            False,
        ),
    ],
)
def test_command_driver_says_what_went_wrong(
    tmp_path: Path, program: str, words: str, chinese: str, unsupported: bool
):
    """Exit codes, nonsense and floods of output are told apart, in both languages; nothing is
    raised.
    """
    outcome = by_command(tmp_path, program).act("reset", {})
    assert outcome.result is None
    assert words in outcome.failure.en
    assert chinese in outcome.failure.zh
    assert outcome.unsupported is unsupported


def test_command_driver_kills_the_program_and_its_children(tmp_path: Path):
    """On time-out the whole process group goes, also a child that outlived its parent."""
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], "
        "stdin=subprocess.PIPE)\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\nchild.wait()\n"
    )
    outcome = by_command(tmp_path, program, timeout_s=1.0).act("reset", {})
    assert "in time" in outcome.failure.en
    assert _gone(int((tmp_path / "pid").read_text()))


def _gone(pid: int) -> bool:
    """Whether a process has ended (or is a zombie that nobody has collected), waiting for it at
    most a minute.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
    return False


def test_command_driver_that_cannot_be_started_says_so():
    """A program that is not there is a failure."""
    target = Target(
        "x",
        "courier",
        "http://h:1",
        frozenset(),
        (),
        DriverSettings("command", command=("/no/such/program",)),
    )
    assert "cannot be started" in make_driver(target, unused).act("reset", {}).failure.en


def test_no_driver_supports_nothing():
    """Without a driver every action is unsupported; the same for a manual one that has nobody to
    ask.
    """
    for settings in (DriverSettings(), DriverSettings("manual")):
        outcome = make_driver(
            Target("x", "courier", "http://h:1", frozenset(), (), settings), unused
        ).act("reset", {})
        assert outcome.unsupported
        assert outcome.result is None


@pytest.mark.parametrize(
    ("program", "refused", "unsupported"),
    [
        ('print(\'{"type": "state-conflict", "status": 409}\')', True, False),
        ('print(\'{"type": "about:blank", "status": 422}\'); raise SystemExit(22)', True, False),
        ('print(\'{"type": "https://x/problems/validation-failed"}\')', True, False),
        ('print(\'{"failure": "the parcel is delivered"}\')', True, False),
        ('print(\'{"type": "about:blank", "status": 500}\')', False, False),
        ('print(\'{"type": "about:blank", "status": 401}\'); raise SystemExit(1)', False, False),
        ('print(\'{"status": 422, "errors": [{"pointer": "/action"}]}\')', False, True),
        ("raise SystemExit(1)", False, False),
        ("raise SystemExit(64)", False, True),
        ("print('{}')", False, False),
    ],
)
def test_command_driver_refuses_only_by_a_document(
    tmp_path: Path, program: str, refused: bool, unsupported: bool
):
    """A system that said no is told from a program that broke, and from one that cannot."""
    outcome = by_command(tmp_path, program).act("advance-clock", {})
    assert (outcome.result, outcome.refused, outcome.unsupported) == (None, refused, unsupported)


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        (b"400 Bad", True),
        (b"409 Conflict", True),
        (b"422 No", True),
        (b"401 Who", False),
        (b"403 No", False),
        (b"404 None", False),
        (b"429 Slow", False),
        (b"500 Oh", False),
        (b"503 Later", False),
    ],
)
def test_http_driver_was_refused_only_by_a_system_that_was_asked(
    raw_server: ServerMaker, client_for: ClientMaker, status: bytes, refused: bool
):
    """Credentials that do not work, a crash and an unknown action are no refusal."""
    server = raw_server(answer(reply(b"{}", status=status)))
    assert over_http(server, client_for).act("reset", {}).refused is refused


@pytest.mark.parametrize(
    "data",
    [
        b'{"type": "https://x/problems/state-conflict", "status": 409}',
        b'{"title": "Conflict", "status": 409, "errors": []}',
        b"{}",
        b'{"ok": true}',
        b'{"result": null}',
    ],
)
def test_a_success_without_a_result_is_none(
    raw_server: ServerMaker, client_for: ClientMaker, data: bytes
):
    """200 with a problem in it, or with nothing of use, did not do what was asked."""
    outcome = over_http(raw_server(answer(reply(data))), client_for).act("reset", {})
    assert outcome.result is None
    assert outcome.failure.en


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ("record-scan", b"{}"),
        ("record-scan", b'{"event_id": "e", "sequence": 2}'),
        ("person-code", b'{"code": "123456"}'),
        ("connect-courier", b'{"client_id": "c"}'),
        ("issue-token", b'{"token": "made-up-secret"}'),
        ("change-officer", b"{}"),
    ],
)
def test_an_action_that_gives_nothing_to_go_on_with_was_not_done(
    raw_server: ServerMaker, client_for: ClientMaker, action: str, result: bytes
):
    """What comes after rests on these members; the candidate is not blamed for their absence."""
    server = raw_server(answer(reply(b'{"result": ' + result + b"}")))
    outcome = over_http(server, client_for).act(action, {})
    assert outcome.result is None
    assert "lacks" in outcome.failure.en
    assert "缺少" in outcome.failure.zh


def test_the_number_of_an_order_need_not_be_told_again(
    raw_server: ServerMaker, client_for: ClientMaker
):
    """The kit chose it."""
    server = raw_server(answer(reply(b'{"result": {}}')))
    assert over_http(server, client_for).act("place-order", {}).result == {}
