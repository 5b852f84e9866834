"""A train as a strip: its calls from top to bottom, grouped by the clock that their times are on.

The timetable, a departure and a found journey all draw the same strip. Nothing is worked out in a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from rerail.line.model import Call, Control, GaugeBreak, Line, Section, Station, StationId, Train
from rerail.line.timing import CallTimes, StationTime, call_times
from rerail.web.i18n import Words
from rerail.web.site.clock_words import clock_line, clock_shift


class Shown(Struct, frozen=True):
    """A time as it is printed: "06:30", one midnight after the service date."""

    clock: str
    days: int
    illustrative: bool
    machine: str
    """ISO 8601 with its offset, for `<time datetime>`."""


class Stop(Struct, frozen=True, kw_only=True):
    """One row of a strip."""

    station: Station
    arrival: Shown | None
    departure: Shown | None
    km: float
    km_illustrative: bool
    boarding: bool
    alighting: bool
    notes: tuple[str, ...]
    border_after: bool = False
    """Whether the train crosses a border before its next call."""


class Stretch(Struct, frozen=True):
    """Consecutive calls on one clock."""

    clock: str
    """ "Vladivostok time, UTC+10, МСК+7"."""
    shift: str | None
    """What changes against the stretch before: "Put your watch back 1 h"."""
    stops: tuple[Stop, ...]


class Strip(Struct, frozen=True):
    """A whole train, or the part of it that a passenger rides."""

    stretches: tuple[Stretch, ...]
    illustrative: bool
    """Whether any figure in it is illustrative, so that the legend is needed."""

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Every row, whatever its clock."""
        return tuple(stop for stretch in self.stretches for stop in stretch.stops)

    @property
    def border(self) -> int | None:
        """How many tenths of the way the (first) border is after the first call, 1 to 9; None if there is none."""
        stops = self.stops
        for before, after in pairwise(stops):
            if before.border_after:
                middle = (before.km + after.km - 2 * stops[0].km) / 2
                return min(9, max(1, round(10 * middle / (stops[-1].km - stops[0].km))))
        return None

    @property
    def first(self) -> Stop:
        """Where it begins."""
        return self.stretches[0].stops[0]

    @property
    def last(self) -> Stop:
        """Where it ends."""
        return self.stretches[-1].stops[-1]


def strip_of(line: Line, train: Train, service_date: date, words: Words, part: tuple[int, int] | None = None) -> Strip:
    """A train's calls on a service date; `part` is the first and the last call to show (both included)."""
    first, last = part or (0, len(train.calls) - 1)
    times = call_times(line, train, service_date, words.language)[first : last + 1]
    kilometres = distances(line, train)
    groups: list[tuple[StationTime, str | None, list[Stop]]] = []
    for one in times:
        moment = one.departure or one.arrival
        assert moment is not None  # a call without any time does not pass the loader
        stop = _stop(line, train, one, kilometres[one.index], kilometres[first], service_date, words, last)
        if groups and _same_clock(groups[-1][0], moment):
            groups[-1][2].append(stop)
        else:
            shift = clock_shift(words, groups[-1][0], moment) if groups else None
            groups.append((moment, shift, [stop]))
    stretches = tuple(Stretch(clock_line(words, time), shift, tuple(stops)) for time, shift, stops in groups)
    return Strip(stretches, any(_marked(stop) for stretch in stretches for stop in stretch.stops))


def _marked(stop: Stop) -> bool:
    times = [time for time in (stop.arrival, stop.departure) if time is not None]
    return stop.km_illustrative or any(time.illustrative for time in times)


def _same_clock(one: StationTime, other: StationTime) -> bool:
    return one.zone == other.zone and one.working_label == other.working_label


