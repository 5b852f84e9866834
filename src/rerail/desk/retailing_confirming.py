"""A retailer confirms: what is held is bought, an exchange takes effect, tickets that were cancelled are made anew."""

from __future__ import annotations

from sqlalchemy import Connection

from rerail.desk import retail_events, retailing_exchange
from rerail.desk.retailing import RetailAct, Retailing, Standing, missing
from rerail.desk.retailing_account import account_of
from rerail.desk.retailing_held import still_held
from rerail.people.clients import Pass
from rerail.sale import confirming, reading, recalling, retail_tables
from rerail.sale.changing import locked
from rerail.sale.errors import InformationMissing
from rerail.sale.market import Market
from rerail.sale.model import Booking


def confirm(retailing: Retailing, retailer: Pass, code: str) -> RetailAct[Standing]:
    """Confirm everything held on the retailer's account, and issue the tickets: anew those that were cancelled for it.

    Raises `NoBooking`, `InformationMissing`, `AlreadyConfirmed`, `AlreadyEnded`, `HoldExpired`, `NotOnSale`,
    `NotPossible`: an exchange whose old tickets are good no more.
    """

    def act(connection: Connection, market: Market) -> Standing:
        retail = retail_tables.read(connection, code, retailer.client)
        booking = reading.read(connection, code)
        if booking.confirmed is not None:
            booking = _again(retailing, retailer, connection, market, code)
        else:
            if booking.state(market.now) == "prebooked" and (still := missing(market, booking)):
                raise InformationMissing(still)
            booking = confirming.confirm(connection, market, code, payment_of(booking, retailer))
        retail_events.issued(connection, booking, market.now)
        return retailing.standing(connection, market, booking, retailer, retail=retail, issue=True)

    return act


def payment_of(booking: Booking, retailer: Pass) -> confirming.Payment:
    """What a retailer pays for a booking by confirming it: everything that is due."""
    account = account_of(booking, retailer)
    return confirming.Payment(key=f"retail:{booking.code}", account=account, money=confirming.due(booking))


def _again(retailing: Retailing, retailer: Pass, connection: Connection, market: Market, code: str) -> Booking:
    """What is left to confirm of a booking that was before: an exchange, tickets cancelled to be made out anew."""
    booking = locked(connection, code)
    waiting = bool(recalling.waiting(booking))
    begun = retailing_exchange.begun(retail_tables.after_sales(connection, code))
    if begun is not None and (begun.pending(market.now) or not waiting):
        booking = retailing_exchange.confirm(retailing, retailer, connection, market, booking, begun)
    elif not waiting:
        still_held(market, booking)
    if recalling.waiting(booking):
        booking = recalling.make_anew(connection, market, code)
    return booking


def check(retailing: Retailing, retailer: Pass, code: str) -> None:
    """Whether a booking could be confirmed now; raises as `confirm` would, and writes nothing."""
    standing = retailing.booking(retailer, code)
    booking, market = standing.booking, standing.market
    begun = retailing_exchange.begun(standing.after_sales)
    if begun is not None and begun.pending(market.now):
        with retailing.selling.store.read() as connection:
            retailing_exchange.check(connection, market, booking, begun)
        return
    if recalling.waiting(booking):
        return
    still_held(market, booking)
    if standing.missing:
        raise InformationMissing(standing.missing)
    for leg in confirming.held_legs(booking):
        confirming.runs(market, leg)
