"""Roles that sell: the clerk and the tour operator's agent."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
