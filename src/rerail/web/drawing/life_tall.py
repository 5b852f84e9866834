"""The life of the service standing, for a phone: time from top to bottom, what happened said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from rerail.web.drawing import lettering, svg
from rerail.web.drawing.life_axis import Axis
from rerail.web.drawing.life_facts import Band, Event, Lane, LifeFacts
from rerail.web.drawing.life_signs import break_mark, cross, diamond, hatched, key, key_entries, withdrawn
from rerail.web.drawing.line_facts import ILLUSTRATIVE
from rerail.web.drawing.svg import TALL_WIDTH

_YEARS: Final = 40.0
"""Room for the years at the left."""
_LANE: Final = 13.0
_RUNS: Final = 18.0
_STEP: Final = 3.0
_MOST_LANES: Final = 8
"""Lanes beside each other; further routes are drawn below."""
_SMALL: Final = 13.0
_PER_DAY: Final = 0.5
_LETTERS: Final = "ABCDEFGHIJKL"


def draw(facts: LifeFacts, name: str) -> tuple[float, float, list[Markup]]:
    """Width, height and body of the drawing."""
    body: list[Markup] = []
    y = 4.0
    breaks: list[float] = []
    for panel in _panels(facts.bands):
        drawn, y, breaks = _panel(facts, panel, name, y)
        body.extend(drawn)
        y += 28
    for words in lettering.wrap(
        facts.words.gettext("Time is not to scale: eventful days are drawn longer."), 13, TALL_WIDTH
    ):
        body.append(svg.text(0, y, words, "tall-small soft"))
        y += 18
    signs, y = key(key_entries(facts, name, breaks), y + 12, TALL_WIDTH)
    return TALL_WIDTH, y + 10, [*body, *signs]


def _panels(bands: Sequence[Band]) -> list[list[Band]]:
    """As many routes beside each other as there is room for."""
    panels: list[list[Band]] = []
    used = _MOST_LANES + 1
    for band in bands:
        lanes = len(band.lanes) + 1
        if used + lanes > _MOST_LANES:
            panels.append([])
            used = 0
        panels[-1].append(band)
        used += lanes
    return panels


def _panel(facts: LifeFacts, bands: Sequence[Band], name: str, y: float) -> tuple[list[Markup], float, list[float]]:
    _ = facts.words.gettext
    body: list[Markup] = []
    for band in bands:
        letter = _LETTERS[facts.bands.index(band)]
        body.append(svg.rect(0, y + 2, 18, 18, "letter-box", 2))
        body.append(svg.text(9, y + 15.5, letter, "letter", "middle"))
        for words in lettering.wrap(band.name, 14, TALL_WIDTH - 26):
            y += 16
            body.append(svg.text(26, y, words, "tall-small strong"))
        y += 8
    names = [lane.name for band in bands for lane in band.lanes] + [_("runs")]
    top = y + max(lettering.width(one, 12) for one in names) + 26
    right = _YEARS + sum(len(band.lanes) * (_LANE + _STEP) + _RUNS + 12 for band in bands) - 6
    said = _said(facts, bands, right + 16)
    axis = Axis(facts, top + 6, per_day=_PER_DAY, room={one.event.day: one.height for one in said})
    x = _YEARS
    lanes: list[Markup] = []
    for band in bands:
        letter = _LETTERS[facts.bands.index(band)]
        wide = len(band.lanes) * (_LANE + _STEP) + _RUNS
        body.append(svg.text(x + wide / 2, y + 10, letter, "tall-small strong", "middle"))
        body.append(svg.line(x, y + 15, x + wide, y + 15, "axis"))
        for lane in band.lanes:
            body.append(svg.text(x + _LANE / 2 + 4, top, lane.name, "lane-name", turn=-90))
            lanes.extend(_lane(axis, lane, name, x))
            x += _LANE + _STEP
        body.append(svg.text(x + _RUNS / 2 + 4, top, _("runs"), "lane-name", turn=-90))
        lanes.extend(_runs(axis, band, name, x))
        x += _RUNS + 12
    for place, year in axis.years(16):
        body.append(svg.line(_YEARS - 4, place, right, place, "year-line"))
        body.append(svg.text(0, place + 5, year, "tall-small strong"))
    body.extend(lanes)
    body.append(svg.line(_YEARS - 6, axis.begin, _YEARS - 6, axis.end, "axis"))
    body.extend(break_mark(_YEARS - 6, place, standing=True) for place in axis.breaks())
    events = _events(axis, said, right, right + 16)
    return [*body, *events, *_now(facts, axis, right)], axis.end, axis.breaks()


def _lane(axis: Axis, lane: Lane, name: str, x: float) -> list[Markup]:
    middle = x + _LANE / 2
    body = [svg.line(middle, axis.begin, middle, axis.end, "no-record")]
    for span in sorted(lane.spans, key=lambda one: one.state != "withdrawn"):
        top, bottom = axis.at(span.start), axis.at(span.until)
        if bottom <= axis.begin or top >= axis.end:
            continue
        height = max(2.5, bottom - top)
        if span.state == "withdrawn":
            body.append(withdrawn(x + 1, top, _LANE - 2, height))
        else:
            width = _LANE / 2 if span.state == "part" else _LANE
            body.append(svg.rect(x, top, width, height, "granted", 1))
        if span.illustrative:
            body.append(hatched(name, x, top, _LANE, height))
        if span.made_up_start:
            body.append(svg.text(middle, top + 4, ILLUSTRATIVE, "mark", "middle"))
        if span.made_up_until:
            body.append(svg.text(middle, bottom + 17, ILLUSTRATIVE, "mark", "middle"))
    return body


def _runs(axis: Axis, band: Band, name: str, x: float) -> list[Markup]:
    middle = x + _RUNS / 2
    body = [svg.line(middle, axis.begin, middle, axis.end, "no-record")]
    for start, until in band.agreed.within(axis.start, axis.until).intervals():
        top = axis.at(start)
        body.append(svg.rect(x, top, _RUNS, max(2.5, axis.at(until) - top), "agreed", 1))
    idle = axis.pieces(band.idle, 1.5, 1)
    body.append(svg.bars(((middle - 4, top, 8, bottom - top) for top, bottom in idle), "idle"))
    ran = axis.pieces(band.runs, 2, 1)
    body.append(svg.bars(((x, top, _RUNS, bottom - top) for top, bottom in ran), "ran"))
    for entry in band.announced:
        top, bottom = axis.at(entry.start), axis.at(entry.until)
        height = max(4, bottom - top)
        body.append(svg.rect(x + 2, top, _RUNS - 4, height, "announced", 3))
        if entry.illustrative:
            body.append(hatched(name, x + 2, top, _RUNS - 4, height))
    body.extend(diamond(middle, (top + bottom) / 2) for top, bottom in axis.pieces(band.specials, 2, 4))
    body.extend(cross(middle, (top + bottom) / 2) for top, bottom in axis.pieces(band.cancelled, 2, 9))
    return body


class _Said(Struct, frozen=True):
    """An event in lines of text."""

    event: Event
    when: list[str]
    what: list[str]

    @property
    def height(self) -> float:
        return 16.0 * (len(self.when) + len(self.what)) + 12


def _said(facts: LifeFacts, bands: Sequence[Band], x: float) -> list[_Said]:
    """What happened to these routes, in lines that have room beside the lanes."""
    trains = {train for band in bands for train in band.trains}
    room = TALL_WIDTH - x - 2
    return [
        _Said(event, lettering.wrap(event.when, _SMALL, room / 1.06), lettering.wrap(event.what, _SMALL, room))
        for event in facts.events
        if event.trains is None or event.trains & trains
    ]


def _events(axis: Axis, said: Sequence[_Said], left: float, x: float) -> list[Markup]:
    """What happened, each beside its day."""
    body: list[Markup] = []
    for one in said:
        y = axis.at(one.event.day)
        body.append(svg.line(left, y, x - 4, y, "event-line"))
        body.append(svg.circle(left, y, 3, "event-dot"))
        y += 4.5
        for words in one.when:
            body.append(svg.text(x, y, words, "tall-small strong"))
            y += 16
        for words in one.what:
            body.append(svg.text(x, y, words, "tall-small soft"))
            y += 16
    return body


def _now(facts: LifeFacts, axis: Axis, right: float) -> list[Markup]:
    """Where today is, and the day on which what is drawn was known."""
    _ = facts.words.gettext
    body = []
    moments = [(facts.today, _("today"), "today")]
    if facts.known is not None:
        moments.append((facts.known, _("known"), "known"))
    for day, words, class_ in moments:
        y = axis.at(day)
        room = lettering.width(words, 11, bold=True) + 8
        body.append(svg.line(0, y, right, y, f"{class_}-line"))
        body.append(svg.rect(0, y - 9, room, 18, f"{class_}-box", 2))
        body.append(svg.text(room / 2, y + 4, words, f"{class_}-words now-small", "middle"))
    return body
