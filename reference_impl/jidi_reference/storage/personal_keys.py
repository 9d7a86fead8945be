"""Statements on what opens personal data: recipient tokens, and the codes that a person proves
itself with.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from jidi_reference.storage.privacy_tables import person_codes, recipient_tokens


@dataclass(frozen=True)
class RecipientTokenRow:
    """A token, the partner it is bound to, and its end in Unix seconds."""

    recipient_token: str
    holder: str
    consignment_id: str
    expires_at: float


@dataclass(frozen=True)
class PersonKey:
    """Whose code: of one consignment and role."""

    consignment_id: str
    party_role: str


def live_token(
    connection: Connection, holder: str, consignment_id: str, now: float
) -> RecipientTokenRow | None:
    """The partner's token for a consignment that has not ended yet."""
    table = recipient_tokens.c
    mine = (
        (table.holder == holder)
        & (table.consignment_id == consignment_id)
        & (table.expires_at > now)
    )
    row = connection.execute(select(recipient_tokens).where(mine).limit(1)).one_or_none()
    return None if row is None else RecipientTokenRow(*row)


def add_token(connection: Connection, row: RecipientTokenRow) -> None:
    """Store a new token."""
    connection.execute(insert(recipient_tokens).values(**vars(row)))


def find_token(
    connection: Connection, holder: str, recipient_token: str
) -> RecipientTokenRow | None:
    """The partner's token, living or not; another's is not found."""
    mine = (recipient_tokens.c.recipient_token == recipient_token) & (
        recipient_tokens.c.holder == holder
    )
    row = connection.execute(select(recipient_tokens).where(mine)).one_or_none()
    return None if row is None else RecipientTokenRow(*row)


def add_code(
    connection: Connection, key: PersonKey, code_hash: str, expires_at: float, attempts: int
) -> None:
    """Store a code by its hash; equal codes of one person fold into one."""
    connection.execute(
        delete(person_codes).where(*_same(key), person_codes.c.code_hash == code_hash)
    )
    connection.execute(
        insert(person_codes).values(
            **vars(key), code_hash=code_hash, expires_at=expires_at, attempts_left=attempts
        )
    )


def spend_code(connection: Connection, key: PersonKey, code_hash: str, now: float) -> bool:
    """Use a code up; False when there is no such living code."""
    living = (
        (person_codes.c.code_hash == code_hash)
        & (person_codes.c.expires_at > now)
        & (person_codes.c.attempts_left > 0)
    )
    return connection.execute(delete(person_codes).where(*_same(key), living)).rowcount == 1


def note_failure(connection: Connection, key: PersonKey) -> None:
    """Bring every code of a person one step nearer to its end: six digits must not be guessed."""
    table = person_codes
    connection.execute(
        update(table).where(*_same(key)).values(attempts_left=table.c.attempts_left - 1)
    )


def _same(key: PersonKey) -> tuple[ColumnElement[bool], ...]:
    return (
        person_codes.c.consignment_id == key.consignment_id,
        person_codes.c.party_role == key.party_role,
    )
