"""The timetable over the editions of a folder: which edition speaks for which departure.

A folder that changes is a new edition. A departure belongs to the edition that was in force when it left
its first call, so that what ran last month is still shown as it ran.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from msgspec import Struct

from rerail.line.dates import NO_DATES, Dates
from rerail.line.model import Line, Train, TrainId
from rerail.line.running import running_dates
from rerail.line.timing import first_call_instant


class Edition(Struct, frozen=True):
    """One state of the folder, in force from `since` (UTC) until the next one."""

    number: int
    line: Line
    since: datetime


class Timetable:
    """The editions of one line, oldest first."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        if not editions:
            raise ValueError("a timetable needs at least one edition")
        self.editions = tuple(editions)
        self._reigns: dict[TrainId, tuple[tuple[Edition, Dates], ...]] = {}

    @property
    def line(self) -> Line:
        """The line as its newest edition has it."""
        return self.editions[-1].line

    @cached_property
    def train_ids(self) -> tuple[TrainId, ...]:
        """Every train of any edition: those of the newest first, in the folder's order."""
        seen: dict[TrainId, None] = {}
        for edition in reversed(self.editions):
            seen.update(dict.fromkeys(edition.line.trains))
        return tuple(seen)

    def reigns(self, train: TrainId) -> tuple[tuple[Edition, Dates], ...]:
        """For each edition that has the train, the service dates for which that edition speaks."""
        if train not in self._reigns:
            self._reigns[train] = self._derive_reigns(train)
        return self._reigns[train]

    def _derive_reigns(self, train: TrainId) -> tuple[tuple[Edition, Dates], ...]:
        bounds: list[Dates] = []
        rest = Dates.always()
        for older, newer in zip(self.editions, self.editions[1:], strict=False):
            versions = [line.trains[train] for line in (older.line, newer.line) if train in line.trains]
            later = Dates.between(_first_date_not_left(versions, newer.since), None) & rest
            bounds.append(rest - later)
            rest = later
        bounds.append(rest)
        return tuple(
            (edition, dates)
            for edition, dates in zip(self.editions, bounds, strict=True)
            if train in edition.line.trains and dates
        )

    def at(self, train: TrainId, service_date: date) -> tuple[Line, Train] | None:
        """The line and train that speak for a service date, or None if no edition has the train then."""
        for edition, dates in self.reigns(train):
            if service_date in dates:
                return edition.line, edition.line.trains[train]
        return None

    def planned(self, train: TrainId, start: date, until: date) -> Dates:
        """The dates in [start, until) that the running days of each date's own edition name."""
        planned = NO_DATES
        for edition, dates in self.reigns(train):
            planned |= running_dates(edition.line.trains[train].running_days, start, until) & dates
        return planned


def _first_date_not_left(versions: Sequence[Train], moment: datetime) -> date:
    """The first service date on which no version of the train has left its first call before `moment`."""
    day = moment.date() - timedelta(days=2)  # no zone is more than a day from UTC, `first_day` adds one
    while any(first_call_instant(train, day) < moment for train in versions):
        day += timedelta(days=1)
    return day
