"""What decisions cost: the refunds that were made because departures did not run, by the entry that stopped them."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, func, select

from rerail.line.amount import Money
from rerail.sale.tables import booking_table, refund_table


class GivenBack(Struct, frozen=True, kw_only=True):
    """What was given back because of some entries of the journal."""

    bookings: int
    tickets: int
    money: tuple[Money, ...]
    """Fares and fees, per currency."""


def given_back(connection: Connection, entries: Collection[int]) -> GivenBack:
    """What was given back for departures that these entries (their numbers) stopped.

    A departure that several entries stopped counts for the one that was newest when the refund was made.
    """
    theirs = (refund_table.c.reason == "suspended", refund_table.c.entry.in_(sorted(entries)))
    rows = connection.execute(
        select(
            booking_table.c.currency,
            func.count(func.distinct(refund_table.c.booking)),
            func.count(),
            func.sum(refund_table.c.amount + refund_table.c.fees),
        )
        .join(booking_table, booking_table.c.code == refund_table.c.booking)
        .where(*theirs)
        .group_by(booking_table.c.currency)
        .order_by(booking_table.c.currency)
    ).all()
    return GivenBack(
        bookings=sum(int(bookings) for _, bookings, _, _ in rows),
        tickets=sum(int(tickets) for _, _, tickets, _ in rows),
        money=tuple(Money(int(amount), currency) for currency, _, _, amount in rows if amount),
    )
