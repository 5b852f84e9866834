"""Documents, crossing lists, their delivery and receipts, marks at the border, the erasure record; who works there."""

import sqlalchemy as sa
from alembic import op

from rerail.store.only_added_to import only_added_to

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROLES = "role IN ('operator', 'official', 'clerk', 'agent', 'reader', 'officer', 'conductor')"
_RAILWAY = "(role IN ('official', 'officer')) = (railway IS NOT NULL)"
_TOUR_OPERATOR = "(role = 'agent') = (tour_operator IS NOT NULL)"


def upgrade() -> None:
    _roles()
    op.create_table(
        "travel_document",
        sa.Column("booking", sa.Text, primary_key=True),
        sa.Column("passenger", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "document_change",
        sa.Column("booking", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table(
        "crossing_list",
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("train", sa.Text, nullable=False),
        sa.Column("service_date", sa.Date, nullable=False),
        sa.Column("crossing", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("tour_operator", sa.Text, nullable=False),
        sa.Column("closed_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("crossing_list_departure", "crossing_list", ["train", "service_date"])
    op.create_index("crossing_list_date", "crossing_list", ["service_date"])
    op.create_table(
        "crossing_list_version",
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("close_out", sa.Boolean, nullable=False),
        sa.Column("reference", sa.Text, nullable=False, index=True),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_table(
        "crossing_list_filing",
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_index(
        "crossing_list_filing_waiting",
        "crossing_list_filing",
        ["next_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "crossing_list_receipt",
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "border_mark",
        sa.Column("mark_id", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False, unique=True),
        sa.Column("train", sa.Text, nullable=False),
        sa.Column("service_date", sa.Date, nullable=False),
        sa.Column("crossing", sa.Text, nullable=False),
        sa.Column("railway", sa.Text, nullable=False),
        sa.Column("booking", sa.Text, nullable=False),
        sa.Column("passenger", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("noted_at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
    )
    op.create_index("border_mark_departure", "border_mark", ["train", "service_date"])
    op.create_table(
        "border_closing",
        sa.Column("train", sa.Text, primary_key=True),
        sa.Column("service_date", sa.Date, primary_key=True),
        sa.Column("crossing", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("crossed", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
    )
    op.create_table(
        "erasure_record",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("before", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )
    only_added_to("erasure_record")


def _roles() -> None:
    """Officers and conductors: the table's checks name the roles, and SQLite cannot change a check."""
    if op.get_bind().dialect.name == "postgresql":
        for name, check in (("office_user_role", _ROLES), ("office_user_railway", _RAILWAY)):
            op.execute(f"ALTER TABLE office_user DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE office_user ADD CONSTRAINT {name} CHECK ({check})")
        return
    # The sessions refer to the users: they step aside while the table is made anew, and come back.
    op.execute("CREATE TEMPORARY TABLE sessions_aside AS SELECT * FROM office_session")
    op.execute("DELETE FROM office_session")
    op.create_table(
        "office_user_anew",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False, unique=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("railway", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("disabled_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("tour_operator", sa.Text),
        sa.CheckConstraint(_ROLES, name="office_user_role"),
        sa.CheckConstraint(_RAILWAY, name="office_user_railway"),
        sa.CheckConstraint(_TOUR_OPERATOR, name="office_user_tour_operator"),
    )
    # The columns stand in the order in which they were added over time: the copy keeps it.
    op.execute("INSERT INTO office_user_anew SELECT * FROM office_user")
    op.execute("DROP TABLE office_user")
    op.execute("ALTER TABLE office_user_anew RENAME TO office_user")
    op.execute("INSERT INTO office_session SELECT * FROM sessions_aside")
    op.execute("DROP TABLE sessions_aside")
