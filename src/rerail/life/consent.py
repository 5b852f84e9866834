"""Two keys: a departure runs when its running days say so, it is not cancelled, and every railway consents.

The journal is folded into one set of dates per railway and train. The last entry that covers a date wins,
no entry means no: one side can suspend, resuming needs both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from operator import and_
from typing import Final

from msgspec import Struct

from rerail.life.journal import Entry, as_known_on
from rerail.life.timetable import Timetable
from rerail.line.dates import NO_DATES, Dates
from rerail.line.model import Line, RailwayId, Train, TrainId
from rerail.line.timing import first_call_instant

_DEPARTURES_KEPT: Final = 16_384
"""Each is asked for many times while it is on sale."""


class Key(Struct, frozen=True):
    """One railway's word on one departure."""

    railway: RailwayId
    consent: bool
    entry: Entry | None
    """The entry that decided; None: no entry covers the date, which means no."""


class Departure(Struct, frozen=True, kw_only=True):
    """A train on one service date, and whether it runs."""

    line: Line
    train: Train
    service_date: date
    start: datetime
    """When it leaves its first call (UTC)."""
    runs: bool
    planned: bool
    """By its running days, or by a special."""
    special: Entry | None
    cancelled: Entry | None
    keys: tuple[Key, ...]
    announcements: tuple[Entry, ...]

    @property
    def missing(self) -> tuple[RailwayId, ...]:
        """The railways whose consent it lacks."""
        return tuple(key.railway for key in self.keys if not key.consent)


def consents(entries: Iterable[Entry]) -> Dates:
    """The dates that one railway's grants and withdrawals, in the journal's order, leave granted."""
    bits = 0
    for entry in entries:
        if entry.kind == "grant":
            bits |= entry.dates.bits
        elif entry.kind == "withdraw":
            bits &= ~entry.dates.bits
    return Dates(bits)


