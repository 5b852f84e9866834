"""The strip of clocks lying: a ruler for each clock, and the train that goes from one to the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.clock_facts import CallShown, ClockFacts
from rerail.web.drawing.line_facts import ILLUSTRATIVE
from rerail.web.drawing.rows import levels

WIDTH: Final = 820.0
"""The text's column of a page."""

_SMALL: Final = 12.5
_LABEL: Final = 34.0
"""Height of the name and the times of a call."""
_MOST_MARKS: Final = 11


class _Scale:
    """Instants to places from left to right."""

    def __init__(self, facts: ClockFacts) -> None:
        length = facts.ends - facts.starts
        pad = max(length * 0.1, timedelta(minutes=6))
        self.begin = facts.starts - pad
        self.until = facts.ends + pad

    def at(self, moment: datetime) -> float:
        """Where an instant is."""
        return round(WIDTH * ((moment - self.begin) / (self.until - self.begin)), 1)


def draw(facts: ClockFacts) -> tuple[float, float, list[Markup]]:
    """Width, height and body of the drawing."""
    scale = _Scale(facts)
    body: list[Markup] = []
    lanes: list[float] = []
    y = 0.0
    for row, clock in enumerate(facts.rows):
        above = row == 0
        calls = [call for call in facts.calls if call.row == row]
        placed = levels(
            [((scale.at(one.arrives) + scale.at(one.leaves)) / 2, _width(one) + 14) for one in calls], 0, WIDTH
        )
        deep = (1 + max(level for _, level in placed)) * _LABEL + 8
        if above:
            body.append(svg.text(0, y + 14, clock.words, "small strong"))
            ruler = y + 26 + deep + 24
            lanes.append(ruler + 26)
            body.extend(_ruler(facts, scale, row, ruler))
            for call, (x, level) in zip(calls, placed, strict=True):
                top = ruler - 30 - (level + 1) * _LABEL
                body.extend(_label(scale, call, x, top, ruler + 26, up=True))
            y = ruler + 34
        else:
            ruler = y + 66
            lanes.append(ruler - 26)
            body.extend(_ruler(facts, scale, row, ruler))
            for call, (x, level) in zip(calls, placed, strict=True):
                body.extend(_label(scale, call, x, ruler + 30 + level * _LABEL, ruler - 26, up=False))
            y = ruler + 30 + deep + 8
            body.append(svg.text(0, y + 8, clock.words, "small strong"))
            y += 14
    body.extend(_train(facts, scale, lanes))
    y += 14
    for sentence in facts.sentences:
        for words in lettering.wrap(sentence, 14, WIDTH):
            y += 20
            body.append(svg.text(0, y, words, "said"))
    if facts.illustrative:
        y += 22
        body.append(
            svg.text(
                0, y, f"{ILLUSTRATIVE} {facts.words.gettext('illustrative, not a published figure')}", "small soft"
            )
        )
    return WIDTH, y + 8, body


def _width(call: CallShown) -> float:
    return max(lettering.width(call.name, 14, bold=True), lettering.width(call.times, _SMALL, bold=True))


def _ruler(facts: ClockFacts, scale: _Scale, row: int, y: float) -> list[Markup]:
    """A ruler: its marks point to the train, its words away from it."""
    way = 1 if row == 0 else -1
    body = [svg.rect(0, y if row == 0 else y - 9, WIDTH, 9, f"ruler zone-{row % 2}"), svg.line(0, y, WIDTH, y, "axis")]
    last = -100.0
    lines = [(scale.at(call.arrives) + scale.at(call.leaves)) / 2 for call in facts.calls if call.row == row]
    for mark in facts.marks(row, scale.begin, scale.until, _MOST_MARKS):
        x = scale.at(mark.at)
        body.append(svg.line(x, y, x, y + 9 * way, "midnight" if mark.midnight else "axis"))
        room = lettering.width(mark.words, _SMALL, bold=mark.midnight)
        begin = x - room / 2
        if any(begin - 3 < one < begin + room + 3 for one in lines):
            if not mark.midnight:
                continue
            begin = x - room - 3
        if begin > max(0.0, last + 6) and begin + room < WIDTH:
            class_ = "small strong" if mark.midnight else "small soft"
            body.append(svg.text(begin + room / 2, y - 7 if row == 0 else y + 17, mark.words, class_, "middle"))
            last = begin + room
    return body


def _label(scale: _Scale, call: CallShown, x: float, top: float, lane: float, *, up: bool) -> list[Markup]:
    """A call's name and times, and the line to the train."""
    at = (scale.at(call.arrives) + scale.at(call.leaves)) / 2
    edge = top + _LABEL - 2 if up else top
    return [
        svg.path(f"M{at:g} {lane:g}V{edge:g}", "event-line"),
        svg.rect(x - _width(call) / 2 - 2, top, _width(call) + 4, _LABEL - 2, "paper"),
        svg.text(x, top + 13, call.name, "name", "middle"),
        svg.text(x, top + 28, call.times, "small strong", "middle"),
    ]


def _train(facts: ClockFacts, scale: _Scale, lanes: list[float]) -> list[Markup]:
    """The train: a thin line where it runs, a thick one where it stands, slanted where the clock changes."""
    body: list[Markup] = []
    shifts: list[Markup] = []
    for before, after in zip(facts.calls, facts.calls[1:], strict=False):
        x, y = scale.at(before.leaves), lanes[before.row]
        to_x, to_y = scale.at(after.arrives), lanes[after.row]
        body.append(svg.line(x, y, to_x, to_y, "run"))
        shift = facts.shift(before.row) if before.row != after.row else ""
        if shift:
            room = lettering.width(shift, _SMALL, bold=True) + 16
            middle = min(max((x + to_x) / 2, room / 2), WIDTH - room / 2)
            shifts.append(svg.rect(middle - room / 2, (y + to_y) / 2 - 11, room, 22, "shift", 11))
            shifts.append(svg.text(middle, (y + to_y) / 2 + 4.5, shift, "shift-words", "middle"))
    for call in facts.calls:
        y = lanes[call.row]
        begin, end = scale.at(call.arrives), scale.at(call.leaves)
        body.append(svg.rect(begin - 5, y - 5, end - begin + 10, 10, "halt", 5))
    return [*body, *shifts]
