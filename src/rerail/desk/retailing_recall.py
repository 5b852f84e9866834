"""Tickets of retailers cancelled to be made out anew."""

from __future__ import annotations

from sqlalchemy import Connection

from rerail.desk import retailing_after_sale
from rerail.desk.retailing import RetailAct, Retailing
from rerail.desk.retailing_after_sale import Numbers, Offered
from rerail.people.clients import Pass
from rerail.sale import recalling
from rerail.sale.after_sale import Recalling
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.retail import Retail


def propose(retailing: Retailing, retailer: Pass, code: str, wanted: Numbers) -> RetailAct[Offered[Recalling]]:
    """An offer to cancel tickets. Raises `NoBooking`, `NotPossible`."""

    def content(market: Market, retail: Retail, booking: Booking) -> Recalling:
        parts = recalling.to_recall(market, booking, wanted(retail, booking))
        return Recalling(
            parts=tuple(part.number for part in parts), tickets=tuple(booking.reference(part) for part in parts)
        )

    return retailing_after_sale.propose(retailing, retailer, code, content)


def take(retailing: Retailing, retailer: Pass, code: str, offer_id: str) -> RetailAct[Offered[Recalling]]:
    """Cancel the tickets of an offer. Twice is once. Raises `NoBooking`, `OfferExpired`, `NotPossible`."""

    def deed(connection: Connection, market: Market, _booking: Booking, content: Recalling) -> Booking:
        return recalling.recall(connection, market, code, content.parts)

    return retailing_after_sale.take(retailing, retailer, code, offer_id, Recalling, deed)
