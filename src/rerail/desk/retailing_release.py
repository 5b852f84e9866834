"""Tickets of retailers released: the place is free at once, the money is asked for by a refund offer."""

from __future__ import annotations

from sqlalchemy import Connection

from rerail.desk import retailing_after_sale
from rerail.desk.retailing import RetailAct, Retailing
from rerail.desk.retailing_after_sale import Numbers, Offered
from rerail.desk.retailing_refunds import OVERRULES
from rerail.people.clients import Pass
from rerail.sale import releasing
from rerail.sale.after_sale import Releasing
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.retail import Retail


def propose(
    retailing: Retailing, retailer: Pass, code: str, wanted: Numbers, overrule: str | None
) -> RetailAct[Offered[Releasing]]:
    """An offer to release tickets. Raises `NoBooking`, `NotPossible`."""

    def content(market: Market, retail: Retail, booking: Booking) -> Releasing:
        parts = tuple(wanted(retail, booking))
        releasing.check(market, booking, parts)
        return Releasing(parts=parts, overrule=overrule if overrule in OVERRULES else None)

    return retailing_after_sale.propose(retailing, retailer, code, content)


def take(retailing: Retailing, retailer: Pass, code: str, offer_id: str) -> RetailAct[Offered[Releasing]]:
    """Release the tickets of an offer. Twice is once. Raises `NoBooking`, `OfferExpired`, `NotPossible`."""

    def deed(connection: Connection, market: Market, _booking: Booking, content: Releasing) -> Booking:
        overruled = content.overrule is not None
        return releasing.release(connection, market, code, content.parts, overruled=overruled)

    return retailing_after_sale.take(retailing, retailer, code, offer_id, Releasing, deed)
