"""Holding: an offer becomes a prebooked booking, all its places or none, until `confirmationTimeLimit`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from rerail.fares.deadlines import GroupDates, group_dates
from rerail.fares.refund import amount_back
from rerail.line.amount import Money
from rerail.line.timing import zone
from rerail.places import claims
from rerail.places.model import Claim, Spot
from rerail.places.seats import rest_of_compartments
from rerail.sale import reading
from rerail.sale.errors import NoPlaceLeft, NotOnSale, NotPossible
from rerail.sale.market import Market
from rerail.sale.model import Ask, Booking, Leg, LegOffer, Offer, Part, Passenger, PassengerGiven, with_rest
from rerail.sale.passengers import checked as checked_passengers
from rerail.sale.passengers import checked_email, fit_compartments
from rerail.sale.placing import Placed, gone, mixed, placed
from rerail.sale.rules import Travel, checked, day_of_travel, sells_until
from rerail.sale.tables import booking_table
from rerail.sale.writing import write

CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read as something else: no 0 O, 1 I L."""
CODE_LENGTH: Final = 8
_TRIES: Final = 4


class Buyer(Struct, frozen=True, kw_only=True):
    """Who books, and who travels."""

    passengers: tuple[PassengerGiven, ...]
    email: str
    language: str
    pays_at_counter: bool = False
    """Whether the buyer will pay at a counter, so that the places wait longer."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What a buyer wants of an offer, checked: it is on sale, and these may travel."""

    legs: tuple[Travel, ...]
    passengers: tuple[Passenger, ...]
    email: str
    until: datetime
    """Until when the places are to be held (UTC)."""


def hold(connection: Connection, market: Market, offer: Offer, buyer: Buyer) -> Booking:
    """Claim the places of an offer and write the booking. The caller holds the line's lock and a write transaction.

    Raises `WrongAsk`, `NotOnSale`, `NoPlaceLeft`, `PlaceGone`, `WrongPassenger`; then nothing is to be committed.
    """
    want = wanted(market, offer, buyer)
    if offer.rebooks is not None:
        _not_yet_rebooked(connection, offer.rebooks, market.now)
    code = _new_code(connection)
    spots = [
        claimed(
            connection,
            market,
            offer.ask,
            leg,
            offer.legs[number - 1],
            want.passengers,
            code,
            number,
            want.until,
            len(want.passengers),
        )
        for number, leg in _numbered(want.legs)
    ]
    booking = booked(market, offer, buyer, want, code, spots)
    write(connection, booking)
    return booking


def wanted(market: Market, offer: Offer, buyer: Buyer) -> Wanted:
    """What is wanted of an offer now. Raises `WrongAsk`, `NotOnSale`, `WrongPassenger`."""
    ask = offer.ask
    legs = checked(market.life, ask, market.now, staff=ask.channel == "counter")
    today = market.now.astimezone(zone(legs[0].line.stations[legs[0].ask.board].clock)).date()
    passengers = checked_passengers(
        market.tariff,
        buyer.passengers,
        ask.counts,
        day_of_travel(legs[0]),
        today,
        names_later=ask.group or ask.channel == "retailer",
        births_later=ask.channel == "retailer" and not ask.group,
    )
    fit_compartments(market.tariff, passengers, [leg.ask.wishes.compartment for leg in legs])
    email = checked_email(buyer.email, needed=ask.channel == "site")
    until = _held_until(market, ask, legs, buyer)
    if until <= market.now:
        raise NotOnSale("It is too late to hold places on this departure.")
    return Wanted(legs=legs, passengers=passengers, email=email, until=until)


def booked(
    market: Market,
    offer: Offer,
    buyer: Buyer,
    want: Wanted,
    code: str,
    spots: Sequence[tuple[tuple[Spot, ...], ...]],
) -> Booking:
    """The booking of an offer, its places held. `spots` are for each leg those of each passenger."""
    ask = offer.ask
    return Booking(
        code=code,
        created=market.now,
        email=want.email,
        language=buyer.language,
        channel=ask.channel,
        seller=ask.seller,
        group=ask.group,
        tour_operator=ask.tour_operator,
        currency=ask.currency,
        passengers=want.passengers,
        legs=tuple(leg_of(number, leg) for number, leg in _numbered(want.legs)),
        parts=tuple(parts_of(market, offer, want.passengers, spots, want.until, 0, len(want.passengers))),
        fees=offer.fees,
        rates=offer.rates,
        edition=offer.edition,
        illustrative=offer.illustrative,
        deposit=_deposit(market, offer),
        balance=Money(0, ask.currency),
        paid=Money(0, ask.currency),
        rebooks=offer.rebooks,
        version=1,
    )


def part_number(passenger: int, leg: int, passengers: int) -> int:
    """The number of the part of a passenger on a leg, in a booking of so many: parts are numbered leg by leg."""
    return (leg - 1) * passengers + passenger


def _numbered(legs: Sequence[Travel]) -> list[tuple[int, Travel]]:
    return list(enumerate(legs, start=1))


def _held_until(market: Market, ask: Ask, legs: Sequence[Travel], buyer: Buyer) -> datetime:
    sale = market.tariff.sale
    latest = min(sells_until(leg, staff=ask.channel == "counter") for leg in legs)
    if ask.group:
        return min(option_dates(market, legs[0]).option_until, latest)
    minutes = sale.counter_hold_minutes if buyer.pays_at_counter else sale.hold_minutes
    return min(market.now + timedelta(minutes=minutes), latest)


