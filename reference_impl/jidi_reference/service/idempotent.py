"""Runs a creating operation at most once per key (DS-01.7).

- The same key and body give the first result again, and create nothing new.
- The same key with another body is refused, and says so (422).
- Of two twins sent at once one is done; the other is told that the first is in flight (409), or
  waits for it.
- A key belongs to its caller, operation and path, and may be used anew after the declared
  retention.
- Work and stored result commit together: neither exists without the other.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from jidi_reference.domain.problems import Problem
from jidi_reference.service.context import Context, Published, json_text
from jidi_reference.service.ports.idempotency import KeyedCall, KeyRow
from jidi_reference.service.ports.unit import Unit

_LEASE_S = 60.0


def run_once(context: Context, call: KeyedCall, work: Callable[[Unit], Published]) -> Published:
    """The result of ``work``, or of the first call that had this key.

    The claim commits by itself, so a twin is told at once that the first is in flight instead of
    waiting for it; work and stored result commit together, so neither exists without the other. A
    claim whose holder died is taken over after a lease.

    Raises:
        Problem: ``idempotency-key-reused`` for another body, ``idempotency-in-flight`` while the
            first still runs, or what ``work`` raises.
    """
    claim_id = secrets.token_hex(8)
    first = _claim(context, call, claim_id)
    if first is not None:
        return _replayed(call, first)
    try:
        with context.storage.write() as unit:
            result = work(unit)
            _keep(unit, call, claim_id, result)
    except BaseException:
        with context.storage.write() as unit:
            unit.idempotency.take_over(call, claim_id)
        raise
    return result


def run_in_turn(context: Context, call: KeyedCall, work: Callable[[Unit], Published]) -> Published:
    """As ``run_once``, in one transaction: a twin waits for the first and gets its result, and what
    ``work`` raises leaves the key free.

    For short work whose caller must not be told to come again, such as a push.

    Raises:
        Problem: ``idempotency-key-reused`` for another body, or what ``work`` raises.
    """
    claim_id, now = secrets.token_hex(8), context.clock.now()
    with context.storage.write() as unit:
        known = (
            None if unit.idempotency.claim(call, claim_id, now) else unit.idempotency.find_key(call)
        )
        if known is not None and _dead(context, known, now):
            unit.idempotency.take_over(call, known.claim)
            known = (
                None
                if unit.idempotency.claim(call, claim_id, now)
                else unit.idempotency.find_key(call)
            )
        if known is not None:
            return _replayed(call, known)
        result = work(unit)
        _keep(unit, call, claim_id, result)
    return result


def _keep(unit: Unit, call: KeyedCall, claim_id: str, result: Published) -> None:
    if not unit.idempotency.finish(call, claim_id, json_text(result)):
        # The lease ran out and a twin took over: roll back, the twin's result counts.
        raise _in_flight()


def _claim(context: Context, call: KeyedCall, claim_id: str) -> KeyRow | None:
    now = context.clock.now()
    with context.storage.write() as unit:
        if unit.idempotency.claim(call, claim_id, now):
            return None
        known = unit.idempotency.find_key(call)
        if known is not None and not _dead(context, known, now):
            return known
        if known is not None:
            unit.idempotency.take_over(call, known.claim)
        if unit.idempotency.claim(call, claim_id, now):
            return None
    raise _in_flight()


def _dead(context: Context, known: KeyRow, now: float) -> bool:
    age = now - known.claimed_at
    retention = context.settings.limits.idempotency_retention_s
    return age > (retention if known.result is not None else _LEASE_S)


def _replayed(call: KeyedCall, first: KeyRow) -> Published:
    if first.digest != call.digest:
        raise Problem(
            "idempotency-key-reused",
            "This key came with another body before; use a new key for a new request.",
        )
    if first.result is None:
        raise _in_flight()
    return dict(json.loads(first.result))


def _in_flight() -> Problem:
    return Problem(
        "idempotency-in-flight",
        "The first request with this key is still running; ask again.",
        wait_s=1,
    )
