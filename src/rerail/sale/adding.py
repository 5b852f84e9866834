"""More trains in a booking: an offer's places held for passengers it has, as further legs of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection, update

from rerail.line.timing import zone
from rerail.sale.changing import grown, locked
from rerail.sale.errors import Incompatible, NotOnSale, NotPossible, WrongAsk, WrongPassenger
from rerail.sale.holding import claimed, leg_of, parts_of
from rerail.sale.market import Market
from rerail.sale.model import Booking, Leg, Offer, Passenger
from rerail.sale.passengers import checked_birth
from rerail.sale.rules import Travel, checked, day_of_travel, sells_until
from rerail.sale.tables import booking_table
from rerail.sale.writing import add_parts

MOST_LEGS: Final = 40
"""Of a booking, those that were exchanged or let go of included."""


def add(
    connection: Connection,
    market: Market,
    booking: Booking,
    offer: Offer,
    numbers: Sequence[int],
    until: datetime,
    *,
    instead_of: Collection[int] = (),
) -> tuple[Booking, tuple[int, ...]]:
    """Hold the places of an offer for these passengers until an instant (UTC), or as long as they are sold.

    `instead_of` are parts that they would no more travel on. Gives the numbers of the new legs too. The caller has
    locked the booking. Raises `WrongAsk`, `NotOnSale`, `NoPlaceLeft`, `PlaceGone`, `WrongPassenger`, `Incompatible`.
    """
    _same_tariff(market, booking, offer)
    legs = checked(market.life, offer.ask, market.now)
    passengers = [booking.passenger(number) for number in sorted(numbers)]
    _fit(market, passengers, offer, legs)
    before = len(booking.legs)
    if before + len(legs) > MOST_LEGS:
        raise NotPossible("Booking %(code)s was changed too often; make another booking.", code=booking.code)
    _one_train_at_a_time(booking, legs, numbers, instead_of, market.now)
    until = min(until, *(sells_until(leg) for leg in legs))
    if until <= market.now:
        raise NotOnSale("It is too late to hold places on this departure.")
    journeys = 1 + max(leg.journey for leg in booking.legs)
    added = [_further(leg_of(before + position, leg), journeys) for position, leg in enumerate(legs, start=1)]
    count = len(booking.passengers)
    spots = [
        claimed(connection, market, offer.ask, leg, offered, passengers, booking.code, its.number, until, count)
        for leg, offered, its in zip(legs, offer.legs, added, strict=True)
    ]
    rates = (*booking.rates, *(rate for rate in offer.rates if rate not in booking.rates))
    booking = replace(
        booking,
        legs=(*booking.legs, *added),
        rates=rates,
        illustrative=booking.illustrative or offer.illustrative,
    )
    write_legs(connection, booking)
    add_parts(connection, booking, tuple(parts_of(market, offer, passengers, spots, until, before, count)))
    grown(connection, booking.code)
    return locked(connection, booking.code), tuple(leg.number for leg in added)


def write_legs(connection: Connection, booking: Booking) -> None:
    """Write down the legs of a booking, and by which rates they were priced."""
    connection.execute(
        update(booking_table)
        .where(booking_table.c.code == booking.code)
        .values(legs=list(booking.legs), rates=list(booking.rates), illustrative=booking.illustrative)
    )


def _further(leg: Leg, journeys: int) -> Leg:
    return replace(leg, journey=leg.journey + journeys)


def _same_tariff(market: Market, booking: Booking, offer: Offer) -> None:
    """One booking goes by one tariff: what its categories and its rules of giving back are is said once."""
    if offer.ask.currency != booking.currency:
        raise Incompatible(
            "Booking %(code)s is in %(currency)s; ask in it.", "offers", code=booking.code, currency=booking.currency
        )
    if market.tariff_of(booking) != market.tariff:
        raise Incompatible(
            "The tariff is another one since booking %(code)s was made; make another booking.",
            "offers",
            code=booking.code,
        )


def _fit(market: Market, passengers: Sequence[Passenger], offer: Offer, legs: Sequence[Travel]) -> None:
    counts = Counter(one.category for one in passengers)
    if counts != Counter({category: count for category, count in offer.ask.counts.items() if count}):
        raise WrongPassenger("The passengers are not those the price was made for; ask for a new offer.", "passengers")
    first = legs[0]
    today = market.now.astimezone(zone(first.line.stations[first.ask.board].clock)).date()
    for one in passengers:
        if one.birth_date is not None:  # one that is yet to be told is asked for before confirming
            about = f"passengers.{one.number}"
            checked_birth(market.tariff, one.category, one.birth_date, day_of_travel(first), today, about)


def _one_train_at_a_time(
    booking: Booking, legs: Sequence[Travel], numbers: Collection[int], instead_of: Collection[int], now: datetime
) -> None:
    for part in booking.parts:
        if part.passenger not in numbers or part.number in instead_of:
            continue
        if part.state != "confirmed" and not part.waits(now):
            continue
        other = booking.leg(part.leg)
        for leg in legs:
            if leg.leaves < other.arrives and other.leaves < leg.arrives:
                raise WrongAsk(
                    "A passenger would be on two trains at once on %(day)s.", "offers", day=leg.ask.service_date
                )