class Life:
    """The life of the service, over a window of service dates, as known on a day.

    Everything is derived on demand and kept: a `Life` is a view of frozen values and is never changed.
    """

    def __init__(
        self,
        timetable: Timetable,
        entries: Sequence[Entry],
        window: tuple[date, date],
        known: date | None = None,
    ) -> None:
        self.timetable = timetable
        self.window = window
        self.known = known
        self.entries = as_known_on(entries, known)
        self._folds: dict[tuple[int, ...], Dates] = {}
        self._consents: dict[tuple[RailwayId, TrainId], Dates] = {}
        self._runs: dict[TrainId, Dates] = {}
        self._planned: dict[TrainId, Dates] = {}
        self._next: dict[TrainId, tuple[datetime, datetime, date]] = {}
        self._departures: dict[tuple[TrainId, date], Departure] = {}

    @property
    def line(self) -> Line:
        """The line as its newest edition has it."""
        return self.timetable.line

    @cached_property
    def _by_railway(self) -> dict[RailwayId | None, tuple[list[int], dict[TrainId, list[int]]]]:
        """For each railway its deciding entries: those for all trains, and per train those that name it."""
        table: dict[RailwayId | None, tuple[list[int], dict[TrainId, list[int]]]] = {}
        for index, entry in enumerate(self.entries):
            key = entry.railway if entry.kind in ("grant", "withdraw") else None
            everyone, named = table.setdefault(key, ([], {}))
            if entry.trains is None:
                everyone.append(index)
            else:
                for train in entry.trains:
                    named.setdefault(train, []).append(index)
        return table

    def _concerning(self, railway: RailwayId | None, train: TrainId) -> tuple[int, ...]:
        everyone, named = self._by_railway.get(railway, ([], {}))
        own = named.get(train)
        return tuple(sorted(everyone + own)) if own else tuple(everyone)

    def consent(self, railway: RailwayId, train: TrainId) -> Dates:
        """The dates for which a railway lets a train run. Trains named by the same entries share one fold."""
        key = (railway, train)
        if key not in self._consents:
            which = self._concerning(railway, train)
            if which not in self._folds:
                self._folds[which] = consents(self.entries[index] for index in which)
            self._consents[key] = self._folds[which]
        return self._consents[key]

    def planned(self, train: TrainId) -> Dates:
        """The dates in the window on which the train is to run: running days and specials, less cancellations.

        Of a special and a cancellation of the same date, the later entry wins.
        """
        if train not in self._planned:
            specials, cancelled = self._extras(train)
            rule = self.timetable.planned(train, *self.window)
            self._planned[train] = (rule | specials.within(*self.window)) - cancelled
        return self._planned[train]

    def _extras(self, train: TrainId) -> tuple[Dates, Dates]:
        specials = cancelled = NO_DATES
        for index in self._concerning(None, train):
            entry = self.entries[index]
            if entry.kind == "special":
                specials, cancelled = specials | entry.dates, cancelled - entry.dates
            elif entry.kind == "cancel":
                specials, cancelled = specials - entry.dates, cancelled | entry.dates
        return specials, cancelled

    def runs(self, train: TrainId) -> Dates:
        """The dates in the window on which the train runs: planned, where every railway it crosses consents."""
        if train not in self._runs:
            runs = NO_DATES
            for edition, dates in self.timetable.reigns(train):
                agreed = self.planned(train) & dates
                for railway in edition.line.trains[train].railways:
                    agreed &= self.consent(railway, train)
                runs |= agreed
            self._runs[train] = runs
        return self._runs[train]

    def leaves_next(self, train: TrainId, now: datetime) -> tuple[datetime, date] | None:
        """When (UTC) and on which service date the train leaves next after an instant.

        Whoever asks again before then is told the same: a page asks each minute, a train leaves once a day.
        """
        kept = self._next.get(train)
        if kept is not None and kept[0] <= now < kept[1]:
            return kept[1:]
        # A departure's service date can be behind or ahead of the UTC date by one.
        found = self.leaves_from(train, now.date() - timedelta(days=1), now)
        if found is not None:
            self._next[train] = (now, *found)
        return found

    def leaves_from(self, train: TrainId, day: date, now: datetime) -> tuple[datetime, date] | None:
        """The same among the service dates from `day` on."""
        runs = self.runs(train)
        service_date = runs.on_or_after(day)
        while service_date is not None and service_date < self.window[1]:
            version = self.timetable.at(train, service_date)
            if version is not None and (start := first_call_instant(version[1], service_date)) > now:
                return start, service_date
            service_date = runs.on_or_after(service_date + timedelta(days=1))
        return None

    def on_paper(self, train: TrainId) -> Dates:
        """The dates in the window on which running days or a special have the train, cancelled or not.

        A cancellation from Monday to Wednesday cancels nothing on a Tuesday on which no train was to run.
        """
        return self.timetable.planned(train, *self.window) | self.specials(train).within(*self.window)

    def specials(self, train: TrainId) -> Dates:
        """The dates that a special ever added to the train, cancelled since or not."""
        added = NO_DATES
        for index in self._concerning(None, train):
            if self.entries[index].kind == "special":
                added |= self.entries[index].dates
        return added

    def agreed(self, train: TrainId) -> Dates:
        """The dates for which every railway the train crosses, as the newest edition has it, consents."""
        railways = self.line.trains[train].railways if train in self.line.trains else ()
        return reduce(and_, (self.consent(railway, train) for railway in railways)) if railways else NO_DATES

    def key(self, railway: RailwayId, train: TrainId, service_date: date) -> Key:
        """One railway's word on one departure, with the entry that decided."""
        for index in reversed(self._concerning(railway, train)):
            entry = self.entries[index]
            if entry.covers(service_date):
                return Key(railway, entry.kind == "grant", entry)
        return Key(railway, False, None)

    def departure(self, train: TrainId, service_date: date) -> Departure | None:
        """The train on a service date, whether it runs or not; None if no edition has the train then."""
        key = (train, service_date)
        found = self._departures.get(key)
        if found is None and (found := self._departure(train, service_date)) is not None:
            if len(self._departures) >= _DEPARTURES_KEPT:
                self._departures.clear()
            self._departures[key] = found
        return found

    def _departure(self, train: TrainId, service_date: date) -> Departure | None:
        found = self.timetable.at(train, service_date)
        if found is None:
            return None
        line, version = found
        special = cancelled = None
        announcements = []
        for index in self._concerning(None, train):
            entry = self.entries[index]
            if not entry.covers(service_date):
                continue
            if entry.kind == "special":
                special, cancelled = entry, None
            elif entry.kind == "cancel":
                special, cancelled = None, entry
            elif entry.kind == "announce":
                announcements.append(entry)
        return Departure(
            line=line,
            train=version,
            service_date=service_date,
            start=first_call_instant(version, service_date),
            runs=service_date in self.runs(train),
            planned=service_date in self.planned(train),
            special=special,
            cancelled=cancelled,
            keys=tuple(self.key(railway, train, service_date) for railway in version.railways),
            announcements=tuple(announcements),
        )

    def departures(self, start: date, until: date, *, running_only: bool = True) -> list[Departure]:
        """The departures with service dates in [start, until), by the instant they leave.

        With `running_only=False` also those that are planned or cancelled and do not run.
        """
        found = []
        for train in self.timetable.train_ids:
            dates = self.runs(train) if running_only else self.on_paper(train)
            for day in dates.within(start, until):
                departure = self.departure(train, day)
                if departure is not None:
                    found.append(departure)
        found.sort(key=lambda departure: (departure.start, departure.train.id))
        return found
