"""The places room's own table: one row per place and stretch, on a train of any length.

That no two rows of a place overlap is the database's own doing (migration 0003): a trigger on SQLite and one
under an advisory lock per place on PostgreSQL. Whoever writes rows, in whatever way, cannot get round it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from rerail.store.columns import Instant, metadata

claim_table: Final = Table(
    "place_claim",
    metadata,
    Column("departure", Text, primary_key=True),
    Column("coach", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("board", Integer, primary_key=True, autoincrement=False),
    Column("alight", Integer, nullable=False),
    Column("until", Instant),
    Column("booking", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("compartment", Text),
    CheckConstraint("board >= 0 AND board < alight", name="place_claim_stretch"),
    Index("place_claim_booking", "booking"),
    # Few claims have a rule, and whoever claims must know of them.
    Index(
        "place_claim_ruled",
        "departure",
        sqlite_where=text("compartment IS NOT NULL"),
        postgresql_where=text("compartment IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

OVERLAP: Final = "place_claim: the place is taken"
"""What the guard says; the trigger's own words, by which its refusal is known."""
