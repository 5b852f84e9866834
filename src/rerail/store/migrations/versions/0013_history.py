"""What happened to retailers' bookings and is seen nowhere else."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retail_history",
        sa.Column("booking", sa.Text, sa.ForeignKey("booking.code"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("became", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
    )
