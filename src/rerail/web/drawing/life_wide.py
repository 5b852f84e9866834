"""The life of the service lying: time from left to right, for each route its railways' consent and what ran."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.life_axis import Axis, flags
from rerail.web.drawing.life_facts import Band, Lane, LifeFacts
from rerail.web.drawing.life_signs import break_mark, cross, diamond, hatched, key, key_entries, withdrawn
from rerail.web.drawing.line_facts import ILLUSTRATIVE
from rerail.web.drawing.svg import WIDE_WIDTH
from rerail.web.i18n import date_words

_LEFT: Final = 118.0
_SMALL: Final = 12.5
_FLAG: Final = 168.0
"""Width of the words about an event."""
_FLAG_ROW: Final = 50.0
_START: Final[svg.Anchor] = "start"
_END: Final[svg.Anchor] = "end"
_LANE: Final = 14.0
_RUNS: Final = 20.0


def draw(facts: LifeFacts, name: str) -> tuple[float, float, list[Markup]]:
    """Width, height and body of the drawing."""
    axis = Axis(facts, _LEFT, WIDE_WIDTH - 8)
    events, top = _events(facts, axis)
    y = top + 30
    bands: list[Markup] = []
    for band in facts.bands:
        drawn, y = _band(facts, axis, band, name, y + 26)
        bands.extend(drawn)
    body = [*_grid(axis, top, y), *events, *bands, *_now(facts, axis, top, y)]
    signs, y = key(key_entries(facts, name, axis.breaks()), y + (58 if facts.known is None else 80), WIDE_WIDTH)
    return WIDE_WIDTH, y + 10, [*body, *signs]


def _events(facts: LifeFacts, axis: Axis) -> tuple[list[Markup], float]:
    """What happened, in words above the axis; and where the axis is."""
    places = [axis.at(event.day) for event in facts.events]
    standing = flags(places, [event.rank for event in facts.events], _FLAG, WIDE_WIDTH)
    top = 12 + _FLAG_ROW * (1 + max((flag[0] for flag in standing if flag), default=-1))
    body: list[Markup] = []
    for event, place, flag in zip(facts.events, places, standing, strict=True):
        body.append(svg.circle(place, top, 3.5, "event-dot"))
        if flag is None:
            continue
        row, before = flag
        y = top - 4 - (row + 1) * _FLAG_ROW
        body.append(svg.line(place, y + 2, place, top, "event-line"))
        x, anchor = (place - 6, _END) if before else (place + 6, _START)
        body.append(svg.text(x, y + 12, event.when, "small strong", anchor))
        lines = lettering.wrap(event.what, _SMALL, _FLAG - 8)
        if len(lines) > 2:
            lines = [lines[0], _shortened(" ".join(lines[1:]))]
        body.extend(svg.text(x, y + 28 + 15 * at, words, "small soft", anchor) for at, words in enumerate(lines))
    return body, top


def _shortened(words: str) -> str:
    while words and lettering.width(f"{words}…", _SMALL) > _FLAG - 8:
        words = words[:-1]
    return f"{words.rstrip(' ,.;:–')}…"


def _grid(axis: Axis, top: float, bottom: float) -> list[Markup]:
    body = [svg.line(axis.begin, top, axis.end, top, "axis")]
    body.extend(svg.line(x, top, x, top + 4, "axis") for x in axis.quarters())
    for x, year in axis.years(34):
        body.append(svg.line(x, top, x, bottom, "year-line"))
        body.append(svg.line(x, top, x, top + 8, "axis"))
        body.append(svg.text(x + 4, top + 18, year, "small strong"))
    body.extend(break_mark(x, top) for x in axis.breaks())
    return body


def _band(facts: LifeFacts, axis: Axis, band: Band, name: str, y: float) -> tuple[list[Markup], float]:
    _ = facts.words.gettext
    body = [svg.text(0, y, band.name, "name")]
    y += 14
    for lane in band.lanes:
        body.extend(_lane(axis, lane, name, y))
        y += _LANE + 7
    body.append(svg.text(0, y + _RUNS / 2 + 4.5, _("Runs"), "small strong"))
    body.append(svg.line(axis.begin, y + _RUNS / 2, axis.end, y + _RUNS / 2, "no-record"))
    for start, until in band.agreed.within(axis.start, axis.until).intervals():
        left = axis.at(start)
        body.append(svg.rect(left, y, max(2.5, axis.at(until) - left), _RUNS, "agreed", 1))
    idle = axis.pieces(band.idle, 1.5, 1)
    body.append(svg.bars(((left, y + _RUNS / 2 - 4, right - left, 8) for left, right in idle), "idle"))
    ran = axis.pieces(band.runs, 2, 1)
    body.append(svg.bars(((left, y, right - left, _RUNS) for left, right in ran), "ran"))
    body.extend(diamond((left + right) / 2, y - 1) for left, right in axis.pieces(band.specials, 2, 4))
    body.extend(cross((left + right) / 2, y + _RUNS / 2) for left, right in axis.pieces(band.cancelled, 2, 9))
    y += _RUNS
    if band.announced:
        y += 8
        body.append(svg.text(0, y + 11, _("Announced"), "small strong"))
        for entry in band.announced:
            left, right = axis.at(entry.start), axis.at(entry.until)
            body.append(svg.rect(left, y + 1, max(4, right - left), _LANE - 2, "announced", 3))
            if entry.illustrative:
                body.append(hatched(name, left, y + 1, max(4, right - left), _LANE - 2))
        y += _LANE
    return body, y + 10


def _lane(axis: Axis, lane: Lane, name: str, y: float) -> list[Markup]:
    body = [
        svg.text(0, y + 11.5, lane.name, "small strong"),
        svg.line(axis.begin, y + _LANE / 2, axis.end, y + _LANE / 2, "no-record"),
    ]
    for span in sorted(lane.spans, key=lambda one: one.state != "withdrawn"):
        left, right = axis.at(span.start), axis.at(span.until)
        if right <= axis.begin or left >= axis.end:
            continue
        width = max(2.5, right - left)
        if span.state == "withdrawn":
            body.append(withdrawn(left, y + 1, width, _LANE - 2))
        else:
            part = span.state == "part"
            body.append(
                svg.rect(left, y + (_LANE / 2 if part else 0), width, _LANE / 2 if part else _LANE, "granted", 1)
            )
        if span.illustrative:
            body.append(hatched(name, left, y, width, _LANE))
        if span.made_up_start:
            body.append(svg.text(left - 3, y + _LANE, ILLUSTRATIVE, "mark", "end"))
        if span.made_up_until:
            body.append(svg.text(right + 3, y + _LANE, ILLUSTRATIVE, "mark"))
    return body


def _now(facts: LifeFacts, axis: Axis, top: float, bottom: float) -> list[Markup]:
    """Where today is; and, if the life is shown as it was known on a day, where that day is."""
    _ = facts.words.gettext
    body = []
    moments = [(facts.today, _("today"), "today")]
    if facts.known is not None:
        known = date_words(facts.known, facts.words.language)
        moments.append((facts.known, _("as known on %(date)s", date=known), "known"))
    for row, (day, words, class_) in enumerate(moments):
        x = axis.at(day)
        room = lettering.width(words, _SMALL, bold=True) + 14
        left = max(0.0, min(x - room / 2, WIDE_WIDTH - room))
        y = bottom + 4 + 22 * row
        body.append(svg.line(x, top, x, y, f"{class_}-line"))
        body.append(svg.rect(left, y, room, 20, f"{class_}-box", 2))
        body.append(svg.text(left + room / 2, y + 14.5, words, f"{class_}-words", "middle"))
    return body
