"""The board of a border: everybody by coach and place, how they stand, and the buttons that mark them.

The page is whole without scripts. With them it keeps itself on the device, and marks wait there for a network.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

import msgspec
from litestar import Response
from markupsafe import Markup
from msgspec import Struct

from rerail.desk.border_roll import Rider
from rerail.desk.closing_out import Board
from rerail.line.model import RailwayId
from rerail.line.timing import call_times
from rerail.people.sessions import form_token
from rerail.sale.passengers import name_key
from rerail.web.office.visit import OFFLINE_COOKIE, Visit
from rerail.web.officer.asked_border import KEPT_FOR_SECONDS, AskedBorder, asked_border
from rerail.web.officer.board_words import (
    STATES,
    Side,
    mark_words,
    milliseconds,
    near_zone,
    of_mark,
    said,
    script_words,
    sides,
    state_words,
    states_of,
)
from rerail.web.security import SCRIPTED
from rerail.web.site.clock_words import clock_name

KEPT_AFTER: Final = timedelta(days=1)
"""How long after the train has arrived a device keeps the pages of its borders."""

_MOST_TYPED: Final = 80


class RiderRow(Struct, frozen=True, kw_only=True):
    """A passenger on the page."""

    rider: Rider
    id: str
    anchor: str
    find: str
    """What a search looks into."""
    says: tuple[str, ...]
    states: frozenset[str]
    category: str
    to: str
    """Where the passenger gets off."""
    operator: str


def board(visit: Visit, train: str, day: str) -> Response[Any]:
    """The page at `/office/departures/{train}/{date}/border/board`, `?crossing`, `?show` a state, `?find` a name."""
    asked = asked_border(visit, train, day, visit.fields.text("crossing"))
    shown = visit.office.frame.border.board(visit.user, asked.key, asked.passing.crossing)
    every = sides(visit, shown)
    controls = shown.clears_for or tuple(one.railway for one in every)
    show, find = visit.fields.text("show"), visit.fields.text("find")[:_MOST_TYPED]
    rows = [_row(visit, shown, every, controls, rider) for rider in shown.riders]
    sifted = [row for row in rows if show not in STATES or show in row.states]
    sifted = [row for row in sifted if name_key(find, "") in row.find]
    words = visit.view.words
    names = dict(state_words(words))
    if not controls:
        names = {name: word for name, word in names.items() if name not in ("to-clear", "cleared", "refused")}
    return visit.page(
        "border/board.html",
        headers=SCRIPTED,
        cookies=(visit.cookie(OFFLINE_COOKIE, "1", max_age=KEPT_FOR_SECONDS),),
        asked=asked,
        board=shown,
        sides=every,
        coaches=[(coach, list(its)) for coach, its in groupby(sifted, key=lambda row: row.rider.coach)],
        states=names,
        counts={name: sum(name in row.states for row in rows) for name in names},
        total=len(rows),
        show=show if show in names else "",
        find=find,
        nonce=secrets.token_hex(16),
        near_clock=clock_name(words, near_zone(shown)),
        side_clocks=[(one, clock_name(words, one.zone)) for one in every],
        script=visit.office.frame.border_files.address("board.js"),
        data=embedded({**told(visit, asked, shown), "words": words_of_scripts(visit)}),
    )


def told(visit: Visit, asked: AskedBorder, shown: Board) -> dict[str, Any]:
    """What the page's script knows: how everybody stands, and what it needs to mark and to inspect offline."""
    departure = shown.departure
    line = departure.line
    near = near_zone(shown)
    return {
        "as_of": milliseconds(shown.as_of),
        "user": visit.user.id,
        "name": visit.user.name,
        "token": form_token(visit.token),
        "address": asked.address,
        "crossing": shown.passing.crossing,
        "ends": milliseconds(ends(asked)),
        "roll": roll_digest(shown.riders),
        "controls": list(shown.clears_for or tuple(one.railway for one in shown.controls)),
        "sides": [{"railway": one.railway, "name": one.name, "zone": one.zone} for one in sides(visit, shown)],
        "zone": near,
        "reads_documents": visit.user.role == "officer",
        "may_board": "aboard" in shown.may,
        "riders": {_id(one): _rider(one) for one in shown.riders},
        "given_back": list(shown.given_back),
        "train": departure.train.id,
        "date": departure.service_date.isoformat(),
        "calls": [
            {"id": one.station, "names": line.stations[one.station].names, "codes": line.stations[one.station].codes}
            for one in departure.train.calls
        ],
    }


def roll_digest(riders: Iterable[Rider]) -> str:
    """Of who is on the page and where: whether a page must be made anew."""
    roll = [(one.booking, one.number, one.ticket, one.name, one.coach, one.place, one.ended) for one in riders]
    return hashlib.sha256(msgspec.json.encode(roll)).hexdigest()[:16]


def ends(asked: AskedBorder) -> datetime:
    """When a device lets go of the departure's pages (UTC)."""
    last = call_times(asked.departure.line, asked.departure.train, asked.key.service_date)[-1].arrival
    assert last is not None  # every train arrives at its last call
    return last.instant + KEPT_AFTER


def _row(visit: Visit, board: Board, every: Sequence[Side], controls: Sequence[RailwayId], rider: Rider) -> RiderRow:
    view = visit.view
    line, tariff = board.departure.line, view.line.tariff
    operator = tariff.operators.get(rider.tour_operator or "") if tariff is not None else None
    return RiderRow(
        rider=rider,
        id=_id(rider),
        anchor=f"r-{rider.booking}-{rider.number}",
        find=name_key(f"{rider.name} {rider.given_names} {rider.coach}-{rider.place} {rider.ticket}", ""),
        says=tuple(said(view.words, board, every, rider.stand)),
        states=states_of(rider, controls),
        category=view.text(rider.category) if rider.category else "",
        to=view.text(line.stations[rider.alight].names),
        operator=view.text(operator.names) if operator is not None else "",
    )


def words_of_scripts(visit: Visit) -> dict[str, Any]:
    """What the scripts of this border say."""
    return {"marks": mark_words(visit.view.words), **script_words(visit.view.words)}


def _rider(one: Rider) -> dict[str, Any]:
    return {
        "ticket": one.ticket,
        "family": one.family_name,
        "given": one.given_names,
        "coach": one.coach,
        "place": one.place,
        "ended": one.ended,
        "presence": of_mark(one.stand.presence),
        "custody": of_mark(one.stand.custody),
        "clearance": {railway: of_mark(mark) for railway, mark in one.stand.clearance.items()},
    }


def _id(rider: Rider) -> str:
    return f"{rider.booking}/{rider.number}"


def embedded(values: Any) -> Markup:
    """JSON as the content of a <script>: nothing in it can end the element (HTML, 4.12.1.3)."""
    text = msgspec.json.encode(values).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  (what could be markup has just been escaped)
