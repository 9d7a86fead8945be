"""Seeded files for the benchmarks: shipment events made from the published examples, sound or with
faults, in the ways that common writers write JSON; and logs in which nobody stands.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from jidi.registry import Registry

Event = dict[str, Any]
FACILITIES = (
    "云溪投递网点",
    "样本市集散中心",
    "示例口岸监管场所",
    "北郊转运中心",
    "滨江二路营业部",
)
_IDS = re.compile(
    r"(?P<mark>ORD-|\b(?:XS|XT)(?=\d{13}\b)|ev_|sub_|evt_|msg_|rc_)(?P<digits>[0-9A-Za-z]{4})"
)
"""The first characters of identifiers, by which copies of an exchange are told apart."""
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
SPOILERS: tuple[Callable[[Event], None], ...] = (
    lambda event: event.update(event_code=event["event_code"].lower()),
    lambda event: event.update(sequence=str(event["sequence"])),
    lambda event: event.update(occurred_at=event["occurred_at"][:19]),
    lambda event: event.update(direction="SIDEWAYS"),
    lambda event: event.update(signatory_name="王样本"),
    lambda event: event.update(recorded_at="2026-02-30T10:00:00+08:00"),
    lambda event: event.update(facility="云溪投递网点"),
    lambda event: event.update(waybill_no="XS 1"),
    lambda event: event.update(sequence=0),
    lambda event: event.pop("event_id"),
)


@cache
def _examples() -> tuple[Event, ...]:
    return tuple(one.instance for one in Registry.load().examples("valid", "shipment-event"))


def write(file: Path, count: int, style: str, bad: float) -> None:
    """``count`` events, one a line. ``compact``: UTF-8 without blanks; ``spaced``: ASCII with
    blanks; ``quotes``: spaced, with quotation marks in a value of each record that has a facility.
    """
    pick = random.Random(1)
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(count):
            event = _event(pick, number, quotes=style == "quotes")
            if pick.random() < bad:
                for spoil in pick.sample(SPOILERS, pick.choice((1, 1, 1, 2, 3))):
                    spoil(event)
            out.write(
                json.dumps(event, ensure_ascii=False, separators=(",", ":"))
                if style == "compact"
                else json.dumps(event)
            )
            out.write("\n")


def _event(pick: random.Random, number: int, *, quotes: bool) -> Event:
    event = copy.deepcopy(pick.choice(_examples()))
    at = FIRST + timedelta(seconds=pick.randrange(28 * 86_400))
    event |= {
        "event_id": f"ev_{number:010d}",
        "waybill_no": f"XS{pick.randrange(10**13):013d}",
        "sequence": pick.randrange(1, 40),
        "occurred_at": at.isoformat(),
        "recorded_at": (at + timedelta(seconds=pick.randrange(1, 90))).isoformat(),
    }
    if isinstance(event.get("facility"), dict):
        name = pick.choice(FACILITIES)
        event["facility"]["name"] = f'{name} "东" 门' if quotes else name
    return event


def write_log(file: Path, count: int) -> None:
    """``count`` lines of a service in which no person stands."""
    pick = random.Random(2)
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(count):
            at = (FIRST + timedelta(milliseconds=37 * number)).isoformat(timespec="milliseconds")
            out.write(
                f"{at} INFO  [worker-{pick.randrange(8)}] c.e.sync.FeedPoller - polled page "
                f"{number % 500} status=200 bytes={pick.randrange(90_000)} "
                f"took={pick.randrange(400)}ms trace={pick.getrandbits(64):016x}\n"
            )


def write_recording(source: Path, file: Path, copies: int) -> None:
    """The entries of an HTTP Archive so many times over, each time an hour later and with orders,
    waybills and events of its own, so that nothing is a repetition.
    """
    archive = json.loads(source.read_bytes())
    entries = archive["log"]["entries"]
    texts = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    for number in range(1, copies):
        for text in texts:
            entry = json.loads(_IDS.sub(partial(_other, number=number), text))
            at = datetime.fromisoformat(entry["startedDateTime"]) + timedelta(hours=number)
            entries.append({**entry, "startedDateTime": at.isoformat()})
    file.write_text(json.dumps(archive, ensure_ascii=False), encoding="utf-8")


def _other(found: re.Match[str], number: int) -> str:
    """An identifier of the same form with other beginnings."""
    mark, digits = found["mark"], found["digits"]
    return f"{mark}{number + 7000:04d}" if digits.isdecimal() else f"{mark}{number + 0xA000:04X}"
