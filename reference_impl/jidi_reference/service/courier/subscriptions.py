"""Subscriptions: where a partner's events are pushed, rotation of secrets, replay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from jidi_reference.domain.clock import timestamp, unix_seconds
from jidi_reference.domain.identifiers import new_id
from jidi_reference.domain.problems import Fault, Problem
from jidi_reference.domain.signing import key_of
from jidi_reference.service.addresses import objection
from jidi_reference.service.context import Caller, Context, PageRequest, Reply, page
from jidi_reference.service.courier.messages import make_messages
from jidi_reference.settings import API_PATH
from jidi_reference.storage import events, subscriptions
from jidi_reference.storage.database import take_positions
from jidi_reference.storage.events import EventFilter
from jidi_reference.storage.subscriptions import ACTIVE, SubscriptionRow


def create(context: Context, connection: Connection, caller: Caller, body: dict[str, Any]) -> Reply:
    """Subscribe to events recorded from now on.

    Raises:
        Problem: ``callback-refused`` for an address that the operator has not allowed.
    """
    _check_callback(body["callback_url"], context.settings.callback_hosts)
    _check_secret(body["secret"])
    codes = body.get("event_codes")
    row = SubscriptionRow(
        subscription_id=new_id("sub"),
        position=take_positions(connection, "subscriptions"),
        owner=caller.party,
        callback_url=body["callback_url"],
        secret=body["secret"],
        old_secret=None,
        old_secret_until=None,
        event_codes=None if codes is None else json.dumps(codes),
        status=ACTIVE,
        created_at=context.clock.now(),
        pushed_position=events.last_position(connection),
    )
    subscriptions.add_subscription(connection, row)
    return Reply(
        201, document(row), {"Location": f"{API_PATH}/subscriptions/{row.subscription_id}"}
    )


def list_page(context: Context, caller: Caller, request: PageRequest) -> Reply:
    """A page of the caller's subscriptions, oldest first."""
    with context.database.read() as connection:
        rows = subscriptions.list_subscriptions(
            connection, caller.party, request.after, request.limit + 1
        )
    return page(context, request, [(row.position, document(row)) for row in rows])


def show(context: Context, caller: Caller, subscription_id: str) -> Reply:
    """The caller's subscription.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.database.read() as connection:
        return Reply(200, document(_owned(connection, caller, subscription_id)))


def remove(context: Context, caller: Caller, subscription_id: str) -> Reply:
    """End a subscription and drop what was on its way.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    with context.database.write() as connection:
        _owned(connection, caller, subscription_id, lock=True)
        subscriptions.remove_subscription(connection, subscription_id)
    return Reply(204)


def rotate_secret(
    context: Context, caller: Caller, subscription_id: str, rotation: dict[str, Any]
) -> Reply:
    """Sign with the new secret from now on, and with the old one too for ``overlap_s`` seconds.

    Raises:
        Problem: ``not-found``, also for another partner's.
    """
    _check_secret(rotation["secret"])
    with context.database.write() as connection:
        row = _owned(connection, caller, subscription_id, lock=True)
        until = context.clock.now() + rotation["overlap_s"]
        subscriptions.change_subscription(
            connection,
            subscription_id,
            secret=rotation["secret"],
            old_secret=row.secret,
            old_secret_until=until,
        )
    return Reply(200, document(row))


def replay(
    context: Context,
    connection: Connection,
    caller: Caller,
    subscription_id: str,
    wish: dict[str, Any],
) -> Reply:
    """Queue the wanted past events once more, with their own ids (DS-06.3).

    Raises:
        Problem: ``not-found``; ``state-conflict`` for a stopped subscription.
    """
    row = _owned(connection, caller, subscription_id, lock=True)
    if row.status != ACTIVE:
        raise Problem.conflict("The subscription is stopped; make a new one.")
    since = wish.get("recorded_from")
    wanted = EventFilter(
        wish.get("waybill_nos"), row.wanted_codes, None if since is None else _moment(since)
    )
    count, after, chunk = 0, 0, events.feed(connection, row.owner, wanted, 0, 1000)
    while chunk:
        make_messages(context, connection, row, chunk)
        count, after = count + len(chunk), chunk[-1].position
        chunk = events.feed(connection, row.owner, wanted, after, 1000)
    return Reply(202, {"replay_id": new_id("rpl"), "event_count": count})


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
    connection: Connection, caller: Caller, subscription_id: str, *, lock: bool = False
) -> SubscriptionRow:
    row = subscriptions.find_subscription(connection, caller.party, subscription_id, lock=lock)
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
