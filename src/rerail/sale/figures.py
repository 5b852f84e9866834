"""What was sold, as figures: one row for each passenger on each leg, without names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, and_, select

from rerail.line.amount import Money
from rerail.line.model import StationId, TrainId
from rerail.places.model import DepartureKey
from rerail.sale.model import PartState
from rerail.sale.reading import part_state
from rerail.sale.tables import part_table, refund_table


class PartFigure(Struct, frozen=True, kw_only=True):
    """One passenger on one leg."""

    departure: DepartureKey
    board: StationId
    alight: StationId
    seated: bool
    """Whether a place goes with it."""
    state: PartState
    until: datetime | None
    """When it lapses (UTC), if it is held."""
    price: Money
    refunded: Money | None
    reason: str
    """Why it was given back: "passenger", "suspended" or "refused"; empty if it was not."""

    def waits(self, now: datetime) -> bool:
        """Whether it is held and has not lapsed at an instant (UTC)."""
        return self.state == "held" and self.until is not None and self.until > now

    @property
    def income(self) -> Money:
        """What stays with the railways and as fees of the ticket: its price, less what came back."""
        if self.state in ("confirmed", "released"):
            return self.price
        if self.refunded is not None:
            return self.price - self.refunded
        return Money(0, self.price.currency)


def parts_between(
    connection: Connection, start: date, until: date, trains: Collection[TrainId] | None = None
) -> tuple[PartFigure, ...]:
    """Every part on departures with service dates in [start, until), by date and train."""
    given_back = and_(refund_table.c.booking == part_table.c.booking, refund_table.c.part == part_table.c.number)
    query = (
        select(
            part_table.c.train,
            part_table.c.service_date,
            part_table.c.board,
            part_table.c.alight,
            part_table.c.spots,
            part_table.c.state,
            part_table.c.until,
            part_table.c.price,
            part_table.c.released,
            refund_table.c.amount,
            refund_table.c.reason,
        )
        .outerjoin(refund_table, given_back)
        .where(part_table.c.service_date >= start, part_table.c.service_date < until)
        .order_by(part_table.c.service_date, part_table.c.train)
    )
    if trains is not None:
        query = query.where(part_table.c.train.in_(sorted(trains)))
    found = []
    for row in connection.execute(query):
        price = msgspec.convert(row.price["total"], Money)
        found.append(
            PartFigure(
                departure=DepartureKey(row.train, row.service_date),
                board=row.board,
                alight=row.alight,
                seated=bool(row.spots),
                state=part_state(row.state, row.released),
                until=row.until,
                price=price,
                refunded=Money(row.amount, price.currency) if row.amount is not None else None,
                reason=row.reason or "",
            )
        )
    return tuple(found)


def summed(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Amounts of several currencies, one sum for each; those of nothing left out."""
    sums: dict[str, int] = {}
    for one in amounts:
        sums[one.currency] = sums.get(one.currency, 0) + one.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()) if amount)
