"""What is sold, as far as a new edition of the folder touches it: to be honoured, and to be given another place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from rerail.life.editions import Sold
from rerail.places.model import Spot
from rerail.sale import reading
from rerail.sale.changing import grown
from rerail.sale.model import Leg
from rerail.sale.tables import booking_table, part_table


def sold(connection: Connection, since: date, now: datetime) -> Iterator[Sold]:
    """What passengers have bought on departures of service dates from `since` on, without their places.

    A place is left out on purpose: whoever has one that is gone is given another (`rerail.desk.reseating`). Holds
    are left out too, except a group's: its option runs for days, the others are gone in minutes. A group whose
    option has lapsed at `now` (UTC) has nothing any more, unless it has paid a deposit.
    """
    held_by_group = (part_table.c.state == "held") & booking_table.c.is_group
    rows = connection.execute(
        select(
            part_table.c.booking,
            part_table.c.number,
            part_table.c.train,
            part_table.c.service_date,
            part_table.c.board,
            part_table.c.alight,
            part_table.c.state,
            part_table.c.until,
        )
        .join(booking_table, booking_table.c.code == part_table.c.booking)
        .where(part_table.c.service_date >= since, (part_table.c.state == "confirmed") | held_by_group)
        .order_by(part_table.c.booking, part_table.c.number)
    )
    found = list(rows)
    lapsed = {row.booking for row in found if row.state == "held" and (row.until is None or row.until <= now)}
    paid = {one.code for one in reading.read_many(connection, sorted(lapsed)) if one.paid}
    for row in found:
        if row.booking in lapsed - paid:
            continue
        yield Sold(f"{row.booking}-{row.number}", row.train, row.service_date, row.board, row.alight)


def retime(connection: Connection, code: str, legs: Sequence[Leg]) -> None:
    """Write down the legs of a booking with the times they have now."""
    connection.execute(update(booking_table).where(booking_table.c.code == code).values(legs=list(legs)))
    grown(connection, code)


def seat(connection: Connection, code: str, spots: Mapping[int, tuple[Spot, ...]]) -> None:
    """Write down the new spots of parts of a booking, whose claims the caller has moved."""
    for part, its in sorted(spots.items()):
        connection.execute(
            update(part_table).where(part_table.c.booking == code, part_table.c.number == part).values(spots=list(its))
        )
    if spots:
        grown(connection, code)
