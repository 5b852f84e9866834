"""A retailer that wants nothing of a booking any more: held places are let go, tickets given back, in one act."""

from __future__ import annotations

import secrets

from msgspec import Struct
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import RetailAct, Retailing
from rerail.line.amount import Money
from rerail.people.clients import Pass
from rerail.sale import confirming, refunding, retail_tables, suspension
from rerail.sale.changing import locked
from rerail.sale.market import Market
from rerail.sale.model import Booking, RefundOffer
from rerail.sale.retail import REFUND_GOOD_FOR, RetailRefund


class Cleaned(Struct, frozen=True, kw_only=True):
    """What was done with a booking."""

    released: int = 0
    """Held parts that were let go."""
    given_back: tuple[str, ...] = ()
    """Tickets that were given back, by the rules of the tariff."""
    back: Money
    """What comes back for them."""
    owed: tuple[str, ...] = ()
    """Tickets whose train does not run: they come back by themselves, in full."""
    stay: tuple[str, ...] = ()
    """Tickets whose train has left."""


def clean_up(retailing: Retailing, retailer: Pass, code: str) -> RetailAct[Cleaned]:
    """Let go of what is held, and give back what is confirmed or released, at the price of the moment. Twice is once.

    An offer that waits is let go of. Raises `NoBooking`.
    """

    def act(connection: Connection, market: Market) -> Cleaned:
        retail_tables.read(connection, code, retailer.client)
        booking = locked(connection, code)
        retail_tables.drop_refunds(connection, code)
        for waiting in retail_tables.after_sales(connection, code):
            if waiting.state == "proposed":
                retail_tables.drop_after_sale(connection, code, waiting.id)
        nothing = Money(0, booking.currency)
        held = [part for part in booking.parts if suspension.holds(booking, part, market.now)]
        if held:
            booking = retailing.settled_up(connection, confirming.cancel_hold(connection, market, code))
            retail_events.note(
                connection, booking, "ACCOMMODATION_RELEASED", "The places held were let go.", market.now
            )
        stopped = suspension.stopped_departures(market.life, booking)
        sold = [part for part in booking.parts if part.state == "confirmed"]
        owed = [part for part in sold if booking.leg(part.leg).departure in stopped]
        stay = [part for part in sold if part not in owed and booking.leg(part.leg).leaves <= market.now]
        gone = {part.number for part in (*owed, *stay)}
        rest = [part for part in booking.parts if part.state in ("confirmed", "released") and part.number not in gone]
        back = nothing
        if rest:
            offer = refunding.refund_offer(market, booking, [part.number for part in rest])
            _given_back(retailing, connection, market, offer)
            back = offer.total
        return Cleaned(
            released=len(held),
            given_back=tuple(booking.reference(part) for part in rest),
            back=back,
            owed=tuple(booking.reference(part) for part in owed),
            stay=tuple(booking.reference(part) for part in stay),
        )

    return act


def _given_back(retailing: Retailing, connection: Connection, market: Market, offer: RefundOffer) -> Booking:
    """Give back as by a refund offer that was made and taken at once: the booking shows it."""
    booking = retailing.settled_up(connection, refunding.give_back_as_offered(connection, market, offer))
    refund = RetailRefund(
        id=f"{offer.code}-{secrets.token_hex(4)}",
        state="confirmed",
        created=market.now,
        until=market.now + REFUND_GOOD_FOR,
        confirmed=market.now,
        offer=offer,
    )
    retail_tables.add_refund(connection, offer.code, refund)
    return booking
