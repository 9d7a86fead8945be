"""``python -m jidi_reference courier|platform|integrator``: serve a reference partner until it is
told to stop.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
import yaml

from jidi_reference.bootstrap import App, build
from jidi_reference.settings import ROLES, Settings, SettingsError, settings_from_environment
from jidi_reference.web.half_requests import patient


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 after an orderly stop, 2 for settings that cannot be used."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        settings = settings_from_environment(
            host=options.host,
            port=options.port,
            database_url=options.database_url,
            role=options.role,
        )
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve(settings, options.target_file, options.ready_file)
    return 0


def serve(settings: Settings, target_file: Path | None, ready_file: Path | None) -> None:
    """Serve until SIGTERM or SIGINT; say where, in one JSON line on standard output, once requests
    are answered.

    ``target_file`` gets a target for the kit with all credentials (readable by its owner only);
    ``ready_file`` gets the JSON line.

    Raises:
        OSError: when the address cannot be bound.
    """
    app = build(settings)
    listener = _listen(settings)
    host, port = listener.getsockname()[:2]
    base_url = settings.public_url or (
        f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    )
    path = target_file or Path(tempfile.mkdtemp(prefix="jidi-target-")) / "target.yaml"
    _write_private(path, yaml.safe_dump(target(app, base_url), allow_unicode=True, sort_keys=False))
    config = uvicorn.Config(
        app.asgi,
        http=patient(settings.request_within_s, settings.unfinished_requests),
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    line = json.dumps({"base_url": base_url, "target_file": str(path)})
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _already_obeyed)
    try:
        _Server(config, line, ready_file).run(sockets=[listener])
    finally:
        listener.close()


def target(app: App, base_url: str) -> dict[str, Any]:
    """The target file's content: where the partner is, who may call it, how it is driven."""
    parties = {
        name: {
            "auth": {
                "type": "oauth2",
                "client_id": credential.client_id,
                "client_secret": credential.client_secret,
            }
        }
        for name, credential in app.credentials.items()
    }
    headers = {"Authorization": f"Bearer {app.sandbox_token}"}
    driver = {"kind": "http", "url": f"{base_url}/sandbox/actions", "headers": headers}
    role = app.context.settings.role
    return {
        "jidi-target": 1,
        "name": f"jidi reference {role}",
        "role": role,
        "base_url": base_url,
        "parties": parties,
        "driver": driver,
    }


def _already_obeyed(_number: int, _frame: FrameType | None) -> None:
    """Uvicorn raises the signal again once it has stopped in good order; that must not become an
    exit by signal.
    """


class _Server(uvicorn.Server):
    """Says that it is ready only when it is."""

    def __init__(self, config: uvicorn.Config, line: str, ready_file: Path | None) -> None:
        super().__init__(config)
        self._line = line
        self._ready_file = ready_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        sys.stdout.write(self._line + "\n")
        sys.stdout.flush()
        if self._ready_file is not None:
            _write_private(self._ready_file, self._line + "\n")


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all: a reader that waits for the file never sees half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    draft.replace(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m jidi_reference", description="A reference partner for trying the kit out."
    )
    roles = parser.add_subparsers(dest="role", required=True)
    for role in ROLES:
        options = roles.add_parser(role, help=f"serve the reference {role}")
        options.add_argument("--host", help="address to listen on (127.0.0.1)")
        options.add_argument("--port", type=int, help="port to listen on (0: any free one)")
        options.add_argument(
            "--database-url", help="SQLAlchemy URL (default: a temporary SQLite file)"
        )
        options.add_argument("--ready-file", type=Path, help="write the ready line here too")
        options.add_argument("--target-file", type=Path, help="where to write the target file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
