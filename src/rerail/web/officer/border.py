"""A departure's borders at the office: who gets which list, how long clearing takes, who really crossed."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from litestar import Response
from markupsafe import Markup
from msgspec import Struct

from rerail.border.clearing import judge
from rerail.border.errors import BorderError
from rerail.border.model import Passing
from rerail.desk.closing_out import Board, Turned
from rerail.life.consent import Departure
from rerail.line.timing import StationTime, call_times
from rerail.places.model import DepartureKey
from rerail.web.drawing import svg
from rerail.web.drawing.clearing import clearing_chart, sentence
from rerail.web.errors import NotFound
from rerail.web.office.asked_departure import asked_departure
from rerail.web.office.crossing_lists import lists, reads_lists
from rerail.web.office.fields import Fields
from rerail.web.office.visit import Visit
from rerail.web.officer.asked_border import address_of, asked_border
from rerail.web.officer.board_words import Side, sides, states_of


class Passage(Struct, frozen=True, kw_only=True):
    """A train over a border: where and when it leaves the one side and reaches the other, each on its own clock."""

    passing: Passing
    near: str
    leaves: StationTime
    far: str
    arrives: StationTime


class BorderSection(Struct, frozen=True, kw_only=True):
    """One border of the departure, on its page."""

    passage: Passage
    name: str
    sides: tuple[Side, ...]
    board: Board
    counts: Counter[str]
    drawing: Markup | None
    """The time that clearing takes; None: nothing is known of it, or it is none of the user's business."""
    sentences: tuple[str, ...]
    refusals: tuple[Turned, ...]


def border(visit: Visit, train: str, day: str) -> Response[Any]:
    """The page at `/office/departures/{train}/{date}/border`: a section for each border that is the user's."""
    return _page(visit, asked_departure(visit, train, day))


def close_out(visit: Visit, fields: Fields, train: str, day: str) -> Response[Any]:
    """Say who really crossed."""
    asked = asked_border(visit, train, day, fields.text("crossing"))
    try:
        visit.office.frame.border.close_out(visit.user, asked.key, asked.passing.crossing)
    except BorderError as error:
        return _page(visit, asked.key, said=(asked.passing.crossing, visit.says(error)), status=422)
    return visit.go(f"{asked.address}?done=closed#border-{asked.passing.crossing}")


def crossings(visit: Visit) -> Response[Any]:
    """The page at `/office/borders`: the departures of these days that cross a border of the user's."""
    coming = visit.office.frame.border.coming(visit.user)
    return visit.page(
        "border/departures.html",
        coming=[
            (
                one,
                address_of(DepartureKey(one.departure.train.id, one.departure.service_date)),
                [_passage(visit, one.departure, passing) for passing in one.passings],
            )
            for one in coming
        ],
    )


def _page(visit: Visit, key: DepartureKey, said: tuple[str, str] = ("", ""), status: int = 200) -> Response[Any]:
    desk = visit.office.frame.border
    try:
        departure, passings = desk.borders(visit.user, key)
    except BorderError as error:
        raise NotFound(visit.says(error)) from None
    if not passings:
        raise NotFound
    refusals = desk.refusals(key)
    return visit.page(
        "border/border.html",
        status=status,
        departure=departure,
        borders=[_section(visit, key, departure, one, refusals) for one in passings],
        here_border=address_of(key),
        lists=lists(visit, key) if reads_lists(visit.user) else None,
        said=said,
        done=visit.fields.text("done") == "closed",
    )


def _section(
    visit: Visit, key: DepartureKey, departure: Departure, passing: Passing, refusals: tuple[Turned, ...]
) -> BorderSection:
    view, line = visit.view, departure.line
    board = visit.office.frame.border.board(visit.user, key, passing.crossing)
    controls = board.clears_for or tuple(one.railway for one in board.controls)
    counts = Counter(state for rider in board.riders for state in states_of(rider, controls))
    judged = judge(line, passing, len(board.riders)) if visit.user.reads_office and board.riders else ()
    title = view.words.gettext("Time at the border")
    draw = partial(_drawn, visit, departure, passing, len(board.riders))
    return BorderSection(
        passage=_passage(visit, departure, passing),
        name=view.text(line.crossings[passing.crossing].names),
        sides=sides(visit, board),
        board=board,
        counts=counts,
        drawing=svg.both(draw, title) if judged else None,
        sentences=tuple(sentence(line, one, view.words) for one in judged),
        refusals=tuple(one for one in refusals if one.mark.crossing == passing.crossing),
    )


def _drawn(visit: Visit, departure: Departure, passing: Passing, passengers: int, layout: svg.Layout) -> Markup:
    judged = judge(departure.line, passing, passengers)
    return clearing_chart(departure.line, judged, visit.view.words, layout, f"clearing-{passing.crossing}")


def _passage(visit: Visit, departure: Departure, passing: Passing) -> Passage:
    times = call_times(departure.line, departure.train, departure.service_date, visit.view.language)
    near, far = times[passing.near_call], times[passing.near_call + 1]
    assert near.departure is not None
    assert far.arrival is not None  # only the last call has no departure, only the first no arrival
    return Passage(
        passing=passing,
        near=visit.view.text(near.station.names),
        leaves=near.departure,
        far=visit.view.text(far.station.names),
        arrives=far.arrival,
    )
