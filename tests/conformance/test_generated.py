"""The generated phase over real HTTP: silent about the reference courier, loud about servers with
one fault each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from tests.unit.judge.journals import judge_generated, plain

from jidi.drive import Client, Deadline, load_target
from jidi.drive.header_order import arranged, length_of
from jidi.fuzz.fuzz_context import Effort, GeneratedContext, GeneratedProgress
from jidi.fuzz.phase import run_generated
from jidi.model.exchange import Exchange
from jidi.model.journal import JournalRecord
from jidi.model.outgoing import Outgoing
from jidi.model.target import Auth, Party, Target
from jidi.model.verdict import CheckVerdict, Outcome
from jidi.registry import Registry

RECEIVER = "http://127.0.0.1:9/hook"


@dataclass
class Records:
    """A journal in memory."""

    written: list[dict[str, Any]] = field(default_factory=list)

    def write(self, record: JournalRecord) -> None:
        """Keep a record as JSON would."""
        self.written.append(plain(record))

    def exchange(self, exchange: Exchange, step: str, index: int) -> str:  # noqa: ARG002 - shape of the journal
        """Keep the name only."""
        name = f"{step}-{index}-{len(self.written)}"
        self.written.append({"kind": "exchange", "id": name})
        return name


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "nothing came up in 120 s"
        threading.Event().wait(0.02)


@pytest.fixture(scope="module")
def courier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The reference courier as a process of its own."""
    folder = tmp_path_factory.mktemp("courier")
    ready, target = folder / "ready.json", folder / "target.yaml"
    command = [
        sys.executable,
        "-m",
        "jidi_reference",
        "courier",
        "--port",
        "0",
        "--ready-file",
        str(ready),
        "--target-file",
        str(target),
    ]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _until(lambda: ready.exists() and target.exists())
        yield load_target(str(target))
    finally:
        process.terminate()
        process.wait(10)


def _context(target: Target, base_url: str, journal: Records, *operations: str) -> GeneratedContext:
    client = Client(target)
    return GeneratedContext(
        base_url=base_url,
        target=target,
        registry=Registry.load(),
        client=client,
        credentials=client.credentials,
        journal=journal,
        receiver_url=RECEIVER,
        operations=frozenset(operations),
        effort=Effort.focused(),
    )


def _of_courier(target: Target, journal: Records, *operations: str) -> GeneratedContext:
    with urlopen(f"{target.base_url}/.well-known/express-data-sharing") as answer:  # noqa: S310 - the loopback address of the fixture
        discovery = json.load(answer)
    context = _context(target, discovery["versions"][0]["base_url"], journal, *operations)
    context.client.credentials.use_token_endpoint(discovery["token_endpoint"])  # type: ignore[attr-defined]  # the protocol is narrower than Client
    return context


def test_reference_courier_passes_every_generated_check_of_an_operation(courier: Target) -> None:
    """A healthy candidate shows nothing, and nothing passes without having been tried."""
    journal, seen = Records(), []
    context = replace(
        _of_courier(courier, journal, "getStatus", "createSubscription", "getSubscription"),
        progress=seen.append,
    )
    run_generated(context)
    verdicts = judge_generated(journal.written)
    assert [
        (verdict.check, verdict.outcome.value, verdict.reason)
        for verdict in verdicts
        if verdict.outcome is not Outcome.PASS
    ] == []
    assert len(verdicts) == 5 + 7 + 5
    assert isinstance(seen[-1], GeneratedProgress)
    assert seen[-1].cases > 100


def test_the_kit_takes_back_its_subscriptions(courier: Target) -> None:
    """Later scenarios get no pushes for subscriptions of this phase."""
    journal = Records()
    context = _of_courier(courier, journal, "getSubscription")
    run_generated(replace(context, requirements=frozenset({"DS-02.5"})))
    assert any(
        record.get("part") == "shard"
        and record["operations"]["getSubscription"]["positive"]["accepted"]
        for record in journal.written
    )
    listed = context.client.send(Outgoing("GET", context.url("/subscriptions"), party="platform-a"))
    assert listed.response is not None
    assert RECEIVER not in listed.response.body.decode()


