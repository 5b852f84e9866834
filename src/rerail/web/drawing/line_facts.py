"""What a line map says in words and stretches: the facts of the track, ready to be placed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from babel.numbers import format_decimal
from msgspec import Struct

from rerail.line.model import Control, GaugeBreak, Line, RailwayId, Section, Station, StationId
from rerail.line.timing import offset_at, working_label
from rerail.web.drawing import topology
from rerail.web.drawing.lettering import unbroken
from rerail.web.drawing.topology import Diagram, Neighbours
from rerail.web.i18n import Words
from rerail.web.site.clock_words import clock_name, duration, utc_offset

ILLUSTRATIVE: Final = "*"
"""The one mark of an illustrative figure, as everywhere on the site."""


def marked(words: str, illustrative: bool) -> str:
    """A figure, with the mark if nobody published it."""
    return f"{words}{ILLUSTRATIVE}" if illustrative else words


class Stretch(Struct, frozen=True):
    """Consecutive stations of the main line between which something stays the same."""

    start: float
    """Place on the main line: the index of a station; a half lies between two."""
    end: float
    value: Hashable
    words: str
    illustrative: bool = False


class ControlAt(Struct, frozen=True):
    """One side's border control at a station."""

    station: StationId
    railway: RailwayId
    words: str
    """ "the Russian side: on board, on foot"."""


class GaugeChange(Struct, frozen=True):
    """A station where coaches change gauge."""

    station: StationId
    words: str
    """ "bogie change 1520/1435 mm, 120 min*"."""


class Facts(Struct, frozen=True, kw_only=True):
    """Everything that a map of a line shows, in one language, at one moment."""

    line: Line
    words: Words
    moment: datetime
    diagram: Diagram
    near: Neighbours
    hub: StationId | None
    reversals: frozenset[StationId]
    called: frozenset[StationId]
    """The stations at which a train calls."""
    borders: tuple[StationId, ...]
    controls: tuple[ControlAt, ...]
    gauge_changes: tuple[GaugeChange, ...]
    railways: tuple[Stretch, ...]
    clocks: tuple[Stretch, ...]
    tracks: tuple[Stretch, ...]
    electrification: tuple[Stretch, ...]
    gauges: tuple[Stretch, ...]

    def name(self, station: StationId) -> str:
        """The station's name in the map's language."""
        return self.line.text(self.line.stations[station].names, self.words.language)

    def section(self, one: StationId, other: StationId) -> Section:
        """The section between two neighbours."""
        return self.near[one][other]

    def km(self, section: Section) -> str:
        """Its length, without the unit."""
        return kilometres(section.km, self.words)

    def zone_shift(self, index: int) -> str:
        """ "−1 h": what the clock does from one stretch of the main line to the next."""
        before, after = self.clocks[index], self.clocks[index + 1]
        difference = offset_at(self.moment, str(after.value)) - offset_at(self.moment, str(before.value))
        if not difference:
            return ""
        return f"{'+' if difference.total_seconds() > 0 else '−'}{duration(self.words, abs(difference))}"

    def track_words(self, section: Section, before: Section | None = None) -> str:
        """ "double track, 25 kV AC, gauge 1520 mm": what the track is like, or what is new about it."""
        _ = self.words.gettext
        parts: list[tuple[str, str]] = []
        if before is None or before.tracks != section.tracks:
            said = _("tracks not known") if section.tracks is None else tracks_words(section.tracks, self.words)
            parts.append((said, "tracks"))
        if before is None or before.electrification != section.electrification:
            system = section.electrification
            said = _("electrification not known") if system is None else electrification_words(system, self.words)
            parts.append((said, "electrification"))
        if before is None or before.gauges != section.gauges:
            gauges = " + ".join(str(gauge) for gauge in section.gauges)
            parts.append((_("gauge %(gauges)s mm", gauges=gauges), "gauges"))
        return ", ".join(unbroken(marked(said, _made_up(section, field))) for said, field in parts)


def facts(line: Line, words: Words, moment: datetime) -> Facts:
    """The facts of a line as a map shows them at an instant (UTC), which decides the clocks' offsets."""
    drawn = topology.diagram(line)
    near = topology.neighbours(line.sections)
    pairs = [near[one][other] for one, other in pairwise(drawn.main)]

    def stretches(
        value: Callable[[Section], Hashable], said: Callable[[Section], str], figure: str | None = None
    ) -> tuple[Stretch, ...]:
        found: list[Stretch] = []
        for index, section in enumerate(pairs):
            known = value(section)
            made_up = figure is not None and known is not None and section.illustrative(figure)
            this = Stretch(index, index + 1, known, said(section), made_up)
            if found and (found[-1].value, found[-1].illustrative) == (this.value, this.illustrative):
                this = Stretch(found.pop().start, this.end, this.value, this.words, this.illustrative)
            found.append(this)
        return tuple(found)

    return Facts(
        line=line,
        words=words,
        moment=moment,
        diagram=drawn,
        near=near,
        hub=topology.hub(line),
        reversals=topology.reversals(line),
        called=frozenset(topology.called_at(line)),
        borders=tuple(dict.fromkeys(crossing.border for crossing in line.crossings.values())),
        controls=_controls(line, words),
        gauge_changes=tuple(_gauge_change(one, words) for one in line.gauge_breaks),
        railways=stretches(
            lambda section: section.railway,
            lambda section: line.text(line.railways[section.railway].names, words.language),
        ),
        clocks=_clocks(line, drawn, words, moment),
        tracks=stretches(lambda section: section.tracks, lambda section: tracks_words(section.tracks, words), "tracks"),
        electrification=stretches(
            lambda section: section.electrification,
            lambda section: electrification_words(section.electrification, words),
            "electrification",
        ),
        gauges=stretches(lambda section: section.gauges, lambda section: gauge_words(section.gauges, words), "gauges"),
    )


