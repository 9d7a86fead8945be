"""The first tables: accounts, consignments, events, subscriptions, deliveries, idempotency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create every table; the counters start at 0, so that the first position is 1."""
    _create_accounts()
    _create_consignments()
    _create_subscriptions()
    _create_idempotency()
    counters = sa.table("counters", sa.column("name", sa.String), sa.column("value", sa.BigInteger))
    op.bulk_insert(counters, [{"name": "feed", "value": 0}, {"name": "subscriptions", "value": 0}])


def downgrade() -> None:
    """Drop every table, referring ones first."""
    for name in (
        "idempotency",
        "deliveries",
        "subscriptions",
        "events",
        "consignments",
        "tokens",
        "clients",
        "counters",
        "facts",
    ):
        op.drop_table(name)


def _create_accounts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "clients",
        sa.Column("client_id", sa.String(128), primary_key=True),
        sa.Column("party", sa.String(256), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("client_id", sa.String(128), sa.ForeignKey("clients.client_id"), nullable=False),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
    )


def _create_consignments() -> None:
    op.create_table(
        "consignments",
        sa.Column("consignment_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False, unique=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("waybill_no", sa.String(32), nullable=False, unique=True),
        sa.Column("order_no", sa.String(256), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("last_sequence", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("updated_at", sa.Float(53), nullable=False),
        sa.Index("consignments_by_owner", "owner", "position"),
        sa.Index("consignments_by_order", "owner", "order_no", "position"),
    )
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String(64), nullable=False, unique=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("waybill_no", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("event_code", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.Float(53), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("waybill_no", "sequence"),
        sa.Index("events_by_owner", "owner", "position"),
    )


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("subscription_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False, unique=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("callback_url", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("old_secret", sa.Text),
        sa.Column("old_secret_until", sa.Float(53)),
        sa.Column("event_codes", sa.Text),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("pushed_position", sa.BigInteger, nullable=False),
        sa.Index("subscriptions_by_owner", "owner", "position"),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_no", _ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column(
            "subscription_id",
            sa.String(64),
            sa.ForeignKey("subscriptions.subscription_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("message_id", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.Float(53), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Index("deliveries_waiting", "status", "subscription_id", "delivery_no"),
    )


def _create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(256), primary_key=True),
        sa.Column("operation", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("claimed_at", sa.Float(53), nullable=False),
        sa.Column("claim", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("location", sa.Text),
        sa.Column("body", sa.Text),
    )
