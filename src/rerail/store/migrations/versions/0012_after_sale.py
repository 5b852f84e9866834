"""Tickets cancelled to be made out anew, or released; what retailers are offered after a sale, beside refunds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking_part", sa.Column("recalls", sa.Text))
    # A released part is cancelled to whoever looks for what is sold; only its money is still with us.
    op.add_column("booking_part", sa.Column("released", sa.Text))
    op.create_table(
        "retail_after_sale",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("offer_id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("said", sa.Text, nullable=False),
    )
