"""The search itself, in rounds: where one can be with one train, with two, with three.

After RAPTOR (Delling, Pajor and Werneck, "Round-Based Public Transit Routing", 2012) and its trip-based
sibling (Witt, 2015): round *k* holds the departures that can be boarded after *k* changes, each with the first
call at which one can be on it. The starts of a day are taken latest first and nothing is forgotten between them,
so that a departure already boarded by somebody who left later is not looked at again. What is left are the
journeys that no other one beats in leaving later, arriving earlier and changing less.

Times inside are Unix seconds: no clock, no zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from rerail.journey.network import DatesOf, Network, Pattern
from rerail.line.model import StationId

MOST_CHANGES: Final = 3
LONGEST_WAIT: Final = timedelta(days=1)
"""Who would have to wait longer at a change starts on another date instead."""

_WAIT: Final = int(LONGEST_WAIT.total_seconds())
_NEVER: Final = 1 << 62


class Ride(NamedTuple):
    """A departure that can be boarded, and how one came to it."""

    pattern: Pattern
    trip: int
    """Index into the pattern's starts."""
    board: int
    scan: int
    """The last call to look at: whoever boarded before has looked at those behind it."""
    before: Ride | None
    left_at: int
    """The call at which one left the ride before; meaningless if there is none."""


class Found(NamedTuple):
    """One way to get there: for each ride its pattern, service date, and calls of boarding and alighting."""

    departure: int
    arrival: int
    rides: tuple[tuple[Pattern, date, int, int], ...]


