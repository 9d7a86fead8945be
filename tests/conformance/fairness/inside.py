"""Changes to parts of the reference, for variants that no middleware can make. Each is meant for a
process of its own.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import func, select
from tests.conformance.seams import healthy, stand_in

from jidi_reference.domain import clock
from jidi_reference.service.ports.events import EventFilter, EventRow
from jidi_reference.service.ports.unit import Unit
from jidi_reference.storage.tables import courier_tables

_SEED: Final = 7


def ids(make: Callable[[str], str]) -> Callable[[], None]:
    """Identifiers made by ``make`` from their kind."""
    return lambda: stand_in("value.id", make)


def uuids(_kind: str) -> str:
    """RFC 9562 UUIDs."""
    return str(uuid.uuid4())


_NUMBERS = count(1_730_000_000_000_000_000, 7_919)


def numbers(_kind: str) -> str:
    """Nineteen digits, as snowflake generators make them."""
    return str(next(_NUMBERS))


_FLAKES = count(412_345_678_901_230_000, 11)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def checked_numbers(_kind: str) -> str:
    """Eighteen digits that end, as one in eleven does by chance, in the check character of an
    identity number.
    """
    while True:
        digits = f"{next(_FLAKES):018d}"
        total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
        check = "10X98765432"[total % 11]
        if check != "X":
            return digits[:17] + check


_MOBILES = count(13_800_138_000, 7)


def like_telephones(_kind: str = "") -> str:
    """Eleven digits that begin with 138, as counters come upon them."""
    return str(next(_MOBILES))


def long_ids(kind: str) -> str:
    """The longest that the schema allows: 64 characters, with the marks that it allows."""
    return f"{kind}_-{uuid.uuid4().hex}{uuid.uuid4().hex}"[:64]


def waybill_numbers(make: Callable[[], str]) -> Callable[[], None]:
    """Waybill numbers made by ``make``."""
    return lambda: stand_in("value.waybill-number", make)


def times(write: Callable[[datetime], str]) -> Callable[[], None]:
    """Times written by ``write`` from an aware time in UTC."""

    def stamp(unix_s: float) -> str:
        return write(datetime.fromtimestamp(unix_s, UTC))

    return lambda: stand_in("value.timestamp", stamp)


def agreement_customers() -> None:
    """Every sender is an agreement customer, and every acceptance says so."""
    written = healthy("event.document")

    def document(row: Any, scan: Any, now: float) -> dict[str, Any]:
        made: dict[str, Any] = written(row, scan, now)
        if (scan.event_code, made.get("classifier")) != ("ACCEPTED", "ACT"):
            return made
        told = {"status": "AGREEMENT_CUSTOMER", "method": "AGREEMENT"}
        return {**made, "real_name": {**told, "verified_at": "2026-01-05T09:00:00+08:00"}}

    stand_in("event.document", document)


def zulu(moment: datetime) -> str:
    """Coordinated universal time, marked Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_york(moment: datetime) -> str:
    """An offset behind UTC."""
    return moment.astimezone(timezone(timedelta(hours=-5))).isoformat(timespec="milliseconds")


def microseconds(moment: datetime) -> str:
    """Six digits of a second."""
    return moment.astimezone(clock.CHINA).isoformat(timespec="microseconds")


def whole_seconds(moment: datetime) -> str:
    """No fraction of a second."""
    return moment.astimezone(clock.CHINA).isoformat(timespec="seconds")


def events_show_after(seconds: float) -> Callable[[], None]:
    """Readers see an event only ``seconds`` after it was recorded; pushes are not held back."""

    def settled(rows: list[EventRow]) -> list[EventRow]:
        return [row for row in rows if row.recorded_at <= time.time() - seconds]

    def feed(unit: Unit, owner: str, wanted: EventFilter, after: int, limit: int) -> list[EventRow]:
        return settled(unit.events.feed(owner, wanted, after, limit))

    def of_shipment(
        unit: Unit, waybill_no: str, after: int = 0, limit: int | None = None
    ) -> list[EventRow]:
        return settled(unit.events.of_shipment(waybill_no, after, limit))

    def inside() -> None:
        stand_in(
            "tracking.stored-events",
            lambda unit: SimpleNamespace(
                feed=partial(feed, unit),
                of_shipment=partial(of_shipment, unit),
                latest_of=unit.events.latest_of,
            ),
        )

    return inside


