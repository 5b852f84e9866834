"""The first page: what runs and since when, or why not; then the next departures."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from msgspec import Struct

from rerail.life.consent import Departure, Life
from rerail.life.status import route_trains, status
from rerail.line.model import Line, Notice, Route, TrainId
from rerail.web.context import View
from rerail.web.shop.links import departure_link
from rerail.web.site.ask import search_fields
from rerail.web.site.drawings import map_beside, map_key
from rerail.web.site.notices import newest_first
from rerail.web.site.page import Page
from rerail.web.site.status_words import Sentence, Word, sentence, word
from rerail.web.site.strip import Strip, strip_of

MOST_DEPARTURES = 5
MOST_ROUTES = 8
MOST_NOTICES = 3


class RouteNow:
    """A route now, and what is said of it."""

    def __init__(self, view: View, route: Route) -> None:
        self._view: Final = view
        self._trains: Final = route_trains(view.life, route.id)
        self.route: Final = route
        self.status: Final = status(view.life, self._trains, view.now)
        self.says: Final[Sentence] = sentence(self.status, view.line, view.words, view.today)

    @cached_property
    def said(self) -> tuple[Word, ...]:
        """Each railway's word on the departure that the sentence is about: the next one, else today's."""
        if not self._trains:
            return ()
        life, upcoming = self._view.life, self.status.next
        if upcoming is not None:
            train, day = upcoming.train.id, upcoming.service_date
        else:
            train, day = self._trains[0], self._view.today
        railways = life.line.trains[train].railways
        return tuple(word(life, train, day, life.key(railway, train, day), self._view.words) for railway in railways)


class Board(Struct, frozen=True):
    """A departure on the board, with its first and last call on their clocks."""

    departure: Departure
    strip: Strip
    buy: str | None
    """Where it is bought; None if nothing is sold."""


def home(view: View) -> Page:
    """The page at `/{lang}/`.

    What it says changes with the journal, the edition and the date, and when a train leaves: so its body is
    kept under exactly these, and the minutes between cost little.
    """
    life = view.life
    leaving = tuple(life.leaves_next(train, view.now) for train in view.line.trains)
    body = view.piece(
        "site/pieces/home.html",
        view.snapshot.versions,
        view.today,
        view.now.date(),
        leaving,
        map_key(view),
        make=lambda: _says(view),
    )
    principal = next(route for route in view.line.routes.values() if route.principal)
    return Page(view.render("site/home.html", title=view.text(principal.names), body=body), drawings=(body,))


def _says(view: View) -> dict[str, Any]:
    routes = sorted(view.line.routes.values(), key=lambda route: not route.principal)
    principal, *others = (tell(view, route) for route in routes[:MOST_ROUTES])
    first = principal.status.next
    coming = next_departures(view.life, view.now, MOST_DEPARTURES, _over_the_border(view.line))
    return {
        "principal": principal,
        "others": others,
        "first": on_board(view, first) if first is not None else None,
        "board": [on_board(view, one) for one in coming if first is None or one.start != first.start],
        "fields": search_fields(view),
        "map": map_beside(view),
        "notices": _newest(view.line),
    }


def _newest(line: Line) -> Sequence[Notice]:
    return newest_first(line)[:MOST_NOTICES]


def on_board(view: View, departure: Departure) -> Board:
    """A departure with its calls in the reader's language."""
    strip = strip_of(departure.line, departure.train, departure.service_date, view.words)
    return Board(departure, strip, departure_link(view, departure))


def _over_the_border(line: Line) -> Sequence[TrainId]:
    """The trains that the board is for: those over the border, where there is one."""
    crossing = [train.id for train in line.trains.values() if train.crossings]
    return crossing or tuple(line.trains)


def tell(view: View, route: Route) -> RouteNow:
    """What is said of a route now."""
    return RouteNow(view, route)


def next_departures(life: Life, now: datetime, most: int, trains: Sequence[TrainId]) -> list[Departure]:
    """The next departures of these trains that run, by the instant they leave.

    Each train is asked for its next date only when its turn comes, so that 2,000 trains cost 2,000 questions
    and not a season's departures.
    """
    waiting = [(*leaves, train) for train in trains if (leaves := life.leaves_next(train, now)) is not None]
    heapq.heapify(waiting)
    found: list[Departure] = []
    while waiting and len(found) < most:
        _, day, train = heapq.heappop(waiting)
        departure = life.departure(train, day)
        assert departure is not None  # the timetable has the train on this date, or it would not run
        found.append(departure)
        later = life.leaves_from(train, day + timedelta(days=1), now)
        if later is not None:
            heapq.heappush(waiting, (*later, train))
    return found
