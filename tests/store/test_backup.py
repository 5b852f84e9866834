"""A backup is one file that either kind of database can read, and never half of one."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_store import entry

from rerail.life import tables
from rerail.life.tables import StoredEdition
from rerail.store.backup import BackupError, backup, restore
from rerail.store.engine import Store, StoreError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def quiet(_note: str) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        tables.append(connection, [entry(f"e{number}", document="Telegram № 7 “서신”") for number in range(1200)])
        tables.add_edition(connection, StoredEdition(1, "a-line", "00ff", NOW, {"line.toml": b"\xef\xbb\xbf\x00id"}))
    return store


def test_what_was_backed_up_on_one_kind_of_database_is_restored_on_either(
    filled: Store, tmp_path: Path, postgres_url: str
) -> None:
    file = tmp_path / "monday.rerail"
    backup(filled, file, NOW, quiet)
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read a backup"
    targets = [Store(f"sqlite:///{tmp_path / 'restored.db'}")]
    if filled.dialect == "sqlite":  # the fixture's PostgreSQL database is this test's own only then
        targets.append(Store(_empty(postgres_url)))
    for target in targets:
        restore(target, file, quiet)
        with filled.read() as before, target.read() as after:
            assert tables.read_entries(after) == tables.read_entries(before)
            assert tables.read_editions(after) == tables.read_editions(before)
        with target.write() as connection:  # and it goes on from there
            assert tables.append(connection, [entry("next")])[0].seq == 1201
        target.close()


def _empty(url: str) -> str:
    store = Store(url)
    with store.write() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    store.close()
    return url


def test_a_backup_is_never_written_over(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "monday.rerail"
    file.write_bytes(b"precious")
    with pytest.raises(BackupError, match="exists"):
        backup(filled, file, NOW, quiet)
    assert file.read_bytes() == b"precious"


def test_a_database_that_holds_something_is_left_as_it_was(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "monday.rerail"
    backup(filled, file, NOW, quiet)
    with filled.write() as connection:
        tables.append(connection, [entry("after the backup")])
    with pytest.raises(BackupError, match="not empty"):
        restore(filled, file, quiet)
    with filled.read() as connection:
        assert len(tables.read_entries(connection)) == 1201


@pytest.mark.parametrize("harm", ["cut in half", "one byte changed", "a letter", "not there", "a table shortened"])
def test_half_a_backup_restores_nothing(sqlite_store: Store, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "monday.rerail"
    with sqlite_store.write() as connection:
        tables.append(connection, [entry(f"e{number}") for number in range(300)])
    backup(sqlite_store, file, NOW, quiet)
    whole = file.read_bytes()
    if harm == "cut in half":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "one byte changed":
        file.write_bytes(whole[:400] + bytes([whole[400] ^ 0xFF]) + whole[401:])
    elif harm == "a letter":
        file.write_text("Dear passenger")
    elif harm == "not there":
        file.unlink()
    else:
        _shorten(file)
    target = Store(f"sqlite:///{tmp_path / 'target.db'}")
    with pytest.raises(BackupError):
        restore(target, file, quiet)
    assert target.revision() is None, "the database was left as it was: empty"
    target.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_a_byte_changed_anywhere_is_noticed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    scratch = tmp_path_factory.mktemp("bent")
    store = Store(f"sqlite:///{scratch / 'source.db'}")
    store.migrate()
    with store.write() as connection:
        written = tables.append(connection, [entry(f"e{number}") for number in range(5)])
    file = scratch / "monday.rerail"
    backup(store, file, NOW, quiet)
    store.close()
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)
    target = Store(f"sqlite:///{scratch / 'target.db'}")
    try:
        restore(target, file, quiet)
    except StoreError:
        assert target.revision() is None
    else:
        with target.read() as connection:
            assert tables.read_entries(connection) == written
    finally:
        target.close()


def _shorten(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["life_entry.jsonl"] = b"".join(members["life_entry.jsonl"].splitlines(keepends=True)[:-1])
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
