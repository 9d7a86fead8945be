"""Runs a creating operation at most once per key (DS-01.7)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy import Connection

from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Context, Reply, json_text
from jidi_reference.storage import idempotency
from jidi_reference.storage.idempotency import KeyedCall, KeyRow

_LEASE_S = 60.0


def run_once(context: Context, call: KeyedCall, work: Callable[[Connection], Reply]) -> Reply:
    """The reply of ``work``, or of the first call that had this key.

    The claim commits by itself, so a twin is told at once that the first is in flight instead of
    waiting for it; work and stored
    reply commit together, so neither exists without the other. A claim whose holder died is taken
    over after a lease.

    Raises:
        Problem: ``idempotency-key-reused`` for another body, ``idempotency-in-flight`` while the
            first still runs, or what ``work`` raises.
    """
    claim_id = secrets.token_hex(8)
    first = _claim(context, call, claim_id)
    if first is not None:
        return _replayed(call, first)
    try:
        with context.database.write() as connection:
            reply = work(connection)
            _keep(connection, call, claim_id, reply)
    except BaseException:
        with context.database.write() as connection:
            idempotency.take_over(connection, call, claim_id)
        raise
    return reply


def run_in_turn(context: Context, call: KeyedCall, work: Callable[[Connection], Reply]) -> Reply:
    """As ``run_once``, in one transaction: a twin waits for the first and gets its reply, and what
    ``work`` raises leaves the key free.

    For short work whose caller must not be told to come again, such as a push.

    Raises:
        Problem: ``idempotency-key-reused`` for another body, or what ``work`` raises.
    """
    claim_id, now = secrets.token_hex(8), context.clock.now()
    with context.database.write() as connection:
        known = (
            None
            if idempotency.claim(connection, call, claim_id, now)
            else idempotency.find_key(connection, call)
        )
        if known is not None and _dead(context, known, now):
            idempotency.take_over(connection, call, known.claim)
            known = (
                None
                if idempotency.claim(connection, call, claim_id, now)
                else idempotency.find_key(connection, call)
            )
        if known is not None:
            return _replayed(call, known)
        reply = work(connection)
        _keep(connection, call, claim_id, reply)
    return reply


def _keep(connection: Connection, call: KeyedCall, claim_id: str, reply: Reply) -> None:
    stored = (reply.status, reply.headers.get("Location"), _text(reply))
    if not idempotency.finish(connection, call, claim_id, stored):
        raise _in_flight()  # the lease ran out and a twin took over: roll back, the twin's result counts


def _claim(context: Context, call: KeyedCall, claim_id: str) -> KeyRow | None:
    now = context.clock.now()
    with context.database.write() as connection:
        if idempotency.claim(connection, call, claim_id, now):
            return None
        known = idempotency.find_key(connection, call)
        if known is not None and not _dead(context, known, now):
            return known
        if known is not None:
            idempotency.take_over(connection, call, known.claim)
        if idempotency.claim(connection, call, claim_id, now):
            return None
    raise _in_flight()


def _dead(context: Context, known: KeyRow, now: float) -> bool:
    age = now - known.claimed_at
    retention = context.settings.limits.idempotency_retention_s
    return age > (retention if known.status is not None else _LEASE_S)


def _replayed(call: KeyedCall, first: KeyRow) -> Reply:
    if first.digest != call.digest:
        raise Problem(
            "idempotency-key-reused",
            "This key came with another body before; use a new key for a new request.",
        )
    if first.status is None:
        raise _in_flight()
    return Reply(first.status, first.body, {"Location": first.location} if first.location else {})


def _text(reply: Reply) -> str:
    return (
        reply.body if isinstance(reply.body, str) else json_text(reply.body)
    )  # creating operations answer in JSON only


def _in_flight() -> Problem:
    return Problem(
        "idempotency-in-flight",
        "The first request with this key is still running; ask again.",
        headers={"Retry-After": "1"},
    )
