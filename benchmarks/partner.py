"""Processor time that a server takes for storing and giving out one consignment: the reference
courier, and a small application as the floor for what stores and gives out anything at all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, cast

from jidi.cli.reference import reference_partner
from jidi.drive import Client, load_target
from jidi.drive.candidate.discovery import DISCOVERY_PATH
from jidi.model.exchange import Exchange
from jidi.model.outgoing import Outgoing
from jidi.registry import Registry

REQUESTS = 400
WARM = 40
SUCCESS = (200, 201)
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PURPOSE = ("Processing-Purpose", "TRANSPORT")
JSON = ("Content-Type", "application/json")
Send = Callable[[str, str, bytes | None], bytes]
"""Method, path below the base and body to the body of the answer."""


def reference(folder: Path) -> dict[str, float]:
    """Milliseconds a ``POST`` and a ``GET`` of the reference courier."""
    folder.mkdir()
    with reference_partner("courier", folder) as courier:
        target = load_target(str(courier.target_file))
        client = Client(target)
        asked = Outgoing("GET", f"{target.base_url}{DISCOVERY_PATH}", credential="none")
        discovery = json.loads(_body(client.send(asked)))
        client.credentials.use_token_endpoint(discovery["token_endpoint"])
        base = discovery["versions"][0]["base_url"]

        def send(method: str, path: str, body: bytes | None) -> bytes:
            headers = (JSON, ("Idempotency-Key", str(uuid.uuid4()))) if body else (PURPOSE,)
            asked = Outgoing(method, base + path, headers, body or b"", party="platform-a")
            return _body(client.send(asked))

        return _measured(courier.process.pid, send)


def small_app(folder: Path) -> dict[str, float]:
    """The same of the small application."""
    folder.mkdir()
    with _served(folder) as (pid, port):
        connection = HTTPConnection("127.0.0.1", port)

        def send(method: str, path: str, body: bytes | None) -> bytes:
            connection.request(method, path, body, dict([JSON]))
            answer = connection.getresponse()
            return _of_success(answer.status, answer.read())

        return _measured(pid, send)


def _body(exchange: Exchange) -> bytes:
    answer = exchange.response
    return _of_success(0, b"") if answer is None else _of_success(answer.status, answer.body)


def _of_success(status: int, body: bytes) -> bytes:
    """``body``; a benchmark of refusals, or of answers that never came (0), is worth nothing.

    Raises:
        RuntimeError: it is one.
    """
    if status not in SUCCESS:
        raise RuntimeError(f"answered with {status}")
    return body


def _measured(pid: int, send: Send) -> dict[str, float]:
    example = Registry.load().examples("valid", "consignment")[0].instance
    bodies = [
        json.dumps({**example, "order_no": f"BENCH{uuid.uuid4().hex[:16].upper()}"}).encode()
        for _ in range(REQUESTS + WARM)
    ]
    made = [json.loads(send("POST", "/consignments", body)) for body in bodies[:WARM]]
    before = _cpu_s(pid)
    made += [json.loads(send("POST", "/consignments", body)) for body in bodies[WARM:]]
    posted = _cpu_s(pid)
    for one in made[WARM:]:
        send("GET", f"/consignments/{one['consignment_id']}", None)
    read = _cpu_s(pid)
    return {
        "POST": (posted - before) / REQUESTS * 1000,
        "GET": (read - posted) / REQUESTS * 1000,
    }


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-m", "benchmarks.small_app", str(folder / "small.db")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = cast("IO[str]", process.stdout)
    try:
        yield process.pid, int(printed.readline())
    finally:
        process.terminate()
        process.wait(10)
        printed.close()