def _made_up(section: Section, field: str) -> bool:
    return getattr(section, field) is not None and section.illustrative(field)


def kilometres(km: float, words: Words) -> str:
    """A length in kilometres as the language writes numbers, without the unit."""
    return str(format_decimal(km, locale=words.language))


def tracks_words(tracks: int | None, words: Words) -> str:
    """ "single track"."""
    _ = words.gettext
    if tracks is None:
        return _("not known")
    if tracks == 1:
        return _("single track")
    if tracks == 2:
        return _("double track")
    return words.ngettext("%(num)d track", "%(num)d tracks", tracks)


def electrification_words(system: str | None, words: Words) -> str:
    """ "25 kV AC" as the language writes it; a system that is not known here as the folder writes it."""
    _ = words.gettext
    if system is None:
        return _("not known")
    known = {
        "none": _("not electrified"),
        "25 kV AC": _("25 kV AC"),
        "15 kV AC": _("15 kV AC"),
        "3 kV DC": _("3 kV DC"),
        "1.5 kV DC": _("1.5 kV DC"),
        "750 V DC": _("750 V DC"),
    }
    return known.get(system, system)


def gauge_words(gauges: tuple[int, ...], words: Words) -> str:
    """ "1520 + 1435 mm"."""
    _ = words.gettext
    return _("%(gauge)s mm", gauge=" + ".join(str(gauge) for gauge in gauges))


def _clocks(line: Line, drawn: Diagram, words: Words, moment: datetime) -> tuple[Stretch, ...]:
    """Whose clock holds where. Between two stations one clock ends at the border, if one of them is it."""
    found: list[Stretch] = []
    for index, station in enumerate(line.stations[one] for one in drawn.main):
        said = _clock_words(line, station, words, moment)
        if not found:
            found.append(Stretch(0, index, station.clock, said))
            continue
        last = found[-1]
        if last.value == station.clock:
            found[-1] = Stretch(last.start, index, last.value, last.words)
            continue
        change = index - 0.5
        if line.stations[drawn.main[index - 1]].kind == "border":
            change = index - 1
        elif station.kind == "border":
            change = index
        found[-1] = Stretch(last.start, change, last.value, last.words)
        found.append(Stretch(change, index, station.clock, said))
    return tuple(found)


def _clock_words(line: Line, station: Station, words: Words, moment: datetime) -> str:
    railway = line.railways[station.railway]
    parts = [clock_name(words, station.clock), utc_offset(moment, station.clock)]
    if railway.clock_label:
        label = line.text(railway.clock_label, words.language)
        parts.append(working_label(label, moment, station.clock, railway.clock))
    return ", ".join(parts)


def _controls(line: Line, words: Words) -> tuple[ControlAt, ...]:
    _ = words.gettext
    modes: dict[tuple[StationId, RailwayId], dict[str, None]] = {}
    for crossing in line.crossings.values():
        for control in crossing.controls:
            modes.setdefault((control.station, control.railway), {})[_mode_words(control, words)] = None
    found = []
    for (station, railway), ways in modes.items():
        side = line.text(line.railways[railway].side, words.language)
        found.append(ControlAt(station, railway, _("%(side)s: %(ways)s", side=side, ways=", ".join(ways))))
    return tuple(found)


def _gauge_change(one: GaugeBreak, words: Words) -> GaugeChange:
    _ = words.gettext
    gauges = _("%(gauge)s mm", gauge="/".join(str(gauge) for gauge in one.gauges))
    said = {"bogie-change": _("bogie change"), "adjustable-axles": _("axles adjusted")}[one.method]
    if one.minutes is None:
        return GaugeChange(one.station, f"{said}, {gauges}")
    minutes = marked(duration(words, timedelta(minutes=one.minutes)), one.illustrative("minutes"))
    return GaugeChange(one.station, f"{said}, {gauges}, {minutes}")


def _mode_words(control: Control, words: Words) -> str:
    _ = words.gettext
    said = {"on-board": _("on board"), "on-foot": _("on foot"), "before-boarding": _("before boarding")}
    return said[control.mode]