@contextmanager
def _served(app: Starlette) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=0, log_level="error", lifespan="off", server_header=False
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


STATUS = Registry.load().examples("valid", "status")[0].instance
PROBLEM = Registry.load().base_uri + "problems/"


def _problem(status: int, slug: str) -> Response:
    body = {"type": PROBLEM + slug, "title": slug, "status": status}
    headers = {
        "Standard-Version": "1.0",
        **({"WWW-Authenticate": "Bearer"} if status == 401 else {}),
    }
    return JSONResponse(body, status, headers, "application/problem+json")


class _Marks:
    """Lets requests through to ``app`` and keeps the client that each named, and every place where
    a tool's name stands.
    """

    def __init__(self, app: Starlette, clients: set[str], marked: list[str]) -> None:
        self._app, self._clients, self._marked = app, clients, marked

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] == "http":
            headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]]
            self._clients.update(value for name, value in headers if name == "user-agent")
            whole = f"{scope['path']} {headers}".lower()
            if any(tool in whole for tool in ("schemathesis", "hypothesis", "python", "jidi")):
                self._marked.append(whole)
        await self._app(scope, receive, send)


def _status_app(fault: str, arrivals: list[float] | None = None) -> Starlette:
    """A server of ``GET /status`` alone, healthy but for ``fault``; ``arrivals`` gets the time of
    each request.
    """
    arrivals = [] if arrivals is None else arrivals

    async def status(request: Request) -> Response:
        arrivals.append(time.monotonic())
        if fault != "no-auth" and request.headers.get("authorization") != "Bearer token":
            return _problem(401, "unauthenticated")
        if fault == "never" or (fault != "any-query" and request.url.query):
            return (
                PlainTextResponse("no", 400)
                if fault == "plain-refusal"
                else _problem(400, "parameter-invalid")
            )
        if request.headers.get("standard-version", "1.0") != "1.0":
            if fault == "crash":
                return _problem(500, "internal-error")
            return (
                PlainTextResponse("no", 400)
                if fault == "plain-refusal"
                else _problem(400, "unsupported-version")
            )
        body = (
            {**STATUS, "extra": "Traceback (most recent call last)"}
            if fault == "leak"
            else {}
            if fault == "empty"
            else STATUS
        )
        return JSONResponse(body, headers={"Standard-Version": "1.0"})

    return Starlette(routes=[Route("/status", status, methods=["GET"])])


def _of_small(url: str, journal: Records) -> GeneratedContext:
    party = Party("platform-a", Auth("bearer", "token"))
    target = Target("small", "courier", url, frozenset({url.removeprefix("http://")}), (party,))
    return replace(_context(target, url, journal, "getStatus"), parties=("platform-a",))


def _verdicts(fault: str) -> dict[str, CheckVerdict]:
    journal = Records()
    with _served(_status_app(fault)) as url:
        run_generated(_of_small(url, journal))
    return {
        verdict.check.rpartition("/")[2]: verdict for verdict in judge_generated(journal.written)
    }


@pytest.mark.parametrize(
    ("fault", "kind", "requirement"),
    [
        ("no-auth", "needs-credential", "DS-08.2"),
        pytest.param("crash", "stays-up", "DS-08.4", marks=pytest.mark.thorough),
        pytest.param("empty", "answers-by-contract", "DS-05.1", marks=pytest.mark.thorough),
        pytest.param("plain-refusal", "refuses-by-contract", "DS-05.1", marks=pytest.mark.thorough),
    ],
)
def test_a_server_with_one_fault_fails_the_check_of_that_fault(
    fault: str, kind: str, requirement: str
) -> None:
    """The fault is found, replayed, and laid to the right requirement, with an exchange to look at,
    and nothing else fails.
    """
    verdicts = _verdicts(fault)
    failed = [name for name, verdict in verdicts.items() if verdict.outcome is Outcome.FAIL]
    assert failed == [kind]
    assert verdicts[kind].requirement == requirement
    assert verdicts[kind].exchanges


