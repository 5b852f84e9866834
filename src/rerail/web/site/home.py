"""The first page: what runs and since when, or why not; then the next departures."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from rerail.life.consent import Departure, Life
from rerail.life.status import Status, route_trains, status
from rerail.line.model import Line, Notice, Route, TrainId
from rerail.web.context import View
from rerail.web.site.ask import search_fields
from rerail.web.site.notices import newest_first
from rerail.web.site.page import Page
from rerail.web.site.status_words import Sentence, Word, sentence, word
from rerail.web.site.strip import Strip, strip_of

MOST_DEPARTURES = 5
MOST_ROUTES = 8
MOST_NOTICES = 3


class RouteNow(Struct, frozen=True):
    """A route and what is said of it."""

    route: Route
    status: Status
    says: Sentence
    said: tuple[Word, ...]
    """Each railway's word on the departure that the sentence is about: the next one, else today's."""


class Board(Struct, frozen=True):
    """A departure on the board, with its first and last call on their clocks."""

    departure: Departure
    strip: Strip


def home(view: View) -> Page:
    """The page at `/{lang}/`."""
    routes = sorted(view.line.routes.values(), key=lambda route: not route.principal)
    told = [tell(view, route) for route in routes[:MOST_ROUTES]]
    first = told[0].status.next
    coming = next_departures(view.life, view.now, MOST_DEPARTURES, _over_the_border(view.line))
    board = [on_board(view, one) for one in coming if first is None or one.start != first.start]
    notices: Sequence[Notice] = newest_first(view.line)[:MOST_NOTICES]
    return Page(
        view.render(
            "site/home.html",
            principal=told[0],
            others=told[1:],
            first=on_board(view, first) if first is not None else None,
            board=board,
            notices=notices,
            fields=search_fields(view),
        )
    )


def on_board(view: View, departure: Departure) -> Board:
    """A departure with its calls in the reader's language."""
    return Board(departure, strip_of(departure.line, departure.train, departure.service_date, view.words))


def _over_the_border(line: Line) -> Sequence[TrainId]:
    """The trains that the board is for: those over the border, where there is one."""
    crossing = [train.id for train in line.trains.values() if train.crossings]
    return crossing or tuple(line.trains)


def tell(view: View, route: Route) -> RouteNow:
    """What is said of a route now."""
    trains = route_trains(view.life, route.id)
    now = status(view.life, trains, view.now)
    return RouteNow(route, now, sentence(now, view.line, view.words, view.today), _said(view, trains, now))


def _said(view: View, trains: Sequence[TrainId], now: Status) -> tuple[Word, ...]:
    if not trains:
        return ()
    life = view.life
    train, day = (now.next.train.id, now.next.service_date) if now.next is not None else (trains[0], view.today)
    railways = life.line.trains[train].railways
    return tuple(word(life, train, day, life.key(railway, train, day), view.words) for railway in railways)


def next_departures(life: Life, now: datetime, most: int, trains: Sequence[TrainId]) -> list[Departure]:
    """The next departures of these trains that run, by the instant they leave.

    Each train is asked for its next date only when its turn comes, so that 2,000 trains cost 2,000 questions
    and not a season's departures.
    """
    waiting: list[tuple[datetime, TrainId, date]] = []
    for train in trains:
        first = _following(life, train, now.date() - timedelta(days=2), now)
        if first is not None:
            waiting.append((first.start, train, first.service_date))
    heapq.heapify(waiting)
    found: list[Departure] = []
    while waiting and len(found) < most:
        _, train, day = heapq.heappop(waiting)
        departure = life.departure(train, day)
        assert departure is not None  # it was one when it was put into the queue
        found.append(departure)
        following = _following(life, train, day + timedelta(days=1), now)
        if following is not None:
            heapq.heappush(waiting, (following.start, train, following.service_date))
    return found


def _following(life: Life, train: TrainId, day: date, now: datetime) -> Departure | None:
    """The train's first departure with a service date from `day` on that has not left yet."""
    runs = life.runs(train)
    following = runs.on_or_after(day)
    while following is not None and following < life.window[1]:
        departure = life.departure(train, following)
        if departure is not None and departure.start > now:
            return departure
        following = runs.on_or_after(following + timedelta(days=1))
    return None
