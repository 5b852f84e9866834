"""Where what a retailer pays for a booking lies."""

from __future__ import annotations

from rerail.money import accounts
from rerail.people.clients import Pass
from rerail.sale.model import Booking


def account_of(booking: Booking, retailer: Pass) -> str:
    """Where what is paid for a booking lies: on its tour operator's invoice, else on the retailer's account."""
    if booking.tour_operator is not None:
        return accounts.invoice(booking.tour_operator)
    return accounts.retailer(retailer.client)
