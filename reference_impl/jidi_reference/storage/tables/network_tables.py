"""The tables of platforms and integrators: connected couriers, what is sent to them, what came from
them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from jidi_reference.storage.tables.courier_tables import metadata

couriers = Table(
    "couriers",
    metadata,
    Column("courier_code", String(32), primary_key=True),
    Column("party", String(256), nullable=False),
    Column("our_client", String(128), nullable=False),
    Column("base_url", Text, nullable=False),
    Column("token_endpoint", Text, nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("client_secret", Text, nullable=False),
    Column("subscription_id", String(64), nullable=False),
    Column("secret", Text, nullable=False),
    Column("next_secret", Text),
    Column("old_secret", Text),
    Column("old_secret_until", Float(53)),
    Column("takes_tokens", Boolean, nullable=False),
    Column("connected_at", Float(53), nullable=False),
)

dispatches = Table(
    "dispatches",
    metadata,
    Column("outgoing_id", String(64), primary_key=True),
    Column("courier_code", String(32), nullable=False),
    Column("idempotency_key", String(128), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Float(53), nullable=False),
    Column("source_id", String(64)),
    Column("consignment_id", String(64)),
    Index("dispatches_waiting", "state", "courier_code"),
    Index("dispatches_by_source", "source_id"),
)

received_events = Table(
    "received_events",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(64), nullable=False),
    Column("owner", String(256), nullable=False),
    Column("waybill_no", String(32), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event_code", String(64), nullable=False),
    Column("recorded_at", Float(53), nullable=False),
    Column("body", Text, nullable=False),
    Column("release_at", Float(53)),
    UniqueConstraint("owner", "event_id"),
    Index("received_by_owner", "owner", "position"),
    Index("received_by_waybill", "owner", "waybill_no", "sequence"),
    Index("received_waiting", "release_at"),
)

backfills = Table(
    "backfills",
    metadata,
    Column("courier_code", String(32), primary_key=True),
    Column("waybill_no", String(32), primary_key=True),
    Column("due_at", Float(53)),
    Column("attempts", Integer, nullable=False),
)

number_pool = Table(
    "number_pool",
    metadata,
    Column("waybill_no", String(32), primary_key=True),
    Column("courier_code", String(32), nullable=False),
    Column("allocation_id", String(64), nullable=False),
    Index("number_pool_by_courier", "courier_code"),
)
