"""``jidi couriers``: what people enter by hand, against a reference platform."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from command_line import Cli, jidi_process

from jidi.cli.reference import ReferencePartner, reference_partner

KEY = "a-key-of-this-test"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReferencePartner]:
    """A reference platform on a port of its own."""
    with reference_partner("platform", tmp_path_factory.mktemp("platform")) as partner:
        yield partner


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def written(partner: ReferencePartner, folder: Path, **more: Any) -> Path:
    """The partner's target file with a fixed port, and what is given."""
    document = yaml.safe_load(partner.target_file.read_text("utf-8"))
    listening = {"receiver": {"listen": f"127.0.0.1:{free_port()}"}}
    target = folder / "target.yaml"
    target.write_text(json.dumps({**document, **listening, **more}), "utf-8")
    return target


def test_without_a_key_one_is_offered(cli: Cli, platform: ReferencePartner, tmp_path: Path) -> None:
    """Addresses must last, so there is a key first; each that is offered is another."""
    target = written(platform, tmp_path)
    replies = [cli("couriers", target) for _ in range(2)]
    assert {reply.code for reply in replies} == {2}
    keys = {re.search(r"couriers: {key: ([\w-]{24})}", reply.err) for reply in replies}
    assert len({found[1] for found in keys if found}) == 2


def test_couriers_are_not_played_for_a_courier(
    cli: Cli, courier: ReferencePartner, tmp_path: Path
) -> None:
    """A courier connects to nobody."""
    reply = cli("couriers", written(courier, tmp_path, couriers={"key": KEY}))
    assert reply.code == 2
    assert "is the target file of a courier" in reply.err


def test_what_nobody_entered_is_named(cli: Cli, platform: ReferencePartner, tmp_path: Path) -> None:
    """Same address every time, another for each courier; the end says what is missing."""
    target = written(platform, tmp_path, couriers={"key": KEY})
    first, second = (cli("couriers", target, "--wait", "0") for _ in range(2))
    assert first.code == second.code == 3
    assert first.out == second.out
    urls = re.findall(r"discovery_url: (\S+)", first.out)
    assert len(urls) == len(set(urls)) >= 4
    assert all(re.search(r"/couriers/[a-z-]+-[\w-]{12}/", url) for url in urls)
    assert "Not subscribed at: " in first.err
    assert " east, " in first.err
    assert "    push-rotated/rotating: {client_id: , client_secret: }" in first.out
    private = cli("couriers", target, "--wait", "0", "--level", "privacy").out
    assert private.count("discovery_url") > first.out.count("discovery_url") + 8


def test_entered_couriers_are_ready_for_a_run(
    cli: Cli, platform: ReferencePartner, tmp_path: Path
) -> None:
    """People enter what is told while it waits; doctor then hears every courier, and a scenario
    that needs a courier of its own is passed with a driver that connects none.
    """
    target = written(platform, tmp_path, couriers={"key": KEY})
    document = yaml.safe_load(target.read_text("utf-8"))
    with jidi_process("couriers", target, "--wait", "60") as process:
        told = told_by(process)
        gave = {name: entered(document, members) for name, members in told.items()}
        assert process.wait(30) == 0
    known = "provision-partner issue-operator-token place-order rotate-secret read-clock"
    document["couriers"]["entered"] = gave
    document["driver"]["actions"] = known.split()
    target.write_text(json.dumps(document), "utf-8")
    doctor = cli("doctor", target)
    assert doctor.code == 0, doctor.said
    assert "entered by people: east, west" in " ".join(doctor.out.split())
    run = cli("certify", target, "--scenario", "push-rotated", "--out", tmp_path / "run")
    assert run.code == 0, run.said
    assert "selection passed" in run.out.lower()


def entered(document: dict[str, Any], members: dict[str, str]) -> dict[str, str]:
    """What the platform gives when a courier is entered."""
    asked = {"action": "connect-courier", "parameters": members}
    driver = document["driver"]
    answer = requests.post(driver["url"], json=asked, headers=driver.get("headers", {}), timeout=10)
    return dict(answer.json()["result"])


def told_by(process: Any) -> dict[str, dict[str, str]]:
    """What is to be entered, by the names of the couriers."""
    told: dict[str, dict[str, str]] = {}
    name = ""
    for line in process.stdout:
        text = line.decode() if isinstance(line, bytes) else line
        if text.startswith("  "):
            what, _, value = text.strip().partition(": ")
            told[name][what] = value
        elif text.strip() and not told.get(text.strip()) and " " not in text.strip():
            name = text.strip()
            told[name] = {}
        elif " " in text.strip():
            return told
    return told
