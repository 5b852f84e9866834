"""The strip of clocks standing: time from top to bottom, the first clock at the left edge, the others to the right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.clock_facts import CallShown, ClockFacts, Mark
from rerail.web.drawing.line_facts import ILLUSTRATIVE
from rerail.web.drawing.svg import TALL_WIDTH

_SMALL: Final = 13.0
_PER_HOUR: Final = 40.0
_LEAST: Final = 250.0
_MOST: Final = 900.0
_RULER: Final = 46.0
"""Room for the words of a ruler, at least."""


class _Scale:
    """Instants to places from top to bottom."""

    def __init__(self, facts: ClockFacts, top: float) -> None:
        length = facts.ends - facts.starts
        pad = max(length * 0.08, timedelta(minutes=6))
        self.begin = facts.starts - pad
        self.until = facts.ends + pad
        self.top = top
        hours = (self.until - self.begin) / timedelta(hours=1)
        self.height = min(_MOST, max(_LEAST, hours * _PER_HOUR))

    def at(self, moment: datetime) -> float:
        """Where an instant is."""
        return round(self.top + self.height * ((moment - self.begin) / (self.until - self.begin)), 1)


def draw(facts: ClockFacts) -> tuple[float, float, list[Markup]]:
    """Width, height and body of the drawing."""
    body: list[Markup] = []
    y = 2.0
    last = len(facts.rows) - 1
    for row, clock in enumerate(facts.rows):
        anchor: svg.Anchor = "start" if row == 0 else "end"
        for words in lettering.wrap(clock.words, _SMALL, TALL_WIDTH * 0.75):
            y += 17
            body.append(svg.text(0 if row == 0 else TALL_WIDTH, y, words, "tall-small strong", anchor))
    scale = _Scale(facts, y + 10)
    ruler = _ruler_room(facts, scale)
    xs = [ruler if row == 0 else TALL_WIDTH - ruler * (last - row + 1) for row in range(last + 1)]
    lanes = [x + (20 if row == 0 else -20) for row, x in enumerate(xs)]
    for row, x in enumerate(xs):
        body.extend(_ruler(facts, scale, row, x))
    body.extend(_train(facts, scale, lanes))
    room = (TALL_WIDTH - 2 * ruler - 40) / (2 if last else 1) - 14
    taken: list[float] = [-1e9] * (last + 1)
    for index, call in enumerate(facts.calls):
        goes = index + 1 < len(facts.calls) and facts.calls[index + 1].row != call.row
        comes = index > 0 and facts.calls[index - 1].row != call.row
        drawn, taken[call.row] = _label(scale, call, lanes[call.row], taken[call.row], (comes, goes), room)
        body.extend(drawn)
    y = max(scale.top + scale.height, *taken) + 8
    for sentence in facts.sentences:
        for words in lettering.wrap(sentence, 15, TALL_WIDTH):
            y += 21
            body.append(svg.text(0, y, words, "tall-said"))
        y += 6
    if facts.illustrative:
        y += 20
        body.append(
            svg.text(
                0, y, f"{ILLUSTRATIVE} {facts.words.gettext('illustrative, not a published figure')}", "tall-small soft"
            )
        )
    return TALL_WIDTH, y + 8, body


def _ruler_room(facts: ClockFacts, scale: _Scale) -> float:
    words = [mark.words for row in range(len(facts.rows)) for mark in _marks(facts, scale, row)]
    return max(_RULER, *(lettering.width(one, 11, bold=True) + 8 for one in words))


def _marks(facts: ClockFacts, scale: _Scale, row: int) -> list[Mark]:
    return list(facts.marks(row, scale.begin, scale.until, int(scale.height // 34)))


def _ruler(facts: ClockFacts, scale: _Scale, row: int, x: float) -> list[Markup]:
    way = 1 if row == 0 else -1
    top, bottom = scale.top, scale.top + scale.height
    body = [
        svg.rect(x if row == 0 else x - 9, top, 9, scale.height, f"ruler zone-{row % 2}"),
        svg.line(x, top, x, bottom, "axis"),
    ]
    before = -100.0
    for mark in _marks(facts, scale, row):
        y = scale.at(mark.at)
        body.append(svg.line(x, y, x + 9 * way, y, "midnight" if mark.midnight else "axis"))
        if y - before >= 15:
            class_ = "now-small strong" if mark.midnight else "tall-small soft"
            anchor: svg.Anchor = "end" if row == 0 else "start"
            body.append(svg.text(x - 5 * way, y + 4.5, mark.words, class_, anchor))
            before = y
    return body


def _label(
    scale: _Scale, call: CallShown, lane: float, taken: float, slanted: tuple[bool, bool], room: float
) -> tuple[list[Markup], float]:
    """A call's name and times between the rulers, and how far down they reach.

    `slanted`: whether the train comes from another clock, and whether it goes to one; its slanted line there
    must not run through the words.
    """
    comes, goes = slanted
    at = (scale.at(call.arrives) + scale.at(call.leaves)) / 2
    names = lettering.wrap(call.name, 14, room / 1.06)
    height = 17.0 * (len(names) + 1)
    y = at - height / 2
    if goes:
        y = min(y, scale.at(call.leaves) - height - 2)
    if comes:
        y = max(y, scale.at(call.arrives) + 4)
    y = max(y, taken + 4)
    left = call.row == 0
    x = lane + 14 if left else lane - 14
    anchor: svg.Anchor = "start" if left else "end"
    body: list[Markup] = []
    for words in names:
        y += 17
        body.append(svg.text(x, y - 3, words, "name", anchor))
    y += 17
    body.append(svg.text(x, y - 3, call.times, "tall-small strong", anchor))
    return body, y


def _train(facts: ClockFacts, scale: _Scale, lanes: list[float]) -> list[Markup]:
    body: list[Markup] = []
    shifts: list[Markup] = []
    for before, after in zip(facts.calls, facts.calls[1:], strict=False):
        x, y = lanes[before.row], scale.at(before.leaves)
        to_x, to_y = lanes[after.row], scale.at(after.arrives)
        body.append(svg.line(x, y, to_x, to_y, "run"))
        shift = facts.shift(before.row) if before.row != after.row else ""
        if shift:
            room = lettering.width(shift, _SMALL, bold=True) + 16
            shifts.append(svg.rect((x + to_x) / 2 - room / 2, (y + to_y) / 2 - 11, room, 22, "shift", 11))
            shifts.append(svg.text((x + to_x) / 2, (y + to_y) / 2 + 4.5, shift, "shift-words", "middle"))
    for call in facts.calls:
        x = lanes[call.row]
        begin, end = scale.at(call.arrives), scale.at(call.leaves)
        body.append(svg.rect(x - 5, begin - 5, 10, end - begin + 10, "halt", 5))
    return [*body, *shifts]
