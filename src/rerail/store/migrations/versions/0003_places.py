"""Claims on places, and the guard that makes a double claim impossible."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The claims of one place never overlap, so of those that begin before the new one ends only the last can reach
# into it: one step down the primary key, however many claims the place has.
_SQLITE = """
CREATE TRIGGER place_claim_insert BEFORE INSERT ON place_claim
WHEN (
    SELECT alight FROM place_claim
    WHERE departure = NEW.departure AND coach = NEW.coach AND place = NEW.place AND board < NEW.alight
    ORDER BY board DESC LIMIT 1
) > NEW.board
BEGIN SELECT RAISE(ABORT, 'place_claim: the place is taken'); END;

CREATE TRIGGER place_claim_update BEFORE UPDATE OF departure, coach, place, board, alight ON place_claim
WHEN (
    SELECT alight FROM place_claim
    WHERE departure = NEW.departure AND coach = NEW.coach AND place = NEW.place AND board < NEW.alight
    AND NOT (departure = OLD.departure AND coach = OLD.coach AND place = OLD.place AND board = OLD.board)
    ORDER BY board DESC LIMIT 1
) > NEW.board
BEGIN SELECT RAISE(ABORT, 'place_claim: the place is taken'); END;
"""

# Whoever claims a place waits for whoever is claiming it, and then sees what the other committed. That holds
# at READ COMMITTED, where each statement sees what is committed by now; at a stricter level the look would be
# into the past, so there claiming is refused.
_POSTGRESQL = """
CREATE FUNCTION place_claim_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'place_claim: places are claimed at READ COMMITTED only';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(
        NEW.departure || chr(31) || NEW.coach || chr(31) || NEW.place, 0));
    IF (
        SELECT alight FROM place_claim
        WHERE departure = NEW.departure AND coach = NEW.coach AND place = NEW.place AND board < NEW.alight
        AND (TG_OP = 'INSERT'
             OR NOT (departure = OLD.departure AND coach = OLD.coach AND place = OLD.place AND board = OLD.board))
        ORDER BY board DESC LIMIT 1
    ) > NEW.board THEN
        RAISE EXCEPTION 'place_claim: the place is taken' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER place_claim_guard BEFORE INSERT OR UPDATE OF departure, coach, place, board, alight ON place_claim
FOR EACH ROW EXECUTE FUNCTION place_claim_guard();

ALTER TABLE place_claim ENABLE ALWAYS TRIGGER place_claim_guard;
"""


def upgrade() -> None:
    op.create_table(
        "place_claim",
        sa.Column("departure", sa.Text, primary_key=True),
        sa.Column("coach", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("board", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("alight", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("booking", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("compartment", sa.Text),
        sa.CheckConstraint("board >= 0 AND board < alight", name="place_claim_stretch"),
        sqlite_with_rowid=False,
    )
    op.create_index("place_claim_booking", "place_claim", ["booking"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    # One statement at a time: SQLite's driver takes no more.
    for statement in _SQLITE.strip().split("\n\n") if sqlite else _POSTGRESQL.strip().split("\n\n"):
        op.execute(sa.text(statement.replace(":", r"\:")))
