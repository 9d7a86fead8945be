"""The tables of level privacy. What has a life of its own and no columns to search by is a document
of a kind.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from jidi_reference.storage.tables.courier_tables import metadata

documents = Table(
    "documents",
    metadata,
    Column("document_id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("position", BigInteger, nullable=False, unique=True),
    Column("owner", String(256), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("body", Text, nullable=False),
    Index("documents_by_owner", "kind", "owner", "position"),
    Index("documents_by_subject", "kind", "subject", "position"),
)

waybill_numbers = Table(
    "waybill_numbers",
    metadata,
    Column("waybill_no", String(32), primary_key=True),
    Column("allocation_id", String(64), nullable=False),
    Column("owner", String(256), nullable=False),
    Column("state", String(16), nullable=False),
    Column("allocated_at", Float(53), nullable=False),
    Column("changed_at", Float(53), nullable=False),
    Column("consignment_id", String(64)),
    Index("waybill_numbers_by_state", "state", "changed_at"),
)

recipient_tokens = Table(
    "recipient_tokens",
    metadata,
    Column("recipient_token", String(128), primary_key=True),
    Column("holder", String(256), nullable=False),
    Column("consignment_id", String(64), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Index("recipient_tokens_by_consignment", "consignment_id", "holder", "expires_at"),
)

person_codes = Table(
    "person_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("consignment_id", String(64), primary_key=True),
    Column("party_role", String(16), primary_key=True),
    Column("expires_at", Float(53), nullable=False),
    Column("attempts_left", Integer, nullable=False),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("partner", String(256), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("record_hash", String(80), nullable=False),
)

audit_records = Table(
    "audit_records",
    metadata,
    Column("partner", String(256), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)
