"""Border controls under the line map lying: at which station whose, each on its own side of the border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from rerail.line.model import StationId
from rerail.web.drawing import lettering, svg
from rerail.web.drawing.line_facts import Facts
from rerail.web.drawing.line_symbols import side_of
from rerail.web.drawing.rows import levels

_SMALL: Final = 12.5
_LINE: Final = 17.0
_WIDEST: Final = 260.0
_SQUARE: Final = 30.0
"""Room for the square in the railway's colour, and around the words."""


class _Box(Struct, frozen=True):
    """The controls at one station."""

    x: float
    """Where the station is."""
    before: bool
    """Whether the words stand to the left of the station."""
    name: str
    controls: tuple[tuple[int, tuple[str, ...]], ...]
    """For each control its railway's colour, and its words in lines."""

    @property
    def width(self) -> float:
        lines = [lettering.width(words, _SMALL) for _, lines in self.controls for words in lines]
        return _SQUARE + max(lettering.width(self.name, _SMALL, bold=True), *lines)

    @property
    def height(self) -> float:
        return 28 + _LINE * sum(len(lines) for _, lines in self.controls)

    @property
    def centre(self) -> float:
        return self.x + (6 - self.width / 2 if self.before else self.width / 2 - 6)


def controls_below(
    facts: Facts, places: Sequence[float], room: tuple[float, float], y: float
) -> tuple[list[Markup], float]:
    """The controls of the main line's stations at these places, within `room`, and how far down they reach."""
    main = facts.diagram.main
    stations = dict.fromkeys(control.station for control in facts.controls if control.station in main)
    boxes = [_box(facts, places, station, room) for station in stations]
    placed = levels([(box.centre, box.width) for box in boxes], *room)
    body: list[Markup] = []
    top, lowest = y, y
    for level in range(1 + max((level for _, level in placed), default=-1)):
        row = [(box, x) for box, (x, own) in zip(boxes, placed, strict=True) if own == level]
        for box, x in row:
            body.extend(_drawn(box, x, top))
        lowest = top = top + max(box.height for box, _ in row)
    return body, lowest


def _box(facts: Facts, places: Sequence[float], station: StationId, room: tuple[float, float]) -> _Box:
    main = facts.diagram.main
    index = main.index(station)
    x = places[index]
    borders = [main.index(border) for border in facts.borders if border in main]
    nearest = min(borders, key=lambda border: abs(border - index), default=index)

    def box(width: float, *, before: bool) -> _Box:
        controls = tuple(
            (side_of(facts, control.railway) % 4, tuple(lettering.wrap(control.words, _SMALL, width - _SQUARE)))
            for control in facts.controls
            if control.station == station
        )
        return _Box(x, before, facts.name(station), controls)

    left = places[nearest] if index > nearest else room[0]
    right = places[nearest] if index < nearest else room[1]
    for before in (True, False) if index < nearest else (False, True):
        whole = box(_WIDEST, before=before)
        if whole.width <= (x - left if before else right - x):
            return whole
    before = x - left > right - x
    return box(max(120.0, x - left if before else right - x), before=before)


def _drawn(box: _Box, x: float, top: float) -> list[Markup]:
    square = x + box.width / 2 - 11 if box.before else x - box.width / 2 + 1
    anchor: svg.Anchor = "end" if box.before else "start"
    at = square - 6 if box.before else square + 16
    body = [svg.text(at, top + 16, box.name, "small strong", anchor)]
    row = top + 33
    for railway, lines in box.controls:
        body.append(svg.rect(square, row - 9, 10, 10, f"rail-fill-{railway}", 1))
        for words in lines:
            body.append(svg.text(at, row, words, "small soft", anchor))
            row += _LINE
    return body
