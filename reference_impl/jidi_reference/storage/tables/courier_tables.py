"""The tables, in SQLAlchemy Core. Message bodies are JSON text: the schemas say what is in them,
not the columns.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

metadata = MetaData()
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

clients = Table(
    "clients",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("party", String(256), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("role", String(16), nullable=False, server_default="platform"),
    Column("committed", Boolean, nullable=False, server_default=true()),
    Column("reviewed_at", Float(53), nullable=False, server_default="0"),
    Column("courier_code", String(32), nullable=False, server_default=""),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("client_id", String(128), ForeignKey("clients.client_id"), nullable=False),
    Column("environment", String(16), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("operator_id", String(128), nullable=False, server_default=""),
)

consignments = Table(
    "consignments",
    metadata,
    Column("consignment_id", String(64), primary_key=True),
    Column("position", BigInteger, nullable=False, unique=True),
    Column("owner", String(256), nullable=False),
    Column("waybill_no", String(32)),
    Column("order_no", String(256), nullable=False),
    Column("state", String(32), nullable=False),
    Column("last_sequence", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    Column("erased", String(32), nullable=False, server_default=""),
    Column("outgoing", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("owner", "waybill_no"),
    Index("consignments_by_owner", "owner", "position"),
    Index("consignments_by_order", "owner", "order_no", "position"),
)

events = Table(
    "events",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(64), nullable=False),
    Column("owner", String(256), nullable=False),
    Column("waybill_no", String(32), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event_code", String(64), nullable=False),
    Column("recorded_at", Float(53), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("owner", "event_id"),
    Index("events_by_waybill", "waybill_no", "sequence"),
    Index("events_by_owner", "owner", "position"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscription_id", String(64), primary_key=True),
    Column("position", BigInteger, nullable=False, unique=True),
    Column("owner", String(256), nullable=False),
    Column("callback_url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text),
    Column("old_secret_until", Float(53)),
    Column("event_codes", Text),
    Column("status", String(16), nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("pushed_position", BigInteger, nullable=False),
    Index("subscriptions_by_owner", "owner", "position"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_no", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column(
        "subscription_id",
        String(64),
        ForeignKey("subscriptions.subscription_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("message_id", String(64), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Float(53), nullable=False),
    Column("status", String(16), nullable=False),
    Index("deliveries_waiting", "status", "subscription_id", "delivery_no"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", String(256), primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("claimed_at", Float(53), nullable=False),
    Column("claim", String(64), nullable=False),
    Column("body", Text),
)
