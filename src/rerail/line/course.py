"""A train's course: every section it runs over, whose it is and how long, and the borders on the way.

Positions count the stations passed, 0 at the first call; step i is the section from position i to i+1.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec import Struct

from rerail.line.model import Line, RailwayId, Section, StationId, Train


class Step(NamedTuple):
    """One section, in the direction in which it is run over."""

    railway: RailwayId
    metres: int
    illustrative: bool
    """Whether its length is."""


class Border(NamedTuple):
    """Where a train passes from one railway to another."""

    crossing: str
    leaving: RailwayId
    entering: RailwayId
    position: int
    """Of the border point among the stations passed."""
    near_call: int
    """The last call on the near side, the border station itself if the train calls there."""


class Part(NamedTuple):
    """The part of a journey on one railway, from one position to another."""

    railway: RailwayId
    first: int
    last: int


class Course(Struct, frozen=True, kw_only=True):
    """The course of one train."""

    stations: tuple[StationId, ...]
    """Every station passed, in order; one more than the steps."""
    steps: tuple[Step, ...]
    positions: tuple[int, ...]
    """For each call, its position among the stations."""
    borders: tuple[Border, ...]

    def parts(self, board: int, alight: int) -> tuple[Part, ...]:
        """A stretch between two calls, cut where one railway's track becomes another's."""
        found: list[Part] = []
        for position in range(self.positions[board], self.positions[alight]):
            railway = self.steps[position].railway
            if found and found[-1].railway == railway:
                found[-1] = Part(railway, found[-1].first, position + 1)
            else:
                found.append(Part(railway, position, position + 1))
        return tuple(found)

    def crossed(self, board: int, alight: int) -> tuple[Border, ...]:
        """The borders that somebody passes who travels from one call to another."""
        first, last = self.positions[board], self.positions[alight]
        return tuple(border for border in self.borders if first < border.position < last)

    def metres(self, first: int, last: int) -> int:
        """The length of track between two positions."""
        return sum(step.metres for step in self.steps[first:last])


class Same:
    """A value as a key of a cache by what it *is*: lines and trains are frozen, and too large to compare."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value: Final = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


def course(line: Line, train: Train) -> Course:
    """The course of a train of this line. Kept, so that asking again costs nothing."""
    return _course(Same(line), Same(train))


@lru_cache(maxsize=4096)
def _course(line_key: Same, train_key: Same) -> Course:
    line, train = line_key.value, train_key.value
    assert isinstance(line, Line)
    assert isinstance(train, Train)
    sections = _sections(line_key)
    stations, steps, positions = [train.path[0][0]] if train.path else [], list[Step](), [0]
    for passed in train.path:
        for start, end in pairwise(passed):
            steps.append(sections[frozenset((start, end))])
            stations.append(end)
        positions.append(len(steps))
    borders = []
    crossings = {(one.border, frozenset(one.railways)): one.id for one in line.crossings.values()}
    for position in range(1, len(steps)):
        leaving, entering = steps[position - 1].railway, steps[position].railway
        crossing = crossings.get((stations[position], frozenset((leaving, entering))))
        if leaving != entering and crossing is not None:
            near_call = max(call for call, there in enumerate(positions) if there <= position)
            borders.append(Border(crossing, leaving, entering, position, near_call))
    return Course(stations=tuple(stations), steps=tuple(steps), positions=tuple(positions), borders=tuple(borders))


@lru_cache(maxsize=16)
def _sections(line_key: Same) -> dict[frozenset[StationId], Step]:
    line = line_key.value
    assert isinstance(line, Line)
    return {frozenset((section.start, section.end)): _step(section) for section in line.sections}


def _step(section: Section) -> Step:
    metres = int(Decimal(str(section.km)) * 1000)  # as written: 9.5 km are 9500 m, not a float's 9499
    return Step(section.railway, metres, section.illustrative("km"))
