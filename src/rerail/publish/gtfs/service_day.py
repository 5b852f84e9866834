"""GTFS's clock: seconds since noon minus twelve hours, in the agency's zone, on a service day.

GTFS writes every time of a feed in one zone, so a train that keeps its time on another clock changes its
times when one of the two clocks changes. The seconds of its first call depend on nothing but the difference
of the two clocks on that date; dates with the same difference share a trip, and summer time splits itself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from rerail.line.dates import Dates
from rerail.line.model import Train
from rerail.line.timing import first_call_instant, instant, offset_at

DAY: Final = 86_400
"""Seconds."""

_NEAR: Final = 4
"""Days on either side of a service date in which a change of either clock makes us look closer."""


class Reckoning(Struct, frozen=True):
    """Service dates on which a train leaves its first call at the same seconds of GTFS's service day."""

    seconds: int
    """Since noon minus twelve hours in the agency's zone; never negative."""
    days_before: int
    """How many days before the train's service date GTFS's service day is.

    Mostly 0. A train that leaves at 00:30 by a clock ahead of the agency's leaves at 23:30 of the agency's
    day before, and GTFS has no negative times.
    """
    dates: Dates
    """In the railway's own service dates."""


class ServiceDays:
    """The service days of one feed: a zone and the dates [since, until)."""

    def __init__(self, agency_zone: str, since: date, until: date) -> None:
        self._zone: Final = agency_zone
        self._days: Final = [since + timedelta(days=number) for number in range((until - since).days)]
        self._origins: Final[dict[date, datetime]] = {}
        self._differences: Final[dict[str, tuple[dict[int, Dates], list[date]]]] = {}
        self._reckonings: Final[dict[tuple[str, str, int], tuple[Reckoning, ...]]] = {}

    def origin(self, day: date) -> datetime:
        """The instant (UTC) from which times of a service day are counted: noon minus twelve hours, not midnight."""
        if day not in self._origins:
            self._origins[day] = instant(datetime.combine(day, time(12)), self._zone) - timedelta(hours=12)
        return self._origins[day]

    def reckon(self, train: Train) -> tuple[Reckoning, ...]:
        """Every date of the feed, with what the train's first call reads on GTFS's clock; together all dates.

        Trains with the same first time on the same clock share one answer.
        """
        key = (train.timing_clock, train.first_time, train.first_day)
        if key not in self._reckonings:
            self._reckonings[key] = self._derive(train)
        return self._reckonings[key]

    def _derive(self, train: Train) -> tuple[Reckoning, ...]:
        hours, minutes = train.first_time.split(":")
        by_clock = train.first_day * DAY + int(hours) * 3600 + int(minutes) * 60
        steady, changing = self._clocks(train.timing_clock)
        found: dict[tuple[int, int], Dates] = {}
        for difference, dates in steady.items():
            days_before = max(0, -((by_clock + difference) // DAY))
            key = (by_clock + difference + days_before * DAY, days_before)
            found[key] = found.get(key, Dates()) | dates
        for day in changing:
            key = self._closely(first_call_instant(train, day), day)
            found[key] = found.get(key, Dates()) | Dates.of((day,))
        return tuple(Reckoning(seconds, days_before, dates) for (seconds, days_before), dates in sorted(found.items()))

    def _closely(self, start: datetime, day: date) -> tuple[int, int]:
        days_before = 0
        while start < self.origin(day - timedelta(days=days_before)):
            days_before += 1
        return int((start - self.origin(day - timedelta(days=days_before))).total_seconds()), days_before

    def _clocks(self, clock: str) -> tuple[dict[int, Dates], list[date]]:
        """The dates around which neither clock changes, by what the agency's clock is ahead (seconds), and the rest."""
        if clock not in self._differences:
            steady: dict[int, list[date]] = {}
            changing = []
            theirs, ours = self._offsets(clock), self._offsets(self._zone)
            for index, day in enumerate(self._days):
                around = slice(index, index + 2 * _NEAR + 1)
                if len(set(theirs[around])) == len(set(ours[around])) == 1:
                    steady.setdefault(ours[index] - theirs[index], []).append(day)
                else:
                    changing.append(day)
            self._differences[clock] = {ahead: Dates.of(days) for ahead, days in steady.items()}, changing
        return self._differences[clock]

    def _offsets(self, clock: str) -> list[int]:
        """What a clock adds to UTC (seconds) at each midnight UTC, from `_NEAR` days before to as many after."""
        if not self._days:
            return []
        first = datetime.combine(self._days[0], time(), tzinfo=UTC) - timedelta(days=_NEAR)
        return [
            int(offset_at(first + timedelta(days=number), clock).total_seconds())
            for number in range(len(self._days) + 2 * _NEAR)
        ]
