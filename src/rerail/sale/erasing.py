"""Forgetting who travelled: names, birth dates, addresses and what retailers said of bookings that are long over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Select, exists, func, select, update

from rerail.sale import retail_tables
from rerail.sale.tables import booking_table, part_table, passenger_table

_IN_ONE_QUERY: Final = 500
_A_DAY: Final = timedelta(days=1)


class Over(Struct, frozen=True, kw_only=True):
    """A booking of which nobody travels any more."""

    code: str
    since: datetime
    """UTC: when its last train arrived."""
    passengers: int


def over(connection: Connection, before: datetime, codes: Collection[str] | None = None) -> tuple[Over, ...]:
    """The bookings (of some, or all that still name anybody) whose last train arrived before an instant (UTC)."""
    # No train arrives before its service date begins, which nowhere is more than a day ahead of UTC: of bookings that
    # still have a train to come nothing need be read.
    ahead = exists().where(
        part_table.c.booking == booking_table.c.code, part_table.c.service_date > before.date() + _A_DAY
    )
    if codes is not None:
        some = (_legs().where(booking_table.c.code.in_(part), ~ahead) for part in _in_turn(codes))
        return tuple(one for query in some for one in _over(connection, query, before))
    named = exists().where(
        passenger_table.c.booking == booking_table.c.code,
        (passenger_table.c.family_name != "") | (passenger_table.c.given_names != ""),
    )
    told = named | (booking_table.c.email != "") | retail_tables.TELLS_OF_SOMEBODY
    return tuple(_over(connection, _legs().where(told, ~ahead), before))


def _legs() -> Select[Any]:
    passengers = (
        select(func.count())
        .select_from(passenger_table)
        .where(passenger_table.c.booking == booking_table.c.code)
        .scalar_subquery()
    )
    return select(booking_table.c.code, booking_table.c.legs, passengers.label("passengers")).order_by(
        booking_table.c.code
    )


def _over(connection: Connection, query: Select[Any], before: datetime) -> Iterator[Over]:
    for row in connection.execute(query):
        arrived = max(datetime.fromisoformat(leg["arrives"]) for leg in row.legs)
        if arrived < before:
            yield Over(code=row.code, since=arrived, passengers=int(row.passengers))


def without_ticket(connection: Connection, codes: Collection[str], now: datetime) -> frozenset[tuple[str, int]]:
    """The passengers of bookings, by code and number, who have no good ticket and no held place at an instant (UTC)."""
    held = (part_table.c.state == "held") & (part_table.c.until > now)
    live = exists().where(
        part_table.c.booking == passenger_table.c.booking,
        part_table.c.passenger == passenger_table.c.number,
        (part_table.c.state == "confirmed") | held,
    )
    whose = select(passenger_table.c.booking, passenger_table.c.number).where(~live)
    return frozenset(
        (code, number)
        for some in _in_turn(codes)
        for code, number in connection.execute(whose.where(passenger_table.c.booking.in_(some)))
    )


def forget(connection: Connection, code: str) -> int:
    """Take the names, birth dates and the e-mail address out of a booking, and whatever its retailer said of anybody.

    Returns how many passengers it has. What was sold, paid and refunded stays: it names nobody.
    """
    blank = {"family_name": "", "given_names": "", "name_key": "", "birth_date": None, "sex": ""}
    done = connection.execute(update(passenger_table).where(passenger_table.c.booking == code).values(blank))
    connection.execute(
        update(booking_table)
        .where(booking_table.c.code == code)
        .values(email="", email_key="", version=booking_table.c.version + 1)
    )
    retail_tables.forget(connection, code)
    return done.rowcount


def _in_turn(codes: Collection[str]) -> Iterator[list[str]]:
    wanted = sorted(set(codes))
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        yield wanted[start : start + _IN_ONE_QUERY]
