"""Holding: an offer becomes a prebooked booking, all its places or none, until `confirmationTimeLimit`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, insert, select

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
from rerail.sale.passengers import checked_email, fit_compartments, name_key
from rerail.sale.placing import gone, mixed, placed
from rerail.sale.rules import Travel, checked, day_of_travel, sells_until
from rerail.sale.tables import booking_table, part_table, passenger_table

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


def hold(connection: Connection, market: Market, offer: Offer, buyer: Buyer) -> Booking:
    """Claim the places of an offer and write the booking. The caller holds the line's lock and a write transaction.

    Raises `WrongAsk`, `NotOnSale`, `NoPlaceLeft`, `PlaceGone`, `WrongPassenger`; then nothing is to be committed.
    """
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
    )
    fit_compartments(market.tariff, passengers, [leg.ask.wishes.compartment for leg in legs])
    email = checked_email(buyer.email, needed=ask.channel == "site")
    if offer.rebooks is not None:
        _not_yet_rebooked(connection, offer.rebooks, market.now)
    code = _new_code(connection)
    until = _held_until(market, ask, legs, buyer)
    if until <= market.now:
        raise NotOnSale("It is too late to hold places on this departure.")
    spots = [
        claimed(connection, market, ask, leg, offer.legs[number - 1], passengers, code, number, until, len(passengers))
        for number, leg in _numbered(legs)
    ]
    booking = Booking(
        code=code,
        created=market.now,
        email=email,
        language=buyer.language,
        channel=ask.channel,
        seller=ask.seller,
        group=ask.group,
        tour_operator=ask.tour_operator,
        currency=ask.currency,
        passengers=passengers,
        legs=tuple(leg_of(number, leg) for number, leg in _numbered(legs)),
        parts=tuple(parts_of(market, offer, passengers, spots, until, 0, len(passengers))),
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
    _write(connection, booking)
    return booking


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


def _new_code(connection: Connection) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
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
    categories = market.tariff.categories
    seated = [one.number for one in passengers if categories[one.category].place]
    occupancies = market.kept.occupancies
    claims.lock_departure(connection, leg.key, alone=leg.ask.wishes.compartment is not None)
    for attempt in range(_TRIES):
        chosen = placed(market, ask, leg, occupancies.of(connection, leg.key, market.now))
        wanted = [
            (part_number(passenger, number, count), spot)
            for passenger, spots in zip(seated, chosen, strict=True)
            for spot in spots
        ]
        if leg.ask.wishes.compartment == "whole":
            rest = rest_of_compartments(market.seats(leg), [spot for spots in chosen for spot in spots])
            if len(rest) != offered.rest:
                raise NoPlaceLeft("The compartments left are of another size; ask for a new offer.", "legs")
            wanted += [(part_number(seated[0], number, count), spot) for spot in rest]
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
        spots_of = dict(zip(seated, chosen, strict=True))
        return tuple(spots_of.get(one.number, ()) for one in passengers)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _write(connection: Connection, booking: Booking) -> None:
    connection.execute(_ADD_BOOKING, _booking_row(booking))
    connection.execute(_ADD_PASSENGERS, [passenger_row(booking.code, one) for one in booking.passengers])
    add_parts(connection, booking, booking.parts)


def add_parts(connection: Connection, booking: Booking, parts: Sequence[Part]) -> None:
    """Write parts of a booking that are new."""
    connection.execute(_ADD_PARTS, [_part_row(booking, part) for part in parts])


_ADD_BOOKING: Final = insert(booking_table)
_ADD_PASSENGERS: Final = insert(passenger_table)
_ADD_PARTS: Final = insert(part_table)


def _booking_row(booking: Booking) -> dict[str, Any]:
    return {
        "code": booking.code,
        "created_at": booking.created,
        "email": booking.email,
        "email_key": booking.email.casefold(),
        "language": booking.language,
        "channel": booking.channel,
        "seller": booking.seller,
        "is_group": booking.group,
        "tour_operator": booking.tour_operator,
        "currency": booking.currency,
        "edition": booking.edition,
        "illustrative": booking.illustrative,
        "legs": booking.legs,
        "fees": booking.fees,
        "rates": booking.rates,
        "deposit": booking.deposit.amount if booking.deposit is not None else None,
        "confirmed_at": booking.confirmed,
        "rebooks": booking.rebooks,
        "version": booking.version,
    }


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


def passenger_row(code: str, one: Passenger) -> dict[str, Any]:
    """A passenger as the table keeps it."""
    return {
        "booking": code,
        "number": one.number,
        "category": one.category,
        "family_name": one.family_name,
        "given_names": one.given_names,
        "name_key": name_key(one.family_name, one.given_names),
        "birth_date": one.birth_date,
        "sex": one.sex,
    }


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


def _part_row(booking: Booking, part: Part) -> dict[str, Any]:
    leg = booking.leg(part.leg)
    return {
        "booking": booking.code,
        "number": part.number,
        "leg": part.leg,
        "passenger": part.passenger,
        "train": leg.departure.train,
        "service_date": leg.departure.service_date,
        "board": leg.board,
        "alight": leg.alight,
        "spots": part.spots,
        "price": part.price,
        "state": part.state,
        "until": part.until,
    }
