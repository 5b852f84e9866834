"""The border room's own tables: documents, crossing lists, their delivery and receipts, marks, the erasure record.

What a passenger gave is never stored but sealed (`rerail.border.keyring`); a list as handed over is sealed whole.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, text

from rerail.store.columns import Instant, Json, metadata

document_table: Final = Table(
    "travel_document",
    metadata,
    Column("booking", Text, primary_key=True),
    Column("passenger", Integer, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("given_at", Instant, nullable=False),
)

change_table: Final = Table(
    "document_change",
    metadata,
    Column("booking", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
"""How often documents of a booking were given or let go of: by it a list sees without opening any that it is stale."""

list_table: Final = Table(
    "crossing_list",
    metadata,
    Column("list_id", Text, primary_key=True),
    Column("train", Text, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("crossing", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("tour_operator", Text, nullable=False),
    Column("closed_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Index("crossing_list_departure", "train", "service_date"),
    Index("crossing_list_date", "service_date"),
)
"""A list that was closed; one that is open is not stored, for it is whatever the bookings say."""

version_table: Final = Table(
    "crossing_list_version",
    metadata,
    Column("list_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("made_at", Instant, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("close_out", Boolean, nullable=False),
    Column("reference", Text, nullable=False, index=True),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

filing_table: Final = Table(
    "crossing_list_filing",
    metadata,
    Column("list_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("error", Text, nullable=False),
    Index(
        "crossing_list_filing_waiting",
        "next_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)
"""Versions to be put into the authority's folder. What goes by mail waits in the outbox of `rerail.tell`."""

receipt_table: Final = Table(
    "crossing_list_receipt",
    metadata,
    Column("list_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("how", Text, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("who", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

mark_table: Final = Table(
    "border_mark",
    metadata,
    Column("mark_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("train", Text, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("crossing", Text, nullable=False),
    Column("railway", Text, nullable=False),
    Column("booking", Text, nullable=False),
    Column("passenger", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Index("border_mark_departure", "train", "service_date"),
)

closing_table: Final = Table(
    "border_closing",
    metadata,
    Column("train", Text, primary_key=True),
    Column("service_date", Date, primary_key=True),
    Column("crossing", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("crossed", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
)

erasure_table: Final = Table(
    "erasure_record",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("content", Json, nullable=False),
    Column("before", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
"""Only ever added to. `before` is the SHA-256 of the record before, so that none can be taken out unseen."""
