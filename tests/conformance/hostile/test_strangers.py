"""Somebody who knows nothing but the port of the kit's receiver changes no verdict."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jidi.cli.reference import reference_partner

SCENARIOS = ("push-signed", "push-retried", "push-second-partner", "events-reordered")
HALF = b"POST /couriers/east/v1/consignments HTTP/1.1\r\nHost: x\r\n"
WHOLE = (
    b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer forged\r\nContent-Length: 2\r\n\r\n{}"
)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def hold(port: int, over: threading.Event) -> None:
    """Keep hundreds of connections half open, and open others where they are closed."""
    held: list[socket.socket] = []
    while not over.wait(0.02):
        with contextlib.suppress(OSError):
            held.append(socket.create_connection(("127.0.0.1", port), timeout=2))
            held[-1].sendall(HALF)
        if len(held) > 600:
            held.pop(0).close()
    for one in held:
        one.close()


def knock(port: int, over: threading.Event) -> None:
    """Post to addresses that one could guess, without end."""
    while not over.wait(0.02):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=2) as wire,
        ):
            for path in (b"/", b"/hook", b"/couriers/east/v1/consignments") * 20:
                wire.sendall(WHOLE % path)
                wire.recv(4096)


@contextlib.contextmanager
def strangers(port: int, *, there: bool) -> Iterator[None]:
    """Several of them, or nobody."""
    over = threading.Event()
    threads = [
        threading.Thread(target=act, args=(port, over), daemon=True)
        for act in ((hold, hold, knock, knock) if there else ())
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(30)


def certified(target: Path, out: Path) -> tuple[dict[str, str], list[Any]]:
    """Outcomes by requirement, and what the journal says was not kept."""
    chosen = [word for name in SCENARIOS for word in ("--scenario", name)]
    options = ["--seed", "4", "--out", str(out)]
    subprocess.run(
        [sys.executable, "-m", "jidi.cli", "certify", str(target), *chosen, *options],
        env={**os.environ, "CI": "true"},
        capture_output=True,
        timeout=280,
        check=False,
    )
    run = json.loads((out / "run.json").read_text("utf-8"))
    records = [json.loads(line) for line in (out / "journal.ndjson").open(encoding="utf-8")]
    dropped = [record["not_kept"] for record in records if "not_kept" in record]
    return {one["id"]: one["outcome"] for one in run["verdict"]["requirements"]}, dropped


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_strangers_at_the_receiver_change_no_verdict(tmp_path: Path) -> None:
    """The same seed comes to the same, or to nothing, and their visits are counted."""
    with reference_partner("courier", tmp_path) as partner:
        document = yaml.safe_load(partner.target_file.read_text("utf-8"))
        found = {}
        for name in ("calm", "crowded"):
            port = free_port()
            target = tmp_path / f"{name}.yaml"
            document["receiver"] = {"listen": f"127.0.0.1:{port}"}
            target.write_text(yaml.safe_dump(document), "utf-8")
            with strangers(port, there=name == "crowded"):
                found[name], dropped = certified(target, tmp_path / name)
    assert found["calm"]
    assert "pass" in found["calm"].values()
    for requirement, outcome in found["crowded"].items():
        assert outcome in {found["calm"][requirement], "not-exercised"}, requirement
    assert dropped
    assert dropped[0]["unknown-path"] > 0
