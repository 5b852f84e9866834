"""The first page: what runs and since when, or why not; then the next departures."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from markupsafe import Markup
from msgspec import Struct

from rerail.life.consent import Departure, Life
from rerail.life.status import Status, route_trains, status
from rerail.line.model import Line, Notice, Route, TrainId
from rerail.line.timing import first_call_instant
from rerail.web.context import View
from rerail.web.site.ask import search_fields
from rerail.web.site.drawings import map_of_the_line
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

    @property
    def said_briefly(self) -> tuple[tuple[str, str], ...]:
        """Each railway's word without the entry that it rests on."""
        return tuple((one.railway, one.says) for one in self.said)


class Board(Struct, frozen=True):
    """A departure on the board, with its first and last call on their clocks."""

    departure: Departure
    strip: Strip


def home(view: View) -> Page:
    """The page at `/{lang}/`."""
    routes = sorted(view.line.routes.values(), key=lambda route: not route.principal)
    told = [tell(view, route) for route in routes[:MOST_ROUTES]]
    principal, others = told[0], told[1:]
    first = principal.status.next
    coming = next_departures(view.life, view.now, MOST_DEPARTURES, _over_the_border(view.line))
    following = [one for one in coming if first is None or one.start != first.start]
    upcoming = _row(view, first, "next") if first is not None else Markup()
    return Page(
        view.render(
            "site/home.html",
            principal=principal,
            first=first,
            now=view.piece(
                "site/pieces/now.html",
                _said_of(principal),
                upcoming,
                make=lambda: {"principal": principal, "first": upcoming},
            ),
            board=[_row(view, one, "departure") for one in following],
            others=view.piece(
                "site/pieces/others.html",
                *(_said_of(one) for one in others),
                make=lambda: {"others": others},
            ),
            map=map_of_the_line(view),
            form=view.piece("site/pieces/form.html", view.today, make=lambda: {"fields": search_fields(view)}),
            notices=view.piece("site/pieces/notices.html", make=lambda: {"notices": _newest(view.line)}),
        )
    )


def _said_of(now: RouteNow) -> Hashable:
    """Everything that is written of a route: two states that read alike are one piece of the page."""
    entry = now.status.entry
    return now.route.id, now.says, now.said_briefly, entry.seq if entry is not None else 0


def _row(view: View, departure: Departure, shape: Literal["next", "departure"]) -> Markup:
    """A departure on the board. It depends on its own edition, which need not be the newest."""
    key = (departure.line.content, departure.train.id, departure.service_date, departure.special is not None)
    return view.piece(f"site/pieces/{shape}.html", *key, make=lambda: {"one": on_board(view, departure)})


def _newest(line: Line) -> Sequence[Notice]:
    return newest_first(line)[:MOST_NOTICES]


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
            waiting.append(first)
    heapq.heapify(waiting)
    found: list[Departure] = []
    while waiting and len(found) < most:
        _, train, day = heapq.heappop(waiting)
        departure = life.departure(train, day)
        assert departure is not None  # the timetable had the train on this date when it was put into the queue
        found.append(departure)
        following = _following(life, train, day + timedelta(days=1), now)
        if following is not None:
            heapq.heappush(waiting, following)
    return found


def _following(life: Life, train: TrainId, day: date, now: datetime) -> tuple[datetime, TrainId, date] | None:
    """When and on which service date, from `day` on, the train leaves next after `now`."""
    runs = life.runs(train)
    following = runs.on_or_after(day)
    while following is not None and following < life.window[1]:
        version = life.timetable.at(train, following)
        if version is not None:
            start = first_call_instant(version[1], following)
            if start > now:
                return start, train, following
        following = runs.on_or_after(following + timedelta(days=1))
    return None
