"""Postings that sum to zero, and the shifts of clerks."""

import sqlalchemy as sa
from alembic import op

from rerail.store.only_added_to import only_added_to

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "money_transaction",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("booking", sa.Text, nullable=False, index=True),
        sa.Column("part", sa.Integer),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("transfers", sa.Integer, nullable=False),
        sa.Column("memo", sa.Text, nullable=False),
        sa.CheckConstraint("transfers >= 0", name="money_transaction_transfers"),
    )
    only_added_to("money_transaction")
    op.create_table(
        "money_transfer",
        sa.Column("key", sa.Text, sa.ForeignKey("money_transaction.key"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("debit", sa.Text, nullable=False, index=True),
        sa.Column("credit", sa.Text, nullable=False, index=True),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount > 0", name="money_transfer_amount"),
        sa.CheckConstraint("debit <> credit", name="money_transfer_accounts"),
        sa.CheckConstraint("length(currency) = 3", name="money_transfer_currency"),
    )
    only_added_to("money_transfer")
    op.create_table(
        "money_shift",
        sa.Column("shift_id", sa.Text, primary_key=True),
        sa.Column("clerk", sa.Text, nullable=False),
        sa.Column("collector", sa.Text, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "money_shift_open",
        "money_shift",
        ["clerk"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
