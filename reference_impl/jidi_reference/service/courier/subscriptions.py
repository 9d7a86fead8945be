"""Subscriptions: where a partner's events are pushed, rotation of secrets, replay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.domain.signing import key_of
from jidi_reference.service.addresses import objection
from jidi_reference.service.context import Caller, Context, PageRequest, Published, page
from jidi_reference.service.courier.messages import make_messages
from jidi_reference.service.ports.events import EventFilter
from jidi_reference.service.ports.subscriptions import ACTIVE, SubscriptionRow
from jidi_reference.service.ports.unit import Unit


def create(context: Context, unit: Unit, caller: Caller, body: dict[str, Any]) -> Published:
    """Subscribe to events recorded from now on.

    Raises:
        Problem: ``callback-refused`` for an address that the operator has not allowed.
    """
    _check_callback(body["callback_url"], context.settings.callback_hosts)
    _check_secret(body["secret"])
    codes = body.get("event_codes")
    row = SubscriptionRow(
        subscription_id=new_id("sub"),
        position=unit.take_positions("subscriptions"),
        owner=caller.party,
        callback_url=body["callback_url"],
        secret=body["secret"],
        old_secret=None,
        old_secret_until=None,
        event_codes=None if codes is None else json.dumps(codes),
        status=ACTIVE,
        created_at=context.clock.now(),
        pushed_position=unit.events.last_position(),
    )
    unit.subscriptions.add_subscription(row)
    return document(row)


def list_page(context: Context, caller: Caller, request: PageRequest) -> Published:
    """A page of the caller's subscriptions, oldest first."""
    with context.storage.read() as unit:
        rows = unit.subscriptions.list_subscriptions(caller.party, request.after, request.limit + 1)
    return page(context, request, [(row.position, document(row)) for row in rows])


def show(context: Context, caller: Caller, subscription_id: str) -> Published:
    """The caller's subscription.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.storage.read() as unit:
        return document(_owned(unit, caller, subscription_id))


def remove(context: Context, caller: Caller, subscription_id: str) -> None:
    """End a subscription and drop what was on its way.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.storage.write() as unit:
        _owned(unit, caller, subscription_id, lock=True)
        unit.subscriptions.remove_subscription(subscription_id)


def rotate_secret(
    context: Context, caller: Caller, subscription_id: str, rotation: dict[str, Any]
) -> Published:
    """Sign with the new secret from now on, and with the old one too for ``overlap_s`` seconds.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    _check_secret(rotation["secret"])
    with context.storage.write() as unit:
        row = _owned(unit, caller, subscription_id, lock=True)
        until = context.clock.now() + rotation["overlap_s"]
        unit.subscriptions.change_subscription(
            subscription_id,
            secret=rotation["secret"],
            old_secret=row.secret,
            old_secret_until=until,
        )
    return document(row)


def replay(
    context: Context,
    unit: Unit,
    caller: Caller,
    subscription_id: str,
    wish: dict[str, Any],
) -> Published:
    """Queue the wanted past events once more, with their own ids (DS-06.3).

    Raises:
        Problem: ``not-found``; ``state-conflict`` for a stopped subscription.
    """
    row = _owned(unit, caller, subscription_id, lock=True)
    if row.status != ACTIVE:
        raise Problem.conflict("The subscription is stopped; make a new one.")
    since = wish.get("recorded_from")
    wanted = EventFilter(
        wish.get("waybill_nos"), row.wanted_codes, None if since is None else _moment(since)
    )
    count, after, chunk = 0, 0, unit.events.feed(row.owner, wanted, 0, 1000)
    while chunk:
        make_messages(context, unit, row, chunk)
        count, after = count + len(chunk), chunk[-1].position
        chunk = unit.events.feed(row.owner, wanted, after, 1000)
    return {"replay_id": new_id("rpl"), "event_count": count}


def document(row: SubscriptionRow) -> dict[str, Any]:
    """The subscription as published: never its secret."""
    codes = {} if row.wanted_codes is None else {"event_codes": row.wanted_codes}
    state = {"status": row.status, "created_at": timestamp(row.created_at)}
    return {
        "subscription_id": row.subscription_id,
        "callback_url": row.callback_url,
        **codes,
        **state,
    }


def _owned(
    unit: Unit, caller: Caller, subscription_id: str, *, lock: bool = False
) -> SubscriptionRow:
    row = unit.subscriptions.find_subscription(caller.party, subscription_id, lock=lock)
    if row is None:
        raise Problem.unknown()
    return row


def _check_secret(secret: str) -> None:
    try:
        key_of(secret)
    except ValueError as error:
        raise Problem.invalid([Fault("secret", str(error), "/secret")]) from None


def _moment(text: str) -> float:
    try:
        return unix_seconds(text)
    except ValueError:
        raise Problem.invalid(
            [Fault("date-time", "not a time that can be reckoned with", "/recorded_from")]
        ) from None


def _check_callback(url: str, allowed: Sequence[str]) -> None:
    reason = objection(url, allowed)
    if reason:
        raise Problem(
            "callback-refused", reason, faults=[Fault("callback-refused", reason, "/callback_url")]
        )
