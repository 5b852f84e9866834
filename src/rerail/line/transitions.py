"""When the clock of a zone is put forward or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from msgspec import Struct

from rerail.line.timing import offset_at


class Transition(Struct, frozen=True):
    """A clock is put forward (`shift` positive) or back."""

    zone: str
    instant: datetime
    """UTC: the first moment at which the new offset holds."""
    shift: timedelta

    @property
    def local_date(self) -> date:
        """The date that the clock shows just after."""
        return (self.instant + offset_at(self.instant, self.zone)).date()


@lru_cache(maxsize=1024)
def transitions(zone: str, start: date, until: date) -> tuple[Transition, ...]:
    """Every change of a zone's offset in [start 00:00 UTC, until 00:00 UTC), to the second.

    Offsets are compared noon by noon, so two changes that undo each other within a day would be missed; no zone
    has had such since 1970.
    """
    found = []
    moment = datetime.combine(start, time(), UTC) - timedelta(seconds=1)
    end = datetime.combine(until, time(), UTC) - timedelta(seconds=1)
    before = offset_at(moment, zone)
    while moment < end:
        later = min(moment + timedelta(days=1), end)
        after = offset_at(later, zone)
        if after != before:
            found.append(Transition(zone, _first(moment, later, zone, before), after - before))
            before = after
        moment = later
    return tuple(found)


def _first(low: datetime, high: datetime, zone: str, before: timedelta) -> datetime:
    """The first second in (low, high] at which the offset is no longer `before`."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if offset_at(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high
