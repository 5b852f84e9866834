"""The track as a graph: the shortest way between two stations, and which stations hang together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import reduce
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final

from msgspec import Struct

from rerail.line.model import Gauge, RailwayId, Section, StationId

MAX_SPEED_KMH: Final = 350
"""No train in service is faster; the limit of a section whose own is not known."""

_KEPT_SEARCHES: Final = 256


class Change(Struct, frozen=True):
    """A station where the track passes from one railway to another."""

    station: StationId
    leaving: RailwayId
    entering: RailwayId


class Way(Struct, frozen=True):
    """The track between two calls, in the order in which it is run over."""

    stations: tuple[StationId, ...]
    """Every station passed, both ends included."""
    sections: tuple[int, ...]
    """Indexes of the sections run over."""
    km: float
    railways: tuple[RailwayId, ...]
    """The railways run over, in order; one that is left and come back to stands twice."""
    changes: tuple[Change, ...]
    gauges: frozenset[Gauge]
    """The gauges on which the whole of it can be run."""
    least_seconds: float
    """Running time at each section's speed limit, at `MAX_SPEED_KMH` where none is known."""
    limited: bool
    """Whether any section has a known speed limit."""


class Network:
    """The sections of a line, and ways over them. Ways are found once and kept."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections: Final = sections
        self.neighbours: Final[dict[StationId, list[tuple[StationId, int]]]] = {}
        for index, section in enumerate(sections):
            self.neighbours.setdefault(section.start, []).append((section.end, index))
            self.neighbours.setdefault(section.end, []).append((section.start, index))
        self._searches: OrderedDict[StationId, _Search] = OrderedDict()
        self._ways: dict[tuple[StationId, ...], Way | None] = {}

    def way(self, points: tuple[StationId, ...]) -> Way | None:
        """The shortest way by kilometres from the first point over all others in order; None if there is none."""
        if points not in self._ways:
            self._ways[points] = self._find(points)
        return self._ways[points]

    def parts(self) -> list[list[int]]:
        """The sections that hang together, as lists of indexes: the largest part first."""
        found: list[list[int]] = []
        seen: set[StationId] = set()
        for station in self.neighbours:
            if station in seen:
                continue
            seen.add(station)
            reached, part = [station], set[int]()
            for here in reached:
                for there, index in self.neighbours[here]:
                    part.add(index)
                    if there not in seen:
                        seen.add(there)
                        reached.append(there)
            found.append(sorted(part))
        return sorted(found, key=len, reverse=True)

    def _find(self, points: Sequence[StationId]) -> Way | None:
        stations: list[StationId] = [points[0]]
        sections: list[int] = []
        for start, end in pairwise(points):
            if start not in self._searches:
                if len(self._searches) >= _KEPT_SEARCHES:
                    self._searches.popitem(last=False)
                self._searches[start] = _Search(self, start)
            self._searches.move_to_end(start)
            steps = self._searches[start].to(end)
            if steps is None:
                return None
            stations += [station for station, _ in steps]
            sections += [index for _, index in steps]
        return self._way(tuple(stations), tuple(sections))

    def _way(self, stations: tuple[StationId, ...], indexes: tuple[int, ...]) -> Way:
        run = [self.sections[index] for index in indexes]
        railways = [run[0].railway] if run else []
        changes = []
        for station, section in zip(stations[1:], run[1:], strict=False):
            if section.railway != railways[-1]:
                changes.append(Change(station, railways[-1], section.railway))
                railways.append(section.railway)
        return Way(
            stations=stations,
            sections=indexes,
            km=round(sum(section.km for section in run), 3),
            railways=tuple(railways),
            changes=tuple(changes),
            gauges=reduce(frozenset.__and__, (frozenset(section.gauges) for section in run)) if run else frozenset(),
            least_seconds=sum(section.km * 3600 / (section.speed_kmh or MAX_SPEED_KMH) for section in run),
            limited=any(section.speed_kmh for section in run),
        )


class _Search:
    """Dijkstra's search from one station, carried on only as far as somebody asks."""

    def __init__(self, network: Network, start: StationId) -> None:
        self._network = network
        self._start = start
        self._back: dict[StationId, tuple[StationId, int]] = {}
        self._settled: set[StationId] = set()
        # The counter breaks ties by the order of the sections in the folder, so that a way is always the same.
        self._count = 0
        self._open: list[tuple[float, int, StationId, StationId, int]] = [(0.0, 0, start, "", -1)]

    def to(self, end: StationId) -> Iterable[tuple[StationId, int]] | None:
        """The steps (station reached, section used) to a station; None if it cannot be reached."""
        while end not in self._settled and self._open:
            km, _, here, before, by = heappop(self._open)
            if here in self._settled:
                continue
            self._settled.add(here)
            if by >= 0:
                self._back[here] = (before, by)
            for there, index in self._network.neighbours.get(here, ()):
                if there not in self._settled:
                    self._count += 1
                    heappush(self._open, (km + self._network.sections[index].km, self._count, there, here, index))
        if end not in self._settled:
            return None
        steps = []
        here = end
        while here != self._start:
            before, by = self._back[here]
            steps.append((here, by))
            here = before
        return steps[::-1]
