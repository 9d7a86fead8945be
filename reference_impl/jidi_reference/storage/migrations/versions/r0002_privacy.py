"""Level privacy: documents, waybill numbers, recipient tokens, person codes, and the append-only
audit records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NEW_TABLES = (
    "audit_records",
    "audit_heads",
    "person_codes",
    "recipient_tokens",
    "waybill_numbers",
    "documents",
)
_APPEND_ONLY_POSTGRESQL = """
CREATE FUNCTION audit_records_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit records are append-only'; END $$
"""


def upgrade() -> None:
    """Add columns with defaults that keep what was there, then the new tables; audit records get a
    trigger against change.
    """
    op.add_column(
        "clients", sa.Column("role", sa.String(16), nullable=False, server_default="platform")
    )
    op.add_column(
        "clients", sa.Column("committed", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.add_column(
        "clients", sa.Column("reviewed_at", sa.Float(53), nullable=False, server_default="0")
    )
    op.add_column(
        "tokens", sa.Column("operator_id", sa.String(128), nullable=False, server_default="")
    )
    op.add_column(
        "consignments", sa.Column("erased", sa.String(32), nullable=False, server_default="")
    )
    _create_documents()
    _create_numbers_and_tokens()
    _create_audit()
    counters = sa.table("counters", sa.column("name", sa.String), sa.column("value", sa.BigInteger))
    op.bulk_insert(counters, [{"name": "documents", "value": 0}])


def downgrade() -> None:
    """Drop what ``upgrade`` added."""
    for name in _NEW_TABLES:
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_records_are_append_only()")
    op.execute("DELETE FROM counters WHERE name = 'documents'")
    for table, column in (
        ("consignments", "erased"),
        ("tokens", "operator_id"),
        ("clients", "reviewed_at"),
        ("clients", "committed"),
        ("clients", "role"),
    ):
        op.drop_column(table, column)


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("document_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False, unique=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Index("documents_by_owner", "kind", "owner", "position"),
        sa.Index("documents_by_subject", "kind", "subject", "position"),
    )


def _create_numbers_and_tokens() -> None:
    op.create_table(
        "waybill_numbers",
        sa.Column("waybill_no", sa.String(32), primary_key=True),
        sa.Column("allocation_id", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("allocated_at", sa.Float(53), nullable=False),
        sa.Column("changed_at", sa.Float(53), nullable=False),
        sa.Column("consignment_id", sa.String(64)),
        sa.Index("waybill_numbers_by_state", "state", "changed_at"),
    )
    op.create_table(
        "recipient_tokens",
        sa.Column("recipient_token", sa.String(128), primary_key=True),
        sa.Column("holder", sa.String(256), nullable=False),
        sa.Column("consignment_id", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.Index("recipient_tokens_by_consignment", "consignment_id", "holder", "expires_at"),
    )
    op.create_table(
        "person_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("consignment_id", sa.String(64), primary_key=True),
        sa.Column("party_role", sa.String(16), primary_key=True),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.Column("attempts_left", sa.Integer, nullable=False),
    )


def _create_audit() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("partner", sa.String(256), primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("record_hash", sa.String(80), nullable=False),
    )
    op.create_table(
        "audit_records",
        sa.Column("partner", sa.String(256), primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_APPEND_ONLY_POSTGRESQL)
        change = "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records FOR EACH STATEMENT"
        op.execute(
            f"CREATE TRIGGER audit_records_append_only {change} EXECUTE FUNCTION "
            "audit_records_are_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        refusal = "SELECT RAISE(ABORT, 'audit records are append-only')"
        op.execute(
            f"CREATE TRIGGER audit_records_no_{change.lower()} BEFORE {change} ON audit_records "
            f"BEGIN {refusal}; END"
        )
