"""One booking as the office sees it: who travels where, what is owed, and what can be done with it now."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from litestar import Response
from msgspec import Struct

from rerail.desk.groups import GroupState, group_state
from rerail.line.amount import Money
from rerail.line.model import Station, Train
from rerail.line.timing import StationTime, station_time
from rerail.sale.confirming import due
from rerail.sale.model import Booking, Leg, Part, Passenger
from rerail.web.office.fields import Faults, Fields
from rerail.web.office.visit import OfficeView, Visit

MOST_NAMED_HERE: Final = 40
"""Passengers whose names a form asks for at once; a larger group sends its list."""


class Travels(Struct, frozen=True, kw_only=True):
    """One passenger on one leg, as a row of the table."""

    part: Part
    passenger: Passenger
    returnable: bool
    """Whether the ticket can be given back now."""


class LegRows(Struct, frozen=True, kw_only=True):
    """A leg with everybody on it."""

    leg: Leg
    train: Train | None
    board: Station
    alight: Station
    leaves: StationTime
    arrives: StationTime
    runs: bool
    rows: tuple[Travels, ...]


def leg_rows(view: OfficeView, booking: Booking) -> list[LegRows]:
    """Every leg of a booking with its passengers and times, each on its station's clock."""
    return [_leg(view, booking, leg) for leg in booking.legs]


def until_time(view: OfficeView, booking: Booking, moment: datetime) -> StationTime:
    """A deadline (UTC) on the clock of the station where the journey begins."""
    return station_time(view.line, view.line.stations[booking.legs[0].board], moment, view.language)


def booking_page(
    visit: Visit,
    booking: Booking,
    errors: Faults | None = None,
    *,
    status: int = 200,
    typed: Fields | None = None,
    wrong_rows: Sequence[tuple[int, str]] = (),
) -> Response[Any]:
    """The page at `/office/bookings/{code}`, with what is wrong with what was just sent."""
    view = visit.view
    now = view.now
    state = booking.state(now)
    legs = leg_rows(view, booking)
    found = visit.counter.dossier(booking)
    group = _group(visit, booking)
    owed = due(booking)
    alive = state in ("prebooked", "confirmed")
    missing = [one for one in booking.passengers if not one.named] if alive else []
    named_here = booking.passengers if alive and len(booking.passengers) <= MOST_NAMED_HERE else ()
    returnable = any(row.returnable for leg in legs for row in leg.rows)
    faults = errors if errors is not None else Faults()
    gone = [*(() if returnable else ("refund",)), *(() if missing or named_here else ("names", "list"))]
    # What is said beside a form that the booking has no more is said at the top.
    faults = Faults({"" if field in gone else field: sentence for field, sentence in faults.items()})
    return visit.page(
        "booking.html",
        status=status,
        booking=booking,
        state=state,
        legs=legs,
        dossier=found,
        group=group,
        due=owed,
        owed_back=-booking.balance if booking.balance.amount < 0 and state != "prebooked" else None,
        held_until=until_time(view, booking, booking.held_until)
        if state == "prebooked" and booking.held_until is not None
        else None,
        operator=view.line.tariff.operators.get(booking.tour_operator or "") if view.line.tariff is not None else None,
        missing=missing,
        named_here=named_here,
        any_returnable=returnable,
        tickets=any(part.state == "confirmed" and not part.recalled for part in booking.parts) and booking.named,
        tariff=view.line.tariff,
        errors=faults,
        typed=typed if typed is not None else Fields(),
        wrong_rows=wrong_rows,
        key=secrets.token_hex(16),
        done=visit.fields.text("done"),
        change=_change(visit, booking),
        given=visit.fields.text("given"),
        at=lambda moment: until_time(view, booking, moment),
    )


def _leg(view: OfficeView, booking: Booking, leg: Leg) -> LegRows:
    found = view.life.timetable.at(leg.departure.train, leg.departure.service_date)
    line, train = found if found is not None else (view.line, None)
    board, alight = line.stations[leg.board], line.stations[leg.alight]
    departure = view.life.departure(leg.departure.train, leg.departure.service_date)
    return LegRows(
        leg=leg,
        train=train,
        board=board,
        alight=alight,
        leaves=station_time(line, board, leg.leaves, view.language),
        arrives=station_time(line, alight, leg.arrives, view.language),
        runs=departure is not None and departure.runs,
        rows=tuple(
            Travels(
                part=part,
                passenger=booking.passenger(part.passenger),
                returnable=part.state == "confirmed" and leg.leaves > view.now,
            )
            for part in booking.parts_of(leg.number)
        ),
    )


def _group(visit: Visit, booking: Booking) -> GroupState | None:
    return group_state(visit.selling.market(), booking) if booking.group else None


def _change(visit: Visit, booking: Booking) -> Money | None:
    """What the clerk hands back, after a payment of which the page's address says how much was given and due."""
    given, charged = visit.fields.text("given"), visit.fields.text("charged")
    if not (given.isdecimal() and charged.isdecimal() and len(given) < 16 and int(given) >= int(charged)):
        return None
    return Money(int(given) - int(charged), booking.currency)
