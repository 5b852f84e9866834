"""What an entry does to departures, counted as a planner counts: by direction, month and train."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from msgspec import Struct

from rerail.desk.current import HORIZON_DAYS, Snapshot
from rerail.life.consent import Departure, Life
from rerail.life.journal import Entry
from rerail.life.preview import changes
from rerail.line.model import RailwayId, Train

MOST_LISTED: Final = 400
"""Departures that are listed date by date; of more, only the counts."""


class Month(Struct, frozen=True):
    """The departures of one month, train by train."""

    first: date
    count: int
    trains: tuple[tuple[Train, tuple[Departure, ...]], ...]


class Group(Struct, frozen=True):
    """Departures that an entry changes alike."""

    departures: tuple[Departure, ...]
    """By the instant they leave."""
    months: tuple[Month, ...]

    @property
    def listed(self) -> bool:
        """Whether they are few enough to be listed date by date."""
        return len(self.departures) <= MOST_LISTED

    @property
    def missing(self) -> tuple[RailwayId, ...]:
        """The railways whose consent they lack."""
        return tuple(dict.fromkeys(railway for one in self.departures for railway in one.missing))

    @property
    def cancelled(self) -> bool:
        """Whether some of them are cancelled."""
        return any(one.cancelled is not None for one in self.departures)


class Effect(Struct, frozen=True, kw_only=True):
    """What entries change, up to but not including `horizon`."""

    starts: Group
    """Departures that did not run and do."""
    stops: Group
    """Departures that ran and do not."""
    waiting: Group
    """Planned departures that the entries consent to or add, and that still lack a consent."""
    covered: int
    """Planned departures on the dates covered, whether they change or not."""
    horizon: date

    @property
    def nothing(self) -> bool:
        """Whether no departure starts or stops running."""
        return not self.starts.departures and not self.stops.departures


def effect(snapshot: Snapshot, before: Sequence[Entry], entries: Sequence[Entry], moment: datetime) -> Effect:
    """What `entries` change in the life that `before` makes, as of `moment` (UTC)."""
    today = moment.date()
    starts = [entry.start for entry in entries]
    horizon = max(today, *starts) + timedelta(days=HORIZON_DAYS)
    window = (min(today - timedelta(days=2), *starts), horizon)
    old = Life(snapshot.timetable, before, window)
    new = Life(snapshot.timetable, (*before, *entries), window)
    changed = changes(old, new)
    covered = list(_covered(new, entries, moment))
    consented = any(entry.kind in ("grant", "special") for entry in entries)
    waiting = [one for one in covered if one.missing] if consented else []
    return Effect(
        starts=group(change.after for change in changed if change.starts),
        stops=group(change.after for change in changed if change.stops),
        waiting=group(waiting),
        covered=len(covered),
        horizon=horizon,
    )


def _covered(life: Life, entries: Sequence[Entry], moment: datetime) -> Iterable[Departure]:
    for train in life.timetable.train_ids:
        dates = life.planned(train)
        wanted = [entry.dates for entry in entries if entry.concerns(train)]
        if not wanted:
            continue
        union = wanted[0]
        for more in wanted[1:]:
            union |= more
        for day in (dates & union).within(*life.window):
            departure = life.departure(train, day)
            if departure is not None and departure.start > moment:
                yield departure


def group(departures: Iterable[Departure]) -> Group:
    """Departures by the instant they leave, and by month and train."""
    ordered = tuple(sorted(departures, key=lambda one: (one.start, one.train.id)))
    by_date = sorted(ordered, key=lambda one: one.service_date)
    months = []
    for first, members in groupby(by_date, key=lambda one: one.service_date.replace(day=1)):
        of_month = list(members)
        by_train: dict[str, list[Departure]] = {}
        for one in of_month:
            by_train.setdefault(one.train.id, []).append(one)
        trains = tuple((ones[0].train, tuple(ones)) for ones in by_train.values())
        months.append(Month(first, len(of_month), trains))
    return Group(ordered, tuple(months))
