"""A small application on Starlette and SQLite: it checks a consignment against its schema, stores
it with a commit of its own, and gives it out. ``python -m benchmarks.small_app DATABASE`` says its
port and serves.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import sys
import uuid

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jidi.registry import Registry


def application(database: str) -> Starlette:
    """The application over the file ``database``."""
    holds = Registry.load().checker("consignment")
    store = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    store.execute("pragma journal_mode=wal")
    store.execute("pragma synchronous=normal")
    store.execute("create table consignment (id text primary key, order_no text, body blob)")

    async def create(request: Request) -> Response:
        body = await request.body()
        value = orjson.loads(body)
        if not holds(value):
            return Response(b'{"status":400}', 400, media_type="application/problem+json")
        name = f"cons_{uuid.uuid4().hex}"
        store.execute("insert into consignment values (?, ?, ?)", (name, value["order_no"], body))
        return Response(orjson.dumps({"consignment_id": name}), 201, media_type="application/json")

    async def show(request: Request) -> Response:
        name = request.path_params["name"]
        row = store.execute("select body from consignment where id = ?", (name,)).fetchone()
        return Response(row[0] if row else json.dumps({}), 200 if row else 404)

    return Starlette(
        routes=[
            Route("/consignments", create, methods=["POST"]),
            Route("/consignments/{name}", show),
        ]
    )


def main() -> None:
    """Serve on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(application(sys.argv[1]), log_level="error", access_log=False)
        uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
