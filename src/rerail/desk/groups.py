"""Groups by date: how far each is, and what is overdue. Derived from the bookings, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from rerail.desk.counter import Counter
from rerail.fares.deadlines import group_dates
from rerail.line.amount import Money
from rerail.line.sentence import SentenceError
from rerail.sale import reading
from rerail.sale.confirming import due
from rerail.sale.market import Market
from rerail.sale.model import Booking, BookingState
from rerail.sale.rules import travel_of

Overdue = Literal["option", "balance", "names"]
"""option: it passed without a deposit, and the places are free again; balance: not paid by its date; names: missing
after theirs."""


class GroupState(Struct, frozen=True, kw_only=True):
    """How far a group is. Instants are UTC; None: no timetable says it any more."""

    booking: Booking
    state: BookingState
    option_until: datetime | None
    """Until when the places are held; None: they are the group's, or nobody's."""
    deposit_paid: bool
    due: Money
    """What is still to be paid for what is held or confirmed."""
    balance_by: datetime | None
    names_by: datetime | None
    missing: int
    """Passengers without a name."""
    overdue: tuple[Overdue, ...]

    @property
    def leaves(self) -> datetime:
        """When its first train leaves."""
        return self.booking.legs[0].leaves


def groups(counter: Counter) -> tuple[GroupState, ...]:
    """The groups that travel from yesterday on, the next to leave first; an agent's own."""
    market = counter.selling.market()
    since = market.now.date() - timedelta(days=1)
    with counter.selling.store.read() as connection:
        found = reading.groups(connection, since, tour_operator=counter.user.tour_operator)
    return tuple(sorted((group_state(market, one) for one in found), key=lambda one: (one.leaves, one.booking.code)))


def group_state(market: Market, booking: Booking) -> GroupState:
    """How far a group is now."""
    state = booking.state(market.now)
    alive = state in ("prebooked", "confirmed")
    balance_by, names_by = _dates(market, booking)
    owed = due(booking) if alive else Money(0, booking.currency)
    missing = sum(not one.named for one in booking.passengers) if alive else 0
    paid = bool(booking.paid) and state in ("prebooked", "expired")
    return GroupState(
        booking=booking,
        state=state,
        option_until=booking.held_until,
        deposit_paid=paid,
        due=owed if Money(0, booking.currency) < owed else Money(0, booking.currency),
        balance_by=balance_by,
        names_by=names_by,
        missing=missing,
        overdue=tuple(_overdue(market.now, state, owed, balance_by, names_by, missing, paid=paid)),
    )


def _dates(market: Market, booking: Booking) -> tuple[datetime | None, datetime | None]:
    try:
        way = travel_of(market.life, booking.legs[0])
        line = market.as_sold(way.line, booking)
        dates = group_dates(line, way.train, way.key.service_date, way.board, way.alight, booked=booking.created)
    except SentenceError:
        return None, None
    return dates.balance_by, dates.names_by


def _overdue(
    now: datetime,
    state: BookingState,
    owed: Money,
    balance_by: datetime | None,
    names_by: datetime | None,
    missing: int,
    *,
    paid: bool,
) -> Iterator[Overdue]:
    if state == "expired":
        yield "balance" if paid else "option"
    elif owed.amount > 0 and balance_by is not None and now >= balance_by:
        yield "balance"
    if missing and names_by is not None and now >= names_by:
        yield "names"
