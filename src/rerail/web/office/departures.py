"""Departures at the office: what is sold on each day, and of one departure who sits where on which stretch.

Whoever keeps a till sees names and bookings; the others of the office see that a place is taken, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from markupsafe import Markup
from msgspec import Struct

from rerail.desk.allotted import Kept
from rerail.desk.departures import Listed, Sheet, Use, cuts, listed, loads, sheet
from rerail.line.model import Coach, CoachType, Text
from rerail.line.tariff import TravelClass
from rerail.places.seats import Seats
from rerail.web.drawing import svg
from rerail.web.drawing.load import Stretch, load
from rerail.web.drawing.place_plan import Bar, PlacePlan, Row, State, place_plan
from rerail.web.errors import NotFound
from rerail.web.i18n import Words, date_words
from rerail.web.office.asked_departure import asked_departure
from rerail.web.office.conductor import conductor
from rerail.web.office.door import clerks, page, staff
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
        page(office, "/office/departures", departures, staff),
        page(office, "/office/departures/{train:str}/{day:str}", departure, staff),
        page(office, "/office/departures/{train:str}/{day:str}/conductor.pdf", conductor, clerks),
        page(office, "/office/figures", year_of_selling, staff),
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


class CoachRow(Struct, frozen=True, kw_only=True):
    """A coach in the list of coaches."""

    position: int
    """From 1, in the order of the train."""
    coach: Coach
    kind: CoachType
    fullest: int
    """Places taken on the stretch on which most are."""
    free: int
    """Places free as long as the coach is in the train."""


class UseRow(Struct, frozen=True, kw_only=True):
    """A place over a stretch, in the table beside the plan."""

    use: Use
    start: Text
    end: Text
    state: str


def departure(visit: Visit, train: str, day: str) -> Response[Any]:
    """The page at `/office/departures/{train}/{date}`, `?coach` a position in the train."""
    shown = sheet(visit.office.frame.selling, asked_departure(visit, train, day))
    if shown is None:
        raise NotFound
    seats = Seats(shown.line, shown.train)
    coaches = _coaches(seats, shown)
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
        coaches=coaches,
        chosen=chosen,
        loads=_load_sections(visit, seats, shown),
        plan=_plan(visit, shown, chosen) if chosen is not None and chosen.kind.places else None,
        rows=_rows(visit, shown, chosen) if chosen is not None else (),
        free=in_short(_free_places(shown, chosen.coach, chosen.kind)) if chosen is not None else "",
        unplaced=shown.unplaced,
        owed=[one for one in shown.unplaced if one.owed],
        astray=[_use_row(visit, shown, use) for use in shown.astray],
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
            start=_at(visit, shown, one.first),
            end=_at(visit, shown, one.last),
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


def _coaches(seats: Seats, shown: Sheet) -> list[CoachRow]:
    found = []
    for index, coach in enumerate(shown.train.consist):
        kind = shown.type_of(coach)
        mine = [one for one in loads(seats, shown, {index}) if coach.first_call <= one.first < coach.last_call]
        found.append(
            CoachRow(
                position=index + 1,
                coach=coach,
                kind=kind,
                fullest=max((one.sold + one.held for one in mine), default=0),
                free=len(_free_places(shown, coach, kind)),
            )
        )
    return found


# The plan of one coach, and the table that says the same


def _free_places(shown: Sheet, coach: Coach, kind: CoachType) -> list[str]:
    return [
        place.number
        for place in kind.places
        if not shown.uses_in(coach, place.number) and (coach.number, place.number) not in shown.kept
    ]


def _plan(visit: Visit, shown: Sheet, row: CoachRow) -> Markup:
    words = visit.view.words
    coach, places = row.coach, row.kind.places
    calls = cuts(shown.train, coach, [shown.uses_in(coach, place.number) for place in places])
    index = {call: position for position, call in enumerate(calls)}
    in_order = sorted(places, key=lambda place: counted(place.number))
    kinds = place_kinds(words)
    rows = []
    for place in in_order:
        bars = [
            Bar(
                index[use.spot.board],
                index.get(min(use.spot.alight, calls[-1]), len(calls) - 1),
                _state(use),
                _label(visit, use),
            )
            for use in shown.uses_in(coach, place.number)
        ]
        if (coach.number, place.number) in shown.kept:
            bars = [*bars, *_kept_bars(visit, shown, coach, place.number, calls, bars)]
        rows.append(Row(place.number, kinds[place.kind], place.compartment, tuple(bars)))
    plan = PlacePlan(
        title=words.gettext(
            "Coach %(number)s on %(date)s: who sits where",
            number=coach.number,
            date=date_words(shown.departure.service_date, visit.view.language),
        ),
        stations=tuple(_at(visit, shown, call) for call in calls),
        rows=tuple(rows),
    )
    return svg.both(lambda layout: place_plan(plan, words, layout), plan.title)


def _kept_bars(
    visit: Visit, shown: Sheet, coach: Coach, place: str, calls: Sequence[int], bars: Sequence[Bar]
) -> list[Bar]:
    """The stretches of a kept place on which nobody sits."""
    holder = holder_name(visit, shown, shown.kept[coach.number, place])
    taken = {column for bar in bars for column in range(bar.first, bar.last)}
    found: list[Bar] = []
    for column in range(len(calls) - 1):
        if column in taken:
            continue
        if found and found[-1].last == column:
            found[-1] = Bar(found[-1].first, column + 1, "kept", holder)
        else:
            found.append(Bar(column, column + 1, "kept", holder))
    return found


def place_kinds(words: Words) -> dict[str, str]:
    """What each kind of place is called."""
    _ = words.gettext
    return {
        "seat": _("seat"),
        "lower": _("lower berth"),
        "middle": _("middle berth"),
        "upper": _("upper berth"),
        "wheelchair": _("wheelchair place"),
    }


def _state(use: Use) -> State:
    return "empty" if use.empty else use.state


def _label(visit: Visit, use: Use) -> str:
    if not visit.user.takes_money or use.empty:
        return ""
    return use.passenger or use.booking


def _rows(visit: Visit, shown: Sheet, row: CoachRow) -> list[UseRow]:
    numbers = sorted((place.number for place in row.kind.places), key=counted)
    return [_use_row(visit, shown, use) for place in numbers for use in shown.uses_in(row.coach, place)]


def counted(place: str) -> tuple[int, str]:
    """Places in the order in which one counts: 2 before 10, 10 before 10A."""
    digits = "".join(character for character in place if character.isdecimal())
    return int(digits or 0), place


def in_short(places: Iterable[str]) -> str:
    """Numbers of places, those that follow one another together: "1–12, 15, 17"."""
    runs: list[list[str]] = []
    for place in sorted(places, key=counted):
        last = runs[-1][-1] if runs else ""
        if last.isdecimal() and place.isdecimal() and int(place) == int(last) + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _use_row(visit: Visit, shown: Sheet, use: Use) -> UseRow:
    _ = visit.view.words.gettext
    said = {
        "sold": _("sold"),
        "held": _("held, not paid yet"),
        "empty": _("stays empty: a whole compartment was bought"),
    }
    stations = shown.line.stations
    calls = shown.train.calls
    last = len(calls) - 1
    return UseRow(
        use=use,
        start=stations[calls[min(use.spot.board, last)].station].names,
        end=stations[calls[min(use.spot.alight, last)].station].names,
        state=said[_state(use)],
    )


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


def holder_name(visit: Visit, shown: Sheet, holder: str) -> str:
    """The railway or tour operator that places are kept for."""
    tariff = shown.line.tariff
    if tariff is not None and holder in tariff.operators:
        return visit.view.text(tariff.operators[holder].names)
    railway = shown.line.railways.get(holder)
    return visit.view.text(railway.short_names) if railway is not None else holder


def _at(visit: Visit, shown: Sheet, call: int) -> str:
    return visit.view.text(shown.line.stations[shown.train.calls[call].station].names)
