"""A platform of a hundred lines over real HTTP, and a stage on which scenarios are played against
it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from tests.unit.judge.journals import header as run_header
from tests.unit.judge.journals import plain

from jidi.catalogue.data_file import DataFile
from jidi.catalogue.scenarios import expand
from jidi.drive import Client, Deadline, make_driver
from jidi.drive.keeping import JournalWriter, Planted, read_journal
from jidi.drive.receiver import Receiver
from jidi.judge.scenario_verdicts import judge_scenario
from jidi.model.journal import PlayedRecord
from jidi.model.roles import Role
from jidi.model.scenario import Scenario
from jidi.model.target import DriverSettings, Party, Target
from jidi.model.verdict import CheckVerdict
from jidi.registry import Registry
from jidi.run.certify import KINDS
from jidi.run.journal_writer import Recorder, make_redactor
from jidi.run.planning.judging_data import judging_context
from jidi.run.playing.clock import CandidateClock
from jidi.run.playing.engine import play_scenario
from jidi.run.playing.played_couriers import Couriers, Surroundings
from jidi.run.playing.stage import Stage

REGISTRY = Registry.load()


def asked(method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    """Status (0: no answer) and JSON of one request."""
    request = urllib.request.Request(  # noqa: S310 - an address of this test
        url, body, {name.replace("_", "-"): value for name, value in headers.items()}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - an address of this test
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None
    except OSError:
        return 0, None


@dataclass
class Connection:
    """One courier as the platform knows it; with ``client`` it gets a new token."""

    api: str
    token: str
    secret: str
    token_endpoint: str
    client: tuple[str, str]


@dataclass
class FakePlatform:
    """Sends orders at once and again after a tenth of a second, believes signed pushes; ``spoil``
    changes what it sends, ``refuses`` names an action, ``refusal`` is the status of that,
    ``observed_at`` the time of its status. Without ``renews`` it keeps a dead token;
    ``repeats_with_dead_token`` sends once more, with none that is live, what was taken.
    """

    server: ThreadingHTTPServer
    connections: dict[str, Connection] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)
    spoil: dict[str, Any] = field(default_factory=dict)
    refuses: str = ""
    refusal: int = 500
    expires: bool = False
    moved: bool = False
    observed_at: Any = None
    renews: bool = True
    repeats_with_dead_token: bool = False

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def act(self, action: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A sandbox action."""
        self.moved = self.moved or action == "advance-clock"
        if action == "connect-courier":
            return self._connect(given)
        if action == "place-order":
            threading.Thread(
                target=self._send,
                args=(given["courier_code"], {**given["order"], **self.spoil}),
                daemon=True,
            ).start()
            return {"order_no": given["order"]["order_no"]}
        return {}

    def _connect(self, given: Mapping[str, Any]) -> dict[str, Any]:
        _, discovery = asked("GET", given["discovery_url"])
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        made = Connection(
            discovery["versions"][0]["base_url"],
            "",
            secret,
            discovery["token_endpoint"],
            (given["client_id"], given["client_secret"]),
        )
        self._renew(made)
        callback = {"callback_url": f"{self.origin}/v1/shipment-events", "secret": secret}
        asked(
            "POST",
            f"{made.api}/subscriptions",
            json.dumps(callback).encode(),
            Authorization=f"Bearer {made.token}",
            Idempotency_Key="s",
        )
        self.connections[given["courier_code"]] = made
        client = secrets.token_hex(8)
        self.clients[client] = secrets.token_hex(16)
        return {"client_id": client, "client_secret": self.clients[client]}

    def _renew(self, connection: Connection) -> None:
        client_id, client_secret = connection.client
        form = (
            f"grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
        ).encode()
        _, token = asked(
            "POST",
            connection.token_endpoint,
            form,
            Content_Type="application/x-www-form-urlencoded",
        )
        connection.token = token["access_token"]

    def _send(self, code: str, order: Mapping[str, Any]) -> None:
        connection, key, body = (
            self.connections[code],
            secrets.token_hex(8),
            json.dumps(order).encode(),
        )
        for gap in (0.1, 0.2, 0.4, 0.8, 1.6):
            status = self._sent(connection, connection.token, key, body)
            if status in (200, 201):
                if self.repeats_with_dead_token:
                    self._sent(connection, "dead", key, body)
                return
            if status == 401 and self.renews:
                self._renew(connection)
            time.sleep(gap if status != 401 else 0.05)

    def _sent(self, connection: Connection, token: str, key: str, body: bytes) -> int:
        status, _ = asked(
            "POST",
            f"{connection.api}/consignments",
            body,
            Authorization=f"Bearer {token}",
            Idempotency_Key=key,
        )
        return status

    def asks(self, url: str, body: bytes, token: str) -> int:
        """Status of a request of its own to a courier."""
        return asked("POST", url, body, Authorization=f"Bearer {token}", Idempotency_Key="r")[0]

    def believes(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a push is signed with one of its secrets, in time."""
        text = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
        keys = [
            base64.b64decode(one.secret.removeprefix("whsec_")) for one in self.connections.values()
        ]
        signed = [
            "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
            for key in keys
        ]
        return abs(time.time() - int(headers.get("webhook-timestamp") or 0)) < 300 and any(
            one in headers.get("webhook-signature", "").split() for one in signed
        )


def _handler(platform: list[FakePlatform]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/driver":
                wanted = json.loads(body)
                if wanted["action"] == platform[0].refuses:
                    status = platform[0].refusal
                    self.say(status, {"type": "about:blank", "title": "no", "status": status})
                else:
                    self.say(
                        200, {"result": platform[0].act(wanted["action"], wanted["parameters"])}
                    )
            elif self.path == "/token":
                self.say(
                    200,
                    {
                        "access_token": secrets.token_hex(16),
                        "token_type": "Bearer",
                        "expires_in": 600,
                    },
                )
            elif not platform[0].believes(
                {name.lower(): value for name, value in self.headers.items()}, body
            ):
                self.say(401, {"type": "about:blank", "title": "no", "status": 401})
            else:
                found = json.loads(body)["data"].get("events", [])
                platform[0].events += found
                self.say(200, {"result": "accepted", "accepted": len(found), "rejected": []})

        def do_GET(self) -> None:
            if self.path.endswith("/status"):
                self.say(200, {"observed_at": platform[0].observed_at, "flows": []})
                return
            known = self.headers.get("Authorization") and not (
                platform[0].expires and platform[0].moved
            )
            self.say(
                200 if known else 401,
                {"items": platform[0].events, "next_cursor": None, "resume_cursor": "c"},
            )

        def say(self, status: int, document: Any) -> None:
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@dataclass
class Theatre:
    """A stage with a platform, and its journal."""

    platform: FakePlatform
    stage: Stage
    couriers: Couriers
    journal: Path

    def play(self, text: str) -> list[CheckVerdict]:
        """Play a scenario of one case and judge it from the journal."""
        scenario = load(text)
        play_scenario(scenario, self.stage, KINDS)
        records = [
            record
            for record in read_journal(self.journal)[0]
            if isinstance(record, PlayedRecord) and record.scenario == scenario.id
        ]
        return judge_scenario(scenario, records, self.stage.context)

    def records(self) -> list[dict[str, Any]]:
        """The journal so far, as it stands there."""
        return [plain(record) for record in read_journal(self.journal)[0]]


def load(text: str) -> Scenario:
    """The scenario that ``text`` describes, with what every file must say added."""
    content = {
        "kit-scenario": 1,
        "id": "s",
        "title": {"en": "s", "zh": "场景"},
        "area": "dispatch",
        "roles": ["platform"],
        **yaml.safe_load(text),
    }
    return next(expand(DataFile("s.yaml", content, {}, ""), REGISTRY))


@contextmanager
def theatre(
    folder: Path,
    role: Role = "platform",
    parties: tuple[Party, ...] = (),
    changed: Callable[[Target], Target] = lambda target: target,
) -> Iterator[Theatre]:
    """A platform, a receiver, couriers that are connected, and a journal in ``folder``; the target
    may be ``changed``.
    """
    holder: list[FakePlatform] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(holder))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    holder.append(FakePlatform(server))
    origin = holder[0].origin
    place = origin.removeprefix("http://")
    driven = DriverSettings("http", f"{origin}/driver")
    target = changed(Target("p", role, origin, frozenset({place}), parties, driven))
    discovery = {"capabilities": {"push": True}, "limits": {"clock_skew_s": 100}}
    header = run_header(
        discovery=discovery,
        target={"name": "p", "role": role, "base_url": origin, "driver": "http"},
    )
    try:
        with (
            Client(target, deadline=Deadline(60)) as client,
            Receiver(target.receiver) as receiver,
        ):
            client.credentials.use_token_endpoint(f"{origin}/token")
            planted, clock = Planted(), CandidateClock()
            redactor = make_redactor(REGISTRY, client.credentials.secrets, planted)
            with JournalWriter(folder / "journal.ndjson", redactor) as journal:
                recorder = Recorder(journal, redactor, planted, REGISTRY)
                couriers = Couriers(
                    Surroundings(target, receiver, client, REGISTRY, clock), patience_s=0.1
                )
                driver = make_driver(target, client.send, client.credentials.learn)
                stage = Stage(
                    target=target,
                    base_url=f"{origin}/v1",
                    token_endpoint=f"{origin}/token",
                    client=client,
                    driver=driver,
                    receiver=receiver,
                    recorder=recorder,
                    registry=REGISTRY,
                    context=judging_context(REGISTRY, header),
                    seed=1,
                    nonce=secrets.token_hex(6),
                    now=datetime.now(UTC),
                    clock=clock,
                    couriers=couriers,
                )
                couriers.connect(driver, recorder)
                yield Theatre(holder[0], stage, couriers, folder / "journal.ndjson")
    finally:
        server.shutdown()
        server.server_close()
