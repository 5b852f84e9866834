"""The sale room's own tables: bookings, passengers, parts, refunds, checkouts, the answers given."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.types import BigInteger

from rerail.store.columns import Instant, Json, metadata

booking_table: Final = Table(
    "booking",
    metadata,
    Column("code", Text, primary_key=True),
    Column("created_at", Instant, nullable=False, index=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("seller", Text, nullable=False),
    Column("is_group", Boolean, nullable=False),
    Column("tour_operator", Text, index=True),
    Column("currency", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    Column("legs", Json, nullable=False),
    Column("fees", Json, nullable=False),
    Column("rates", Json, nullable=False),
    Column("deposit", BigInteger),
    Column("confirmed_at", Instant),
    Column("rebooks", Text, index=True),
    Column("version", Integer, nullable=False),
)

passenger_table: Final = Table(
    "booking_passenger",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("category", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("given_names", Text, nullable=False),
    Column("name_key", Text, nullable=False, index=True),
    Column("birth_date", Date),
    Column("sex", Text, nullable=False),
)

part_table: Final = Table(
    "booking_part",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("leg", Integer, nullable=False),
    Column("passenger", Integer, nullable=False),
    Column("train", Text, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("board", Text, nullable=False),
    Column("alight", Text, nullable=False),
    Column("spots", Json, nullable=False),
    Column("price", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Instant),
    Column("recalls", Json),
    Column("released", Json),
    Index("booking_part_departure", "train", "service_date"),
)

refund_table: Final = Table(
    "part_refund",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("entry", BigInteger),
    Column("amount", BigInteger, nullable=False),
    Column("fees", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)

checkout_table: Final = Table(
    "checkout",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("booking", Text, ForeignKey(booking_table.c.code), nullable=False, index=True),
    Column("provider", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("settled_at", Instant),
)

payout_table: Final = Table(
    "payout",
    metadata,
    Column("booking", Text, ForeignKey(booking_table.c.code), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("done_at", Instant),
)

answer_table: Final = Table(
    "sale_answer",
    metadata,
    Column("client", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)
