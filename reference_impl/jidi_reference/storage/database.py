"""One database, SQLite or PostgreSQL, behind two ways in: ``read`` and ``write``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

from jidi_reference.service.ports.accounts import ClientRow, TokenRow
from jidi_reference.service.ports.unit import Storage
from jidi_reference.storage.unit import SqlUnit

_BUSY_TIMEOUT_MS = 15_000
_POOL = 48
_MOST_TOKENS = 10_000
# Alembic keeps the migration in progress in module globals, so two databases of one process may not
# be migrated at once.
_MIGRATING = threading.Lock()


class Database(Storage):
    """Transactions on one database. A SQLite file belongs to one process; PostgreSQL may be
    shared.
    """

    def __init__(self, url: str) -> None:
        """``url``: an SQLAlchemy URL, ``sqlite:///file`` or ``postgresql+psycopg://…``."""
        self.engine = create_engine(url, pool_size=_POOL, max_overflow=8, pool_timeout=30)
        self._sqlite = self.engine.dialect.name == "sqlite"
        self.at_hand = self._sqlite
        # SQLite has one writer at a time anyway; queueing here costs less than its sleeping busy
        # handler.
        self._writer: Any = threading.Lock() if self._sqlite else nullcontext()
        if self._sqlite:
            _tune_sqlite(self.engine)
        self._kept: Connection | None = None
        self._tokens: dict[str, tuple[TokenRow, ClientRow]] = {}
        self._writing = self.engine.execution_options(jidi_write=True)

    def migrate(self) -> None:
        """Bring the tables to the newest revision."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with _MIGRATING, self._writing.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        """A transaction for statements that change nothing."""
        with self.engine.begin() as connection:
            yield SqlUnit(connection)

    def find_token(self, token_hash: str) -> tuple[TokenRow, ClientRow] | None:
        kept = self._tokens
        known = kept.get(token_hash)
        if known is not None:
            return known
        with self.read() as unit:
            found = unit.accounts.find_token(token_hash)
        if found is not None and self.at_hand and len(kept) < _MOST_TOKENS:
            kept[token_hash] = found
        return found

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """A transaction that holds SQLite's write lock from its beginning, so that it never fails
        half-way as busy.
        """
        with self._writer, self._begun() as connection:
            unit = SqlUnit(connection)
            yield unit
        if unit.touched_accounts:
            # Whoever looked a token up before the commit still puts it into the old memory.
            self._tokens = {}

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction that writes; SQLite's one writer keeps its connection from one to the
        next.
        """
        if not self._sqlite:
            with self._writing.begin() as connection:
                yield connection
            return
        if self._kept is None:
            self._kept = self._writing.connect()
        with self._kept.begin():
            yield self._kept

    def close(self) -> None:
        """Give back every connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        self.engine.dispose()


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
