"""Platforms and integrators: connected couriers, dispatches, received events; numbers and event ids
are unique for each owner only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NEW_TABLES = ("number_pool", "backfills", "received_events", "dispatches", "couriers")
_CONSIGNMENT_COLUMNS = (
    *("consignment_id", "position", "owner", "waybill_no", "order_no", "state"),
    *("last_sequence", "body", "created_at", "updated_at", "erased"),
)
_EVENT_COLUMNS = (
    *("position", "event_id", "owner", "waybill_no", "sequence", "event_code"),
    *("recorded_at", "body"),
)


def upgrade() -> None:
    """Rebuild consignments and events with their new constraints, then create the new tables."""
    op.add_column(
        "clients", sa.Column("courier_code", sa.String(32), nullable=False, server_default="")
    )
    _rebuild_consignments()
    _rebuild_events()
    _create_couriers()
    _create_dispatches()
    _create_received()
    counters = sa.table("counters", sa.column("name", sa.String), sa.column("value", sa.BigInteger))
    op.bulk_insert(counters, [{"name": "received", "value": 0}])


def downgrade() -> None:
    """Drop what is new; the wider constraints stay, for narrower ones might not hold any more."""
    for name in _NEW_TABLES:
        op.drop_table(name)
    op.execute("DELETE FROM counters WHERE name = 'received'")
    for table, column in (("consignments", "outgoing"), ("clients", "courier_code")):
        op.drop_column(table, column)


def _rebuild_consignments() -> None:
    # Constraints have no names here, because those of the table before would be in the way.
    op.rename_table("consignments", "consignments_before")
    _drop_indexes("consignments_by_owner", "consignments_by_order", on="consignments_before")
    op.create_table(
        "consignments",
        sa.Column("consignment_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False, unique=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("waybill_no", sa.String(32)),
        sa.Column("order_no", sa.String(256), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("last_sequence", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("updated_at", sa.Float(53), nullable=False),
        sa.Column("erased", sa.String(32), nullable=False, server_default=""),
        sa.Column("outgoing", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("owner", "waybill_no"),
    )
    _refill("consignments", _CONSIGNMENT_COLUMNS)
    op.create_index("consignments_by_owner", "consignments", ["owner", "position"])
    op.create_index("consignments_by_order", "consignments", ["owner", "order_no", "position"])


def _rebuild_events() -> None:
    op.rename_table("events", "events_before")
    _drop_indexes("events_by_owner", on="events_before")
    op.create_table("events", *_event_columns())
    _refill("events", _EVENT_COLUMNS)
    op.create_index("events_by_owner", "events", ["owner", "position"])
    op.create_index("events_by_waybill", "events", ["waybill_no", "sequence"])


def _refill(table: str, names: tuple[str, ...]) -> None:
    """Move the rows of the table before, which then goes."""
    before, after = (
        sa.table(name, *(sa.column(column) for column in names))
        for name in (f"{table}_before", table)
    )
    op.execute(after.insert().from_select(names, sa.select(before)))
    op.drop_table(before.name)


def _drop_indexes(*names: str, on: str) -> None:
    for name in names:
        op.drop_index(name, on)


def _event_columns() -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("waybill_no", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("event_code", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.Float(53), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("owner", "event_id"),
    ]


def _create_couriers() -> None:
    op.create_table(
        "couriers",
        sa.Column("courier_code", sa.String(32), primary_key=True),
        sa.Column("party", sa.String(256), nullable=False),
        sa.Column("our_client", sa.String(128), nullable=False),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("token_endpoint", sa.Text, nullable=False),
        sa.Column("client_id", sa.String(128), nullable=False),
        sa.Column("client_secret", sa.Text, nullable=False),
        sa.Column("subscription_id", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("next_secret", sa.Text),
        sa.Column("old_secret", sa.Text),
        sa.Column("old_secret_until", sa.Float(53)),
        sa.Column("takes_tokens", sa.Boolean, nullable=False),
        sa.Column("connected_at", sa.Float(53), nullable=False),
    )
    op.create_table(
        "number_pool",
        sa.Column("waybill_no", sa.String(32), primary_key=True),
        sa.Column("courier_code", sa.String(32), nullable=False),
        sa.Column("allocation_id", sa.String(64), nullable=False),
        sa.Index("number_pool_by_courier", "courier_code"),
    )


def _create_dispatches() -> None:
    op.create_table(
        "dispatches",
        sa.Column("outgoing_id", sa.String(64), primary_key=True),
        sa.Column("courier_code", sa.String(32), nullable=False),
        sa.Column("idempotency_key", sa.String(128), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.Float(53), nullable=False),
        sa.Column("source_id", sa.String(64)),
        sa.Column("consignment_id", sa.String(64)),
        sa.Index("dispatches_waiting", "state", "courier_code"),
        sa.Index("dispatches_by_source", "source_id"),
    )


def _create_received() -> None:
    op.create_table("received_events", *_event_columns(), sa.Column("release_at", sa.Float(53)))
    op.create_index("received_by_owner", "received_events", ["owner", "position"])
    op.create_index("received_by_waybill", "received_events", ["owner", "waybill_no", "sequence"])
    op.create_index("received_waiting", "received_events", ["release_at"])
    op.create_table(
        "backfills",
        sa.Column("courier_code", sa.String(32), primary_key=True),
        sa.Column("waybill_no", sa.String(32), primary_key=True),
        sa.Column("due_at", sa.Float(53)),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
