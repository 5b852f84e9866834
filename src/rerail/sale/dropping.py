"""Less in a booking that is only held: an offer, or a passenger of one. Nothing has been paid for it yet."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from rerail.sale import refunding
from rerail.sale.changing import freed, locked, set_state
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking


def drop(connection: Connection, market: Market, booking: Booking, parts: Collection[int]) -> Booking:
    """Let go of held parts; the others stay held as long as they were, at their own prices.

    The caller has locked the booking. Raises `NotPossible`: it is a group's, which is one price for all, or somebody
    cannot stay alone.
    """
    unchanged(booking)
    refunding.separable(connection, market, booking, parts, "held")
    freed(connection, market, booking.code, parts)
    set_state(connection, booking, parts, "cancelled")
    return locked(connection, booking.code)


def unchanged(booking: Booking) -> None:
    """Raise `NotPossible` for a group: its price and its deposit are of all that was booked."""
    if booking.group:
        raise NotPossible(
            "Booking %(code)s is a group's; let go of it and book it anew as it is to be.", code=booking.code
        )
