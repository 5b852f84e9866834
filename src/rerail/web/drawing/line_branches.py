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
    xs: tuple[float, ...]
    lane: int
    rise: float
    """Room that its names need above it."""


def draw_branches(
    facts: Facts, main: Mapping[StationId, Spot], room: tuple[float, float], top: float
) -> tuple[list[Markup], float, float]:
    """The branches, within `room` from left to right if they fit; and how far right and down they reach."""
    placed, right = _place(facts, main, *room)
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


def _place(facts: Facts, main: Mapping[StationId, Spot], left: float, limit: float) -> tuple[list[_Placed], float]:
    """Each branch in the highest lane that is free, from the right to the left: so no track down crosses another."""
    xs: dict[StationId, float] = {station: spot.x for station, spot in main.items()}
    lane_of: dict[StationId, int] = dict.fromkeys(main, -1)
    taken: list[list[tuple[float, float]]] = []
    placed: list[_Placed] = []
    right = 0.0
    junctions = {main[one.junction].x for one in facts.diagram.branches if one.junction and one.junction in main}
    for branch in _from_right(facts, main):
        start = left if branch.junction is None else xs[branch.junction]
        first = 12 if branch.junction is None else 46
        length = first + _STEP * (len(branch.stations) - 1)
        beyond = _reach(facts, branch)
        alone = len(branch.stations) == 1
        far = start - length - (beyond if alone else 10)
        leftwards = start + length + beyond > limit and not any(far < x < start for x in (left, *junctions))
        way = -1 if leftwards else 1
        along = tuple(start + way * (first + _STEP * index) for index in range(len(branch.stations)))
        begin = min(start - 8, along[-1] - (beyond if alone else 10)) if leftwards else start - 8
        end = start + (8 if alone else beyond) if leftwards else along[-1] + beyond
        lane = 0 if branch.junction is None else lane_of[branch.junction] + 1
        while lane < len(taken) and any(one < end and begin < other for one, other in taken[lane]):
            lane += 1
        taken.extend([] for _ in range(lane + 1 - len(taken)))
        taken[lane].append((begin, end))
        for above in range(lane if branch.junction is None else lane_of[branch.junction] + 1, lane):
            taken[above].append((start - 8, start + 8))
        for station, x in zip(branch.stations, along, strict=True):
            xs[station], lane_of[station] = x, lane
        placed.append(_Placed(branch, along, lane, _rise(facts, branch)))
        right = max(right, end)
    return placed, right


def _from_right(facts: Facts, main: Mapping[StationId, Spot]) -> list[Branch]:
    """The branches of the main line from its right end on, each followed by the branches that leave it."""
    trees: list[list[Branch]] = []
    for branch in facts.diagram.branches:
        if branch.depth == 1:
            trees.append([])
        trees[-1].append(branch)
    trees.sort(key=lambda tree: -main[tree[0].junction].x if tree[0].junction is not None else 0.0)
    return [branch for tree in trees for branch in tree]


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
    """The length of a label on one line, whichever way it is turned."""
    said = notes(facts, station)
    return lettering.width(facts.name(station), NAME, bold=True) + (
        lettering.width(f" {said}", SMALL) + 6 if said else 0
    )


def label(facts: Facts, station: StationId, spot: Spot, *, turned: bool = True) -> Markup:
    """A station's name above it, with what is special about it."""
    said = notes(facts, station)
    known = station in facts.called or station in facts.borders
    name = "name" if known else "name-pass"
    if not turned:
        lines = [svg.text(spot.x, spot.y - (36 if said else 20), facts.name(station), name, "middle")]
        if said:
            lines.append(svg.text(spot.x, spot.y - 20, said, "small soft", "middle"))
        return svg.group(lines)
    inside = [svg.tag("tspan", facts.name(station), class_=name)]
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
            body.append(label(facts, station, spot))
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
        leftwards = branch.junction is not None and spot.x < spots[branch.junction].x
        x = spot.x - 20 if leftwards else spot.x + 20
        anchor: svg.Anchor = "end" if leftwards else "start"
        y = spot.y - 3 if rest else spot.y + 5
        body.append(svg.text(x, y, name, "name" if known else "name-pass", anchor))
        body.extend(svg.text(x, y + 17 + 17 * row, words, "small soft", anchor) for row, words in enumerate(rest))
    return body
