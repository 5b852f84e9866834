"""The track of a line as a diagram needs it: one main line from end to end, and the branches that leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final

from msgspec import Struct

from rerail.line.model import Line, Section, StationId, Train

Neighbours = Mapping[StationId, Mapping[StationId, Section]]


class Branch(Struct, frozen=True):
    """Track that leaves another at a junction."""

    junction: StationId | None
    """None for track that is not joined to the rest."""
    stations: tuple[StationId, ...]
    """Outwards, without the junction."""
    depth: int
    """1 leaves the main line, 2 leaves a branch of it."""


class Diagram(Struct, frozen=True):
    """All stations of a line in the order in which a diagram draws them."""

    main: tuple[StationId, ...]
    branches: tuple[Branch, ...]
    """Those of one junction together; a branch before the branches that leave it."""
    links: tuple[Section, ...]
    """Sections that close a ring, and so are in neither."""


def diagram(line: Line) -> Diagram:
    """The run of the train that goes furthest is the main line, drawn on to the end of the track.

    A train that goes out to a hub and back comes past the junction twice; the main line is the direct way.
    """
    near = neighbours(line.sections)
    if not near:
        return Diagram(tuple(line.stations)[:1], tuple(Branch(None, (one,), 1) for one in list(line.stations)[1:]), ())
    main = _main_line(line, near)
    seen = set(main)
    branches: list[Branch] = []
    for station in main:
        branches.extend(_branches(station, near, seen, 1))
    for station in line.stations:
        if station not in seen:
            alone = _furthest(station, near, seen) if station in near else [station]
            seen.update(alone)
            branches.append(Branch(None, tuple(alone), 1))
            for one in alone:
                branches.extend(_branches(one, near, seen, 2))
    drawn = {frozenset(pair) for way in _ways(main, branches) for pair in pairwise(way)}
    links = tuple(section for section in line.sections if frozenset((section.start, section.end)) not in drawn)
    return Diagram(tuple(main), tuple(branches), links)


def neighbours(sections: Iterable[Section]) -> Neighbours:
    """For each station the stations next to it, with the section between; of two sections the shorter."""
    near: dict[StationId, dict[StationId, Section]] = {}
    for section in sorted(sections, key=lambda one: -one.km):
        near.setdefault(section.start, {})[section.end] = section
        near.setdefault(section.end, {})[section.start] = section
    return near


def walk(train: Train) -> list[StationId]:
    """Every station a train passes, in order."""
    passed = [train.path[0][0]] if train.path else [call.station for call in train.calls[:1]]
    for segment in train.path:
        passed.extend(segment[1:])
    return passed


def reversals(line: Line) -> frozenset[StationId]:
    """The stations that a train leaves the way it came, so that its driver changes ends."""
    found: set[StationId] = set()
    for train in line.trains.values():
        way = walk(train)
        found.update(here for before, here, after in zip(way, way[1:], way[2:], strict=False) if before == after)
    return frozenset(found)


def called_at(line: Line) -> Mapping[StationId, frozenset[str]]:
    """For each station at which a train calls, the routes whose trains do."""
    routes: dict[StationId, set[str]] = {}
    for train in line.trains.values():
        for call in train.calls:
            routes.setdefault(call.station, set()).add(train.route)
    return {station: frozenset(found) for station, found in routes.items()}


def hub(line: Line) -> StationId | None:
    """The station where trains of most routes meet, at least two; stations of border control are not asked."""
    controls = {control.station for crossing in line.crossings.values() for control in crossing.controls}
    drawn = diagram(line)
    ends = {drawn.main[0], drawn.main[-1]} if drawn.main else set()
    called = {station: len(routes) for station, routes in called_at(line).items() if station not in controls | ends}
    best = max(called, key=lambda station: called[station], default=None)
    return best if best is not None and called[best] > 1 else None


_FAR: Final = float("inf")


def _main_line(line: Line, near: Neighbours) -> list[StationId]:
    trains = sorted(
        line.trains.values(), key=lambda train: (-sum(train.segment_km), train.direction != "outbound", train.id)
    )
    for train in trains:
        way = walk(train)
        if len(way) > 1 and all(after in near.get(before, {}) for before, after in pairwise(way)):
            main = _shortest(way[0], way[-1], near)
            break
    else:
        begin = next(iter(near))
        main = _furthest(_furthest(begin, near, set())[-1], near, set())
    seen = set(main)
    after = _furthest(main[-1], near, seen)[1:]
    seen.update(after)
    before = _furthest(main[0], near, seen)[1:]
    return [*reversed(before), *main, *after]


def _shortest(start: StationId, end: StationId, near: Neighbours) -> list[StationId]:
    """The shortest way (Dijkstra); start and end are joined."""
    queue: list[tuple[float, StationId, list[StationId]]] = [(0.0, start, [start])]
    done: set[StationId] = set()
    while queue:
        km, here, way = heappop(queue)
        if here == end:
            return way
        if here in done:
            continue
        done.add(here)
        for station, section in near[here].items():
            if station not in done:
                heappush(queue, (km + section.km, station, [*way, station]))
    return [start]


def _furthest(start: StationId, near: Neighbours, seen: set[StationId]) -> list[StationId]:
    """The way from a station to the one furthest by shortest way, through stations not yet seen."""
    km: dict[StationId, float] = {start: 0.0}
    came: dict[StationId, StationId] = {}
    queue = [(0.0, start)]
    while queue:
        so_far, here = heappop(queue)
        if so_far > km[here]:
            continue
        for station, section in near.get(here, {}).items():
            further = so_far + section.km
            if station not in seen and further < km.get(station, _FAR):
                km[station], came[station] = further, here
                heappush(queue, (further, station))
    end = max(km, key=lambda station: km[station])
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def _branches(junction: StationId, near: Neighbours, seen: set[StationId], depth: int) -> list[Branch]:
    found: list[Branch] = []
    while True:
        out = _furthest(junction, near, seen)[1:]
        if not out:
            return found
        seen.update(out)
        found.append(Branch(junction, tuple(out), depth))
        for station in out:
            found.extend(_branches(station, near, seen, depth + 1))


def _ways(main: list[StationId], branches: list[Branch]) -> list[list[StationId]]:
    return [main, *([one.junction, *one.stations] if one.junction else list(one.stations) for one in branches)]
