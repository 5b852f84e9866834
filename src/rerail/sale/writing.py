"""A new booking as the tables keep it: one, or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert

from rerail.sale.model import Booking, Part, Passenger
from rerail.sale.passengers import name_key
from rerail.sale.tables import booking_table, part_table, passenger_table
from rerail.store.literal import Rows

_ADD_BOOKING: Final = insert(booking_table)
_ADD_PASSENGERS: Final = insert(passenger_table)
_ADD_PARTS: Final = insert(part_table)

_BOOKINGS: Final = Rows(booking_table)
_PASSENGERS: Final = Rows(passenger_table)
_PARTS: Final = Rows(part_table)


def write(connection: Connection, booking: Booking) -> None:
    """Write a new booking."""
    connection.execute(_ADD_BOOKING, _booking_row(booking))
    connection.execute(_ADD_PASSENGERS, [passenger_row(booking.code, one) for one in booking.passengers])
    add_parts(connection, booking, booking.parts)


def add_parts(connection: Connection, booking: Booking, parts: Sequence[Part]) -> None:
    """Write parts of a booking that are new."""
    connection.execute(_ADD_PARTS, [_part_row(booking, part) for part in parts])


def write_all(connection: Connection, bookings: Sequence[Booking]) -> None:
    """Write many, by as few statements as one."""
    _BOOKINGS.add(connection, (_booking_row(one) for one in bookings))
    _PASSENGERS.add(
        connection, (passenger_row(one.code, passenger) for one in bookings for passenger in one.passengers)
    )
    _PARTS.add(connection, (_part_row(one, part) for one in bookings for part in one.parts))


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
