"""The timetable: every train by route, each call on its station's clock."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from rerail.line.dates import Dates
from rerail.line.model import Line, RailwayId, Route, Train
from rerail.web.context import View
from rerail.web.shop.links import departure_link
from rerail.web.site.home import RouteNow, tell
from rerail.web.site.page import Page
from rerail.web.site.paging import page_of
from rerail.web.site.running_words import running_words
from rerail.web.site.strip import Strip, strip_of

ROOM = 56
"""Rows on one page: a call takes one, and what is said of a train `TRAIN_ITSELF`. The rest is on further pages."""

TRAIN_ITSELF = 2

MOST_DATES = 4


class Number(Struct, frozen=True):
    """A train's number on a railway."""

    railway: RailwayId
    number: str
    illustrative: bool


class NextDate(Struct, frozen=True):
    """A date of a train, and whether it runs on it."""

    day: date
    runs: bool


class Printed(Struct, frozen=True, kw_only=True):
    """A train as the timetable prints it."""

    train: Train
    numbers: tuple[Number, ...]
    days: str
    days_illustrative: bool
    strip: Strip
    printed_for: date
    next_dates: tuple[NextDate, ...]
    buy: str | None
    """Where its next departure is bought; None if nothing is sold or it does not run."""
    gauges: tuple[int, ...]
    """Gauges (mm) that its track has all the way; empty if it changes gauge."""


class Printing(Struct, frozen=True):
    """A route with its trains on this page."""

    now: RouteNow
    trains: tuple[Printed, ...]


def timetable(view: View) -> Page:
    """The page at `/{lang}/timetable`, `?from=N` beginning with the N-th train."""
    ordered = [
        (route, train)
        for route in sorted(view.line.routes.values(), key=lambda route: not route.principal)
        for train in view.line.trains.values()
        if train.route == route.id
    ]
    paging = page_of(view, (TRAIN_ITSELF + len(train.calls) for _, train in ordered), ROOM)
    shown = ordered[paging.begin : paging.end]
    routes: dict[str, tuple[Route, list[Printed]]] = {}
    for route, train in shown:
        routes.setdefault(route.id, (route, []))[1].append(printed(view, train))
    return Page(
        view.render(
            "site/timetable.html",
            routes=[Printing(tell(view, route), tuple(trains)) for route, trains in routes.values()],
            paging=paging,
        ),
        keep=paging.canonical,
    )


def printed(view: View, train: Train) -> Printed:
    """A train with its running days in words, its next dates and its calls as on the next of them."""
    upcoming = _next_dates(view, train)
    day = upcoming[0].day if upcoming else train.printed_for
    return Printed(
        train=train,
        numbers=numbers(train),
        days=running_words(train.running_days, view.words, view.today),
        days_illustrative=train.running_days.provenance.illustrative,
        strip=strip_of(view.line, train, day, view.words),
        printed_for=day,
        next_dates=upcoming,
        buy=_buy(view, train, upcoming),
        gauges=gauges(view.line, train),
    )


def _buy(view: View, train: Train, upcoming: tuple[NextDate, ...]) -> str | None:
    """Where its next departure that has not left yet is bought."""
    leaves = view.life.leaves_next(train.id, view.now) if upcoming and upcoming[0].runs else None
    departure = view.life.departure(train.id, leaves[1]) if leaves is not None else None
    return departure_link(view, departure) if departure is not None else None


def printed_date(view: View, train: Train) -> date:
    """The date whose clocks the printed times are shown on: the next that runs, else the next planned one."""
    upcoming = _next_dates(view, train, 1)
    return upcoming[0].day if upcoming else train.printed_for


def numbers(train: Train) -> tuple[Number, ...]:
    """The train's number on each railway; once where they agree."""
    illustrative = train.illustrative("numbers")
    return tuple(Number(railway, number, illustrative) for railway, number in train.numbers.items())


def _next_dates(view: View, train: Train, most: int = MOST_DATES) -> tuple[NextDate, ...]:
    """The next dates on which it runs; if there is none, those on which it is planned and does not run."""
    paper = view.life.on_paper(train.id).within(view.today, view.life.window[1])
    runs = view.life.runs(train.id)
    days = _first(paper & runs, most) or _first(paper, most)
    return tuple(NextDate(day, day in runs) for day in days)


def _first(dates: Dates, most: int) -> list[date]:
    found: list[date] = []
    day = dates.first
    while day is not None and len(found) < most:
        found.append(day)
        day = dates.on_or_after(day + timedelta(days=1))
    return found


def gauges(line: Line, train: Train) -> tuple[int, ...]:
    """The gauges that all the track under a train has."""
    sections = {frozenset((one.start, one.end)): one for one in line.sections}
    common: set[int] | None = None
    for stops in train.path:
        for pair in pairwise(stops):
            have = set(sections[frozenset(pair)].gauges)
            common = have if common is None else common & have
    return tuple(sorted(common or ()))
