"""The editions of the folder and the journal, which nobody can change or shorten."""

import sqlalchemy as sa
from alembic import op

from rerail.store.only_added_to import only_added_to

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line_id", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("files", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "life_entry",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry_id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("railway", sa.Text),
        sa.Column("trains", sa.Text),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("precision", sa.Text, nullable=False),
        sa.Column("known_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("illustrative", sa.Boolean, nullable=False),
        sa.Column("illustrative_fields", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text),
        sa.CheckConstraint("until IS NULL OR until > start", name="life_entry_dates"),
    )
    only_added_to("life_entry")
