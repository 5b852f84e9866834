"""Roles that sell: the clerk and the tour operator's agent."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROLES = "role IN ('operator', 'official', 'clerk', 'agent', 'reader')"


def upgrade() -> None:
    # Constraints come with the column, which both databases can add to a table as it stands. SQLite's other way,
    # to copy the table and drop the old one, would take the sessions that refer to it along.
    op.execute(
        "ALTER TABLE office_user ADD COLUMN tour_operator TEXT "
        "CONSTRAINT office_user_tour_operator CHECK ((role = 'agent') = (tour_operator IS NOT NULL)) "
        f"CONSTRAINT office_user_role CHECK ({_ROLES})"
    )
