"""The search: from, to, date, and how to get there; or why not, and when."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from msgspec import Struct

from rerail.journey.model import Answer, Change, Journey, Leg, Refusal
from rerail.journey.search import search as find
from rerail.line.model import Station
from rerail.line.timing import StationTime, station_time
from rerail.web.context import View
from rerail.web.i18n import date_words
from rerail.web.shop.links import journey_link
from rerail.web.site.ask import Field, asked_date, asked_station, search_fields
from rerail.web.site.clock_words import duration
from rerail.web.site.page import Page
from rerail.web.site.status_words import sides
from rerail.web.site.strip import Strip, strip_of

FIELDS = ("from", "to", "date")


class Ride(Struct, frozen=True):
    """One train of a journey, as it is drawn."""

    leg: Leg
    strip: Strip
    change: Change | None
    """The change of trains after it; None after the last."""


class Way(Struct, frozen=True):
    """One journey, as it is drawn."""

    journey: Journey
    rides: tuple[Ride, ...]
    leaves: StationTime
    arrives: StationTime
    days: int
    """Midnights of the last station's clock after the date one leaves on."""
    buy: str | None
    """Where all its trains are bought together; None if nothing is sold."""


def search(view: View) -> Page:
    """The page at `/{lang}/search?from&to&date`. An empty form asks; a wrong field is told so beside it."""
    asked = view.query
    if not any(asked.get(name) for name in FIELDS):
        return Page(view.render("site/search.html", fields=search_fields(view), answer=None))
    origin, start = _station(view, "from")
    destination, end = _station(view, "to")
    day_field, day = _day(view)
    fields = search_fields(view, origin, destination, day_field)
    if fields.wrong or start is None or end is None or day is None:
        return Page(view.render("site/search.html", fields=fields, answer=None), keep=False)
    answer = find(view.life, start.id, end.id, day, not_before=view.now, language=view.language)
    earlier, later = neighbours(view, answer)
    return Page(
        view.render(
            "site/search.html",
            fields=fields,
            answer=answer,
            ways=[_way(view, journey, day) for journey in answer.journeys],
            why=refusal_words(view, answer),
            planned=_planned(view, answer),
            next=next_link(view, answer),
            earlier=earlier,
            later=later,
            duration=partial(duration, view.words),
        ),
        keep=(start.id, end.id, day.isoformat()) == tuple(asked.get(name) for name in FIELDS),
    )


def _station(view: View, name: str) -> tuple[Field, Station | None]:
    _ = view.words.gettext
    text = view.query.get(name, "")
    if not text:
        return Field("", _("Choose a station.")), None
    found = asked_station(text, view.line, view.words)
    if isinstance(found, str):
        return Field(text, found), None
    listed = search_fields(view).stations
    return Field(found.id if listed else view.text(found.names)), found


def _day(view: View) -> tuple[Field, date | None]:
    text = view.query.get("date", "") or view.today.isoformat()
    day = asked_date(text, view)
    if isinstance(day, str):
        return Field(text, day), None
    return Field(day.isoformat()), day


def _way(view: View, journey: Journey, day: date) -> Way:
    changes: list[Change | None] = [*journey.changes, None]
    rides = tuple(
        Ride(
            leg,
            strip_of(
                leg.departure.line,
                leg.departure.train,
                leg.departure.service_date,
                view.words,
                (leg.board, leg.alight),
            ),
            change,
        )
        for leg, change in zip(journey.legs, changes, strict=True)
    )
    leaves = station_time(view.line, journey.legs[0].origin, journey.departure, view.language)
    arrives = station_time(view.line, journey.legs[-1].destination, journey.arrival, view.language)
    days = (arrives.local.date() - day).days
    return Way(journey, rides, leaves, arrives, days, journey_link(view, journey.legs))


def refusal_words(view: View, answer: Answer) -> tuple[str, ...]:
    """Why there is no journey, in sentences; empty if there is one."""
    _ = view.words.gettext
    refusal = answer.refusal
    if refusal is None:
        return ()
    day = date_words(answer.day, view.language)
    said = {
        "same-station": _("You are there already: both stations are the same. Choose another one."),
        "no-train": _("No train of this line connects these stations, even with changes."),
        "not-on-this-date": _("No train goes there on %(date)s.", date=day),
        "not-known-yet": _("The timetable does not reach as far as %(date)s; choose an earlier date.", date=day),
        "cancelled": _("The train planned for %(date)s is cancelled.", date=day),
        "no-consent": _("A train is planned for %(date)s, but it does not run.", date=day),
    }
    first = said[refusal.kind]
    if answer.day < view.today and refusal.kind not in ("same-station", "no-train"):
        first = _("%(date)s is past; choose a date from today on.", date=day)
        return (first,)
    return (first, *_withheld(view, refusal))


def _withheld(view: View, refusal: Refusal) -> tuple[str, ...]:
    _ = view.words.gettext
    if not refusal.withheld:
        return ()
    lacking = sides(tuple(key.railway for key in refusal.withheld), view.line, view.words)
    if refusal.kind == "not-on-this-date":
        return (_("Trains of later dates lack consent (%(sides)s).", sides=lacking),)
    return (_("Consent is lacking: %(sides)s.", sides=lacking),)


def _planned(view: View, answer: Answer) -> Way | None:
    refusal = answer.refusal
    if refusal is None or refusal.planned is None or refusal.kind == "not-on-this-date":
        return None
    return _way(view, refusal.planned, answer.day)


def next_link(view: View, answer: Answer) -> str | None:
    """Where the same search is for the next date on which there is a journey."""
    if answer.next_day is None:
        return None
    return view.href("/search", **{"from": answer.origin.id, "to": answer.destination.id, "date": answer.next_day})


def neighbours(view: View, answer: Answer) -> tuple[str | None, str]:
    """Where the same search is for the day before (None if that is past) and the day after."""

    def link(day: date) -> str:
        return view.href("/search", **{"from": answer.origin.id, "to": answer.destination.id, "date": day})

    earlier = answer.day - timedelta(days=1)
    return (link(earlier) if earlier >= view.today else None, link(answer.day + timedelta(days=1)))
