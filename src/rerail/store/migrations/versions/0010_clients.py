"""Retailers that sell over an interface: their machines, what they know of a booking, refund offers; signed tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retail_client",
        sa.Column("client_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("secret_digest", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("tour_operator", sa.Text),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("disabled_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "retail_booking",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("external_ref", sa.Text),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.create_index("retail_booking_external_ref", "retail_booking", ["client", "external_ref"])
    op.create_table(
        "retail_refund_offer",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("offer_id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("overrule", sa.Text),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.create_table(
        "issued_ticket",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("says", sa.LargeBinary, nullable=False),
        sa.Column("barcode", sa.LargeBinary, nullable=False),
    )