class Rounds:
    """One search: a network, the dates its trains may use, a destination, and the dates around the start."""

    def __init__(
        self, network: Network, dates_of: DatesOf, legs: dict[StationId, int], destination: StationId, day: date
    ) -> None:
        self._network = network
        self._dates_of = dates_of
        self._legs = legs
        self._destination = destination
        self._first = day - timedelta(days=2)
        self._last = day + timedelta(
            days=2 + (MOST_CHANGES + 1) * network.longest_ride + MOST_CHANGES * LONGEST_WAIT.days
        )
        self._starts: dict[int, tuple[list[int], list[date]]] = {}
        self._boardings: dict[tuple[StationId, int], list[tuple[Pattern, int]]] = {}
        self._reached: list[dict[tuple[int, int], int]] = [{} for _ in range(MOST_CHANGES + 1)]
        self._best = [_NEVER] * (MOST_CHANGES + 1)
        self._found: list[Found] = []

    def journeys(self, origin: StationId, opens: int, closes: int) -> list[Found]:
        """The best journeys that leave the origin at an instant in [opens, closes)."""
        begin: list[tuple[int, Pattern, int, int]] = []
        for pattern, board in self._boardings_at(origin, MOST_CHANGES + 1):
            starts, _ = self._starts_of(pattern)
            offset = pattern.departures[board]
            for trip in range(bisect_left(starts, opens - offset), bisect_left(starts, closes - offset)):
                begin.append((starts[trip] + offset, pattern, trip, board))
        begin.sort(key=lambda one: -one[0])
        for _, pattern, trip, board in begin:
            self._ride_from(pattern, trip, board)
        return _unbeaten(self._found)

    def _ride_from(self, pattern: Pattern, trip: int, board: int) -> None:
        boarded = self._board(0, pattern, trip, board, None, 0)
        rides = [boarded] if boarded else []
        for changes in range(MOST_CHANGES + 1):
            if not rides:
                return
            rides = list(self._change(changes, self._ride(changes, rides)))

    def _ride(self, changes: int, rides: Iterable[Ride]) -> dict[StationId, list[tuple[int, Ride, int]]]:
        """Ride on: note who arrives at the destination, and return who arrives where else that leads there."""
        arrivals: dict[StationId, list[tuple[int, Ride, int]]] = {}
        left = MOST_CHANGES - changes
        for ride in rides:
            pattern = ride.pattern
            start = self._starts_of(pattern)[0][ride.trip]
            for call in range(ride.board + 1, ride.scan + 1):
                at = start + pattern.arrivals[call]
                if at >= self._best[changes]:
                    break
                if not pattern.alights[call]:
                    continue
                station = pattern.stations[call]
                if station == self._destination:
                    self._arrive(changes, at, ride, call)
                elif self._legs.get(station, left + 1) <= left:
                    arrivals.setdefault(station, []).append((at, ride, call))
        return arrivals

    def _change(self, changes: int, arrivals: dict[StationId, list[tuple[int, Ride, int]]]) -> Iterable[Ride]:
        """Change trains: every departure that can be boarded where somebody arrived, after the shortest wait."""
        for station, here in arrivals.items():
            here.sort(key=lambda one: one[0])
            times = [one[0] for one in here]
            shortest = self._network.transfer.get(station, 0)
            for pattern, board in self._boardings_at(station, MOST_CHANGES - changes):
                starts, _ = self._starts_of(pattern)
                offset = pattern.departures[board]
                for trip in range(
                    bisect_left(starts, times[0] + shortest - offset),
                    bisect_right(starts, times[-1] + max(_WAIT, shortest) - offset),
                ):
                    leaves = starts[trip] + offset
                    latest = bisect_right(times, leaves - shortest) - 1
                    if latest < 0 or leaves - times[latest] > max(_WAIT, shortest):
                        continue
                    _, ride, call = here[latest]
                    boarded = self._board(changes + 1, pattern, trip, board, ride, call)
                    if boarded:
                        yield boarded

    def _board(
        self, changes: int, pattern: Pattern, trip: int, board: int, before: Ride | None, left_at: int
    ) -> Ride | None:
        """Board a departure, unless somebody who left no earlier has boarded it no later after as few changes."""
        key = (pattern.index, trip)
        known = self._reached[changes].get(key)
        if known is not None and known <= board:
            return None
        for more in range(changes, MOST_CHANGES + 1):
            reached = self._reached[more].get(key)
            if reached is None or reached > board:
                self._reached[more][key] = board
        return Ride(pattern, trip, board, len(pattern.stations) - 1 if known is None else known, before, left_at)

    def _arrive(self, changes: int, at: int, ride: Ride, call: int) -> None:
        for more in range(changes, MOST_CHANGES + 1):
            self._best[more] = min(self._best[more], at)
        rides: list[tuple[Pattern, date, int, int]] = []
        last: Ride | None = ride
        alight = call
        first = ride
        while last is not None:
            rides.append((last.pattern, self._starts_of(last.pattern)[1][last.trip], last.board, alight))
            first, alight, last = last, last.left_at, last.before
        departure = self._starts_of(first.pattern)[0][first.trip] + first.pattern.departures[first.board]
        self._found.append(Found(departure, at, tuple(reversed(rides))))

    def _starts_of(self, pattern: Pattern) -> tuple[list[int], list[date]]:
        """The instants at which a pattern starts around the date asked, with their service dates."""
        if pattern.index not in self._starts:
            first = self._first - timedelta(days=pattern.days)
            pairs = pattern.starts(self._dates_of(pattern.train.id), first, self._last)
            self._starts[pattern.index] = ([start for start, _ in pairs], [day for _, day in pairs])
        return self._starts[pattern.index]

    def _boardings_at(self, station: StationId, left: int) -> list[tuple[Pattern, int]]:
        key = (station, left)
        if key not in self._boardings:
            self._boardings[key] = self._network.boardings(station, self._legs, left)
        return self._boardings[key]


def _unbeaten(found: list[Found]) -> list[Found]:
    """Those that no other one beats or equals; of equals the first."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (-each.departure, each.arrival, len(each.rides))):
        if not any(other.arrival <= one.arrival and len(other.rides) <= len(one.rides) for other in kept):
            kept.append(one)
    return kept


def span_days(network: Network) -> int:
    """The days that a journey can take at most, from its start to its arrival."""
    return (MOST_CHANGES + 1) * network.longest_ride + MOST_CHANGES * LONGEST_WAIT.days
