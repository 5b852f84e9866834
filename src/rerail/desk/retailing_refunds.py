"""Giving back as retailers do: an offer good for a quarter of an hour, taken or let go."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.people.clients import Pass
from rerail.places.model import DepartureKey
from rerail.sale import refunding, retail_tables, suspension
from rerail.sale.changing import locked
from rerail.sale.errors import AlreadyConfirmed, NoBooking, NotPossible, OfferExpired
from rerail.sale.market import Market
from rerail.sale.model import Booking, RefundOffer
from rerail.sale.retail import REFUND_GOOD_FOR, Retail, RetailRefund

OVERRULES: Final = frozenset(
    {
        *("CONNECTION_BROKEN", "SALES_STAFF_ERROR", "STRIKE", "TECHNICAL_FAILURE"),
        *("DISRUPTION", "EQUIPMENT_FAILURE", "STOP_NOT_SERVED", "JOURNEY_OBSOLETE", "PAYMENT_FAILURE"),
    }
)
"""The codes by which a retailer may set the tariff's rules aside: the first four the specification asks for."""


def propose(
    retailing: Retailing,
    retailer: Pass,
    code: str,
    wanted: Callable[[Retail, Booking], Collection[int]],
    overrule: str | None,
) -> RetailAct[tuple[Standing, RetailRefund]]:
    """A refund offer for parts. Raises `NoBooking`, `NotPossible`: another is pending, or nothing is left."""

    def act(connection: Connection, market: Market) -> tuple[Standing, RetailRefund]:
        retail = retail_tables.read(connection, code, retailer.client)
        booking = locked(connection, code)
        before = retail_tables.refunds(connection, code)
        if any(one.pending(market.now) for one in before):
            raise NotPossible("Booking %(code)s has a refund offer; take it or let go of it first.", code=code)
        retail_tables.drop_refunds(connection, code)  # those that lapsed
        offer = refunding.refund_offer(market, booking, wanted(retail, booking))
        if overrule in OVERRULES:
            offer = refunding.overruled(booking, offer)
        refund = RetailRefund(
            id=f"{code}-{secrets.token_hex(4)}",
            state="proposed",
            created=market.now,
            until=market.now + REFUND_GOOD_FOR,
            offer=offer,
            overrule=overrule if overrule in OVERRULES else None,
        )
        retail_tables.add_refund(connection, code, refund)
        return retailing.standing(connection, market, booking, retailer, retail=retail), refund

    return act


def take(retailing: Retailing, retailer: Pass, code: str, refund_id: str) -> RetailAct[tuple[Standing, RetailRefund]]:
    """Take a refund offer: the tickets are given back at its price. Twice is once.

    Raises `NoBooking`, `OfferExpired`, `NotPossible`.
    """

    def act(connection: Connection, market: Market) -> tuple[Standing, RetailRefund]:
        retail = retail_tables.read(connection, code, retailer.client)
        booking = locked(connection, code)
        refund = found(retail_tables.refunds(connection, code), refund_id)
        if refund.state == "proposed":
            if not refund.pending(market.now):
                raise OfferExpired("This refund offer was good for 15 minutes, which are over. Ask for a new one.")
            stopped = suspension.stopped_departures(market.life, booking)
            if any(one.state == "confirmed" and booking.leg(one.leg).departure in stopped for one in booking.parts):
                raise NotPossible(
                    "A train of booking %(code)s does not run; all of it comes back by itself.", code=code
                )
            if _more_by_now(booking, refund.offer, stopped):
                raise NotPossible("A train of the offer does not run: all of it comes back. Ask for a new offer.")
            booking = refunding.give_back_as_offered(connection, market, refund.offer)
            booking = retailing.settled_up(connection, booking)
            retail_tables.confirm_refund(connection, code, refund_id, market.now)
            refund = replace(refund, state="confirmed", confirmed=market.now)
        return retailing.standing(connection, market, booking, retailer, retail=retail, issue=True), refund

    return act


def _more_by_now(booking: Booking, offer: RefundOffer, stopped: Collection[DepartureKey]) -> bool:
    """Whether a released ticket was offered less than everything, before its train was stopped."""
    cut = {one.part for one in offer.parts if one.rule not in refunding.IN_FULL}
    return any(part.number in cut and booking.leg(part.leg).departure in stopped for part in booking.parts)


def check(retailing: Retailing, retailer: Pass, code: str, refund_id: str) -> None:
    """Whether a refund offer could be taken now; raises as `take` would, and writes nothing."""
    standing = retailing.booking(retailer, code)
    refund = found(standing.refunds, refund_id)
    if refund.state == "confirmed":
        raise AlreadyConfirmed("The tickets of refund offer %(id)s have been given back.", id=refund_id)
    if not refund.pending(standing.market.now):
        raise NotPossible("This refund offer was good for 15 minutes, which are over. Ask for a new one.")
    refunding.refund_offer(standing.market, standing.booking, [one.part for one in refund.offer.parts])


def withdraw(retailer: Pass, code: str, refund_id: str) -> RetailAct[None]:
    """Let go of a refund offer. Raises `NoBooking`, `AlreadyConfirmed`."""

    def act(connection: Connection, _market: Market) -> None:
        retail_tables.read(connection, code, retailer.client)
        locked(connection, code)
        refund = found(retail_tables.refunds(connection, code), refund_id)
        if refund.state == "confirmed":
            raise AlreadyConfirmed("The tickets of refund offer %(id)s have been given back.", id=refund_id)
        retail_tables.drop_refunds(connection, code, refund_id)

    return act


def found(refunds: Collection[RetailRefund], refund_id: str) -> RetailRefund:
    """The refund offer with this id. Raises `NoBooking`."""
    for one in refunds:
        if one.id == refund_id:
            return one
    raise NoBooking('There is no refund offer "%(id)s"; it may have been let go.', "refundOfferId", id=refund_id[:80])
