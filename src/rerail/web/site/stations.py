"""Stations: what each is called, which clock it shows, and which trains call there."""

from __future__ import annotations

from msgspec import Struct

from rerail.line.model import Control, GaugeBreak, Section, Station, Train
from rerail.line.timing import CallTimes, call_times, station_time
from rerail.web.context import View
from rerail.web.errors import NotFound
from rerail.web.site.clock_words import clock_line
from rerail.web.site.page import Page
from rerail.web.site.paging import page_of
from rerail.web.site.running_words import running_words
from rerail.web.site.strip import Shown, control_words, shown
from rerail.web.site.timetable import Number, numbers, printed_date

MOST_STATIONS = 100
MOST_TRAINS = 40

CODE_LISTS = {"esr": "ESR", "express3": "Express-3", "uic": "UIC"}


class Neighbour(Struct, frozen=True):
    """The next station along the track."""

    station: Station
    section: Section


class CallHere(Struct, frozen=True):
    """A train that calls here."""

    train: Train
    numbers: tuple[Number, ...]
    arrival: Shown | None
    departure: Shown | None
    days: str
    boarding: bool
    alighting: bool


def stations(view: View) -> Page:
    """The page at `/{lang}/stations`, `?from=N` beginning with the N-th."""
    every = list(view.line.stations.values())
    paging = page_of(view, (1 for _ in every), MOST_STATIONS)
    called = {call.station for train in view.line.trains.values() for call in train.calls}
    return Page(
        view.render(
            "site/stations.html",
            stations=every[paging.begin : paging.end],
            called=called,
            paging=paging,
        ),
        keep=paging.canonical,
    )


def station(view: View, station: str) -> Page:
    """The page at `/{lang}/stations/{id}`."""
    _ = view.words.gettext
    found = view.line.stations.get(station)
    if found is None:
        raise NotFound(_("There is no such station on this line; the list has all of them."))
    calls = [
        _call(view, train, times)
        for train in view.line.trains.values()
        if any(call.station == found.id for call in train.calls)
        for times in call_times(view.line, train, printed_date(view, train), view.language)
        if times.station.id == found.id
    ]
    now = station_time(view.line, found, view.now, view.language)
    return Page(
        view.render(
            "site/station.html",
            station=found,
            railway=view.line.railways[found.railway],
            codes=[(CODE_LISTS[name], code) for name, code in found.codes.items() if name in CODE_LISTS],
            now=now,
            clock=clock_line(view.words, now),
            calls=calls[:MOST_TRAINS],
            more_calls=len(calls) > MOST_TRAINS,
            neighbours=_neighbours(view, found),
            gauge_breaks=_gauge_breaks(view, found),
            controls=_controls(view, found),
        )
    )


def _call(view: View, train: Train, times: CallTimes) -> CallHere:
    call = train.calls[times.index]
    day = printed_date(view, train)
    return CallHere(
        train,
        numbers(train),
        shown(call, "arrival", times.arrival, day),
        shown(call, "departure", times.departure, day),
        running_words(train.running_days, view.words, view.today),
        call.boarding,
        call.alighting,
    )


def _neighbours(view: View, found: Station) -> list[Neighbour]:
    both = [
        Neighbour(view.line.stations[section.end if section.start == found.id else section.start], section)
        for section in view.line.sections
        if found.id in (section.start, section.end)
    ]
    return sorted(both, key=lambda one: list(view.line.stations).index(one.station.id))


def _controls(view: View, found: Station) -> list[tuple[Control, str, str]]:
    """The controls here, once for trains that are controlled alike: with the railway travelled to, in words."""
    seen: dict[tuple[object, ...], tuple[Control, str, str]] = {}
    for crossing in view.line.crossings.values():
        for control in crossing.controls:
            if control.station == found.id:
                towards = view.text(view.line.railways[control.towards].names)
                alike = (control.railway, control.towards, control.mode, control.minutes, control.opens)
                seen.setdefault(alike, (control, towards, control_words(view.line, control, view.words)))
    return list(seen.values())


def _gauge_breaks(view: View, found: Station) -> list[GaugeBreak]:
    return [one for one in view.line.gauge_breaks if one.station == found.id]
