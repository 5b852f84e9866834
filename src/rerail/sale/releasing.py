"""Releasing: a place is given back at once, the money for it is asked for later, by the rules of that instant.

For whoever can free the place and not pay: the train's other railway, a counter that did not sell the ticket.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, update

from rerail.sale import refunding
from rerail.sale.changing import freed, locked, set_state
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.tables import part_table
from rerail.sale.ticket_number import Release


def check(market: Market, booking: Booking, parts: Collection[int]) -> None:
    """Raise `NotPossible` unless the tickets of these parts are good and their trains have not left."""
    refunding.refund_offer(market, booking, parts)
    for part in booking.parts:
        if part.number in parts and part.state == "released":
            raise NotPossible("Ticket %(ticket)s has been released.", ticket=booking.reference(part))


def release(connection: Connection, market: Market, code: str, parts: Collection[int], *, overruled: bool) -> Booking:
    """Free the places of parts; their tickets are good no more, and no money moves.

    `overruled`: no rule of the tariff is to hold against the customer. Raises `NoBooking`, `NotPossible`: a part
    cannot be given back, or not without another.
    """
    booking = locked(connection, code)
    check(market, booking, parts)
    refunding.returnable(connection, market, booking, parts)
    freed(connection, market, code, parts)
    set_state(connection, booking, parts, "cancelled")
    connection.execute(
        update(part_table)
        .where(part_table.c.booking == code, part_table.c.number.in_(sorted(parts)))
        .values(released=Release(market.now, overruled))
    )
    return locked(connection, code)
