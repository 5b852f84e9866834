"""Forgetting who travelled: names, birth dates and addresses of bookings whose journeys are long over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, select, update

from rerail.sale.tables import booking_table, part_table, passenger_table


class Over(Struct, frozen=True, kw_only=True):
    """A booking of which nobody travels any more."""

    code: str
    since: datetime
    """UTC: when its last train arrived."""
    passengers: tuple[int, ...]


def over(connection: Connection, before: datetime, codes: Collection[str] | None = None) -> tuple[Over, ...]:
    """The bookings (of some, or all that still name anybody) whose last train arrived before an instant (UTC)."""
    named = select(passenger_table.c.booking).where(
        (passenger_table.c.family_name != "") | (passenger_table.c.given_names != "")
    )
    rows = connection.execute(
        select(booking_table.c.code, booking_table.c.legs)
        .where(
            booking_table.c.code.in_(sorted(codes))
            if codes is not None
            else booking_table.c.code.in_(named) | (booking_table.c.email != "")
        )
        .order_by(booking_table.c.code)
    ).all()
    found = []
    for row in rows:
        arrived = max(datetime.fromisoformat(leg["arrives"]) for leg in row.legs)
        if arrived >= before:
            continue
        passengers = connection.execute(
            select(passenger_table.c.number)
            .where(passenger_table.c.booking == row.code)
            .order_by(passenger_table.c.number)
        )
        found.append(
            Over(
                code=row.code,
                since=arrived,
                passengers=tuple(passengers.scalars()),
            )
        )
    return tuple(found)


def without_tickets(connection: Connection, codes: Collection[str], now: datetime) -> tuple[str, ...]:
    """Those bookings of which no ticket is good and no place is held at an instant (UTC)."""
    wanted = sorted(codes)
    held = (part_table.c.state == "held") & (part_table.c.until > now)
    live = select(part_table.c.booking).where((part_table.c.state == "confirmed") | held)
    rows = connection.execute(
        select(booking_table.c.code)
        .where(booking_table.c.code.in_(wanted), booking_table.c.code.not_in(live))
        .order_by(booking_table.c.code)
    )
    return tuple(rows.scalars())


def forget(connection: Connection, code: str) -> int:
    """Take the names, birth dates and the e-mail address out of a booking. Returns how many passengers it has.

    What was sold, paid and refunded stays: it names nobody.
    """
    blank = {"family_name": "", "given_names": "", "name_key": "", "birth_date": None, "sex": ""}
    done = connection.execute(update(passenger_table).where(passenger_table.c.booking == code).values(blank))
    connection.execute(
        update(booking_table)
        .where(booking_table.c.code == code)
        .values(email="", email_key="", version=booking_table.c.version + 1)
    )
    return done.rowcount
