"""The first page: what runs and since when, or why not; then the next departures."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from markupsafe import Markup
from msgspec import Struct

from rerail.life.consent import Departure, Life
from rerail.life.status import route_trains, status
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
        life, following = self._view.life, self.status.next
        if following is not None:
            train, day = following.train.id, following.service_date
        else:
            train, day = self._trains[0], self._view.today
        railways = life.line.trains[train].railways
        return tuple(word(life, train, day, life.key(railway, train, day), self._view.words) for railway in railways)


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
    upcoming = _row(view, first.train.id, first.service_date, "next") if first is not None else Markup()
    coming = coming_departures(view.life, view.now, MOST_DEPARTURES, _over_the_border(view.line))
    board = [
        _row(view, train, day, "departure") for start, train, day in coming if first is None or start != first.start
    ]
    return Page(
        view.render(
            "site/home.html",
            title=view.text(principal.route.names),
            first=first,
            now=view.piece(
                "site/pieces/now.html",
                _said_of(principal),
                tuple((one.railway, one.says) for one in principal.said),
                upcoming,
                make=lambda: {"principal": principal, "first": upcoming},
            ),
            board=board,
            others=view.piece("site/pieces/others.html", *map(_said_of, others), make=lambda: {"others": others}),
            map=map_of_the_line(view),
            form=view.piece("site/pieces/form.html", view.today, make=lambda: {"fields": search_fields(view)}),
            notices=view.piece("site/pieces/notices.html", make=lambda: {"notices": _newest(view.line)}),
            legend=view.piece("site/pieces/legend.html", make=dict),
        )
    )


def _said_of(now: RouteNow) -> Hashable:
    """Everything that is written of a route: two states that read alike are one piece of the page."""
    entry = now.status.entry
    return now.route.id, now.says, entry.seq if entry is not None else 0


def _row(view: View, train: TrainId, day: date, shape: Literal["next", "departure"]) -> Markup:
    """A departure on the board, as the journal has it."""

    def made() -> dict[str, Board]:
        departure = view.life.departure(train, day)
        assert departure is not None  # it was on the board a moment ago
        return {"one": on_board(view, departure)}

    return view.piece(f"site/pieces/{shape}.html", view.snapshot.versions, train, day, make=made)


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
    return RouteNow(view, route)


def next_departures(life: Life, now: datetime, most: int, trains: Sequence[TrainId]) -> list[Departure]:
    """The next departures of these trains that run, by the instant they leave."""
    coming = (life.departure(train, day) for _, train, day in coming_departures(life, now, most, trains))
    return [departure for departure in coming if departure is not None]


def coming_departures(
    life: Life, now: datetime, most: int, trains: Sequence[TrainId]
) -> list[tuple[datetime, TrainId, date]]:
    """When, and of which train and service date, the next departures are that run, earliest first.

    Each train is asked for its next date only when its turn comes, so that 2,000 trains cost 2,000 questions
    and not a season's departures.
    """
    waiting = [
        first for train in trains if (first := _following(life, train, now.date() - timedelta(days=2), now)) is not None
    ]
    heapq.heapify(waiting)
    found: list[tuple[datetime, TrainId, date]] = []
    while waiting and len(found) < most:
        one = heapq.heappop(waiting)
        found.append(one)
        _, train, day = one
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
