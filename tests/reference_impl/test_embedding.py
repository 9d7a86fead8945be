"""The partner as a library: built from settings, wrapped in middleware, served by the test's own
uvicorn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from push_receiver import PushReceiver, new_secret
from running_courier import Party, wait_for
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jidi_reference.bootstrap import build
from jidi_reference.domain.cursors import CursorMint, CursorScope
from jidi_reference.domain.problems import Problem
from jidi_reference.domain.signing import signatures
from jidi_reference.settings import Settings


class Branded:
    """Middleware that adds a header to every answer, as a broken partner would add its fault."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def branded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-wrapped", b"yes")]}
            await send(message)

        await self.app(scope, receive, branded)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The base URL at which uvicorn serves an application in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def test_application_can_be_wrapped_and_served(receiver: PushReceiver, tmp_path: Path) -> None:
    """The lifespan starts the delivery worker behind middleware too."""
    app = build(Settings(database_url=f"sqlite:///{tmp_path / 'courier.sqlite'}"))
    credential = app.credentials["platform-a"]
    with served(Branded(app.asgi)) as base_url:
        platform = Party(base_url, credential.client_id, credential.client_secret)
        platform.call(
            "createSubscription", json={"callback_url": receiver.url, "secret": new_secret()}
        )
        waybill_no = platform.place()["waybill_no"]
        assert (
            platform.call("getShipment", path={"waybill_no": waybill_no}).headers["x-wrapped"]
            == "yes"
        )
        wait_for(lambda: [event["waybill_no"] for event in receiver.events()] == [waybill_no])


def test_signature_is_the_standards_own_vector() -> None:
    """The test vector that the Standard Webhooks libraries share."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    header = signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_cursor_opens_only_where_it_was_made() -> None:
    """Another filter, caller or key refuses it; its own scope gives the position back."""
    mint = CursorMint(b"k" * 32)
    scope = CursorScope("a", "listEvents", {"event_code": "ACCEPTED"})
    cursor = mint.make(scope, 2**40)
    assert mint.open(scope, cursor) == 2**40
    strangers = [
        CursorScope("b", "listEvents", scope.filters),
        CursorScope("a", "listEvents", {}),
        CursorScope("a", "listConsignments", scope.filters),
    ]
    for stranger in strangers:
        with pytest.raises(Problem, match="cursor-invalid"):
            mint.open(stranger, cursor)
    with pytest.raises(Problem, match="cursor-invalid"):
        CursorMint(b"x" * 32).open(scope, cursor)


def test_many_partners_can_be_built_in_one_process_at_once(tmp_path: Path) -> None:
    """Each has a database of its own, and the migrations of one must not disturb those of
    another.
    """
    together = threading.Barrier(8)

    def made(number: int) -> str:
        together.wait(30)
        app = build(Settings(database_url=f"sqlite:///{tmp_path / f'courier-{number}.sqlite'}"))
        return app.credentials["platform-a"].client_id

    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(made, range(8)))) == 8
