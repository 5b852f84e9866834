"""Offers after a sale, beside refunds: made, taken within a quarter of an hour, let go. What each is, others say."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import TypeGuard, TypeVar

from sqlalchemy import Connection

from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.people.clients import Pass
from rerail.sale import retail_tables
from rerail.sale.after_sale import AfterSale, Content
from rerail.sale.changing import grown, locked
from rerail.sale.errors import AlreadyConfirmed, NoBooking, NotPossible, OfferExpired
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.retail import REFUND_GOOD_FOR, Retail

C = TypeVar("C", bound=Content)

Offered = tuple[Standing, AfterSale[C]]
Numbers = Callable[[Retail, Booking], Collection[int]]
"""Which parts of a booking are meant."""


def propose(
    retailing: Retailing, retailer: Pass, code: str, content: Callable[[Market, Retail, Booking], C]
) -> RetailAct[Offered[C]]:
    """An offer of what `content` finds possible. Raises `NoBooking`, `NotPossible`: one of its kind is pending."""

    def act(connection: Connection, market: Market) -> Offered[C]:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        found = content(market, retail, booking)
        for other in retail_tables.after_sales(connection, code):
            if type(other.content) is not type(found):
                continue
            if other.pending(market.now):
                raise NotPossible("Booking %(code)s has an offer like this; take it or let go of it first.", code=code)
            if other.state == "proposed":
                retail_tables.drop_after_sale(connection, code, other.id)  # it lapsed
        until = market.now + REFUND_GOOD_FOR
        offer = AfterSale(
            id=f"{code}-{secrets.token_hex(4)}",
            state="proposed",
            created=market.now,
            until=min(until, booking.held_until or until),
            content=found,
        )
        retail_tables.add_after_sale(connection, code, offer)
        if booking.version == 1:  # nobody looks for offers of a booking that nothing was done to
            grown(connection, code)
            booking = locked(connection, code)
        return retailing.standing(connection, market, booking, retailer, retail=retail), offer

    return act


def take(
    retailing: Retailing,
    retailer: Pass,
    code: str,
    offer_id: str,
    kind: type[C],
    deed: Callable[[Connection, Market, Booking, C], Booking],
) -> RetailAct[Offered[C]]:
    """Take an offer: `deed` is done. Twice is once. Raises `NoBooking`, `OfferExpired`, and as the deed does."""

    def act(connection: Connection, market: Market) -> Offered[C]:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        offer = found(retail_tables.after_sales(connection, code), offer_id, kind)
        if offer.state == "proposed":
            if not offer.pending(market.now):
                raise OfferExpired("This offer was good for 15 minutes, which are over. Ask for a new one.")
            booking = deed(connection, market, booking, offer.content)
            offer = retail_tables.confirm_after_sale(connection, code, offer, market.now)
        return retailing.standing(connection, market, booking, retailer, retail=retail, issue=True), offer

    return act


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


def found(offers: Collection[AfterSale[Content]], offer_id: str, kind: type[C]) -> AfterSale[C]:
    """The offer of a kind with this id. Raises `NoBooking`."""
    for one in offers:
        if one.id == offer_id and is_of(one, kind):
            return one
    raise NoBooking('There is no offer "%(id)s"; it may have been let go.', "offerId", id=offer_id[:80])


def is_of(offer: AfterSale[Content], kind: type[C]) -> TypeGuard[AfterSale[C]]:
    """Whether an offer is of a kind."""
    return isinstance(offer.content, kind)
