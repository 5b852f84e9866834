"""The search itself, in rounds: where one can be with one train, with two, with three.

After RAPTOR (Delling, Pajor and Werneck, "Round-Based Public Transit Routing", 2012): round *k* rides every
departure that can be boarded after *k* changes and notes the earliest arrival everywhere. The starts are taken
latest first and nothing is forgotten between them, so whoever starts earlier gets no further than somebody who
left later and was there sooner. What is left are the journeys that no other one beats or equals in leaving
later, arriving earlier and changing less.

Times inside are Unix seconds: no clock, no zone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from rerail.journey.network import DAY, DatesOf, Network, Pattern
from rerail.line.model import StationId

MOST_CHANGES: Final = 3

_NEVER: Final = 1 << 62


class Ride(NamedTuple):
    """A departure that is boarded, and how one came to it."""

    pattern: Pattern
    trip: int
    """Index into the pattern's starts."""
    board: int
    last: int
    """The last call to look at: whoever boarded before has looked at those behind it."""
    before: Ride | None
    left_at: int
    """The call at which one left the ride before; meaningless if there is none."""


class Boarding(NamedTuple):
    """A call at which a train can be boarded that leads to the destination."""

    pattern: Pattern
    board: int
    starts: list[int]
    """The instants at which the pattern starts, earliest first."""
    offset: int
    """Seconds from its start to its departure here."""


class Found(NamedTuple):
    """One way to get there: for each ride its pattern, service date, and calls of boarding and alighting."""

    departure: int
    arrival: int
    rides: tuple[tuple[Pattern, date, int, int], ...]


