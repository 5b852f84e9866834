"""Names: given when a group has none yet, corrected, or filled in from a tour operator's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, update

from rerail.fares.deadlines import list_deadlines
from rerail.sale.changing import grown, locked
from rerail.sale.errors import ListRefused, NotPossible, SaleError, WrongAsk, WrongPassenger
from rerail.sale.market import Market
from rerail.sale.model import Booking, Leg, Passenger, PassengerGiven
from rerail.sale.passengers import ListRow, checked_birth, checked_name
from rerail.sale.rules import day_of_travel, travel_of
from rerail.sale.tables import passenger_table
from rerail.sale.writing import passenger_row


def names_until(market: Market, booking: Booking) -> datetime:
    """Until when (UTC) names can be given: the first list that takes no amendments, else the first departure.

    A leg that was given back asks for no names: only those on which somebody still travels count.
    """
    legs = legs_left(booking)
    latest = [leg.leaves for leg in legs]
    for leg in legs:
        try:
            found = travel_of(market.life, leg)
        except WrongAsk:
            continue  # an edition without this train: nothing of it can be late any more
        line = market.as_sold(found.line, booking)
        lists = list_deadlines(line, found.train, leg.departure.service_date, found.board, found.alight)
        latest.extend(one.at for one in lists if not one.amendments)
    return min(latest)


def legs_left(booking: Booking) -> tuple[Leg, ...]:
    """The legs on which somebody still travels, or before that whose places are held; all if there is none."""
    states = ("held", "confirmed") if booking.confirmed is None else ("confirmed",)
    live = {part.leg for part in booking.parts if part.state in states}
    return tuple(leg for leg in booking.legs if leg.number in live) or booking.legs


def name(
    connection: Connection,
    market: Market,
    code: str,
    given: Mapping[int, PassengerGiven],
    version: int | None = None,
    *,
    rename: bool,
    births_later: bool = False,
) -> Booking:
    """Give passengers their names, by their numbers. `rename` lets somebody named be named anew (staff only).

    `births_later` lets a birth date be told later where an age sets the price. Raises
    `NoBooking`, `BookingMoved`, `NotPossible` (too late, or named already), `WrongPassenger`.
    """
    booking = locked(connection, code, version)
    _open(market, booking)
    named = []
    for number, one in sorted(given.items()):
        if not 1 <= number <= len(booking.passengers):
            raise WrongPassenger("There is no passenger %(number)d in the booking.", "passengers", number=number)
        present = booking.passenger(number)
        about = f"passengers.{number}"
        named.append(_named(market, booking, present, one, about, rename=rename, births_later=births_later))
    _write(connection, code, named)
    return locked(connection, code)


def fill(
    connection: Connection, market: Market, code: str, rows: Sequence[ListRow], version: int | None = None
) -> Booking:
    """Name a group from a list, row by row in its order; every row is checked before any name is written.

    Rows fill the unnamed passengers of their category. Raises `ListRefused` with every wrong row.
    """
    booking = locked(connection, code, version)
    _open(market, booking)
    waiting = [one for one in booking.passengers if not one.named]
    known = {_key(one) for one in booking.passengers if one.named}
    named: list[Passenger] = []
    wrong: list[tuple[int, SaleError]] = []
    for row in rows:
        place = next((one for one in waiting if one.category == row.given.category), None)
        try:
            if place is None:
                raise WrongPassenger(
                    'No unnamed passenger "%(category)s" is left in the booking.',
                    "category",
                    category=row.given.category,
                )
            one = _named(market, booking, place, row.given, f"line {row.line}", rename=False)
            if _key(one) in known:
                raise WrongPassenger("%(name)s is in the booking already.", "family_name", name=one.name)
        except SaleError as error:
            wrong.append((row.line, error))
            continue
        waiting.remove(place)
        known.add(_key(one))
        named.append(one)
    if wrong:
        raise ListRefused(tuple(wrong))
    _write(connection, code, named)
    return locked(connection, code)


def _open(market: Market, booking: Booking) -> None:
    if booking.state(market.now) not in ("prebooked", "confirmed"):
        raise NotPossible("Booking %(code)s has no passengers any more.", code=booking.code)
    until = names_until(market, booking)
    if market.now >= until:
        raise NotPossible(
            "Names could be given until %(until)s (UTC), when the passenger list was handed over.",
            until=f"{until:%Y-%m-%d %H:%M}",
        )


def _named(
    market: Market,
    booking: Booking,
    present: Passenger,
    given: PassengerGiven,
    about: str,
    *,
    rename: bool,
    births_later: bool = False,
) -> Passenger:
    if present.named and not rename:
        raise NotPossible("%(name)s is named already; only a counter can correct a name.", about, name=present.name)
    family = checked_name(given.family_name, f"{about}.family_name")
    if not family:
        raise WrongPassenger("The family name is missing.", f"{about}.family_name")
    day = day_of_travel(travel_of(market.life, legs_left(booking)[0]))
    birth = given.birth_date or present.birth_date
    if birth is not None or not births_later:
        checked_birth(market.tariff_of(booking), present.category, birth, day, market.now.date(), about)
    return replace(
        present,
        family_name=family,
        given_names=checked_name(given.given_names, f"{about}.given_names"),
        birth_date=birth,
        sex=given.sex or present.sex,
    )


def _key(one: Passenger) -> tuple[object, ...]:
    return one.name.casefold(), one.birth_date


def _write(connection: Connection, code: str, named: Sequence[Passenger]) -> None:
    for one in named:
        row = passenger_row(code, one)
        connection.execute(
            update(passenger_table)
            .where(passenger_table.c.booking == code, passenger_table.c.number == one.number)
            .values({name: row[name] for name in ("family_name", "given_names", "name_key", "birth_date", "sex")})
        )
    if named:
        grown(connection, code)
