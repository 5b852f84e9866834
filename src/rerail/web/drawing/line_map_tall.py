"""The line map standing, for a phone: the line from top to bottom, what changes along it said where it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from rerail.line.model import Section, StationId
from rerail.web.drawing import lettering, svg
from rerail.web.drawing.lettering import unbroken
from rerail.web.drawing.line_facts import Facts, marked
from rerail.web.drawing.line_key import key_signs
from rerail.web.drawing.line_symbols import clock_face, noon_elsewhere, notes, side_of, station_sign, track
from rerail.web.drawing.svg import TALL_WIDTH
from rerail.web.drawing.topology import Branch

_BAND: Final = 22.0
"""Width of the band of clocks at the left edge."""
_TRACK: Final = 96.0
_INDENT: Final = 38.0
"""From a track to the branch that leaves it."""
_NAME: Final = 16.0
_SMALL: Final = 13.0


class _Column:
    """The map as it grows downwards."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.y = 8.0
        self.below: list[Markup] = []
        """Tracks, drawn before the stations upon them."""
        self.above: list[Markup] = []
        self.at: dict[StationId, float] = {}

    def words(self, x: float, lines: Iterable[str], class_: str, size: float) -> None:
        """Lines of text, wrapped to the room that is left."""
        for words in lines:
            for one in lettering.wrap(words, size, TALL_WIDTH - x):
                self.y += size + 4
                self.above.append(svg.text(x, self.y, one, class_))

    def station(self, station: StationId, x: float, *, end: bool) -> None:
        """A station: its name, what is special about it, and who controls there."""
        facts = self.facts
        self.y += 14
        self.at[station] = self.y
        self.above.append(station_sign(facts, station, x, self.y, end=end))
        called = station in facts.called or station in facts.borders
        left = x + 22
        rows = lettering.wrap(facts.name(station), _NAME, (TALL_WIDTH - left) / 1.08)
        self.above.append(svg.text(left, self.y + 5.5, rows[0], "tall-name" if called else "tall-pass"))
        self.y += 5.5
        self.words(left, rows[1:], "tall-name" if called else "tall-pass", _NAME)
        said = notes(facts, station)
        self.words(left, [said] if said else [], "tall-small soft", _SMALL)
        for change in facts.gauge_changes:
            if change.station == station:
                self.words(left, [change.words], "tall-small soft", _SMALL)
        for control in facts.controls:
            if control.station == station:
                self.above.append(
                    svg.rect(left, self.y + 8, 10, 10, f"rail-fill-{side_of(facts, control.railway) % 4}", 1)
                )
                words = facts.words.gettext("Border control, %(control)s", control=control.words)
                self.words(left + 16, [words], "tall-small soft", _SMALL)

    def stretch(self, section: Section, x: float, words: str) -> None:
        """The way to the next station: what is new about the track; on the main line its length at the left."""
        top = self.y
        self.y += 6
        if words:
            self.words(x + 22, [words], "tall-small track-words", _SMALL)
        self.y = max(self.y + 8, top + 30)
        if x == _TRACK:
            middle = (top + self.y) / 2 + 8
            self.above.append(svg.text(x - 12, middle, _length(self.facts, section), "tall-small soft", "end"))


def draw(facts: Facts) -> tuple[float, float, list[Markup]]:
    """Width, height and body of the drawing."""
    column = _Column(facts)
    main = facts.diagram.main
    leaving: dict[StationId, list[Branch]] = {}
    for branch in facts.diagram.branches:
        leaving.setdefault(branch.junction or "", []).append(branch)
    before: Section | None = None
    for index, station in enumerate(main):
        column.station(station, _TRACK, end=index in (0, len(main) - 1))
        for branch in leaving.get(station, ()):
            _branch(column, branch, _TRACK, leaving)
        if index + 1 < len(main):
            section = facts.section(station, main[index + 1])
            shift = _shift_at(facts, index)
            if shift:
                _clocks(column, *shift)
            column.stretch(section, _TRACK, _news(facts, before, section))
            before = section
    bottom = column.y
    for one, other in pairwise(main):
        section = facts.section(one, other)
        ends = [(_TRACK, column.at[one]), (_TRACK, column.at[other])]
        column.below.append(track(ends, section.tracks, side_of(facts, section.railway)))
    for branch in leaving.get("", ()):
        column.y += 20
        _branch(column, branch, _TRACK, leaving)
        bottom = column.y
    for station in facts.borders:
        if station in column.at:
            y = column.at[station]
            column.below.append(svg.line(_BAND + 4, y, TALL_WIDTH, y, "border-line"))
            width = lettering.width(facts.name(station), _NAME, bold=True) + 12
            column.below.append(svg.rect(_TRACK + 16, y - 12, width, 24, "paper"))
    bands = _bands(facts, column.at)
    signs, bottom = key_signs(facts, 0, bottom + 44, TALL_WIDTH)
    return TALL_WIDTH, bottom + 8, [*bands, *column.below, *column.above, *signs]


