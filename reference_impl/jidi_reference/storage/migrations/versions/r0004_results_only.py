"""Idempotency keys keep the result of the first call; how it is told is no business of theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop status and place of the answer: both follow from the operation and the result."""
    for name in ("status", "location"):
        op.drop_column("idempotency", name)


def downgrade() -> None:
    """Bring the columns back; answers that were kept count as unfinished, and are forgotten."""
    op.execute("DELETE FROM idempotency")
    op.add_column("idempotency", sa.Column("status", sa.Integer))
    op.add_column("idempotency", sa.Column("location", sa.Text))
