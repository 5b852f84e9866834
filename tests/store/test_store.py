"""The store: durable, one writer, and a journal that nobody can shorten."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rerail.life import tables
from rerail.life.journal import Entry
from rerail.store.engine import Store, StoreError


def entry(name: str, **changes: object) -> Entry:
    """A grant by the Korean railway for all trains, from 16 December 2024 until further notice."""
    fields: dict[str, object] = {
        "seq": 0,
        "id": name,
        "kind": "grant",
        "railway": "ksr",
        "trains": None,
        "start": date(2024, 12, 16),
        "until": None,
        "known": datetime(2024, 12, 10, tzinfo=UTC),
        "recorded": datetime(2024, 12, 11, 9, 30, 0, 123456, tzinfo=UTC),
        "who": {"en": "Railway", "ko": "철도"},
        "reason": {"en": "Agreed", "ru": "Согласовано"},
        "origin": "live",
    }
    return Entry(**{**fields, **changes})  # type: ignore[arg-type]


def test_an_entry_comes_back_as_it_was_written(store: Store) -> None:
    written = entry(
        "a",
        trains=("645", "646"),
        until=date(2025, 1, 1),
        precision="month",
        document="Telegram 7",
        sources=("S7", "https://example.org/7"),
        illustrative_fields=("until",),
        recorded_by="anna",
    )
    with store.write() as connection:
        (numbered,) = tables.append(connection, [written])
    with store.read() as connection:
        assert tables.read_entries(connection) == (numbered,)
    assert numbered.seq == 1


def test_a_new_database_is_read_by_its_owner_alone_and_an_old_one_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "shared.db").touch(mode=0o640)
    modes = {}
    for name in ("new", "shared"):
        with closing(Store(f"sqlite:///{tmp_path / name}.db")) as store:
            store.migrate()
            with store.write() as connection:
                tables.append(connection, [entry("a")])
            modes[name] = {
                file.stat().st_mode & 0o777 for file in tmp_path.glob(f"{name}.db*") if file.suffix != ".lock"
            }
    assert modes == {"new": {0o600}, "shared": {0o640}}


@pytest.mark.parametrize("statement", ["UPDATE life_entry SET reason = '{}'", "DELETE FROM life_entry"])
def test_the_journal_can_only_be_added_to_whoever_asks(store: Store, statement: str) -> None:
    with store.write() as connection:
        tables.append(connection, [entry("a")])
    with pytest.raises(DBAPIError, match="only ever added to"), store.write() as connection:
        connection.execute(text(statement))
    with store.read() as connection:
        assert len(tables.read_entries(connection)) == 1


def test_a_block_that_raises_leaves_nothing_behind(store: Store) -> None:
    def interrupted() -> None:
        with store.write() as connection:
            tables.append(connection, [entry("a")])
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError):
        interrupted()
    with store.read() as connection:
        assert tables.read_entries(connection) == ()


def test_numbers_have_no_gap_when_threads_write_at_once(store: Store) -> None:
    def add(worker: int) -> None:
        for turn in range(10):
            with store.write() as connection:
                tables.append(connection, [entry(f"{worker}-{turn}")])

    workers = [threading.Thread(target=add, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with store.read() as connection:
        assert [one.seq for one in tables.read_entries(connection)] == list(range(1, 41))


def _add_from_a_process(url: str, worker: int) -> None:
    store = Store(url)
    store.migrate()
    for turn in range(10):
        with store.write() as connection:
            tables.append(connection, [entry(f"{worker}-{turn}")])
    store.close()


def test_numbers_have_no_gap_when_processes_write_at_once(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_from_a_process, args=(database_url, worker)) for worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    store = Store(database_url)
    with store.read() as connection:
        assert [one.seq for one in tables.read_entries(connection)] == list(range(1, 31))
    store.close()


def test_migrating_twice_changes_nothing(store: Store) -> None:
    before = store.revision()
    store.migrate()
    assert store.revision() == before


def test_the_migrations_end_in_the_tables_that_the_rooms_declare(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from rerail.store.columns import metadata

    with store.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_a_database_of_a_newer_rerail_is_refused_by_name(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer Rerail"):
        store.migrate()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "no database URL"),
        ("mysql://localhost/rerail", "sqlite:///FILE"),
        ("sqlite://", "in memory"),
    ],
)
def test_a_url_that_cannot_hold_the_data_is_refused_in_a_sentence(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        Store(url)


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear passenger, " * 100)
    with pytest.raises(StoreError, match=r"letter\.txt"):
        Store(f"sqlite:///{file}").migrate()


def test_a_server_that_does_not_answer_is_a_sentence_not_a_traceback() -> None:
    store = Store("postgresql://nobody@127.0.0.1:1/rerail")
    with pytest.raises(StoreError, match="cannot be used"):
        store.migrate()


def test_what_is_read_is_one_snapshot_whatever_is_written_meanwhile(store: Store) -> None:
    """PostgreSQL's usual isolation would show the second question what was committed after the first."""
    with store.write() as connection:
        connection.execute(text("CREATE TABLE ticket (number INTEGER)"))
    with store.read() as reader:
        assert reader.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 0
        with store.write() as writer:
            writer.execute(text("INSERT INTO ticket VALUES (1)"))
        assert reader.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 0
    with store.read() as reader:
        assert reader.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 1
    with store.write() as writer:  # what was read with it is given back as it was
        level = "SHOW transaction_isolation" if store.dialect == "postgresql" else "SELECT 'read committed'"
        assert writer.execute(text(level)).scalar_one() == "read committed"
