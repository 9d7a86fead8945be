"""Ways to make a candidate act, against the real reference courier: by HTTP, by a program, by a
person at a terminal, or not at all.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from command_line import NEUTRAL, Cli

from jidi.cli.reference import ReferencePartner

SCENARIO = "trajectory-delivered"
Target = dict[str, Any]
PROGRAM = """
import json, sys, urllib.request
wish = json.load(sys.stdin)
if wish["action"] != "record-scan":
    sys.exit(64)
asked = urllib.request.Request(sys.argv[1], json.dumps(wish).encode(), {"Content-Type": "application/json", "Authorization": sys.argv[2]})
print(urllib.request.urlopen(asked, timeout=20).read().decode())
"""


@pytest.fixture
def target(courier: ReferencePartner) -> Target:
    """The target file of the reference courier, whose driver is ``http``."""
    return dict(yaml.safe_load(courier.target_file.read_text("utf-8")))


def written(target: Target, folder: Path, driver: dict[str, Any]) -> Path:
    """A target file with another driver."""
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump({**target, "driver": driver}, allow_unicode=True), "utf-8")
    return path


def sandbox(target: Target) -> tuple[str, dict[str, str]]:
    """Address and headers of the courier's sandbox."""
    return target["driver"]["url"], target["driver"].get("headers", {})


def outcomes(folder: Path) -> dict[str, str]:
    """Outcome of each check, by its name."""
    verdict = json.loads((folder / "run.json").read_text("utf-8"))["verdict"]
    return {
        check["check"]: check["outcome"]
        for row in verdict["requirements"]
        for check in row["checks"]
    }


def test_http_driver_makes_the_reference_scan(cli: Cli, target: Target, tmp_path: Path) -> None:
    """The sandbox interface of the standard."""
    reply = cli(
        "certify",
        written(target, tmp_path, target["driver"]),
        "--scenario",
        SCENARIO,
        "--out",
        tmp_path / "run",
        "--format",
        "json",
    )
    assert reply.code == 0, reply.said


def test_command_driver_makes_the_reference_scan(cli: Cli, target: Target, tmp_path: Path) -> None:
    """A program of the vendor's, which gets JSON and gives JSON."""
    url, headers = sandbox(target)
    (tmp_path / "driver.py").write_text(PROGRAM, "utf-8")
    driver = {
        "kind": "command",
        "command": [
            sys.executable,
            str(tmp_path / "driver.py"),
            url,
            headers.get("Authorization", ""),
        ],
    }
    reply = cli(
        "certify",
        written(target, tmp_path, driver),
        "--scenario",
        SCENARIO,
        "--out",
        tmp_path / "run",
        "--format",
        "json",
    )
    assert reply.code == 0, reply.said


def test_without_a_driver_everything_that_needs_none_is_played(
    cli: Cli, target: Target, tmp_path: Path
) -> None:
    """The rest is not exercised, and says why; nothing is certified."""
    path = written(target, tmp_path, {"kind": "none"})
    reply = cli(
        "certify",
        path,
        "--area",
        "tracking",
        "--area",
        "consignment",
        "--no-generated",
        "--out",
        tmp_path / "run",
        "--format",
        "json",
    )
    assert reply.code == 3, reply.said
    seen = outcomes(tmp_path / "run")
    assert seen["consignment-accepted/place/accepted"] == "pass"
    assert {outcome for name, outcome in seen.items() if name.startswith(f"{SCENARIO}/")} == {
        "not-exercised"
    }
    assert set(seen.values()) <= {"pass", "not-exercised", "not-applicable"}
    assert "no driver that can do record-scan" in reply.said


class Terminal:
    """``jidi`` at a terminal, and somebody who reads what it says."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process, self._terminal, self.said = process, terminal, ""
        self._read = 0

    def question(self, within_s: float = 60) -> str | None:
        """What was said up to the next prompt; ``None`` when the program ended first."""
        deadline = time.monotonic() + within_s
        while "\n> " not in self.said[self._read :]:
            assert time.monotonic() < deadline, self.said
            ready, _, _ = select.select([self._terminal], [], [], 0.2)
            try:
                data = os.read(self._terminal, 65536) if ready else b""
            except OSError:  # the other end is closed
                return None
            self.said += data.decode("utf-8", "replace").replace("\r", "")
            if not data and self.process.poll() is not None:
                return None
        end = self.said.index("\n> ", self._read) + 3
        shown, self._read = self.said[self._read : end], end
        return shown

    def type(self, line: str) -> None:
        """Enter one line."""
        os.write(self._terminal, f"{line}\n".encode())


@contextmanager
def at_terminal(*arguments: str | Path) -> Iterator[Terminal]:
    """``jidi`` as a process at a terminal of its own, gone in the end."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "jidi.cli", *map(str, arguments)]
    with subprocess.Popen(
        command,
        stdin=slave,
        stdout=subprocess.DEVNULL,
        stderr=slave,
        env=os.environ | NEUTRAL | {"CI": "true"},
    ) as process:
        os.close(slave)
        try:
            yield Terminal(process, master)
        finally:
            if process.poll() is None:
                process.kill()
            os.close(master)


