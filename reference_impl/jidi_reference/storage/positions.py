"""Places in sequences, taken so that they become visible in order."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from jidi_reference.storage.tables.courier_tables import counters

_COUNTER = update(counters).where(counters.c.name == bindparam("counter"))
_TAKE = _COUNTER.values(value=counters.c.value + bindparam("many")).returning(counters.c.value)


def take_positions(connection: Connection, name: str, count: int = 1) -> int:
    """The first of ``count`` new positions in the sequence ``name``.

    The counter's row stays locked until commit, so positions become visible in order: nothing ever
    appears behind a cursor that was already handed out (DS-02.4). A database sequence does not give
    that.
    """
    last = connection.execute(_TAKE, {"counter": name, "many": count}).scalar_one()
    return int(last) - count + 1
