"""Times as a timetable prints them: the station's clock, and how many midnights later."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from rerail.line.timing import instant

_PRINTED = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?:\+([1-9]\d?)|-(1))?")
_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class PrintedTime(NamedTuple):
    """ "05:40+1": a time of day on the station's clock, and its date counted from the service date."""

    time_of_day: time
    days: int
    """Midnights of the station's clock after the service date; -1: the day before, which a train reaches that
    crosses into an earlier clock just after midnight."""

    def local(self, service_date: date) -> datetime:
        """What the station's clock shows (naive), for a train with this service date."""
        return datetime.combine(service_date + timedelta(days=self.days), self.time_of_day)

    def __str__(self) -> str:
        return f"{self.time_of_day:%H:%M}{f'{self.days:+d}' if self.days else ''}"


@lru_cache(maxsize=8192)
def printed_time(text: str) -> PrintedTime | None:
    """ "22:00", "05:40+1", "23:38-1" as a time; None if it is not written so."""
    match = _PRINTED.fullmatch(text)
    if match is None:
        return None
    days = int(match[3]) if match[3] else -1 if match[4] else 0
    return PrintedTime(time(int(match[1]), int(match[2])), days)


def minutes_of_day(text: str) -> int | None:
    """ "09:30" as minutes after midnight; None if it is not written so."""
    match = _OF_DAY.fullmatch(text)
    return int(match[1]) * 60 + int(match[2]) if match else None


@lru_cache(maxsize=65_536)
def printed_instant(printed: PrintedTime, service_date: date, clock: str) -> datetime:
    """The instant (UTC) at which a clock in the zone `clock` shows a printed time.

    Cached, because the trains of a line share stations' clocks and times of day.
    """
    return instant(printed.local(service_date), clock)
