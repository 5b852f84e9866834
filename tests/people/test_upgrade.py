"""A database from before there were users takes them on without losing its journal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from rerail.clock import FixedClock
from rerail.desk.people import add_user
from rerail.desk.signing_in import sign_in
from rerail.life import tables as life_tables
from rerail.life.journal import Entry
from rerail.people import tables as people_tables
from rerail.store.backup import backup, restore
from rerail.store.engine import Store

PASSWORD = "four words and a train"
INSTANT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def older(database_url: str) -> Store:
    """A database at schema 0001, with one entry in its journal."""
    store = Store(database_url)
    with store.write() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        store.migrate_within(connection, "0001")
        said = {"en": "said"}
        life_tables.append(
            connection,
            [
                Entry(
                    seq=0,
                    id="a",
                    kind="announce",
                    railway=None,
                    trains=None,
                    start=date(2027, 1, 1),
                    until=None,
                    known=INSTANT,
                    recorded=INSTANT,
                    who=said,
                    reason=said,
                    origin="live",
                )
            ],
        )
    return store


def test_an_upgrade_adds_users_and_keeps_the_journal(older: Store, clock: FixedClock) -> None:
    older.migrate()
    add_user(older, clock, name="Anna", role="operator", railway=None, password=PASSWORD, by=None)
    assert sign_in(older, clock, name="Anna", password=PASSWORD, address="::1").user.name == "Anna"
    with older.read() as connection:
        assert [entry.id for entry in life_tables.read_entries(connection)] == ["a"]
        assert "audit_event" in inspect(connection).get_table_names()
    older.close()


def test_users_come_back_from_a_backup_and_sign_in_as_before(store: Store, clock: FixedClock, tmp_path: Path) -> None:
    add_user(store, clock, name="김철수", role="operator", railway=None, password=PASSWORD, by=None)
    sign_in(store, clock, name="김철수", password=PASSWORD, address="::1")
    backup(store, tmp_path / "monday.rerail", clock.now(), lambda _note: None)
    restored = Store(f"sqlite:///{tmp_path / 'restored.db'}")
    restore(restored, tmp_path / "monday.rerail", lambda _note: None)
    assert sign_in(restored, clock, name="김철수", password=PASSWORD, address="::1").user.role == "operator"
    restored.close()


def test_who_was_signed_in_before_there_were_clerks_still_is(older: Store, clock: FixedClock) -> None:
    with older.write() as connection:
        older.migrate_within(connection, "0007")
        row = {"user": "u1", "digest": "d1", "at": 1_763_900_000_000_000}
        connection.execute(
            text(
                "INSERT INTO office_user (user_id, name, name_key, password_hash, role, created_at) "
                "VALUES (:user, 'Anna', 'anna', 'x', 'operator', :at)"
            ),
            row,
        )
        connection.execute(
            text("INSERT INTO office_session (digest, user_id, created_at, seen_at) VALUES (:digest, :user, :at, :at)"),
            row,
        )
    older.migrate()
    with older.read() as connection:
        found = people_tables.session_by_digest(connection, "d1")
    assert found is not None
    assert (found[1].name, found[1].role, found[1].tour_operator) == ("Anna", "operator", None)
    add_user(older, clock, name="Nina", role="clerk", railway=None, password=PASSWORD, by=None)
    older.close()