def option_dates(market: Market, first: Travel, booked: datetime | None = None) -> GroupDates:
    """Until when a group's places are held with and without a deposit, and when its names are due (UTC).

    `booked` is when the group was booked (default: now); no date moves because a deposit comes later.
    """
    return group_dates(
        first.line, first.train, first.ask.service_date, first.board, first.alight, booked=booked or market.now
    )


def _not_yet_rebooked(connection: Connection, code: str, now: datetime) -> None:
    # The old booking's row is locked, so that two browsers cannot both take over its price.
    connection.execute(select(booking_table.c.version).where(booking_table.c.code == code).with_for_update())
    for other in reading.read_many(connection, reading.rebooked_by(connection, code)):
        # One that was confirmed has used the price up, whatever became of it; its own suspension opens the next.
        if other.confirmed is not None or other.state(now) == "prebooked":
            raise NotPossible("Booking %(code)s has been exchanged for %(other)s already.", code=code, other=other.code)


def any_code() -> str:
    """A code that may be somebody's already: one of 650 thousand million."""
    number, letters = secrets.randbelow(len(CODE_LETTERS) ** CODE_LENGTH), []
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[letter])
    return "".join(letters)


def _new_code(connection: Connection) -> str:
    while True:
        code = any_code()
        known = connection.execute(select(booking_table.c.code).where(booking_table.c.code == code))
        if known.one_or_none() is None:
            return code


def claimed(
    connection: Connection,
    market: Market,
    ask: Ask,
    leg: Travel,
    offered: LegOffer,
    passengers: Sequence[Passenger],
    code: str,
    number: int,
    until: datetime,
    count: int,
) -> tuple[tuple[Spot, ...], ...]:
    """For each of these passengers the spots claimed on this leg; empty for one without a place.

    `number` is the leg's in the booking, `count` how many passengers the booking has. Raises `NoPlaceLeft`,
    `PlaceGone`.
    """
    having = with_places(market, passengers)
    occupancies = market.kept.occupancies
    claims.lock_departure(connection, leg.key, alone=leg.ask.wishes.compartment is not None)
    for attempt in range(_TRIES):
        chosen = placed(market, ask, leg, occupancies.of(connection, leg.key, market.now))
        wanted = [
            (part_number(passenger, number, count), spot)
            for passenger, spots in zip(having, chosen, strict=True)
            for spot in spots
        ]
        if leg.ask.wishes.compartment == "whole":
            rest = rest_of_compartments(market.seats(leg), [spot for spots in chosen for spot in spots])
            if len(rest) != offered.rest:
                raise NoPlaceLeft("The compartments left are of another size; ask for a new offer.", "legs")
            wanted += [(part_number(having[0], number, count), spot) for spot in rest]
        try:
            with connection.begin_nested():
                claims.claim(
                    connection,
                    leg.key,
                    wanted,
                    booking=code,
                    until=until,
                    now=market.now,
                    compartment=leg.ask.wishes.compartment,
                )
                if mixed(connection, market, leg, [spot for _, spot in wanted], code):
                    raise claims.PlaceTaken(leg.key, [spot for _, spot in wanted])
        except claims.PlaceTaken as error:
            # Somebody was quicker since the places were last looked at: look again, unless they were picked.
            occupancies.drop(leg.key)
            if leg.ask.wanted or attempt == _TRIES - 1:
                raise gone(sorted({(spot.coach, spot.place) for spot in error.spots})) from None
            continue
        occupancies.note(
            Claim(
                departure=leg.key,
                spot=spot,
                booking=code,
                part=part,
                until=until,
                compartment=leg.ask.wishes.compartment,
            )
            for part, spot in wanted
        )
        return seated(market, passengers, chosen)
    raise AssertionError("unreachable: the last attempt returns or raises")


def with_places(market: Market, passengers: Sequence[Passenger]) -> list[int]:
    """The numbers of those who have a place."""
    categories = market.tariff.categories
    return [one.number for one in passengers if categories[one.category].place]


def seated(market: Market, passengers: Sequence[Passenger], placed: Placed) -> Placed:
    """The spots of each passenger, none for one without a place. `placed` are those of the others in their order."""
    spots_of = dict(zip(with_places(market, passengers), placed, strict=True))
    return tuple(spots_of.get(one.number, ()) for one in passengers)


def _deposit(market: Market, offer: Offer) -> Money | None:
    groups = market.tariff.groups
    return amount_back(offer.total, groups.deposit_percent) if offer.ask.group and groups is not None else None


def leg_of(number: int, leg: Travel) -> Leg:
    """A leg of what is asked as the booking keeps it."""
    return Leg(
        number=number,
        journey=leg.ask.journey,
        departure=leg.key,
        board=leg.ask.board,
        alight=leg.ask.alight,
        leaves=leg.leaves,
        arrives=leg.arrives,
        travel_class=leg.ask.travel_class,
    )


def parts_of(
    market: Market,
    offer: Offer,
    passengers: Sequence[Passenger],
    spots: Sequence[tuple[tuple[Spot, ...], ...]],
    until: datetime,
    legs_before: int,
    count: int,
) -> Iterator[Part]:
    """The held parts of an offer for these passengers, in a booking of `count` with so many legs before them."""
    categories = market.tariff.categories
    first_seated = next((one.number for one in passengers if categories[one.category].place), 0)
    for number, offered in enumerate(offer.legs, start=1):
        leg = legs_before + number
        for passenger, its in zip(passengers, spots[number - 1], strict=True):
            price = offered.prices[passenger.category]
            if offered.rest_price is not None and passenger.number == first_seated:
                price = with_rest(price, offered.rest_price, offered.rest)
            yield Part(
                number=part_number(passenger.number, leg, count),
                leg=leg,
                passenger=passenger.number,
                spots=its,
                price=price,
                state="held",
                until=until,
            )
