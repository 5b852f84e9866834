"""The trains of a timetable as a search sees them: who calls where, and who can lead to a destination at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from rerail.life.timetable import Timetable
from rerail.line.dates import Dates
from rerail.line.model import StationId, Train, TrainId
from rerail.line.timing import first_call_instant

DAY: Final = 86_400
"""Seconds."""

DatesOf = Callable[[TrainId], Dates]
"""The service dates of a train that a search may use: those on which it runs, or those on paper."""


class Pattern:
    """One version of a train: its departures differ in nothing but the instant at which they start."""

    __slots__ = ("alights", "arrivals", "boards", "days", "departures", "index", "reign", "stations", "train")

    def __init__(self, index: int, train: Train, reign: Dates) -> None:
        self.index: Final = index
        self.train: Final = train
        self.reign: Final = reign
        """The service dates for which this version speaks."""
        self.stations: Final = tuple(call.station for call in train.calls)
        self.arrivals: Final = tuple(call.arrival or 0 for call in train.calls)
        """Seconds after the start; the first call's is never asked for, nor the last one's departure."""
        self.departures: Final = tuple(call.departure or 0 for call in train.calls)
        self.boards: Final = tuple(call.boarding and call.departure is not None for call in train.calls)
        self.alights: Final = tuple(call.alighting and call.arrival is not None for call in train.calls)
        self.days: Final = (train.calls[-1].arrival or 0) // DAY + 1
        """The days that a departure can be on the way, at most."""

    def starts(self, dates: Dates, first: date, last: date) -> list[tuple[int, date]]:
        """When it starts (Unix time) on its dates in [first, last], earliest first."""
        days = (dates & self.reign).within(first, last + timedelta(days=1))
        return sorted((int(first_call_instant(self.train, day).timestamp()), day) for day in days)


class Network:
    """All patterns of a timetable, indexed by station. Knows nothing of who consents to what."""

    def __init__(self, timetable: Timetable) -> None:
        self.patterns: Final = [
            Pattern(index, train, reign)
            for index, (train, reign) in enumerate(
                (edition.line.trains[train], dates)
                for train in timetable.train_ids
                for edition, dates in timetable.reigns(train)
            )
        ]
        self.calls: Final[dict[StationId, list[tuple[Pattern, int]]]] = {}
        for pattern in self.patterns:
            for index, station in enumerate(pattern.stations):
                self.calls.setdefault(station, []).append((pattern, index))
        self.transfer: Final[dict[StationId, int]] = {}
        """Shortest change of trains at each station, in seconds, as the newest edition has it."""
        for edition in timetable.editions:
            for known in edition.line.stations.values():
                self.transfer[known.id] = known.transfer_minutes * 60
        self.longest_ride: Final = max((pattern.days for pattern in self.patterns), default=1)

    def legs_to(self, destination: StationId, most: int, usable: Callable[[Pattern], bool]) -> dict[StationId, int]:
        """For every station from which `most` rides or fewer can lead to the destination, how few.

        Times and dates are left out of it, so what is missing here cannot be reached on any date.
        """
        fewest = {destination: 0}
        edge = [destination]
        for legs in range(1, most + 1):
            found: list[StationId] = []
            latest: dict[int, tuple[Pattern, int]] = {}
            for station in edge:
                for pattern, index in self.calls.get(station, ()):
                    if pattern.alights[index] and index > latest.get(pattern.index, (pattern, 0))[1]:
                        latest[pattern.index] = (pattern, index)
            for pattern, alight in latest.values():
                if not usable(pattern):
                    continue
                for index in range(alight):
                    station = pattern.stations[index]
                    if pattern.boards[index] and station not in fewest:
                        fewest[station] = legs
                        found.append(station)
            edge = found
        return fewest

    @staticmethod
    def leads(pattern: Pattern, legs: Mapping[StationId, int], left: int) -> int:
        """The last call at which leaving a train can lead to the destination with `left` more rides; 0: none."""
        for index in range(len(pattern.stations) - 1, 0, -1):
            if pattern.alights[index] and legs.get(pattern.stations[index], left + 1) <= left:
                return index
        return 0


@lru_cache(maxsize=4)
def network(timetable: Timetable) -> Network:
    """The network of a timetable, kept as long as the timetable is the current one."""
    return Network(timetable)
