"""Tickets made out anew: the old one is cancelled first, then its place waits, sold as it is, for the next.

So a passenger can be another after the sale, or paper be lost, and never are two tickets good for one place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, update

from rerail.sale.changing import grown, locked
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking, Part
from rerail.sale.tables import part_table
from rerail.sale.ticket_number import Recall


def to_recall(market: Market, booking: Booking, parts: Collection[int]) -> tuple[Part, ...]:
    """The parts whose tickets can be cancelled now. Raises `NotPossible`: one has none that is good, or has left."""
    wanted = tuple(part for part in booking.parts if part.number in set(parts))
    for part in wanted:
        ticket = booking.reference(part)
        if part.state != "confirmed" or not booking.passenger(part.passenger).named:
            raise NotPossible("%(ticket)s is no valid ticket.", ticket=ticket)
        if part.recalled:
            raise NotPossible("Ticket %(ticket)s is cancelled and waits to be made out anew.", ticket=ticket)
        if booking.leg(part.leg).leaves <= market.now:
            raise NotPossible("The train of ticket %(ticket)s has left.", ticket=ticket)
    if not wanted:
        raise NotPossible("Choose which tickets to cancel.", "parts")
    return wanted


def recall(connection: Connection, market: Market, code: str, parts: Collection[int]) -> Booking:
    """Cancel the tickets of parts; the places stay theirs. Raises as `to_recall`, `NoBooking`."""
    booking = locked(connection, code)
    wanted = to_recall(market, booking, parts)
    _write(connection, code, [(part.number, (*part.recalls, Recall(market.now))) for part in wanted])
    return locked(connection, code)


def make_anew(connection: Connection, market: Market, code: str) -> Booking:
    """Make out the next ticket of every part whose last was cancelled. Raises `NoBooking`, `NotPossible`: of none."""
    booking = locked(connection, code)
    parts = waiting(booking)
    if not parts:
        raise NotPossible("No ticket of booking %(code)s waits to be made out anew.", code=code)
    _write(
        connection,
        code,
        [(part.number, (*part.recalls[:-1], replace(part.recalls[-1], anew=market.now))) for part in parts],
    )
    return locked(connection, code)


def waiting(booking: Booking) -> tuple[Part, ...]:
    """The parts that are sold and have no ticket, for their last was cancelled."""
    return tuple(part for part in booking.parts if part.state == "confirmed" and part.recalled)


def without_ticket(booking: Booking, passenger: int) -> bool:
    """Whether every ticket a passenger had is cancelled, and so another may take the place."""
    theirs = [part for part in booking.parts if part.passenger == passenger and part.state == "confirmed"]
    return bool(theirs) and all(part.recalled for part in theirs)


def _write(connection: Connection, code: str, recalls: Sequence[tuple[int, tuple[Recall, ...]]]) -> None:
    for part, its in recalls:
        connection.execute(
            update(part_table).where(part_table.c.booking == code, part_table.c.number == part).values(recalls=its)
        )
    grown(connection, code)