def person(target: Target) -> Callable[[str], str]:
    """Somebody who does in the courier's sandbox what the prompt says, and reads off what came of
    it.
    """
    url, headers = sandbox(target)

    def done(shown: str) -> str:
        action = re.search(r"\[jidi\] \d+\. ([a-z-]+)", shown)
        assert action is not None, shown
        parameters = {
            name: json.loads(value) if value[:1] in "{[" else value
            for name, value in re.findall(r"^ {11}([a-z_]+): (.*)$", shown, re.MULTILINE)
        }
        answer = requests.post(
            url, json={"action": action[1], "parameters": parameters}, headers=headers, timeout=20
        ).json()
        return " ".join(f"{name}={value}" for name, value in answer["result"].items())

    return done


def test_a_person_makes_the_reference_scan(target: Target, tmp_path: Path) -> None:
    """Guided in both languages, asked again after a wrong entry; the run passes and the program
    ends though nobody closes its input.
    """
    path, does = written(target, tmp_path, {"kind": "manual", "timeout_s": 60}), person(target)
    with at_terminal(
        "certify", path, "--scenario", SCENARIO, "--out", tmp_path / "run", "--format", "json"
    ) as terminal:
        first = terminal.question()
        assert first is not None
        assert "Scan this parcel" in first
        assert "扫描该快件" in first
        assert "event_id, sequence, recorded_at" in first
        terminal.type("it is done")
        shown: str | None = first
        while shown is not None:
            terminal.type(does(shown))
            shown = terminal.question()
        assert terminal.process.wait(20) == 0, terminal.said
    assert "neither name=value nor JSON" in terminal.said
    assert set(outcomes(tmp_path / "run").values()) == {"pass"}


def test_an_interrupted_manual_run_is_gone_on_with(target: Target, tmp_path: Path) -> None:
    """What was played to its end is not asked again; the verdict rests on both parts."""
    path, does = written(target, tmp_path, {"kind": "manual", "timeout_s": 60}), person(target)
    chosen = ("--scenario", "trajectory-delivered", "--scenario", "trajectory-returned")
    asked: list[str] = []
    with at_terminal(
        "certify", path, *chosen, "--out", tmp_path / "one", "--format", "json"
    ) as terminal:
        while (shown := terminal.question()) is not None:
            waybill = re.search(r"waybill_no: (\S+)", shown)
            assert waybill is not None
            if waybill[1] not in asked and asked:
                terminal.process.send_signal(signal.SIGINT)
                break
            asked.append(waybill[1])
            terminal.type(does(shown))
        while terminal.question() is not None:
            pass
        terminal.process.wait()
    assert "not-exercised" in outcomes(tmp_path / "one").values()
    with at_terminal(
        "certify", path, "--resume", tmp_path / "one", "--out", tmp_path / "two", "--format", "json"
    ) as terminal:
        parcels = set()
        while (shown := terminal.question()) is not None:
            parcels.update(re.findall(r"waybill_no: (\S+)", shown))
            terminal.type(does(shown))
        assert terminal.process.wait(20) == 0, terminal.said
    assert len(parcels) == 1
    assert parcels.isdisjoint(asked)
    assert set(outcomes(tmp_path / "two").values()) == {"pass"}
    header = json.loads((tmp_path / "two" / "run.json").read_text("utf-8"))["run"]
    assert header["resumed"]["scenarios"] == 1


def test_nobody_at_the_terminal_leaves_the_rest_not_exercised(
    target: Target, tmp_path: Path
) -> None:
    """Time runs out kindly, and the run comes to its end."""
    path = written(target, tmp_path, {"kind": "manual", "timeout_s": 0.5})
    with at_terminal(
        "certify",
        path,
        "--scenario",
        SCENARIO,
        "--scenario",
        "consignment-accepted",
        "--out",
        tmp_path / "run",
        "--format",
        "json",
    ) as terminal:
        while terminal.question() is not None:
            pass
        assert terminal.process.wait(20) == 3, terminal.said
    assert "未及时收到回答" in terminal.said
    seen = outcomes(tmp_path / "run")
    assert {
        outcome for name, outcome in seen.items() if name.startswith("consignment-accepted")
    } == {"pass"}
    assert "not-exercised" in {
        outcome for name, outcome in seen.items() if name.startswith(SCENARIO)
    }
    assert "fail" not in seen.values()


@pytest.mark.thorough
def test_a_run_under_other_conditions_is_not_gone_on_with(
    cli: Cli, target: Target, tmp_path: Path
) -> None:
    """It says what differs."""
    path = written(target, tmp_path, target["driver"])
    assert (
        cli(
            "certify",
            path,
            "--scenario",
            "consignment-accepted",
            "--out",
            tmp_path / "one",
            "--format",
            "json",
        ).code
        == 0
    )
    other = written({**target, "name": "another"}, tmp_path, target["driver"])
    reply = cli("certify", other, "--resume", tmp_path / "one", "--out", tmp_path / "two")
    assert reply.code == 2
    assert "target differ" in reply.err
