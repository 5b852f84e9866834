"""The branches of the line map lying: below the main line, each in the highest lane where nothing is in its way."""

from __future__ import annotations

from collections.abc import Mapping
from math import radians, sin
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from rerail.line.model import StationId
from rerail.web.drawing import lettering, svg
from rerail.web.drawing.line_facts import Facts, marked
from rerail.web.drawing.line_symbols import notes, side_of, station_sign, track
from rerail.web.drawing.topology import Branch

NAME: Final = 14.0
SMALL: Final = 12.5
TURN: Final = -45.0
"""Degrees by which names above a line are turned."""

_STEP: Final = 60.0


class Spot(Struct, frozen=True):
    """Where a station is drawn."""

    x: float
    y: float


class _Placed(Struct, frozen=True):
    branch: Branch
    start: float
    """Where the track that it leaves is, from left to right."""
    xs: tuple[float, ...]
    lane: int
    rise: float
    """Room that its names need above it."""


def draw_branches(
    facts: Facts, main: Mapping[StationId, Spot], left: float, top: float
) -> tuple[list[Markup], float, float]:
    """The branches, and how far right and down they reach."""
    placed, right = _place(facts, main, left)
    depth = [0.0] * (1 + max((one.lane for one in placed), default=-1))
    for one in placed:
        depth[one.lane] = max(depth[one.lane], one.rise)
    lanes: list[float] = []
    y = top
    for rise in depth:
        y += rise
        lanes.append(y)
        y += 44
    spots = dict(main)
    tracks: list[Markup] = []
    signs: list[Markup] = []
    for one in placed:
        spots.update(
            {station: Spot(x, lanes[one.lane]) for station, x in zip(one.branch.stations, one.xs, strict=True)}
        )
    for one in placed:
        tracks.extend(_tracks(facts, one.branch, spots))
        signs.extend(_signs(facts, one.branch, spots))
    return [*tracks, *signs], right, y


def _place(facts: Facts, main: Mapping[StationId, Spot], left: float) -> tuple[list[_Placed], float]:
    """From left to right and from top to bottom: which lane, and where in it."""
    xs: dict[StationId, float] = {station: spot.x for station, spot in main.items()}
    lane_of: dict[StationId, int] = dict.fromkeys(main, -1)
    taken: list[list[tuple[float, float]]] = []
    placed: list[_Placed] = []
    right = 0.0
    for branch in facts.diagram.branches:
        start = left if branch.junction is None else xs[branch.junction]
        count = len(branch.stations)
        along = tuple(start + (12 if branch.junction is None else 46) + _STEP * index for index in range(count))
        reach = along[-1] + _reach(facts, branch)
        lane = 0 if branch.junction is None else lane_of[branch.junction] + 1
        while lane < len(taken) and any(begin < reach and start - 8 < end for begin, end in taken[lane]):
            lane += 1
        taken.extend([] for _ in range(lane + 1 - len(taken)))
        taken[lane].append((start - 8, reach))
        for station, x in zip(branch.stations, along, strict=True):
            xs[station], lane_of[station] = x, lane
        # The track down to a lane is in the way of every lane above it.
        for above in range(lane_of[branch.junction] + 1 if branch.junction is not None else lane, lane):
            taken[above].append((start - 8, start + 8))
        placed.append(_Placed(branch, start, along, lane, _rise(facts, branch)))
        right = max(right, reach)
    return placed, right


def _rise(facts: Facts, branch: Branch) -> float:
    if len(branch.stations) == 1:
        return 26.0
    return 30 + max(label_width(facts, station) for station in branch.stations) * sin(radians(-TURN))


def _reach(facts: Facts, branch: Branch) -> float:
    """Room that is needed to the right of its last station."""
    if len(branch.stations) == 1:
        return 24 + max(lettering.width(words, NAME, bold=True) for words in _beside(facts, branch))
    return 24 + label_width(facts, branch.stations[-1])


def label_width(facts: Facts, station: StationId) -> float:
    """The length of a turned label, before it is turned."""
    said = notes(facts, station)
    return lettering.width(facts.name(station), NAME, bold=True) + (
        lettering.width(f" {said}", SMALL) + 6 if said else 0
    )


def turned_label(facts: Facts, station: StationId, spot: Spot) -> Markup:
    """A station's name above it, turned, with what is special about it."""
    said = notes(facts, station)
    known = station in facts.called or station in facts.borders
    inside = [svg.tag("tspan", facts.name(station), class_="name" if known else "name-pass")]
    if said:
        inside.append(svg.tag("tspan", f" {said}", class_="small soft"))
    x, y = spot.x + 4, spot.y - 18
    return svg.tag("text", *inside, x=x, y=y, transform=f"rotate({TURN:g} {svg.number(x)} {svg.number(y)})")


def _beside(facts: Facts, branch: Branch) -> list[str]:
    """What stands beside a branch of one station."""
    station = branch.stations[0]
    words = [facts.name(station), notes(facts, station)]
    if branch.junction is not None:
        section = facts.section(branch.junction, station)
        km = facts.words.gettext("%(km)s km", km=facts.km(section))
        words.append(f"{marked(km, section.illustrative('km'))}, {facts.track_words(section)}")
    return [one for one in words if one]


def _tracks(facts: Facts, branch: Branch, spots: Mapping[StationId, Spot]) -> list[Markup]:
    body: list[Markup] = []
    before = branch.junction
    for station in branch.stations:
        if before is not None:
            section = facts.section(before, station)
            start, end = spots[before], spots[station]
            points = [(start.x, start.y), (start.x, end.y), (end.x, end.y)]
            body.append(
                track(points if start.y != end.y else points[1:], section.tracks, side_of(facts, section.railway))
            )
        before = station
    return body


def _signs(facts: Facts, branch: Branch, spots: Mapping[StationId, Spot]) -> list[Markup]:
    body: list[Markup] = []
    alone = len(branch.stations) == 1
    before = branch.junction
    for station in branch.stations:
        spot = spots[station]
        body.append(station_sign(facts, station, spot.x, spot.y, end=station == branch.stations[-1]))
        if not alone:
            body.append(turned_label(facts, station, spot))
        if before is not None and not alone:
            section = facts.section(before, station)
            middle = (spots[before].x + spot.x) / 2
            said = marked(facts.km(section), section.illustrative("km"))
            body.append(svg.text(middle, spot.y + 24, said, "small soft", "middle"))
        before = station
    if alone:
        spot = spots[branch.stations[0]]
        name, *rest = _beside(facts, branch)
        known = branch.stations[0] in facts.called
        body.append(svg.text(spot.x + 20, spot.y - 3 if rest else spot.y + 5, name, "name" if known else "name-pass"))
        body.extend(
            svg.text(spot.x + 20, spot.y + 14 + 17 * row, words, "small soft") for row, words in enumerate(rest)
        )
    return body
