"""The outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tell_message",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("booking", sa.Text, nullable=False, index=True),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("error", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dropped', 'given-up')", name="tell_message_state"),
        sa.CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="tell_message_done"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("tell_message_waiting", "tell_message", ["next_at"], sqlite_where=waiting, postgresql_where=waiting)
