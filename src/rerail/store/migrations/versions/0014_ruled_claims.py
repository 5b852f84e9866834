"""Claims that were made under a rule of compartments are found without looking at all the others of a departure."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ruled = sa.text("compartment IS NOT NULL")
    op.create_index("place_claim_ruled", "place_claim", ["departure"], sqlite_where=ruled, postgresql_where=ruled)
