"""Retailers exchange: old tickets against new places, in one booking; held first, then confirmed, or as it was."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection

from rerail.desk import retail_events
from rerail.desk.retailing import Quoted, RetailAct, Retailing, Standing
from rerail.desk.retailing_account import account_of
from rerail.desk.retailing_after_sale import Numbers, Offered, found, is_of
from rerail.desk.retailing_booking import Chosen, for_known, with_offer
from rerail.desk.retailing_refunds import OVERRULES
from rerail.people.clients import Pass
from rerail.sale import exchanging, retail_tables
from rerail.sale.after_sale import AfterSale, Content, Exchanging
from rerail.sale.changing import locked
from rerail.sale.errors import AlreadyConfirmed, HoldExpired, Incompatible, NotPossible, OfferForged, SaleError
from rerail.sale.market import Market
from rerail.sale.model import Booking, LegAsk
from rerail.sale.retail import QuotedExchange, QuotedPassenger, Retail

_FOR_ANOTHER: Final = "This offer is for no exchange in booking %(code)s; ask for one."


def to_exchange(
    retailing: Retailing, retailer: Pass, code: str, wanted: Numbers, overrule: str | None
) -> tuple[Standing, QuotedExchange]:
    """What comes back of tickets that are exchanged. Raises `NoBooking`, `NotPossible`."""
    standing = retailing.booking(retailer, code)
    market, booking = standing.market, standing.booking
    applied = overrule if overrule in OVERRULES else None
    parts = wanted(standing.retail, booking)
    back = exchanging.back_for(market, booking, parts, overruled=applied is not None)
    return standing, QuotedExchange(booking=code, back=back, overrule=applied)


def quotes(
    retailing: Retailing,
    retailer: Pass,
    standing: Standing,
    exchange: QuotedExchange,
    journeys: Sequence[tuple[LegAsk, ...]],
    passengers: tuple[QuotedPassenger, ...],
) -> list[Quoted | SaleError]:
    """Each of these journeys priced as an exchange and sealed, or why it cannot be. Raises `Incompatible`."""
    _same_people(standing.retail, standing.booking, exchange, passengers)
    return retailing.quotes(retailer, journeys, passengers, standing.booking.currency, exchange=exchange)


def _same_people(
    retail: Retail, booking: Booking, exchange: QuotedExchange, passengers: Sequence[QuotedPassenger]
) -> None:
    """Tickets are exchanged for those they are made out to, and as what they travel."""
    given = {one.part for one in exchange.back.parts}
    travelling = {part.passenger for part in booking.parts if part.number in given}
    expected = {retail.passengers[number - 1].ref: booking.passenger(number).category for number in travelling}
    told = {one.ref: one.category for one in passengers}
    if set(told) != set(expected) or len(told) != len(passengers):
        raise Incompatible(
            "Tickets are exchanged for the passengers they are made out to: %(refs)s.",
            "anonymousPassengerSpecifications",
            refs=", ".join(sorted(expected)),
        )
    for ref, category in expected.items():
        if told[ref] != category:
            raise Incompatible(
                'Passenger "%(ref)s" would travel as another category; give the ticket back and book anew.',
                "anonymousPassengerSpecifications",
                ref=ref,
            )


def begin(retailing: Retailing, retailer: Pass, code: str, chosen: Chosen) -> RetailAct[Offered[Exchanging]]:
    """Hold the places of an exchange offer. Raises `SaleError`."""

    def act(connection: Connection, market: Market) -> Offered[Exchanging]:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        quote = retailing.opened(connection, market, retailer, chosen.token)
        exchange = quote.exchange
        if exchange is None or exchange.booking != code:
            raise OfferForged(_FOR_ANOTHER, code=code)
        before = begun(retail_tables.after_sales(connection, code))
        if before is not None:
            if before.pending(market.now):
                raise NotPossible("An exchange in booking %(code)s waits; confirm it or let go of it first.", code=code)
            booking, retail = _undone(connection, market, booking, retail, before)
        offer, numbers = for_known(connection, market, retail, quote, chosen)
        booking, added = exchanging.begin(connection, market, booking, offer, numbers, exchange.back)
        retail = with_offer(connection, code, retail, chosen, quote, added)
        held = exchanging.held_on(booking, added)
        operation = AfterSale(
            id=f"{code}-{secrets.token_hex(4)}",
            state="proposed",
            created=market.now,
            until=min(part.until for part in held if part.until is not None),
            content=Exchanging(quote=quote, token=chosen.token, legs=added),
        )
        retail_tables.add_after_sale(connection, code, operation)
        return retailing.standing(connection, market, booking, retailer, retail=retail), operation

    return act


def begun(offers: Collection[AfterSale[Content]]) -> AfterSale[Exchanging] | None:
    """The exchange that was begun last and not confirmed, lapsed or not; None: there is none."""
    waiting = [one for one in offers if one.state == "proposed" and is_of(one, Exchanging)]
    return waiting[-1] if waiting else None


def confirm(
    retailing: Retailing,
    retailer: Pass,
    connection: Connection,
    market: Market,
    booking: Booking,
    operation: AfterSale[Exchanging],
) -> Booking:
    """The exchange takes effect: the difference is paid, or comes back. The caller has locked the booking.

    Raises `HoldExpired`, `NotOnSale`, `NotPossible`.
    """
    content = operation.content
    account = account_of(booking, retailer)
    booking = exchanging.confirm(connection, market, booking, content.legs, content.back, account)
    retail_tables.confirm_after_sale(connection, booking.code, operation, market.now)
    return retailing.settled_up(connection, booking)


def check(connection: Connection, market: Market, booking: Booking, operation: AfterSale[Exchanging]) -> None:
    """Whether an exchange could take effect now; raises as `confirm` would, and writes nothing."""
    exchanging.check(connection, market, booking, operation.content.legs, operation.content.back)


def change(
    retailing: Retailing, retailer: Pass, code: str, operation_id: str, said: Mapping[str, str]
) -> RetailAct[Offered[Exchanging]]:
    """Say how the new tickets are wanted. Raises `NoBooking`, `AlreadyConfirmed`, `HoldExpired`."""

    def act(connection: Connection, market: Market) -> Offered[Exchanging]:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        operation = found(retail_tables.after_sales(connection, code), operation_id, Exchanging)
        if operation.state == "confirmed":
            raise AlreadyConfirmed("The exchange %(id)s is confirmed.", id=operation_id)
        if not operation.pending(market.now):
            raise HoldExpired("The places were not confirmed in time, and the old tickets are good still.")
        retail = replace(retail, said={**retail.said, **said})
        retail_tables.change(connection, code, retail)
        return retailing.standing(connection, market, booking, retailer, retail=retail), operation

    return act


def let_go(retailer: Pass, code: str, operation_id: str) -> RetailAct[None]:
    """Let go of an exchange that is not confirmed: everything is as it was. Raises `NoBooking`, `AlreadyConfirmed`."""

    def act(connection: Connection, market: Market) -> None:
        booking = locked(connection, code)
        retail = retail_tables.read(connection, code, retailer.client)
        operation = found(retail_tables.after_sales(connection, code), operation_id, Exchanging)
        if operation.state == "confirmed":
            raise AlreadyConfirmed("Offer %(id)s has been taken; it cannot be let go of.", id=operation_id)
        booking, _ = _undone(connection, market, booking, retail, operation)
        summary = "The places held for an exchange were let go."
        retail_events.note(connection, booking, "ACCOMMODATION_RELEASED", summary, market.now)

    return act


def _undone(
    connection: Connection, market: Market, booking: Booking, retail: Retail, operation: AfterSale[Exchanging]
) -> tuple[Booking, Retail]:
    legs = operation.content.legs
    booking = exchanging.let_go(connection, market, booking, legs)
    retail = replace(retail, offers=tuple(one for one in retail.offers if one.legs != legs))
    retail_tables.change(connection, booking.code, retail)
    retail_tables.drop_after_sale(connection, booking.code, operation.id)
    return booking, retail
