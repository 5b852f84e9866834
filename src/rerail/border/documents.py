"""Documents as kept: each field sealed by itself, under its passenger and its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from rerail.border.keyring import Keys, Sealed
from rerail.border.model import Document
from rerail.border.tables import document_table

_IN_ONE_QUERY: Final = 500

PassengerKey = tuple[str, int]
"""Booking code and the passenger's number in it."""


def keep(connection: Connection, keys: Keys, whose: PassengerKey, document: Document, now: datetime) -> None:
    """Keep a passenger's document in place of the one before. The caller holds a write transaction.

    Raises `KeyringError`.
    """
    erase(connection, [whose])
    rows = []
    for field, value in fields(document).items():
        sealed = keys.seal(msgspec.json.encode(value), _about(whose, field))
        rows.append(
            {
                "booking": whose[0],
                "passenger": whose[1],
                "field": field,
                "key_id": sealed.key_id,
                "sealed": sealed.content,
                "given_at": now,
            }
        )
    if rows:
        connection.execute(insert(document_table), rows)


def fields(document: Document) -> dict[str, Any]:
    """The fields of a document that hold something, as JSON values."""
    empty = Document()
    return {
        name: msgspec.to_builtins(value)
        for name, value in msgspec.structs.asdict(document).items()
        if value != getattr(empty, name)
    }


def read(connection: Connection, keys: Keys, bookings: Collection[str]) -> dict[PassengerKey, Document]:
    """The documents of the passengers of some bookings, opened. Raises `KeyringError`."""
    found: defaultdict[PassengerKey, dict[str, Any]] = defaultdict(dict)
    ring = keys.ring() if bookings else None
    for row in _rows(connection, bookings):
        assert ring is not None  # no rows without bookings
        whose = (row.booking, row.passenger)
        plain = ring.open(Sealed(row.key_id, bytes(row.sealed)), _about(whose, row.field))
        found[whose][row.field] = msgspec.json.decode(plain)
    return {whose: msgspec.convert(values, Document) for whose, values in found.items()}


def numbers(connection: Connection, keys: Keys, bookings: Collection[str]) -> dict[PassengerKey, tuple[str, str]]:
    """Number and issuing state of the passengers of some bookings, and nothing else opened. Raises `KeyringError`."""
    found: defaultdict[PassengerKey, dict[str, str]] = defaultdict(dict)
    for row in _rows(connection, bookings):
        if row.field in ("number", "issuing_state"):
            plain = keys.open(Sealed(row.key_id, bytes(row.sealed)), _about((row.booking, row.passenger), row.field))
            found[row.booking, row.passenger][row.field] = msgspec.json.decode(plain)
    return {whose: (said.get("number", ""), said.get("issuing_state", "")) for whose, said in found.items()}


def given(connection: Connection, bookings: Collection[str]) -> dict[PassengerKey, Mapping[str, datetime]]:
    """Which fields passengers have given and when (UTC), without opening any."""
    found: defaultdict[PassengerKey, dict[str, datetime]] = defaultdict(dict)
    for row in _rows(connection, bookings):
        found[row.booking, row.passenger][row.field] = row.given_at
    return dict(found)


def erase(connection: Connection, whose: Collection[PassengerKey]) -> int:
    """Let go of passengers' documents. Returns how many fields there were."""
    gone = 0
    for booking, passenger in whose:
        theirs = (document_table.c.booking == booking) & (document_table.c.passenger == passenger)
        gone += connection.execute(delete(document_table).where(theirs)).rowcount
    return gone


def bookings_with(connection: Connection) -> tuple[str, ...]:
    """The bookings of which any document is kept."""
    rows = connection.execute(select(document_table.c.booking).distinct().order_by(document_table.c.booking))
    return tuple(rows.scalars())


def sealed_otherwise(connection: Connection, key_id: str) -> int:
    """How many fields are sealed with another key than this."""
    query = select(func.count()).select_from(document_table).where(document_table.c.key_id != key_id)
    return int(connection.execute(query).scalar_one())


def seal_anew(connection: Connection, keys: Keys, most: int) -> int:
    """Seal up to so many fields with the newest key. Returns how many; 0: all are. Raises `KeyringError`."""
    ring = keys.ring()
    rows = connection.execute(
        select(document_table).where(document_table.c.key_id != ring.current).limit(most).with_for_update()
    ).all()
    for row in rows:
        about = _about((row.booking, row.passenger), row.field)
        sealed = ring.seal(ring.open(Sealed(row.key_id, bytes(row.sealed)), about), about)
        connection.execute(
            update(document_table)
            .where(
                document_table.c.booking == row.booking,
                document_table.c.passenger == row.passenger,
                document_table.c.field == row.field,
            )
            .values(key_id=sealed.key_id, sealed=sealed.content)
        )
    return len(rows)


def _rows(connection: Connection, bookings: Collection[str]) -> Any:
    wanted = sorted(set(bookings))
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        yield from connection.execute(
            select(document_table).where(document_table.c.booking.in_(wanted[start : start + _IN_ONE_QUERY]))
        )


def _about(whose: PassengerKey, field: str) -> str:
    return f"document {whose[0]}/{whose[1]}/{field}"