def _stop(
    line: Line,
    train: Train,
    times: CallTimes,
    distance: tuple[float, bool],
    begin: tuple[float, bool],
    service_date: date,
    words: Words,
    last: int,
) -> Stop:
    call = train.calls[times.index]
    segment = train.segment_railways[times.index] if times.index < last else ()
    return Stop(
        station=times.station,
        arrival=shown(call, "arrival", times.arrival, service_date),
        departure=shown(call, "departure", times.departure, service_date),
        km=distance[0] - begin[0],
        km_illustrative=distance[1] and distance != begin,
        boarding=call.boarding,
        alighting=call.alighting,
        notes=tuple(_notes(line, train, call, words)),
        border_after=len(segment) > 1,
    )


def shown(call: Call, field: str, time: StationTime | None, service_date: date) -> Shown | None:
    """A call's `arrival` or `departure` as it is printed; None where the train begins or ends."""
    if time is None:
        return None
    return Shown(
        time.clock,
        time.days_after(service_date),
        call.illustrative(field),
        time.local.isoformat(timespec="minutes"),
    )


def _notes(line: Line, train: Train, call: Call, words: Words) -> list[str]:
    _ = words.gettext
    notes = [control_words(line, control, words) for control in controls_at(line, train, call.station)]
    if call.station in train.change_at:
        notes.append(_("Change to other coaches of the same train"))
    gauge_break = changes_gauge(line, train, call.station)
    if gauge_break is not None:
        notes.append(gauge_words(gauge_break, words))
    return notes


def control_words(line: Line, control: Control, words: Words) -> str:
    """One side's control as a passenger meets it: "Border control of Russian Railways: on board"."""
    _ = words.gettext
    side = line.text(line.railways[control.railway].side, words.language)
    if control.mode == "on-board":
        return _("Border control, %(side)s: stay in your coach", side=side)
    if control.mode == "on-foot":
        return _("Border control, %(side)s: on foot through the checkpoint", side=side)
    return _("Border control, %(side)s: in the station, before boarding", side=side)


def gauge_words(gauge_break: GaugeBreak, words: Words) -> str:
    """How coaches get from one gauge to the other."""
    _ = words.gettext
    one, other = gauge_break.gauges
    if gauge_break.method == "bogie-change":
        return _("Bogies changed, %(one)d mm to %(other)d mm", one=one, other=other)
    return _("Axles adjusted, %(one)d mm to %(other)d mm", one=one, other=other)


def controls_at(line: Line, train: Train, station: StationId) -> list[Control]:
    """The controls that a passenger of this train passes at a station."""
    found = []
    for before, after in pairwise(train.railways):
        for crossing_id in train.crossings:
            crossing = line.crossings[crossing_id]
            if set(crossing.railways) != {before, after}:
                continue
            towards = [control for control in crossing.controls if control.towards == after]
            named = {control.railway for control in towards if control.trains and train.id in control.trains}
            for control in towards:
                mine = train.id in control.trains if control.trains is not None else control.railway not in named
                if mine and control.station == station:
                    found.append(control)
    return found


def changes_gauge(line: Line, train: Train, station: StationId) -> GaugeBreak | None:
    """The gauge break at a station if this train needs it: its track on both sides has no gauge in common."""
    here = next((one for one in line.gauge_breaks if one.station == station), None)
    if here is None:
        return None
    stops = [stop for segment in train.path for stop in segment]
    pairs = [(one, other) for one, other in pairwise(stops) if one != other]
    sections = _sections(line)
    before = [sections[frozenset(pair)] for pair in pairs if pair[1] == station]
    after = [sections[frozenset(pair)] for pair in pairs if pair[0] == station]
    if before and after and not set(before[0].gauges) & set(after[0].gauges):
        return here
    return None


def distances(line: Line, train: Train) -> Sequence[tuple[float, bool]]:
    """For each call the kilometres from the first, and whether a length in them is illustrative."""
    sections = _sections(line)
    total, illustrative = 0.0, False
    found = [(total, illustrative)]
    for km, stops in zip(train.segment_km, train.path, strict=True):
        total += km
        pairs = pairwise(stops)
        illustrative = illustrative or any(sections[frozenset(pair)].illustrative("km") for pair in pairs)
        found.append((total, illustrative))
    return found


def _sections(line: Line) -> dict[frozenset[StationId], Section]:
    return {frozenset((one.start, one.end)): one for one in line.sections}