class Rounds:
    """One search: the dates that trains may use, the destination, and the time in which all of it happens."""

    def __init__(
        self,
        network: Network,
        dates_of: DatesOf,
        legs: dict[StationId, int],
        destination: StationId,
        time: tuple[int, int],
    ) -> None:
        self._network = network
        self._dates_of = dates_of
        self._legs = legs
        self._destination = destination
        self._opens, self._closes = time
        self._starts: dict[int, tuple[list[int], list[date]]] = {}
        self._boardings: dict[tuple[StationId, int], list[Boarding]] = {}
        self._leads: dict[tuple[int, int], int] = {}
        self._boarded: list[dict[tuple[int, int], int]] = [{} for _ in range(MOST_CHANGES + 1)]
        """For each number of changes: departures boarded with at most as many, and at which call first."""
        self._earliest: list[dict[StationId, int]] = [{} for _ in range(MOST_CHANGES + 1)]
        """For each number of changes: the earliest arrival with at most as many."""
        self._found: list[Found] = []

    def journeys(self, origin: StationId, starts_before: int) -> list[Found]:
        """The best journeys that leave the origin before an instant; the search may be asked only once."""
        begin: list[tuple[int, Pattern, int, int]] = []
        for pattern, board, starts, offset in self._boardings_at(origin, MOST_CHANGES + 1):
            for trip in range(bisect_left(starts, self._opens - offset), bisect_left(starts, starts_before - offset)):
                begin.append((starts[trip] + offset, pattern, trip, board))
        begin.sort(key=lambda one: -one[0])
        for _, pattern, trip, board in begin:
            self._start(pattern, trip, board)
        return _unbeaten(self._found)

    def _start(self, pattern: Pattern, trip: int, board: int) -> None:
        boarded = self._board(0, pattern, trip, board, None, 0)
        rides = [boarded] if boarded else []
        for changes in range(MOST_CHANGES + 1):
            if not rides:
                return
            rides = list(self._change(changes, self._ride(changes, rides)))

    def _ride(self, changes: int, rides: Iterable[Ride]) -> dict[StationId, tuple[int, Ride, int]]:
        """Ride on: note who arrives at the destination; return who is first where another train leads on to it."""
        first: dict[StationId, tuple[int, Ride, int]] = {}
        left = MOST_CHANGES - changes
        earliest = self._earliest[changes]
        for ride in rides:
            pattern = ride.pattern
            start = self._starts_of(pattern)[0][ride.trip]
            for call in range(ride.board + 1, ride.last + 1):
                at = start + pattern.arrivals[call]
                if at > self._closes or at >= earliest.get(self._destination, _NEVER):
                    break
                station = pattern.stations[call]
                if not pattern.alights[call] or at >= earliest.get(station, _NEVER):
                    continue
                if station == self._destination:
                    self._arrive(at, ride, call)
                elif self._legs.get(station, left + 1) <= left:
                    first[station] = (at, ride, call)
                else:
                    continue
                for more in range(changes, MOST_CHANGES + 1):
                    known = self._earliest[more]
                    known[station] = min(known.get(station, _NEVER), at)
        return first

    def _change(self, changes: int, first: dict[StationId, tuple[int, Ride, int]]) -> Iterable[Ride]:
        """Change trains: of every train the first departure that can be reached where somebody has arrived."""
        for station, (at, ride, call) in first.items():
            ready = at + self._network.transfer.get(station, 0)
            for pattern, board, starts, offset in self._boardings_at(station, MOST_CHANGES - changes):
                trip = bisect_left(starts, ready - offset)
                if trip < len(starts):
                    boarded = self._board(changes + 1, pattern, trip, board, ride, call)
                    if boarded:
                        yield boarded

    def _board(
        self, changes: int, pattern: Pattern, trip: int, board: int, before: Ride | None, left_at: int
    ) -> Ride | None:
        """Board a departure, unless somebody who started no earlier is on it by then after as few changes."""
        key = (pattern.index, trip)
        known = self._boarded[changes].get(key)
        if known is not None and known <= board:
            return None
        for more in range(changes, MOST_CHANGES + 1):
            self._boarded[more][key] = min(self._boarded[more].get(key, board), board)
        return Ride(pattern, trip, board, len(pattern.stations) - 1 if known is None else known, before, left_at)

    def _arrive(self, at: int, ride: Ride, call: int) -> None:
        rides: list[tuple[Pattern, date, int, int]] = []
        alight, one = call, ride
        while True:
            rides.append((one.pattern, self._starts_of(one.pattern)[1][one.trip], one.board, alight))
            if one.before is None:
                break
            alight, one = one.left_at, one.before
        departure = self._starts_of(one.pattern)[0][one.trip] + one.pattern.departures[one.board]
        self._found.append(Found(departure, at, tuple(reversed(rides))))

    def _starts_of(self, pattern: Pattern) -> tuple[list[int], list[date]]:
        """The instants at which a pattern starts in the time of this search, with their service dates."""
        if pattern.index not in self._starts:
            # A service date can begin a day before or after the UTC date, and a train be on its way for days.
            first = date.fromordinal(_EPOCH + self._opens // DAY - pattern.days - 1)
            last = date.fromordinal(_EPOCH + self._closes // DAY + 1)
            pairs = pattern.starts(self._dates_of(pattern.train.id), first, last)
            self._starts[pattern.index] = ([start for start, _ in pairs], [day for _, day in pairs])
        return self._starts[pattern.index]

    def _boardings_at(self, station: StationId, left: int) -> list[Boarding]:
        """Where one can board here with `left` rides to go, counting this one."""
        key = (station, left)
        if key not in self._boardings:
            self._boardings[key] = [
                Boarding(pattern, board, self._starts_of(pattern)[0], pattern.departures[board])
                for pattern, board in self._network.calls.get(station, ())
                if pattern.boards[board] and board < self._leads_to(pattern, left - 1) and self._starts_of(pattern)[0]
            ]
        return self._boardings[key]

    def _leads_to(self, pattern: Pattern, left: int) -> int:
        key = (pattern.index, left)
        if key not in self._leads:
            self._leads[key] = self._network.leads(pattern, self._legs, left)
        return self._leads[key]


_EPOCH: Final = date(1970, 1, 1).toordinal()


def _unbeaten(found: list[Found]) -> list[Found]:
    """Those that no other one beats or equals; of equals the first."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (-each.departure, each.arrival, len(each.rides))):
        if not any(other.arrival <= one.arrival and len(other.rides) <= len(one.rides) for other in kept):
            kept.append(one)
    return kept
