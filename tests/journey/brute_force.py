"""Every journey there is, found by trying every ride after every other: slow, and too simple to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rerail.life.consent import Life

LONGEST = timedelta(days=10)
MOST_CHANGES = 3


class Shape(NamedTuple):
    """All that a passenger compares."""

    leaves: datetime
    arrives: datetime
    changes: int


class _Ride(NamedTuple):
    origin: str
    destination: str
    leaves: datetime
    arrives: datetime


def best_shapes(life: Life, origin: str, destination: str, day: date) -> set[Shape]:
    """The journeys starting on a date of the origin's clock that no other one beats, of whatever later date."""
    clock = ZoneInfo(life.line.stations[origin].clock)
    opens = datetime.combine(day, time(), tzinfo=clock)
    closes = datetime.combine(day + timedelta(days=1), time(), tzinfo=clock)
    rides = [ride for ride in _rides(life, day) if ride.leaves >= opens and ride.arrives <= closes + LONGEST]
    shapes = {
        Shape(chain[0].leaves, chain[-1].arrives, len(chain) - 1)
        for first in rides
        if first.origin == origin
        for chain in _chains(life, rides, [first], destination)
    }
    best = {one for one in shapes if not any(_beats(other, one) for other in shapes)}
    return {one for one in best if one.leaves < closes}


def _beats(one: Shape, other: Shape) -> bool:
    no_worse = one.leaves >= other.leaves and one.arrives <= other.arrives and one.changes <= other.changes
    return no_worse and one != other


def _rides(life: Life, day: date) -> Iterator[_Ride]:
    """Every departure around the date, from every call to every later one."""
    for departure in life.departures(day - timedelta(days=6), day + timedelta(days=13)):
        calls = departure.train.calls
        for board, first in enumerate(calls):
            for last in calls[board + 1 :]:
                if first.boarding and last.alighting and first.departure is not None and last.arrival is not None:
                    leaves = departure.start + timedelta(seconds=first.departure)
                    arrives = departure.start + timedelta(seconds=last.arrival)
                    yield _Ride(first.station, last.station, leaves, arrives)


def _chains(life: Life, rides: list[_Ride], chain: list[_Ride], destination: str) -> Iterator[list[_Ride]]:
    here = chain[-1]
    if here.destination == destination:
        yield chain
    elif len(chain) <= MOST_CHANGES:
        ready = here.arrives + timedelta(minutes=life.line.stations[here.destination].transfer_minutes)
        for ride in rides:
            if ride.origin == here.destination and ride.leaves >= ready:
                yield from _chains(life, rides, [*chain, ride], destination)
