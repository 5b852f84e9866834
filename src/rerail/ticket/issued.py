"""Tickets that were signed: one ticket keeps one barcode for as long as it says the same.

Signing takes milliseconds, and each time gives another code. What a ticket says can change (a new timetable, another
place); then it is signed anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import BindParameter, Column, Connection, LargeBinary, Table, Text, bindparam, delete, insert, select

from rerail.store.columns import metadata
from rerail.store.literal import Rows
from rerail.ticket.keys import SigningKey
from rerail.ticket.model import Ticket

issued_table: Final = Table(
    "issued_ticket",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("says", LargeBinary, nullable=False),
    Column("barcode", LargeBinary, nullable=False),
)

_REFERENCES: BindParameter[Any] = bindparam("references", expanding=True)
_READ: Final = select(issued_table).where(issued_table.c.reference.in_(_REFERENCES))
_DROP: Final = delete(issued_table).where(issued_table.c.reference.in_(_REFERENCES))
_ADD: Final = insert(issued_table)
_ROWS: Final = Rows(issued_table)
_AT_ONCE: Final = 500


def says(ticket: Ticket, key: SigningKey) -> bytes:
    """What a ticket is recognised by: everything it says, and who signs."""
    content = msgspec.msgpack.encode((ticket, key.issuer, key.key_id))
    return hashlib.sha256(content).digest()


def read(connection: Connection, references: Collection[str]) -> dict[str, tuple[bytes, bytes]]:
    """What each of these tickets said when it was signed, and its barcode."""
    rows = connection.execute(_READ, {"references": sorted(references)})
    return {row.reference: (bytes(row.says), bytes(row.barcode)) for row in rows}


def keep(connection: Connection, signed: Mapping[str, tuple[bytes, bytes]], *, anew: bool) -> None:
    """Keep signed tickets; `anew`: some of them were kept before."""
    if not signed:
        return
    if anew:
        connection.execute(_DROP, {"references": sorted(signed)})
    connection.execute(
        _ADD, [{"reference": one, "says": said, "barcode": code} for one, (said, code) in sorted(signed.items())]
    )


def keep_all(connection: Connection, signed: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Keep tickets of many bookings, none of which was kept before: else the database's `IntegrityError` is raised."""
    _ROWS.add(connection, ({"reference": one, "says": said, "barcode": code} for one, (said, code) in signed.items()))


def forget(connection: Connection, references: Collection[str]) -> None:
    """Let go of signed tickets: their barcodes name passengers."""
    for start in range(0, len(references), _AT_ONCE):
        connection.execute(_DROP, {"references": sorted(references)[start : start + _AT_ONCE]})
