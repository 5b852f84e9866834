"""The line map lying: the line from left to right and, below it, what it is like, as railways draw their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, radians, sin
from typing import Final

from markupsafe import Markup

from rerail.line.model import StationId
from rerail.web.drawing import lettering, svg
from rerail.web.drawing.line_branches import SMALL, TURN, Spot, draw_branches, label, label_width
from rerail.web.drawing.line_controls import controls_below
from rerail.web.drawing.line_facts import Facts, Stretch, kilometres, marked
from rerail.web.drawing.line_key import key_signs
from rerail.web.drawing.line_symbols import (
    clock_face,
    noon_elsewhere,
    side_of,
    station_sign,
    track,
)
from rerail.web.drawing.rows import gauge_band, levels, wires
from rerail.web.drawing.svg import WIDE_WIDTH

_LEFT: Final = 128.0
"""Room for the names of the rows, at least."""
_NEAREST: Final = 25.0
"""Between two stations, so that their slanted names stay apart."""


def draw(facts: Facts) -> tuple[float, float, list[Markup]]:
    """Width, height and body of the drawing."""
    main = facts.diagram.main
    sizes = [label_width(facts, station) for station in main]
    # Few stations are named level, many on the slant.
    left = _left(facts)
    places = _places(facts, left, WIDE_WIDTH - sizes[-1] / 2)
    level = min(places[0], sizes[0] / 2) >= sizes[0] / 2 and all(
        right - left > (one + other) / 2 + 12
        for (left, right), (one, other) in zip(pairwise(places), pairwise(sizes), strict=True)
    )
    over = sizes[-1] / 2
    if not level:
        over = 24 + max(size * cos(radians(TURN)) - 40 * (len(main) - 1 - at) for at, size in enumerate(sizes))
        places = _places(facts, left, WIDE_WIDTH - over)
    line = 56 if level else 34 + max(sizes) * sin(radians(-TURN))
    spots = {station: Spot(x, line) for station, x in zip(main, places, strict=True)}
    upper, bottom = _main_line(facts, spots, turned=not level)
    branches, reach, bottom = draw_branches(facts, spots, (left, max(WIDE_WIDTH, places[-1] + over)), bottom)
    width = max(WIDE_WIDTH, places[-1] + over, reach + 8)
    borders = [spots[station].x for station in facts.borders if station in spots]
    rows, bottom = _rows(facts, places, bottom + 18)
    body = [svg.line(x, line + 20, x, bottom - 4, "border-line") for x in borders]
    body += [*branches, *upper, *rows]
    scale, bottom = _to_scale(facts, places, bottom)
    signs, bottom = key_signs(facts, 0, bottom + 34, width)
    return width, bottom + 8, [*body, *scale, *signs]


def _main_line(facts: Facts, spots: Mapping[StationId, Spot], *, turned: bool) -> tuple[list[Markup], float]:
    """The main line with its stations and the lengths between them, and how far down it reaches."""
    main = facts.diagram.main
    y = spots[main[0]].y
    tracks: list[Markup] = []
    lengths: list[tuple[float, str]] = []
    for one, other in pairwise(main):
        section = facts.section(one, other)
        start, end = spots[one].x, spots[other].x
        tracks.append(track([(start, y), (end, y)], section.tracks, side_of(facts, section.railway)))
        lengths.append(((start + end) / 2, marked(facts.km(section), section.illustrative("km"))))
    signs = [svg.text(0, y + 24, facts.words.gettext("km"), "small soft")]
    placed = levels([(x, lettering.width(words, SMALL) + 6) for x, words in lengths], 0, spots[main[-1]].x)
    for (_, words), (x, row) in zip(lengths, placed, strict=True):
        signs.append(svg.text(x, y + 24 + 14 * row, words, "small soft", "middle"))
    for station, spot in spots.items():
        signs.append(station_sign(facts, station, spot.x, spot.y, end=station in (main[0], main[-1])))
        signs.append(label(facts, station, spot, turned=turned))
    return [*tracks, *signs], y + 34 + 14 * max((row for _, row in placed), default=0)


def _row_names(facts: Facts) -> tuple[str, ...]:
    _ = facts.words.gettext
    return (
        _("Clock"),
        _("Railway"),
        _("Tracks"),
        _("Electrification"),
        _("Gauge"),
        _("Border control"),
        _("To scale"),
    )


def _left(facts: Facts) -> float:
    """Where the line begins: behind the names of the rows."""
    return max(_LEFT, 12 + max(lettering.width(words, SMALL, bold=True) for words in _row_names(facts)))


def _places(facts: Facts, left: float, right: float) -> list[float]:
    """Where the stations of the main line stand: half of the room shared alike, the other half by distance."""
    main = facts.diagram.main
    lengths = [facts.section(*pair).km for pair in pairwise(main)]
    if not lengths:
        return [left + 16.0]
    room = right - left - 16
    least = max(_NEAREST, 0.8 * room / len(lengths))
    rest = max(0.0, room - least * len(lengths))
    total = sum(lengths) or 1
    found = [left + 16.0]
    for km in lengths:
        found.append(round(found[-1] + least + rest * km / total, 1))
    return found


def _rows(facts: Facts, places: list[float], top: float) -> tuple[list[Markup], float]:
    """What the track is like, a row for each thing."""
    body: list[Markup] = []
    y = top
    rows = (
        ("clock", facts.clocks),
        ("railway", facts.railways),
        ("tracks", facts.tracks),
        ("wires", facts.electrification),
        ("gauge", facts.gauges),
    )
    for title, (kind, stretches) in zip(_row_names(facts), rows, strict=False):
        body.append(svg.text(0, y + 21, title, "row-name"))
        drawn, below = _row(facts, kind, stretches, places, y)
        body.extend(drawn)
        y += 32 + below + 10
    if facts.controls:
        body.append(svg.text(0, y + 16, _row_names(facts)[5], "row-name"))
        drawn, y = controls_below(facts, places, (_left(facts), max(WIDE_WIDTH, places[-1])), y)
        body.extend(drawn)
        y += 14
    return body, y


def _at(places: list[float], place: float) -> float:
    index = int(place)
    if index == place:
        return places[index]
    return (places[index] + places[index + 1]) / 2


def _row(
    facts: Facts, kind: str, stretches: Sequence[Stretch], places: list[float], y: float
) -> tuple[list[Markup], float]:
    """One row, and how much lower than its band what did not fit into it reaches."""
    body: list[Markup] = []
    outside: list[tuple[float, str]] = []
    right_end = max(WIDE_WIDTH, places[-1])
    for index, stretch in enumerate(stretches):
        left, right = _at(places, stretch.start), _at(places, stretch.end)
        body.append(_band(facts, kind, stretch, left, right, y))
        words = marked(stretch.words, stretch.illustrative)
        inset = 34 if kind == "clock" else 10
        if kind == "clock":
            body.append(clock_face(left + 19, y + 16, 11, noon_elsewhere(facts, index)))
        if lettering.width(words, SMALL) <= right - left - inset - 4:
            body.extend(_inside(kind, words, left + inset, right, y))
        else:
            outside.append(((left + right) / 2, words))
    if kind == "gauge":
        for change in facts.gauge_changes:
            if change.station in facts.diagram.main:
                x = places[facts.diagram.main.index(change.station)]
                body.append(svg.path(f"M{x:g} {y - 1:g}l6 17l-6 17l-6 -17z", "gauge-change"))
                outside.append((x, f"{facts.name(change.station)}: {change.words}"))
    placed = levels(
        [(centre, lettering.width(words, SMALL) + 12) for centre, words in outside], places[0] - 16, right_end
    )
    for (_, words), (x, level) in zip(outside, placed, strict=True):
        room = lettering.width(words, SMALL)
        body.append(svg.rect(x - room / 2, y + 36 + 17 * level, room, 17, "paper"))
        body.append(svg.text(x, y + 48 + 17 * level, words, "small", "middle"))
    for index, stretch in enumerate(stretches[1:]) if kind == "clock" else ():
        shift = facts.zone_shift(index)
        if shift:
            x = _at(places, stretch.start)
            room = lettering.width(shift, SMALL, bold=True) + 14
            body.append(svg.rect(x - room / 2, y - 19, room, 20, "shift", 10))
            body.append(svg.text(x, y - 4.5, shift, "shift-words", "middle"))
    return body, 17 * (1 + max(level for _, level in placed)) if placed else 0


def _band(facts: Facts, kind: str, stretch: Stretch, left: float, right: float, y: float) -> Markup:
    if kind == "gauge":
        assert isinstance(stretch.value, tuple)
        return gauge_band(left + 1, right - 1, y, stretch.value)
    if kind == "wires":
        return wires(left + 1, right - 1, y, stretch.value if isinstance(stretch.value, str) else None)
    if kind == "railway":
        number = side_of(facts, str(stretch.value)) % 4
        return svg.rect(left + 1, y, right - left - 2, 32, f"band rail-band-{number}", 2)
    if kind == "clock":
        zones = list(dict.fromkeys(one.value for one in facts.clocks))
        return svg.rect(left + 1, y, right - left - 2, 32, f"band zone-{zones.index(stretch.value) % 2}", 2)
    return svg.rect(left + 1, y, right - left - 2, 32, f"band tracks-{stretch.value}", 2)


def _inside(kind: str, words: str, left: float, right: float, y: float) -> list[Markup]:
    if kind == "clock":
        return [svg.text(left, y + 20.5, words, "small strong")]
    middle = (left - 10 + right) / 2
    if kind in ("gauge", "wires"):
        room = lettering.width(words, SMALL) + 8
        behind = svg.rect(middle - room / 2, y + 6, room, 20, "paper", 2)
        return [behind, svg.text(middle, y + 20.5, words, "small", "middle")]
    return [svg.text(middle, y + 20.5, words, "small", "middle")]


def _to_scale(facts: Facts, places: list[float], y: float) -> tuple[list[Markup], float]:
    """Every station again, to scale."""
    _ = facts.words.gettext
    main = facts.diagram.main
    sections = [facts.section(*pair) for pair in pairwise(main)]
    total = sum(section.km for section in sections)
    if not total:
        return [], y
    left, right = places[0], places[-1]
    axis = y + 44
    body = [svg.text(0, axis + 4, _("To scale"), "row-name"), svg.line(left, axis, right, axis, "axis")]
    km = 0.0
    for index, place in enumerate(places):
        x = left + (right - left) * km / total
        border = " fan-border" if main[index] in facts.borders else ""
        body.append(svg.path(f"M{place:g} {y:g}V{y + 6:g}L{x:g} {axis - 6:g}V{axis:g}", f"fan{border}"))
        km += sections[index].km if index < len(sections) else 0
    step = next((one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if total / one <= 11), 5000)
    last = _("%(km)s km", km=kilometres(round(total, 1), facts.words))
    last = marked(last, any(section.illustrative("km") for section in sections))
    room = lettering.width(last, SMALL)
    for count in range(int(total // step) + 1):
        x = left + (right - left) * count * step / total
        body.append(svg.line(x, axis, x, axis + 6, "axis"))
        if x < right - room - 16:
            body.append(svg.text(x, axis + 21, kilometres(count * step, facts.words), "small soft", "middle"))
    body.append(svg.line(right, axis, right, axis + 6, "axis"))
    body.append(svg.text(right, axis + 21, last, "small", "end"))
    return body, axis + 24
