"""A train's course: every section it runs over, whose it is and how long, and the borders on the way.

Positions count the stations passed, 0 at the first call; step i is the section from position i to i+1.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec import Struct

from rerail.line.model import Line, RailwayId, Section, StationId, Train, TrainId
from rerail.line.same import Same


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
    runs: tuple[Part, ...]
    """The whole course, cut where one railway's track becomes another's."""
    borders: tuple[Border, ...]

    def parts(self, board: int, alight: int) -> tuple[Part, ...]:
        """A stretch between two calls, cut where one railway's track becomes another's."""
        first, last = self.positions[board], self.positions[alight]
        return tuple(
            Part(part.railway, max(first, part.first), min(last, part.last))
            for part in self.runs
            if part.first < last and first < part.last
        )

    def crossed(self, board: int, alight: int) -> tuple[Border, ...]:
        """The borders that somebody passes who travels from one call to another."""
        first, last = self.positions[board], self.positions[alight]
        return tuple(border for border in self.borders if first < border.position < last)

    def metres(self, first: int, last: int) -> int:
        """The length of track between two positions."""
        return sum(step.metres for step in self.steps[first:last])


LINES_KEPT: Final = 8
"""How many lines have what is derived from them kept: those of the editions that are being sold."""


def course(line: Line, train: Train) -> Course:
    """The course of a train of this line. Kept, so that asking again costs nothing."""
    return _courses(Same(line)).of(train)


@lru_cache(maxsize=LINES_KEPT)
def _courses(same: Same[Line]) -> _Courses:
    return _Courses(same.it)


class _Courses:
    """The courses of one line's trains, each laid when it is first asked for."""

    def __init__(self, line: Line) -> None:
        self._sections: Final = {frozenset((one.start, one.end)): _step(one) for one in line.sections}
        self._crossings: Final = {(one.border, frozenset(one.railways)): one.id for one in line.crossings.values()}
        self._found: Final[dict[TrainId, Course]] = {}

    def of(self, train: Train) -> Course:
        found = self._found.get(train.id)
        if found is None:
            found = self._found[train.id] = self._laid(train)
        return found

    def _laid(self, train: Train) -> Course:
        stations, steps, positions = [train.path[0][0]], list[Step](), [0]
        for passed in train.path:
            for start, end in pairwise(passed):
                steps.append(self._sections[frozenset((start, end))])
                stations.append(end)
            positions.append(len(steps))
        runs = _runs(steps)
        return Course(
            stations=tuple(stations),
            steps=tuple(steps),
            positions=tuple(positions),
            runs=runs,
            borders=tuple(self._borders(runs, stations, positions)),
        )

    def _borders(self, runs: Sequence[Part], stations: Sequence[StationId], positions: Sequence[int]) -> list[Border]:
        found = []
        for before, after in pairwise(runs):
            position = after.first
            railways = frozenset((before.railway, after.railway))
            found.append(
                Border(
                    crossing=self._crossings[stations[position], railways],
                    leaving=before.railway,
                    entering=after.railway,
                    position=position,
                    near_call=max(call for call, there in enumerate(positions) if there <= position),
                )
            )
        return found


def _runs(steps: Sequence[Step]) -> tuple[Part, ...]:
    found: list[Part] = []
    for position, step in enumerate(steps):
        if found and found[-1].railway == step.railway:
            found[-1] = Part(step.railway, found[-1].first, position + 1)
        else:
            found.append(Part(step.railway, position, position + 1))
    return tuple(found)


def _step(section: Section) -> Step:
    metres = int(Decimal(str(section.km)) * 1000)  # as written: 9.5 km are 9500 m, not a float's 9499
    return Step(section.railway, metres, section.illustrative("km"))
