"""A retailer's group on hold: for a deposit its places wait until the balance is due."""

from __future__ import annotations

from sqlalchemy import Connection

from rerail.desk import retailing_after_sale
from rerail.desk.retailing import RetailAct, Retailing
from rerail.desk.retailing_account import account_of
from rerail.desk.retailing_after_sale import Offered
from rerail.desk.retailing_held import still_held
from rerail.people.clients import Pass
from rerail.sale import confirming, holding
from rerail.sale.after_sale import OnHold
from rerail.sale.errors import NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Booking
from rerail.sale.retail import Retail
from rerail.sale.rules import travel_of


def propose(retailing: Retailing, retailer: Pass, code: str) -> RetailAct[Offered[OnHold]]:
    """An offer to hold a group's places until its balance is due, for the deposit of the tariff.

    Raises `NoBooking`, `NotPossible`: no group, nothing held, the deposit is paid, or too late for it to help.
    """

    def content(market: Market, _retail: Retail, booking: Booking) -> OnHold:
        still_held(market, booking)
        if booking.deposit is None or booking.held_until is None:
            raise NotPossible(
                "Only a group's places are held longer, for a deposit; confirm booking %(code)s in time.", code=code
            )
        if booking.paid.amount:
            raise NotPossible("The deposit of booking %(code)s has been paid.", code=code)
        first = travel_of(market.life, booking.legs[0])
        until = holding.option_dates(market, first, booking.created).balance_by
        if until <= booking.held_until:
            raise NotPossible(
                "The balance of booking %(code)s is due when its places lapse; a deposit holds them no longer.",
                code=code,
            )
        return OnHold(deposit=booking.deposit, until=until)

    return retailing_after_sale.propose(retailing, retailer, code, content)


def take(retailing: Retailing, retailer: Pass, code: str, offer_id: str) -> RetailAct[Offered[OnHold]]:
    """Pay the deposit on the retailer's account: the places are held on. Twice is once.

    Raises `NoBooking`, `OfferExpired`, `HoldExpired`, `NotOnSale`, `NotPossible`.
    """

    def deed(connection: Connection, market: Market, booking: Booking, content: OnHold) -> Booking:
        payment = confirming.Payment(
            key=f"deposit:{code}", account=account_of(booking, retailer), money=content.deposit
        )
        return confirming.pay_deposit(connection, market, code, payment, content.until)

    return retailing_after_sale.take(retailing, retailer, code, offer_id, OnHold, deed)
