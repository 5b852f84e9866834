"""Events to retailers beside letters; the keys by which retailers' machines prove who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tell_message", sa.Column("channel", sa.Text, nullable=False, server_default="mail"))
    op.create_table(
        "tell_subscription",
        sa.Column("subscriber", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "retail_client_key",
        sa.Column("client_id", sa.Text, sa.ForeignKey("retail_client.client_id"), primary_key=True),
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "retail_client_assertion",
        sa.Column("client_id", sa.Text, primary_key=True),
        sa.Column("assertion_id", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
