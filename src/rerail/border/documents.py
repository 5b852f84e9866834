"""Documents as kept: each field sealed by itself, under its passenger and its name."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update

from rerail.border.errors import Damaged
from rerail.border.keyring import Keys, Sealed
from rerail.border.model import Document
from rerail.border.tables import change_table, document_table

_IN_ONE_QUERY: Final = 500
_BLOCK: Final = 32
"""Bytes: what is sealed is filled up with spaces to a whole number of these, for its length would tell a kind of
document, or a nationality of one letter."""

PassengerKey = tuple[str, int]
"""Booking code and the passenger's number in it."""


def keep(connection: Connection, keys: Keys, whose: PassengerKey, document: Document, now: datetime) -> None:
    """Keep a passenger's document in place of the one before. The caller holds a write transaction.

    Raises `KeyringError`.
    """
    erase(connection, [whose])
    rows = []
    for field, value in fields(document).items():
        plain = msgspec.json.encode(value)
        sealed = keys.seal(plain + b" " * (-len(plain) % _BLOCK), _about(whose, field))
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
        note_changed(connection, [whose[0]])


def fields(document: Document) -> dict[str, Any]:
    """The fields of a document that hold something, as JSON values."""
    empty = Document()
    return {
        name: msgspec.to_builtins(value)
        for name, value in msgspec.structs.asdict(document).items()
        if value != getattr(empty, name)
    }


def _refused(error: Damaged) -> None:
    raise error


def read(
    connection: Connection,
    keys: Keys,
    bookings: Collection[str],
    damaged: Callable[[Damaged], None] = _refused,
) -> dict[PassengerKey, Document]:
    """The documents of the passengers of some bookings, opened.

    `damaged` is told of each field that does not open as what it is, and is then left out; by default it is raised.
    Raises `KeyringError`.
    """
    found: defaultdict[PassengerKey, dict[str, Any]] = defaultdict(dict)
    rows = _rows(connection, bookings)
    # Asked for after the rows were read: a rotation beside us has then written its key before it sealed any of them.
    ring = keys.ring() if rows else None
    for row in rows:
        assert ring is not None  # there are rows
        whose = (row.booking, row.passenger)
        try:
            plain = ring.open(Sealed(row.key_id, bytes(row.sealed)), _about(whose, row.field))
        except Damaged as error:
            damaged(error)
        else:
            found[whose][row.field] = msgspec.json.decode(plain)
    return {whose: msgspec.convert(values, Document) for whose, values in found.items()}


def numbers(connection: Connection, keys: Keys, bookings: Collection[str]) -> dict[PassengerKey, tuple[str, str]]:
    """Number and issuing state of the passengers of some bookings, and nothing else opened.

    What is damaged is left out. Raises `KeyringError`.
    """
    found: defaultdict[PassengerKey, dict[str, str]] = defaultdict(dict)
    rows = [row for row in _rows(connection, bookings) if row.field in ("number", "issuing_state")]
    ring = keys.ring() if rows else None
    for row in rows:
        assert ring is not None  # there are rows
        about = _about((row.booking, row.passenger), row.field)
        # What is damaged is another passenger's, and no reason not to take this one's.
        with contextlib.suppress(Damaged):
            found[row.booking, row.passenger][row.field] = msgspec.json.decode(
                ring.open(Sealed(row.key_id, bytes(row.sealed)), about)
            )
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
        fields_gone = connection.execute(delete(document_table).where(theirs)).rowcount
        if fields_gone:
            note_changed(connection, [booking])
        gone += fields_gone
    return gone


def passengers_with(connection: Connection, bookings: Collection[str] | None = None) -> dict[PassengerKey, int]:
    """The passengers of whom a document is kept, each with how many fields; of some bookings, or of all."""
    which = document_table.c.booking, document_table.c.passenger
    query = select(*which, func.count()).group_by(*which).order_by(*which)
    queries = (query,) if bookings is None else (query.where(which[0].in_(some)) for some in _in_turn(bookings))
    return {
        (booking, passenger): int(count) for one in queries for booking, passenger, count in connection.execute(one)
    }


_CHANGED: Final = text(
    "INSERT INTO document_change (booking, number) VALUES (:booking, 1) "
    "ON CONFLICT (booking) DO UPDATE SET number = document_change.number + 1"
)


def note_changed(connection: Connection, bookings: Collection[str]) -> None:
    """Note that documents of some bookings were given or let go of."""
    for booking in bookings:
        connection.execute(_CHANGED, {"booking": booking})


_CHANGES: Final = select(change_table).where(change_table.c.booking.in_(bindparam("codes", expanding=True)))


def changes(connection: Connection, bookings: Collection[str]) -> dict[str, int]:
    """How often documents of each of some bookings were given or let go of; those never asked have no entry."""
    return {
        row.booking: int(row.number)
        for some in _in_turn(bookings)
        for row in connection.execute(_CHANGES, {"codes": some})
    }


def sealed_otherwise(connection: Connection, key_id: str) -> int:
    """How many fields are sealed with another key than this."""
    query = select(func.count()).select_from(document_table).where(document_table.c.key_id != key_id)
    return int(connection.execute(query).scalar_one())


def seal_anew(connection: Connection, keys: Keys, most: int) -> int:
    """Seal up to so many fields with the newest key. Returns how many; 0: all are. Raises `KeyringError`."""
    stale = document_table.c.key_id != keys.ring().current
    rows = connection.execute(select(document_table).where(stale).limit(most).with_for_update()).all()
    for row in rows:
        about = _about((row.booking, row.passenger), row.field)
        sealed = keys.seal(keys.open(Sealed(row.key_id, bytes(row.sealed)), about), about)
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


_ROWS: Final = select(document_table).where(document_table.c.booking.in_(bindparam("codes", expanding=True)))


def _rows(connection: Connection, bookings: Collection[str]) -> Sequence[Row[Any]]:
    return [row for some in _in_turn(bookings) for row in connection.execute(_ROWS, {"codes": some})]


def _in_turn(bookings: Collection[str]) -> Iterator[list[str]]:
    wanted = sorted(set(bookings))
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        yield wanted[start : start + _IN_ONE_QUERY]


def _about(whose: PassengerKey, field: str) -> str:
    return f"document {whose[0]}/{whose[1]}/{field}"
