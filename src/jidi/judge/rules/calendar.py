"""China's working days: counted from the published calendar only, and *not known* across a year
that nobody published yet (PI-11.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Asia/Shanghai; China keeps one time and has had no summer time since 1991."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The answer when a day falls in ``year``, whose calendar is not published."""

    year: int


@dataclass(frozen=True, slots=True)
class Year:
    """One published year: weekdays on which nobody works, and days of a weekend on which all do."""

    weekdays_off: frozenset[date]
    weekend_workdays: frozenset[date]


@dataclass(frozen=True)
class WorkingCalendar:
    """The published years; a year that is absent is not known."""

    years: Mapping[int, Year]

    def is_working_day(self, day: date) -> bool | NotKnown:
        """Whether ``day`` is a working day."""
        year = self.years.get(day.year)
        if year is None:
            return NotKnown(day.year)
        return day in year.weekend_workdays or (day.weekday() < 5 and day not in year.weekdays_off)

    def nth_working_day(self, after: date, count: int) -> date | NotKnown:
        """The ``count``-th working day after ``after``, which itself is not counted; ``count`` from
        1.
        """
        day = after
        while count > 0:
            day += timedelta(days=1)
            working = self.is_working_day(day)
            if isinstance(working, NotKnown):
                return working
            count -= working
        return day

    def deadline(self, event: datetime, count: int) -> datetime | NotKnown:
        """End of the ``count``-th working day (Asia/Shanghai) after the day of ``event``: the first
        instant that is too late.
        """
        day = self.nth_working_day(event.astimezone(BEIJING).date(), count)
        return (
            day
            if isinstance(day, NotKnown)
            else datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(days=1)
        )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> WorkingCalendar:
        """The calendar in a data file: ``years``: year to ``weekdays_off`` and
        ``weekend_workdays``, lists of ISO dates.

        Raises:
            ValueError: a date is none, lies in another year, or changes nothing.
        """
        return cls({int(name): _year(int(name), lists) for name, lists in data["years"].items()})


NO_CALENDAR: Final = WorkingCalendar({})
"""A calendar in which nothing is known."""


def _year(number: int, lists: Mapping[str, Sequence[str]]) -> Year:
    off, on = (
        frozenset(date.fromisoformat(text) for text in lists[name])
        for name in ("weekdays_off", "weekend_workdays")
    )
    wrong = (
        [day for day in off | on if day.year != number]
        + [day for day in off if day.weekday() >= 5]
        + [day for day in on if day.weekday() < 5]
    )
    if wrong:
        raise ValueError(
            f"{min(wrong)} does not belong where it stands in the calendar of {number}"
        )
    return Year(off, on)
