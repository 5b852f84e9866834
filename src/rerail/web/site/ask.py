"""What a reader asks for in a form or an address: dates and stations, and the sentence when they make no sense."""

from __future__ import annotations

import re
from datetime import date, timedelta

from msgspec import Struct

from rerail.journey.stations import UnknownStation, find_station
from rerail.line.dates import EPOCH
from rerail.line.model import Line, Station
from rerail.web.context import View
from rerail.web.i18n import Words
from rerail.web.site.running_words import listed

MOST_LISTED = 60
"""Stations that a form still lists to choose from; on a longer line one types the name."""

FURTHEST = timedelta(days=3653)
"""Dates past ten years from today are slips of the pen."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Field(Struct, frozen=True):
    """One field of a form: what stands in it, and what is wrong with it."""

    value: str = ""
    error: str | None = None


class SearchFields(Struct, frozen=True, kw_only=True):
    """The search form."""

    origin: Field
    destination: Field
    day: Field
    stations: tuple[tuple[str, str], ...]
    """The stations to choose from, id and name; empty where there are too many to list."""

    @property
    def wrong(self) -> bool:
        """Whether a field needs the reader's attention."""
        return any(field.error for field in (self.origin, self.destination, self.day))


def asked_date(text: str, view: View) -> date | str:
    """The date that a reader typed or an address names, or a sentence that says what is wrong with it."""
    _ = view.words.gettext
    if not _DATE.fullmatch(text):
        return _("Write the date as year-month-day, for example %(example)s.", example=view.today.isoformat())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _("There is no such date; check the day and the month.")
    if day < EPOCH or day > view.today + FURTHEST:
        return _(
            "The date is too far away; choose one between %(first)s and %(last)s.",
            first=EPOCH.isoformat(),
            last=(view.today + FURTHEST).isoformat(),
        )
    return day


def asked_station(text: str, line: Line, words: Words) -> Station | str:
    """The station that a reader chose or typed, or a sentence that says which may have been meant."""
    _ = words.gettext
    try:
        return find_station(line, text, words.language)
    except UnknownStation as error:
        if not error.near:
            return _("No station of this name is on the line.")
        near = listed([line.text(station.names, words.language) for station in error.near], words)
        return _("No station of this name is on the line. Similar: %(stations)s.", stations=near)


def search_fields(
    view: View, origin: Field | None = None, destination: Field | None = None, day: Field | None = None
) -> SearchFields:
    """The form as it first stands: along the principal route, today."""
    line = view.line
    served = [station for station in line.stations.values() if station.id in _called_at(line)]
    options = tuple((station.id, view.text(station.names)) for station in served)
    principal = next((route.id for route in line.routes.values() if route.principal), None)
    train = next((train for train in line.trains.values() if train.route == principal), None)
    start, end = (train.calls[0].station, train.calls[-1].station) if train is not None else ("", "")
    listable = len(options) <= MOST_LISTED
    return SearchFields(
        origin=origin or Field(start if listable else view.text(line.stations[start].names)),
        destination=destination or Field(end if listable else view.text(line.stations[end].names)),
        day=day or Field(view.today.isoformat()),
        stations=options if listable else (),
    )


def _called_at(line: Line) -> set[str]:
    return {call.station for train in line.trains.values() for call in train.calls}
