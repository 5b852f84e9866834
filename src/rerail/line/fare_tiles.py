"""Which fares lie over which stretch of a train's course: the rules of laying them, without any arithmetic.

A relation fare between exactly the two stations of a journey is its price. Otherwise the journey is cut at the
borders, and each railway's part is laid end to end with that railway's fares: stretch fares, or one relation or
side fare for the whole part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from rerail.line.course import Course, Part
from rerail.line.model import StationId, Train
from rerail.line.tariff import Fare, Tariff, TravelClass


class Tile(NamedTuple):
    """A fare laid over the course from one position to another."""

    fare: Fare
    first: int
    last: int


def fares_for(tariff: Tariff, train: Train, travel_class: TravelClass) -> tuple[Fare, ...]:
    """The fares that hold for a train and a class."""
    return tuple(
        fare
        for fare in tariff.fares
        if (fare.trains is None or train.id in fare.trains) and fare.travel_class in (None, travel_class)
    )


def _particular(tiles: Iterable[Tile]) -> list[Tile]:
    """Of the tiles of one railway and basis over the same stretch, those that say the most.

    A fare that names the train goes before one that does not, then one that names the class: what is said in
    particular goes before what is said in general, also where it is dearer.
    """
    found: dict[tuple[object, ...], list[Tile]] = {}
    for tile in tiles:
        found.setdefault((tile.fare.railway, tile.fare.basis, tile.first, tile.last), []).append(tile)
    return [tile for same in found.values() for tile in same if _detail(tile) == max(map(_detail, same))]


def _detail(tile: Tile) -> tuple[bool, bool]:
    return tile.fare.trains is not None, tile.fare.travel_class is not None


def relations(course: Course, fares: Iterable[Fare], board: int, alight: int) -> list[Tile]:
    """The relation fares between exactly these two calls."""
    first, last = course.positions[board], course.positions[alight]
    ends = (course.stations[first], course.stations[last])
    return _particular(Tile(fare, first, last) for fare in fares if fare.basis == "relation" and _joins(fare, ends))


def _ways(fare: Fare) -> tuple[tuple[StationId | None, StationId | None], ...]:
    there = (fare.start, fare.end)
    return (there, (fare.end, fare.start)) if fare.both_ways else (there,)


def _joins(fare: Fare, ends: tuple[StationId, StationId]) -> bool:
    return ends in _ways(fare)


def tiles_over(course: Course, fares: Iterable[Fare], part: Part) -> list[Tile]:
    """The fares of a part's railway that can be laid over it, each from where to where."""
    places: dict[str, list[int]] = {}
    for position in range(part.first, part.last + 1):
        places.setdefault(course.stations[position], []).append(position)
    whole = (course.stations[part.first], course.stations[part.last])
    found = []
    for fare in fares:
        if fare.railway != part.railway:
            continue
        if fare.basis == "side" or (fare.basis == "relation" and _joins(fare, whole)):
            found.append(Tile(fare, part.first, part.last))
        elif fare.basis == "stretch":
            for start, end in _ways(fare):
                if start is not None and end is not None:
                    found += [Tile(fare, *ends) for ends in _nearest(places.get(start, ()), places.get(end, ()))]
    return _particular(found)


def _nearest(starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From each start to the next end, where the train does not come to the start once more in between.

    On the way from Vladivostok by Baranovsky to Ussuriysk and back by Baranovsky to Khasan, a fare from Baranovsky
    to Khasan begins where the train comes to Baranovsky for the second time.
    """
    for first in starts:
        last = min((end for end in ends if end > first), default=None)
        if last is not None and not any(first < again < last for again in starts):
            yield first, last


class Coverage:
    """Where the fares of one train and class give a price; for asking about every pair of its calls."""

    def __init__(self, course: Course, fares: Sequence[Fare]) -> None:
        self._course: Final = course
        self._sides: Final = {fare.railway for fare in fares if fare.basis == "side"}
        self._relations: Final = {
            (fare.railway, *ends)
            for fare in fares
            if fare.basis == "relation" and fare.start is not None and fare.end is not None
            for ends in _ways(fare)
        }
        self._through: Final = {(start, end) for _, start, end in self._relations}
        stretches = [fare for fare in fares if fare.basis == "stretch"]
        self._onward: Final[dict[int, list[int]]] = {}
        for part in course.runs:
            for tile in tiles_over(course, stretches, part):
                self._onward.setdefault(tile.first, []).append(tile.last)
        self._reached: Final[dict[int, set[int]]] = {}

    def has_price(self, board: int, alight: int) -> bool:
        """Whether there is a price from one call to another."""
        stations, positions = self._course.stations, self._course.positions
        if (stations[positions[board]], stations[positions[alight]]) in self._through:
            return True
        return all(
            part.railway in self._sides
            or (part.railway, stations[part.first], stations[part.last]) in self._relations
            or part.last in self._reach(part.first)
            for part in self._course.parts(board, alight)
        )

    def everywhere(self) -> bool:
        """Whether fares lead from each call and border to the next, and so from any call to any other."""
        for part in self._course.runs:
            points = {part.first, part.last, *(one for one in self._course.positions if part.first < one < part.last)}
            if part.railway not in self._sides and not all(
                end in self._reach(start) for start, end in pairwise(sorted(points))
            ):
                return False
        return True

    def _reach(self, first: int) -> set[int]:
        """The positions to which stretch fares lead end to end from a position."""
        if first not in self._reached:
            reached, waiting = {first}, [first]
            while waiting:
                for last in self._onward.get(waiting.pop(), ()):
                    if last not in reached:
                        reached.add(last)
                        waiting.append(last)
            self._reached[first] = reached
        return self._reached[first]


def usable(course: Course, fares: Iterable[Fare]) -> Iterator[Fare]:
    """The fares that a train with this course can sell at all: it runs where they hold."""
    every = list(fares)
    for part in course.runs:
        yield from (tile.fare for tile in tiles_over(course, every, part))
    calls: dict[StationId, list[int]] = {}
    for index, position in enumerate(course.positions):
        calls.setdefault(course.stations[position], []).append(index)
    for fare in every:
        if fare.basis == "relation":
            for start, end in _ways(fare):
                if start in calls and end in calls and calls[start][0] < calls[end][-1]:
                    yield fare
