"""What crossing lists said, as it is sealed: under what, with which keys, and how it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Table, delete, func, select, update

from rerail.border.keyring import Keys, Sealed
from rerail.border.tables import filing_table, list_table, receipt_table, version_table
from rerail.line.model import TrainId
from rerail.places.model import DepartureKey


def about(list_id: str, version: int) -> str:
    """What a version is sealed as."""
    return f"list {list_id}/{version}"


def about_receipt(list_id: str, version: int, number: int) -> str:
    """What a receipt is sealed as."""
    return f"receipt {list_id}/{version}/{number}"


class Readable(Struct, frozen=True):
    """A list of which anything is still readable: what a version or a receipt said."""

    list_id: str
    departure: DepartureKey
    count: int
    """Versions and receipts."""


def erasable(connection: Connection, before: date) -> tuple[Readable, ...]:
    """The lists of service dates before a date of which anything is still readable."""
    of = list_table.c.list_id, list_table.c.train, list_table.c.service_date
    counts: dict[tuple[str, TrainId, date], int] = {}
    for table in (version_table, receipt_table):
        rows = connection.execute(
            select(*of, func.count())
            .join(table, list_table.c.list_id == table.c.list_id)
            .where(list_table.c.service_date < before, table.c.key_id != "")
            .group_by(*of)
        )
        for list_id, train, day, count in rows:
            counts[list_id, train, day] = counts.get((list_id, train, day), 0) + int(count)
    return tuple(
        Readable(list_id, DepartureKey(train, day), count) for (list_id, train, day), count in sorted(counts.items())
    )


def readable(connection: Connection, list_id: str) -> int:
    """How many versions and receipts of a list still say anything."""
    return sum(
        int(
            connection.execute(
                select(func.count()).select_from(table).where(table.c.list_id == list_id, table.c.key_id != "")
            ).scalar_one()
        )
        for table in (version_table, receipt_table)
    )


def version_numbers(connection: Connection, list_id: str) -> tuple[int, ...]:
    """The numbers of a list's versions."""
    query = select(version_table.c.version).where(version_table.c.list_id == list_id).order_by(version_table.c.version)
    return tuple(connection.execute(query).scalars())


def erase(connection: Connection, list_id: str) -> int:
    """Let go of what a list's versions and receipts said; that there were some, when and of how many, stays.

    What was still on its way into a folder goes there no more. Returns how many versions and receipts said anything.
    """
    waiting = (filing_table.c.list_id == list_id) & filing_table.c.done_at.is_(None)
    connection.execute(delete(filing_table).where(waiting))
    gone = 0
    for table in (version_table, receipt_table):
        theirs = (table.c.list_id == list_id) & (table.c.key_id != "")
        gone += connection.execute(update(table).where(theirs).values(key_id="", sealed=b"")).rowcount
    return gone


def sealed_otherwise(connection: Connection, key_id: str) -> int:
    """How many versions and receipts are sealed with another key than this."""
    return sum(
        int(
            connection.execute(
                select(func.count()).select_from(table).where(table.c.key_id != "", table.c.key_id != key_id)
            ).scalar_one()
        )
        for table in (version_table, receipt_table)
    )


def seal_anew(connection: Connection, keys: Keys, most: int) -> int:
    """Seal up to so many versions and receipts of each with the newest key. Returns how many; 0: all are."""
    return _seal_anew(connection, keys, most, version_table, lambda row: about(row.list_id, row.version)) + _seal_anew(
        connection, keys, most, receipt_table, lambda row: about_receipt(row.list_id, row.version, row.number)
    )


def _seal_anew(connection: Connection, keys: Keys, most: int, table: Table, about: Callable[[Row[Any]], str]) -> int:
    stale = (table.c.key_id != "") & (table.c.key_id != keys.ring().current)
    rows = connection.execute(select(table).where(stale).limit(most).with_for_update()).all()
    for row in rows:
        sealed = keys.seal(keys.open(Sealed(row.key_id, bytes(row.sealed)), about(row)), about(row))
        whose = [column == getattr(row, column.name) for column in table.primary_key.columns]
        connection.execute(update(table).where(*whose).values(key_id=sealed.key_id, sealed=sealed.content))
    return len(rows)