def pushes_leave_after(seconds: float) -> Callable[[], None]:
    """An event is pushed only ``seconds`` after it was recorded."""

    def feed(unit: Unit, owner: str, wanted: EventFilter, after: int, limit: int) -> list[EventRow]:
        return [
            row
            for row in unit.events.feed(owner, wanted, after, limit)
            if row.recorded_at <= time.time() - seconds
        ]

    def last_position(unit: Unit) -> int:
        due = select(func.max(courier_tables.events.c.position)).where(
            courier_tables.events.c.recorded_at <= time.time() - seconds
        )
        return int(unit.connection.execute(due).scalar_one() or 0)

    def inside() -> None:
        stand_in("push.idle-s", 0.05)  # the hour comes without anybody waking the worker
        stand_in(
            "push.stored-events",
            lambda unit: SimpleNamespace(
                feed=partial(feed, unit), last_position=partial(last_position, unit)
            ),
        )

    return inside


def pushes_twice() -> None:
    """Every acknowledged push is sent once more, as after a crash before the acknowledgement was
    stored.
    """
    send = healthy("push.send")

    def twice(*given: Any) -> int:
        status = send(*given)
        if 200 <= status < 300:
            send(*given)
        return status

    stand_in("push.send", twice)


def events_for_each_push(most: int, gather_s: float) -> Callable[[], None]:
    """At most ``most`` events a push, after waiting ``gather_s`` for more to come."""

    def inside() -> None:
        stand_in("push.most-events", most)
        stand_in("push.breath-s", gather_s)

    return inside


def retries_with_jitter() -> None:
    """Each gap is longer than the plain doubling by up to two fifths."""
    chance = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    change = healthy("push.change-delivery")

    def later(stored: Any, number: int, **values: Any) -> None:
        if "next_attempt_at" in values:
            now = time.time()
            values["next_attempt_at"] = now + (values["next_attempt_at"] - now) * chance.uniform(
                1.0, 1.4
            )
        change(stored, number, **values)

    stand_in("push.change-delivery", later)


def several_signatures() -> None:
    """A signature by a key that the kit does not know and one of another version stand before the
    right one.
    """

    def many(secrets: Any, message_id: str, stamp: int, body: bytes) -> str:
        own = signing_original(secrets, message_id, stamp, body)
        stranger = signing_original(["whsec_" + "QUJD" * 8], message_id, stamp, body)
        return f"{stranger} v1a,{'A' * 86}== {own}"

    signing_original = healthy("value.signatures")
    stand_in("value.signatures", many)


def heartbeats() -> None:
    """A heartbeat goes out before every push."""
    send, numbers_ = healthy("push.send"), count(1)

    def beating(context: Any, session: Any, row: Any, parcel: Any) -> int:
        stamp = clock.timestamp(time.time())
        number = next(numbers_)
        data = f'{{"flow":"shipment-events","interval_s":60,"last_recorded_at":"{stamp}","high_water_sequence":{number}}}'
        head = f'"id":"beat_{number}","type":"heartbeat","time":"{stamp}","source":"{context.settings.source}","spec_version":"1.0"'
        beat = SimpleNamespace(
            message_id=f"beat_{number}", body=f'{{{head},"data":{data}}}'.encode()
        )
        send(context, session, row, beat)  # type: ignore[arg-type]  # as much of a delivery as sending needs
        return send(context, session, row, parcel)

    stand_in("push.send", beating)


def pushes_close() -> None:
    """Every push comes over a connection of its own and says so."""
    send = healthy("push.send")

    def closing(context: Any, session: Any, row: Any, parcel: Any) -> int:
        session.headers["Connection"] = "close"
        return send(context, session, row, parcel)

    stand_in("push.send", closing)


def whole_events() -> None:
    """Every event has a description and codes of other schemes."""
    make = healthy("event.document")

    def whole(*given: Any) -> dict[str, Any]:
        codes = [{"scheme": "carrier", "code": "X-1"}, {"scheme": "kuaidi100", "code": "101"}]
        return {"description": "快件状态更新", "external_codes": codes, **make(*given)}

    stand_in("event.document", whole)
