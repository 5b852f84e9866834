"""What every change of a booking does: lock its row, look at it, write, count the version on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from rerail.places import claims
from rerail.sale import reading
from rerail.sale.errors import BookingMoved, NoBooking
from rerail.sale.market import Market
from rerail.sale.model import Booking, PartState
from rerail.sale.tables import booking_table, part_table

_LOCK = select(booking_table.c.version).where(booking_table.c.code == bindparam("code_")).with_for_update()
_STATE = (
    update(part_table)
    .where(
        part_table.c.booking == bindparam("code_"),
        part_table.c.number.in_(bindparam("numbers_", expanding=True)),
    )
    .values(state=bindparam("state_"), until=bindparam("until_"))
)


def locked(connection: Connection, code: str, version: int | None = None) -> Booking:
    """The booking, which no other transaction can change until this one ends.

    `version` is the one that a page was made from. Raises `NoBooking`, `BookingMoved`.
    """
    # PostgreSQL refuses to be asked for a NUL character.
    row = connection.execute(_LOCK, {"code_": code}).one_or_none() if "\0" not in code else None
    if row is None:
        raise NoBooking("There is no booking %(code)s.", "code", code=code)
    if version is not None and row.version != version:
        raise BookingMoved("The booking has changed since this page was made; look at it again and repeat.")
    return reading.read(connection, code)


def set_state(
    connection: Connection,
    booking: Booking,
    parts: Collection[int],
    state: PartState,
    *,
    until: datetime | None = None,
    confirmed: datetime | None = None,
) -> None:
    """Give parts another state. The caller has locked the booking."""
    connection.execute(_STATE, {"code_": booking.code, "numbers_": sorted(parts), "state_": state, "until_": until})
    values: dict[str, object] = {"version": booking_table.c.version + 1}
    if confirmed is not None:
        values["confirmed_at"] = confirmed
    connection.execute(update(booking_table).where(booking_table.c.code == booking.code).values(values))


def grown(connection: Connection, code: str) -> None:
    """Count a change that is in no part: names."""
    connection.execute(
        update(booking_table).where(booking_table.c.code == code).values(version=booking_table.c.version + 1)
    )


def freed(connection: Connection, market: Market, code: str, parts: Collection[int]) -> None:
    """Give the places of parts back, in the database and in what this process chooses from."""
    theirs = [claim for claim in claims.claims_of(connection, code) if claim.part in parts]
    claims.release(connection, code, parts)
    market.kept.occupancies.note_free(theirs)
