"""Offers after a sale, beside refunds: made, taken within a quarter of an hour, let go."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection

from sqlalchemy import Connection

from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.people.clients import Pass
from rerail.sale import recalling, retail_tables
from rerail.sale.after_sale import AfterSale, Content, Recalling
from rerail.sale.changing import locked
from rerail.sale.errors import AlreadyConfirmed, NoBooking, NotPossible, OfferExpired
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.retail import REFUND_GOOD_FOR, Retail

Offered = tuple[Standing, AfterSale]
Numbers = Callable[[Retail, Booking], Collection[int]]
"""Which parts of a booking are meant."""


def propose_recall(retailing: Retailing, retailer: Pass, code: str, wanted: Numbers) -> RetailAct[Offered]:
    """An offer to cancel tickets, so that they are made out anew. Raises `NoBooking`, `NotPossible`."""

    def content(market: Market, retail: Retail, booking: Booking) -> Content:
        parts = recalling.to_recall(market, booking, wanted(retail, booking))
        return Recalling(
            parts=tuple(part.number for part in parts), tickets=tuple(booking.reference(part) for part in parts)
        )

    return _propose(retailing, retailer, code, content)


def take_recall(retailing: Retailing, retailer: Pass, code: str, offer_id: str) -> RetailAct[Offered]:
    """Cancel the tickets of an offer. Twice is once. Raises `NoBooking`, `OfferExpired`, `NotPossible`."""

    def deed(connection: Connection, market: Market, offer: AfterSale) -> Booking:
        return recalling.recall(connection, market, code, offer.content.parts)

    return _take(retailing, retailer, code, offer_id, Recalling, deed)


def withdraw(retailer: Pass, code: str, offer_id: str, kind: type[Content]) -> RetailAct[None]:
    """Let go of an offer. Raises `NoBooking`, `AlreadyConfirmed`."""

    def act(connection: Connection, _market: Market) -> None:
        locked(connection, code)
        retail_tables.read(connection, code, retailer.client)
        offer = found(retail_tables.after_sales(connection, code), offer_id, kind)
        if offer.state == "confirmed":
            raise AlreadyConfirmed("Offer %(id)s has been taken; it cannot be let go of.", id=offer_id)
        retail_tables.drop_after_sale(connection, code, offer_id)

    return act


def found(offers: Collection[AfterSale], offer_id: str, kind: type[Content]) -> AfterSale:
    """The offer of a kind with this id. Raises `NoBooking`."""
    for one in offers:
        if one.id == offer_id and isinstance(one.content, kind):
            return one
    raise NoBooking('There is no offer "%(id)s"; it may have been let go.', "offerId", id=offer_id[:80])


def _propose(
    retailing: Retailing, retailer: Pass, code: str, content: Callable[[Market, Retail, Booking], Content]
) -> RetailAct[Offered]:
    def act(connection: Connection, market: Market) -> Offered:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        offer = AfterSale(
            id=f"{code}-{secrets.token_hex(4)}",
            state="proposed",
            created=market.now,
            until=market.now + REFUND_GOOD_FOR,
            content=content(market, retail, booking),
        )
        for other in retail_tables.after_sales(connection, code):
            if type(other.content) is not type(offer.content):
                continue
            if other.pending(market.now):
                raise NotPossible("Booking %(code)s has an offer like this; take it or let go of it first.", code=code)
            if other.state == "proposed":
                retail_tables.drop_after_sale(connection, code, other.id)  # it lapsed
        retail_tables.add_after_sale(connection, code, offer)
        return retailing.standing(connection, market, booking, retailer, retail=retail), offer

    return act


def _take(
    retailing: Retailing,
    retailer: Pass,
    code: str,
    offer_id: str,
    kind: type[Content],
    deed: Callable[[Connection, Market, AfterSale], Booking],
) -> RetailAct[Offered]:
    def act(connection: Connection, market: Market) -> Offered:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        offer = found(retail_tables.after_sales(connection, code), offer_id, kind)
        if offer.state == "proposed":
            if not offer.pending(market.now):
                raise OfferExpired("This offer was good for 15 minutes, which are over. Ask for a new one.")
            booking = deed(connection, market, offer)
            offer = retail_tables.confirm_after_sale(connection, code, offer, market.now)
        return retailing.standing(connection, market, booking, retailer, retail=retail, issue=True), offer

    return act
