"""Selling: offer, hold, pay, confirm, name, give back. One act of a person, one transaction, over all rooms."""

from __future__ import annotations

from rerail.desk.buying import Buying, PriceShown
from rerail.desk.paying import Paying
from rerail.desk.sale_desk import Act, Request
from rerail.sale import reading
from rerail.sale.model import Booking

__all__ = ["Act", "PriceShown", "Request", "Selling"]


class Selling(Buying, Paying):
    """The counter of one process: everything that sells goes through here."""

    def find(self, text: str) -> tuple[Booking, ...]:
        """The bookings a clerk means: code, beginning of a passenger's name, e-mail; the newest for no text."""
        with self.store.read() as connection:
            return reading.search(connection, text) if text.strip() else reading.newest(connection)