def test_a_server_that_refuses_everything_passes_nothing() -> None:
    """Refusals alone prove nothing: no vacuous pass."""
    verdicts = _verdicts("never")
    assert {verdict.outcome for verdict in verdicts.values()} == {Outcome.NOT_EXERCISED}


def test_no_generated_request_names_the_tool_that_made_it() -> None:
    """Probes, cases and replays are those of the one client that all of a run has (ADR 21)."""
    clients: set[str] = set()
    marked: list[str] = []
    with _served(_Marks(_status_app("crash"), clients, marked)) as url:
        context = _of_small(url, Records())
        run_generated(context)
    assert clients == {context.target.user_agent}
    assert marked == []


def test_generated_requests_are_written_as_those_of_scenarios_are() -> None:
    """Probes, cases, things made beforehand and clearing up: headers in the order of their client,
    a length only where clients give one, JSON as several libraries write it, the version named by
    some (ADR 39).
    """
    seen: list[tuple[str, list[tuple[str, str]], bytes]] = []

    async def kept(request: Request) -> Response:
        named = [(name, value) for name, value in request.headers.items() if name != "host"]
        seen.append((request.method, named, await request.body()))
        return _problem(400, "parameter-invalid")

    methods = ["GET", "POST", "DELETE", "PATCH", "PUT", "OPTIONS", "TRACE"]
    with _served(Starlette(routes=[Route("/{path:path}", kept, methods=methods)])) as url:
        operations = frozenset({"createSubscription", "deleteSubscription", "listSubscriptions"})
        run_generated(replace(_of_small(url, Records()), operations=operations))
    assert len(seen) > 50
    unlike = [(method, named) for method, named, _ in seen if arranged(named) != named]
    assert unlike == []
    lengths = [
        (method, value)
        for method, named, body in seen
        for name, value in named
        if name == "content-length" and (value != str(len(body)) or length_of(method, body) is None)
    ]
    assert lengths == []
    named = ["standard-version" in dict(named) for _, named, _ in seen]
    assert 0.2 < named.count(True) / len(named) < 0.9
    bodies = [
        body for _, named, body in seen if dict(named).get("content-type") == "application/json"
    ]
    assert 0.2 < sum(b'": ' in body for body in bodies) / len(bodies) < 0.8


@pytest.mark.thorough
@pytest.mark.parametrize("answer_s", [0.0, 5.0])
def test_the_same_cases_are_sent_however_many_are_under_way(answer_s: float) -> None:
    """A candidate that answers fast is asked several things at once, a slow one is not; the cases
    and what is counted of them are the same for the same seed.
    """
    journals = []
    for seconds in (0.0, answer_s):
        journal = Records()
        with _served(_status_app("empty")) as url:
            run_generated(replace(_of_small(url, journal), answer_s=seconds))
        journals.append(journal.written)
    first, second = (
        [record["operations"] for record in journal if record.get("part") == "shard"]
        for journal in journals
    )
    assert first == second
    assert first[0]["getStatus"]["negative"]["cases"] > 5
    assert [str(verdict) for verdict in judge_generated(journals[0])] == [
        str(verdict) for verdict in judge_generated(journals[1])
    ]


def test_children_keep_to_the_declared_rate() -> None:
    """However fast the candidate answers, its own bucket would not have run dry."""
    arrivals: list[float] = []
    with _served(_status_app("", arrivals)) as url:
        run_generated(
            replace(
                _of_small(url, Records()), rate=10.0, burst=4.0, requirements=frozenset({"DS-08.4"})
            )
        )
    assert len(arrivals) > 15
    assert arrivals[-1] - arrivals[0] >= (len(arrivals) - 4) / 10


def test_children_end_with_the_time_limit_and_nothing_is_green(
    courier: Target, tmp_path: Path
) -> None:
    """A broken-off child leaves checks not exercised."""
    del tmp_path
    journal = Records()
    run_generated(replace(_of_courier(courier, journal, "getStatus"), end=Deadline(0.2)))
    assert {(verdict.outcome, verdict.reason) for verdict in judge_generated(journal.written)} == {
        (Outcome.NOT_EXERCISED, "generation-broken-off")
    }
