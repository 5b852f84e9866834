"""Bookings, their passengers and parts, refunds, checkouts, and the answers given."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("created_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False, index=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("seller", sa.Text, nullable=False),
        sa.Column("is_group", sa.Boolean, nullable=False),
        sa.Column("tour_operator", sa.Text, index=True),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("illustrative", sa.Boolean, nullable=False),
        sa.Column("legs", sa.Text, nullable=False),
        sa.Column("fees", sa.Text, nullable=False),
        sa.Column("rates", sa.Text, nullable=False),
        sa.Column("deposit", sa.BigInteger),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("rebooks", sa.Text, index=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "booking_passenger",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("family_name", sa.Text, nullable=False),
        sa.Column("given_names", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False, index=True),
        sa.Column("birth_date", sa.Date),
        sa.Column("sex", sa.Text, nullable=False),
    )
    op.create_table(
        "booking_part",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("leg", sa.Integer, nullable=False),
        sa.Column("passenger", sa.Integer, nullable=False),
        sa.Column("train", sa.Text, nullable=False),
        sa.Column("service_date", sa.Date, nullable=False),
        sa.Column("board", sa.Text, nullable=False),
        sa.Column("alight", sa.Text, nullable=False),
        sa.Column("spots", sa.Text, nullable=False),
        sa.Column("price", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.CheckConstraint("state IN ('held', 'confirmed', 'refunded', 'cancelled')", name="booking_part_state"),
        sa.CheckConstraint("(state = 'held') = (until IS NOT NULL)", name="booking_part_until"),
    )
    op.create_index("booking_part_departure", "booking_part", ["train", "service_date"])
    # One row per part: however often it is tried, a part is given back once.
    op.create_table(
        "part_refund",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("entry", sa.BigInteger),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("fees", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("(reason = 'suspended') = (entry IS NOT NULL)", name="part_refund_entry"),
    )
    op.create_table(
        "checkout",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), nullable=False, index=True),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
    )
    op.create_table(
        "payout",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
    )
    op.create_table(
        "sale_answer",
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
