"""Departures at the office: what is sold on each day, and of one departure who sits where on which stretch.

Whoever keeps a till sees names and bookings; the others of the office see that a place is taken, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from markupsafe import Markup
from msgspec import Struct

from rerail.desk.allotted import Kept
from rerail.desk.departures import Listed, Sheet, listed, loads, sheet
from rerail.line.tariff import TravelClass
from rerail.places.seats import Seats
from rerail.web.drawing import svg
from rerail.web.drawing.load import Stretch, load
from rerail.web.errors import NotFound
from rerail.web.i18n import Words
from rerail.web.office.asked_departure import asked_departure
from rerail.web.office.coach_sheet import (
    coach_rows,
    free_places,
    holder_name,
    in_short,
    seat_plan,
    station_at,
    use_row,
    use_rows,
)
from rerail.web.office.conductor import conductor
from rerail.web.office.door import clerks, page, readers
from rerail.web.office.figures import year_of_selling
from rerail.web.office.journal import number
from rerail.web.office.visit import Office, Visit
from rerail.web.site.ask import Field, asked_date

_SPANS: Final = (56, 28, 7, 1)
"""Days on one page: as many as have no more departures than can be read."""
_MOST_ROWS: Final = 160


def handlers(office: Office) -> list[HTTPRouteHandler]:
    """The handlers of this part of the office."""
    return [
        page(office, "/office/departures", departures, readers),
        page(office, "/office/departures/{train:str}/{day:str}", departure, readers),
        page(office, "/office/departures/{train:str}/{day:str}/conductor.pdf", conductor, clerks),
        page(office, "/office/figures", year_of_selling, readers),
    ]


def departures(visit: Visit) -> Response[Any]:
    """The page at `/office/departures`, `?from` a date and `?train`: by day, what runs and what is sold."""
    view = visit.view
    train = visit.fields.text("train")
    train = train if train in view.life.timetable.train_ids else ""
    text = visit.fields.text("from")
    asked = asked_date(text, view) if text else view.today
    start = asked if isinstance(asked, date) else view.today
    field = Field(text or start.isoformat(), asked if isinstance(asked, str) else None)
    selling = visit.office.frame.selling
    for span in _SPANS:
        until = start + timedelta(days=span)
        on_paper = view.life.departures(start, until, running_only=False)
        if sum(train in ("", one.train.id) for one in on_paper) <= _MOST_ROWS:
            break
    by_day: defaultdict[date, list[Listed]] = defaultdict(list)
    for one in listed(selling, start, until, train or None):
        by_day[one.departure.service_date].append(one)
    return visit.page(
        "departures.html",
        status=422 if field.error else 200,
        field=field,
        days=sorted(by_day.items()),
        start=start,
        last=until - timedelta(days=1),
        earlier=start - timedelta(days=span),
        later=until,
        chosen=train,
    )


def departure(visit: Visit, train: str, day: str) -> Response[Any]:
    """The page at `/office/departures/{train}/{date}`, `?coach` a position in the train."""
    key = asked_departure(visit, train, day)
    shown = sheet(visit.office.frame.selling, key)
    if shown is None:
        raise NotFound
    seats = visit.office.frame.selling.kept.seats(shown.line, shown.train)
    coaches = coach_rows(seats, shown)
    seated = [row.position for row in coaches if row.kind.places]
    position = number(visit.fields.text("coach")) or (seated[0] if seated else 0)
    chosen = next((row for row in coaches if row.position == position), None)
    if chosen is None and visit.fields.text("coach"):
        raise NotFound
    return visit.page(
        "departure.html",
        sheet=shown,
        train=shown.train,
        names=visit.user.takes_money,
        borders=bool(shown.train.crossings) and visit.user.at_border,
        refusals=visit.office.frame.border.refusals(key) if visit.user.takes_money else (),
        coaches=coaches,
        chosen=chosen,
        loads=_load_sections(visit, seats, shown),
        plan=seat_plan(visit, shown, chosen) if chosen is not None and chosen.kind.places else None,
        rows=use_rows(visit, shown, chosen) if chosen is not None else (),
        free=in_short(free_places(shown, chosen.coach, chosen.kind)) if chosen is not None else "",
        unplaced=shown.unplaced,
        owed=[one for one in shown.unplaced if one.owed],
        astray=[use_row(visit, shown, use) for use in shown.astray],
        allotments=[_allotment(visit, shown, one) for one in shown.allotments],
        station=lambda station: visit.view.text(shown.line.stations[station].names),
    )


# Load


class LoadSection(Struct, frozen=True, kw_only=True):
    """The load of the whole train, or of one class of it."""

    title: str
    drawing: Markup
    stretches: tuple[Stretch, ...]


def _load_sections(visit: Visit, seats: Seats, shown: Sheet) -> list[LoadSection]:
    words = visit.view.words
    of_class: dict[TravelClass, list[int]] = {}
    for index, coach in enumerate(shown.train.consist):
        if shown.type_of(coach).places:
            of_class.setdefault(shown.type_of(coach).travel_class, []).append(index)
    if len(of_class) < 2:
        return [_load_section(visit, seats, shown, None, words.gettext("Load by stretch"), "load")] if of_class else []
    return [
        _load_section(visit, seats, shown, indexes, class_words(travel_class, words), f"load-{travel_class}")
        for travel_class, indexes in sorted(of_class.items())
    ]


def class_words(travel_class: TravelClass, words: Words) -> str:
    """ "First class"."""
    _ = words.gettext
    return {"first": _("First class"), "second": _("Second class"), "third": _("Third class")}[travel_class]


def _load_section(
    visit: Visit, seats: Seats, shown: Sheet, coaches: Sequence[int] | None, title: str, name: str
) -> LoadSection:
    stretches = tuple(
        Stretch(
            start=station_at(visit, shown, one.first),
            end=station_at(visit, shown, one.last),
            places=one.places,
            sold=one.sold,
            held=one.held,
            kept=one.kept,
        )
        for one in loads(seats, shown, coaches)
    )
    words = visit.view.words
    drawn = svg.both(lambda layout: load(stretches, title, words, layout, name), title)
    return LoadSection(title=title, drawing=drawn, stretches=stretches)


class AllotmentRow(Struct, frozen=True, kw_only=True):
    """An allotment on this departure."""

    holder: str
    kept: Kept
    places: str
    used: int
    """Of its places those with somebody in them on some stretch."""


def _allotment(visit: Visit, shown: Sheet, kept: Kept) -> AllotmentRow:
    return AllotmentRow(
        holder=holder_name(visit, shown, kept.allotment.holder),
        kept=kept,
        places=in_short(place for _, place in kept.places),
        used=sum(pair in shown.uses for pair in kept.places),
    )
