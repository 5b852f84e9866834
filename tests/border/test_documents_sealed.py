"""Documents as kept: sealed field by field. Whoever has the database and not the keys finds no number in it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from known_border import passport
from msgspec.structs import replace
from sqlalchemy import select, text, update

from rerail.border import documents
from rerail.border.errors import KeyringError
from rerail.border.keyring import Keys
from rerail.border.model import Document
from rerail.border.tables import document_table
from rerail.store.engine import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OLGA, IVAN = ("K7MP4XQ2", 1), ("K7MP4XQ2", 2)
PLANTED = ("QX7150001", "VZ88231907", "WV55120034", "ZHUKOVSKAYA", "2031-07-19", "1987-04-23")

SEARCH = """
import sys
from pathlib import Path
read = 0
for place in sys.argv[1].split("|"):
    files = [Path(place)] if Path(place).is_file() else Path(place).rglob("*")
    for file in files:
        if not file.is_file():
            continue
        content = file.read_bytes()
        read += len(content)
        for word in sys.argv[2:]:
            written = (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode())
            if any(one in content for one in written):
                print(word)
print(read)
"""


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "elsewhere" / "keys.json")


def planted() -> Document:
    return replace(
        passport(number=PLANTED[0], family_name=PLANTED[3], expires=date(2031, 7, 19), birth_date=date(1987, 4, 23)),
        visas={"ksr": PLANTED[1]},
        vouchers={"ksr": PLANTED[2]},
    )


def raw_files(store: Store, url: str) -> list[str]:
    """The files in which the database has its content, written out."""
    if store.dialect == "sqlite":
        file = Path(store.url.database or "")
        return [str(file), *(str(one) for one in file.parent.glob(f"{file.name}-*"))]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return [f"{row[0]}/base/{row[1]}", f"{row[0]}/pg_wal"]


def found_in(files: list[str], *words: str) -> set[str]:
    """Which words another process finds in raw files."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, "|".join(files), *words], check=True, capture_output=True, text=True
    )
    *found, read = done.stdout.split()
    assert int(read) > 4096
    return set(found)


def test_what_was_planted_is_in_no_raw_file_of_the_database(store: Store, keys: Keys, database_url: str) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, planted(), NOW)
        connection.execute(text("CREATE TABLE beside (said TEXT)"))
        connection.execute(text("INSERT INTO beside VALUES ('FOUNDABLE')"))
    with store.read() as connection:
        assert documents.read(connection, keys, [OLGA[0]]) == {OLGA: planted()}
    files = raw_files(store, database_url)
    assert found_in(files, "FOUNDABLE", *PLANTED) == {"FOUNDABLE"}, "and the search finds what is not sealed"


def test_each_field_is_a_row_and_an_empty_one_is_none(store: Store, keys: Keys) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, Document(number="1", nationality="RUS"), NOW)
        given = documents.given(connection, [OLGA[0]])
    assert given == {OLGA: {"number": NOW, "nationality": NOW}}


def test_what_is_given_anew_takes_the_place_of_all_of_it(store: Store, keys: Keys) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, planted(), NOW)
        documents.keep(connection, keys, IVAN, Document(number="2"), NOW)
        documents.keep(connection, keys, OLGA, Document(number="3"), NOW)
        assert documents.read(connection, keys, [OLGA[0]]) == {OLGA: Document(number="3"), IVAN: Document(number="2")}
        assert documents.numbers(connection, keys, [OLGA[0]]) == {OLGA: ("3", ""), IVAN: ("2", "")}
        assert documents.erase(connection, [OLGA]) == 1
        assert documents.read(connection, keys, [OLGA[0]]) == {IVAN: Document(number="2")}


def test_a_row_put_in_another_passengers_place_does_not_open(store: Store, keys: Keys) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, Document(number="1"), NOW)
        connection.execute(update(document_table).values(passenger=2))
    with store.read() as connection, pytest.raises(KeyringError):
        documents.read(connection, keys, [OLGA[0]])


def test_numbers_opens_nothing_else(store: Store, keys: Keys) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, planted(), NOW)
        others = document_table.c.field.not_in(("number", "issuing_state"))
        connection.execute(update(document_table).where(others).values(sealed=b"broken"))
        assert documents.numbers(connection, keys, [OLGA[0]]) == {OLGA: (PLANTED[0], "RUS")}


def test_without_the_keys_nothing_opens_and_what_is_there_is_still_known(
    store: Store, keys: Keys, tmp_path: Path
) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, planted(), NOW)
    with store.read() as connection:
        for without in (Keys(tmp_path / "others.json"), Keys(None)):
            with pytest.raises(KeyringError):
                documents.read(connection, without, [OLGA[0]])
        assert "number" in documents.given(connection, [OLGA[0]])[OLGA]


def test_after_a_rotation_everything_is_sealed_with_the_newest_key(store: Store, keys: Keys) -> None:
    with store.write() as connection:
        documents.keep(connection, keys, OLGA, planted(), NOW)
    ring = keys.ring().rotated()
    ring.write(keys.file)
    with store.write() as connection:
        assert documents.sealed_otherwise(connection, ring.current) == len(documents.fields(planted()))
        while documents.seal_anew(connection, keys, 3):
            pass
        assert documents.sealed_otherwise(connection, ring.current) == 0
        assert set(connection.execute(select(document_table.c.key_id)).scalars()) == {ring.current}
    ring.only_current().write(keys.file)
    with store.read() as connection:
        assert documents.read(connection, keys, [OLGA[0]]) == {OLGA: planted()}
