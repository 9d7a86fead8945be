"""One database, SQLite or PostgreSQL, behind two ways in: ``read`` and ``write``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, update

from jidi_reference.storage.tables import counters

_BUSY_TIMEOUT_MS = 15_000
_POOL = 48
# Alembic keeps the migration in progress in module globals, so two databases of one process may not
# be migrated at once.
_MIGRATING = threading.Lock()


class Database:
    """Transactions on one database. A SQLite file belongs to one process; PostgreSQL may be
    shared.
    """

    def __init__(self, url: str) -> None:
        """``url``: an SQLAlchemy URL, ``sqlite:///file`` or ``postgresql+psycopg://…``."""
        self.engine = create_engine(url, pool_size=_POOL, max_overflow=8, pool_timeout=30)
        self._sqlite = self.engine.dialect.name == "sqlite"
        self.belongs_to_one_process = self._sqlite
        # SQLite has one writer at a time anyway; queueing here costs less than its sleeping busy
        # handler.
        self._writer: Any = threading.Lock() if self._sqlite else nullcontext()
        if self._sqlite:
            _tune_sqlite(self.engine)
        self._writing = self.engine.execution_options(jidi_write=True)

    def migrate(self) -> None:
        """Bring the tables to the newest revision."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with _MIGRATING, self._writing.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for statements that change nothing."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds SQLite's write lock from its beginning, so that it never fails
        half-way as busy.
        """
        with self._writer, self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


_COUNTER = update(counters).where(counters.c.name == bindparam("counter"))
_TAKE = _COUNTER.values(value=counters.c.value + bindparam("many")).returning(counters.c.value)


def take_positions(connection: Connection, name: str, count: int = 1) -> int:
    """The first of ``count`` new positions in the sequence ``name``.

    The counter's row stays locked until commit, so positions become visible in order: nothing ever
    appears behind a cursor that was
    already handed out (DS-02.4). A database sequence does not give that.
    """
    last = connection.execute(_TAKE, {"counter": name, "many": count}).scalar_one()
    return int(last) - count + 1


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("jidi_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
