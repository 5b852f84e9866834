"""Close-outs of a border: when it was said who really crossed, and how many did. Numbers only, no names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, insert, select

from rerail.border.tables import closing_table
from rerail.line.model import TrainId
from rerail.places.model import DepartureKey


class Closing(Struct, frozen=True, kw_only=True):
    """One close-out of a border for one departure."""

    departure: DepartureKey
    crossing: str
    number: int
    """From 1: a mark that came late makes another necessary."""
    at: datetime
    """UTC."""
    who: str
    """The user's name."""
    crossed: int
    """Passengers whom every side that controls let through."""
    refused: int
    missing: int


def latest(connection: Connection, departure: DepartureKey, crossing: str) -> Closing | None:
    """The close-out in force; None: the border is not closed out yet."""
    query = select(closing_table).where(
        closing_table.c.train == departure.train,
        closing_table.c.service_date == departure.service_date,
        closing_table.c.crossing == crossing,
    )
    return next(iter(_latest_of_each(connection, query)), None)


def add(connection: Connection, closing: Closing) -> None:
    """Keep a close-out, under the number after the latest. The caller holds the marks' lock (`marks.lock`)."""
    connection.execute(
        insert(closing_table),
        {
            "train": closing.departure.train,
            "service_date": closing.departure.service_date,
            "crossing": closing.crossing,
            "number": closing.number,
            "at": closing.at,
            "who": closing.who,
            "crossed": closing.crossed,
            "refused": closing.refused,
            "missing": closing.missing,
        },
    )


def between(
    connection: Connection, start: date, until: date, trains: Collection[TrainId] | None = None
) -> tuple[Closing, ...]:
    """The close-outs in force of departures with service dates in [start, until)."""
    query = select(closing_table).where(closing_table.c.service_date >= start, closing_table.c.service_date < until)
    if trains is not None:
        query = query.where(closing_table.c.train.in_(sorted(trains)))
    return _latest_of_each(connection, query)


def _latest_of_each(connection: Connection, query: Select[Any]) -> tuple[Closing, ...]:
    found = [_closing(row) for row in connection.execute(query.order_by(closing_table.c.number))]
    return tuple({(one.departure, one.crossing): one for one in found}.values())


def _closing(row: Row[Any]) -> Closing:
    return Closing(
        departure=DepartureKey(row.train, row.service_date),
        crossing=row.crossing,
        number=row.number,
        at=row.at,
        who=row.who,
        crossed=row.crossed,
        refused=row.refused,
        missing=row.missing,
    )
