"""A retailer's booking that is not confirmed: more offers in it, or fewer; fewer passengers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import RetailAct, Retailing, Standing
from rerail.desk.retailing_booking import Chosen, for_known, with_offer
from rerail.desk.retailing_held import still_held
from rerail.people.clients import Pass
from rerail.sale import adding, confirming, dropping, retail_tables
from rerail.sale.changing import locked
from rerail.sale.errors import Incompatible, NoBooking
from rerail.sale.market import Market
from rerail.sale.model import Booking, Part
from rerail.sale.retail import BookedOffer, Retail, without_booking_fees


def add(retailing: Retailing, retailer: Pass, code: str, offers: Sequence[Chosen]) -> RetailAct[Standing]:
    """Hold the places of more offers, as long as the booking's are held. Raises `SaleError`."""

    def act(connection: Connection, market: Market) -> Standing:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        still_held(market, booking)
        dropping.unchanged(booking)
        for chosen in offers:
            quote = retailing.opened(connection, market, retailer, chosen.token)
            if quote.exchange is not None:
                raise Incompatible("An exchange offer is taken by an exchange operation in its booking.", "offers")
            if any(one.root == quote.root for one in retail.offers):
                raise Incompatible("An offer is booked once; ask for another.", "offers")
            assert booking.held_until is not None  # what makes it held
            offer, numbers = for_known(connection, market, retail, quote, chosen)
            offer = without_booking_fees(offer)
            booking, legs = adding.add(connection, market, booking, offer, numbers, booking.held_until)
            retail = with_offer(connection, code, retail, chosen, quote, legs)
        return retailing.standing(connection, market, booking, retailer, retail=retail)

    return act


def drop_offer(retailer: Pass, code: str, offer_id: str) -> RetailAct[None]:
    """Let go of an offer; of the last one, the booking is cancelled. Raises `NoBooking`, `NotPossible`."""

    def act(connection: Connection, market: Market) -> None:
        booking, retail = _held(connection, market, retailer, code)
        offer = found(retail, offer_id)
        _dropped(connection, market, booking, retail, [one for one in _live(booking) if one.leg in offer.legs])

    return act


def drop_passenger(retailer: Pass, code: str, offer_id: str, number: Callable[[Retail], int]) -> RetailAct[None]:
    """Let go of what an offer holds for the passenger with this number. Raises `NoBooking`, `NotPossible`."""

    def act(connection: Connection, market: Market) -> None:
        booking, retail = _held(connection, market, retailer, code)
        offer = found(retail, offer_id)
        passenger = number(retail)
        theirs = [one for one in _live(booking) if one.leg in offer.legs and one.passenger == passenger]
        if not theirs:
            raise NoBooking(
                'The offer holds nothing for passenger "%(ref)s".',
                "passengerId",
                ref=retail.passengers[passenger - 1].ref,
            )
        _dropped(connection, market, booking, retail, theirs)

    return act


def found(retail: Retail, offer_id: str) -> BookedOffer:
    """The offer of a booking with this id. Raises `NoBooking`."""
    for one in retail.offers:
        if one.id == offer_id:
            return one
    raise NoBooking("There is no such offer in the booking; it may have been let go.", "bookedOfferId")


def _held(connection: Connection, market: Market, retailer: Pass, code: str) -> tuple[Booking, Retail]:
    booking = locked(connection, code)
    retail = retail_tables.read(connection, code, retailer.client)
    still_held(market, booking)
    return booking, retail


def _live(booking: Booking) -> tuple[Part, ...]:
    return tuple(part for part in booking.parts if part.state == "held")


def _dropped(connection: Connection, market: Market, booking: Booking, retail: Retail, parts: Sequence[Part]) -> None:
    if len(parts) == len(_live(booking)):
        dropping.unchanged(booking)
        booking = confirming.cancel_hold(connection, market, booking.code)
        retail_events.note(connection, booking, "ACCOMMODATION_RELEASED", "The places held were let go.", market.now)
        return
    booking = dropping.drop(connection, market, booking, [part.number for part in parts])
    held = {part.leg for part in _live(booking)}
    left = tuple(one for one in retail.offers if held & set(one.legs))
    retail_tables.change(connection, booking.code, replace(retail, offers=left))
    retail_events.note(connection, booking, "ACCOMMODATION_RELEASED", "Some places held were let go.", market.now)