def _news(facts: Facts, before: Section | None, section: Section) -> str:
    """What is different about the track from here on; all of it at the beginning, with the railway's name."""
    railway = ""
    if before is None or before.railway != section.railway:
        railway = facts.line.text(facts.line.railways[section.railway].names, facts.words.language)
    return ": ".join(one for one in (railway, facts.track_words(section, before)) if one)


def _length(facts: Facts, section: Section) -> str:
    km = facts.words.gettext("%(km)s km", km=facts.km(section))
    return unbroken(marked(km, section.illustrative("km")))


def _branch(column: _Column, branch: Branch, x: float, leaving: Mapping[StationId, list[Branch]]) -> None:
    """A branch, indented, before the line it leaves goes on."""
    facts = column.facts
    inner = x + _INDENT if branch.junction is not None else x
    before = branch.junction
    last: Section | None = None
    for station in branch.stations:
        if before is not None:
            section = facts.section(before, station)
            start = column.at[before]
            news = (_length(facts, section), facts.track_words(section, last))
            column.stretch(section, inner, ", ".join(one for one in news if one))
            y = column.y + 14
            points = [(x, start), (x, start + 24), (inner, start + 24 + _INDENT / 2), (inner, y)]
            shape = points if before == branch.junction else [(inner, start), (inner, y)]
            column.below.append(track(shape, section.tracks, side_of(facts, section.railway)))
            last = section
        column.station(station, inner, end=station == branch.stations[-1])
        for further in leaving.get(station, ()):
            _branch(column, further, inner, leaving)
        before = station


def _shift_at(facts: Facts, index: int) -> tuple[int, str] | None:
    """The change of clocks, if one lies at or behind the station with this index and before the next."""
    for number, stretch in enumerate(facts.clocks[1:]):
        if index <= stretch.start < index + 1:
            shift = facts.zone_shift(number)
            return (number, shift) if shift else None
    return None


def _clocks(column: _Column, number: int, shift: str) -> None:
    """Two clocks at the same moment, where the one gives way to the other."""
    facts = column.facts
    column.y += 10
    y = column.y + 17
    x = _TRACK + 38
    room = lettering.width(shift, _SMALL, bold=True) + 16
    for offset, index in ((0.0, number), (room + 92.0, number + 1)):
        hours = noon_elsewhere(facts, index)
        column.above.append(clock_face(x + offset, y, 15, hours))
        shown = f"{int(hours):02d}:{round(hours % 1 * 60):02d}"
        column.above.append(svg.text(x + offset + 21, y + 5, shown, "tall-small strong"))
    column.above.append(svg.rect(x + 68, y - 11, room, 22, "shift", 11))
    column.above.append(svg.text(x + 68 + room / 2, y + 5, shift, "shift-words", "middle"))
    column.y += 38


def _bands(facts: Facts, at: Mapping[StationId, float]) -> list[Markup]:
    """Whose clock holds, at the left edge from top to bottom."""
    body: list[Markup] = []
    main = facts.diagram.main
    heights = [at[station] for station in main]
    zones = list(dict.fromkeys(stretch.value for stretch in facts.clocks))
    for stretch in facts.clocks:
        top = _place(heights, stretch.start) - (14 if stretch.start == 0 else 0)
        bottom = _place(heights, stretch.end) + (14 if stretch.end == len(main) - 1 else 0)
        body.append(svg.rect(0, top + 1, _BAND, bottom - top - 2, f"band zone-{zones.index(stretch.value) % 2}", 2))
        words = stretch.words
        while words and lettering.width(words, _SMALL) > bottom - top - 12:
            words = words.rpartition(", ")[0]
        if words:
            body.append(svg.text(16, (top + bottom) / 2, words, "tall-small", "middle", turn=-90))
    return body


def _place(heights: list[float], place: float) -> float:
    index = int(place)
    if index == place:
        return heights[index]
    return (heights[index] + heights[index + 1]) / 2
