"""Versions of crossing lists on their way into the authorities' folders: leased, put there, noted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, select, update

from rerail.border.tables import filing_table

LEASE: Final = timedelta(minutes=2)
"""How long a process may take over what it leased before another is handed the same."""


class Filing(Struct, frozen=True, kw_only=True):
    """A version on its way into a folder."""

    list_id: str
    version: int
    tries: int
    next_at: datetime
    done: datetime | None
    error: str


def lease(connection: Connection, now: datetime, most: int) -> tuple[Filing, ...]:
    """Take up to so many versions whose time has come: nobody else is handed them for `LEASE`.

    A version waits until the one before it is in the folder.
    """
    earlier = filing_table.alias("earlier")
    before = (
        select(earlier.c.version)
        .where(
            earlier.c.list_id == filing_table.c.list_id,
            earlier.c.version < filing_table.c.version,
            earlier.c.done_at.is_(None),
        )
        .exists()
    )
    rows = connection.execute(
        select(filing_table)
        .where(filing_table.c.done_at.is_(None), filing_table.c.next_at <= now, ~before)
        .order_by(filing_table.c.next_at, filing_table.c.list_id)
        .limit(most)
        .with_for_update(skip_locked=True, of=filing_table)
    ).all()
    for row in rows:
        taken = update(filing_table).where(*_filing(row.list_id, row.version))
        connection.execute(taken.values(next_at=now + LEASE, tries=row.tries + 1))
    return tuple(replace(filing_of(row), tries=row.tries + 1) for row in rows)


def note_filed(connection: Connection, filing: Filing, now: datetime) -> bool:
    """Note that a version is in the folder. False: it was noted before, by a process that was slower or quicker."""
    waiting = update(filing_table).where(*_filing(filing.list_id, filing.version), filing_table.c.done_at.is_(None))
    return connection.execute(waiting.values(done_at=now, error="")).rowcount == 1


def note_not_filed(connection: Connection, filing: Filing, error: str, next_at: datetime) -> None:
    """Note why a version could not be put into the folder, and when to try again."""
    connection.execute(
        update(filing_table)
        .where(*_filing(filing.list_id, filing.version), filing_table.c.done_at.is_(None))
        .values(error=error, next_at=next_at)
    )


def _filing(list_id: str, version: int) -> tuple[Any, Any]:
    return filing_table.c.list_id == list_id, filing_table.c.version == version


def filing_of(row: Row[Any]) -> Filing:
    """What a row says."""
    return Filing(
        list_id=row.list_id,
        version=row.version,
        tries=row.tries,
        next_at=row.next_at,
        done=row.done_at,
        error=row.error,
    )
