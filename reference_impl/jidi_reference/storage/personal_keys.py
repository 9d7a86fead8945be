"""Statements on what opens personal data: recipient tokens, and the codes that a person proves
itself with.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from jidi_reference.service.ports.personal_keys import PersonalKeys, PersonKey, RecipientTokenRow
from jidi_reference.storage.tables.privacy_tables import person_codes, recipient_tokens


def _same(key: PersonKey) -> tuple[ColumnElement[bool], ...]:
    return (
        person_codes.c.consignment_id == key.consignment_id,
        person_codes.c.party_role == key.party_role,
    )


class SqlPersonalKeys(PersonalKeys):
    """The port on one connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def live_token(self, holder: str, consignment_id: str, now: float) -> RecipientTokenRow | None:
        table = recipient_tokens.c
        mine = (
            (table.holder == holder)
            & (table.consignment_id == consignment_id)
            & (table.expires_at > now)
        )
        row = self.connection.execute(select(recipient_tokens).where(mine).limit(1)).one_or_none()
        return None if row is None else RecipientTokenRow(*row)

    def add_token(self, row: RecipientTokenRow) -> None:
        self.connection.execute(insert(recipient_tokens).values(**vars(row)))

    def find_token(self, holder: str, recipient_token: str) -> RecipientTokenRow | None:
        mine = (recipient_tokens.c.recipient_token == recipient_token) & (
            recipient_tokens.c.holder == holder
        )
        row = self.connection.execute(select(recipient_tokens).where(mine)).one_or_none()
        return None if row is None else RecipientTokenRow(*row)

    def add_code(self, key: PersonKey, code_hash: str, expires_at: float, attempts: int) -> None:
        self.connection.execute(
            delete(person_codes).where(*_same(key), person_codes.c.code_hash == code_hash)
        )
        self.connection.execute(
            insert(person_codes).values(
                **vars(key), code_hash=code_hash, expires_at=expires_at, attempts_left=attempts
            )
        )

    def spend_code(self, key: PersonKey, code_hash: str, now: float) -> bool:
        living = (
            (person_codes.c.code_hash == code_hash)
            & (person_codes.c.expires_at > now)
            & (person_codes.c.attempts_left > 0)
        )
        return (
            self.connection.execute(delete(person_codes).where(*_same(key), living)).rowcount == 1
        )

    def note_failure(self, key: PersonKey) -> None:
        table = person_codes
        self.connection.execute(
            update(table).where(*_same(key)).values(attempts_left=table.c.attempts_left - 1)
        )
