"""What happened to retailers' bookings and is seen nowhere else: who was told anew, what was let go of, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Column, Connection, ForeignKey, Table, Text, bindparam, select, text

from rerail.sale.tables import booking_table
from rerail.store.columns import Instant, metadata

history_table: Final = Table(
    "retail_history",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("became", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("summary", Text, nullable=False),
)

_OF: Final = (
    select(history_table)
    .where(history_table.c.booking == bindparam("code"))
    .order_by(history_table.c.at, history_table.c.key)
)
_ADD: Final = text(
    "INSERT INTO retail_history (booking, key, at, kind, became, who, summary) "
    "VALUES (:booking, :key, :at, :kind, :became, :who, :summary) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=Instant))


class Happening(Struct, frozen=True, kw_only=True):
    """Something that happened to a booking."""

    key: str
    """Unique in the booking, and made of what happened: noted twice, it is one."""
    at: datetime
    """UTC."""
    kind: str
    """As the interface names it that the retailer speaks."""
    became: str
    """What the booking, or a part of it, was from then on; in the same words."""
    who: str
    """The client that did it; empty: others."""
    summary: str
    """For whoever reads a log, in English; names no person."""


def note(connection: Connection, code: str, happening: Happening) -> None:
    """Write down what happened."""
    connection.execute(_ADD, {"booking": code, **msgspec.structs.asdict(happening)})


def noted(connection: Connection, code: str) -> tuple[Happening, ...]:
    """What was written down of a booking, oldest first."""
    return tuple(
        Happening(key=row.key, at=row.at, kind=row.kind, became=row.became, who=row.who, summary=row.summary)
        for row in connection.execute(_OF, {"code": code})
    )
