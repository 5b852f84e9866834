"""Databases to measure in: made beside the one that is named, used, and dropped. The named one is not touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from rerail.store.engine import Store, StoreError

_numbers: Final = count(1)

_UNGUARDED: Final = {
    "sqlite": ("DROP TRIGGER place_claim_insert", "DROP TRIGGER place_claim_update"),
    "postgresql": ("DROP TRIGGER place_claim_guard ON place_claim",),
}


@contextmanager
def scratch(url: str, *, guarded: bool = True) -> Iterator[str]:
    """The URL of a fresh, migrated database on the same disk or server; without the guard, as a baseline.

    Raises `StoreError` if none can be made there.
    """
    named = Store(url)
    parsed = named.url
    named.close()
    with _file(parsed) if parsed.get_backend_name() == "sqlite" else _database(parsed) as made:
        store = Store(made)
        store.migrate()
        if not guarded:
            with store.write() as connection:
                for statement in _UNGUARDED[store.dialect]:
                    connection.execute(text(statement))
        store.close()
        yield made


@contextmanager
def _file(url: URL) -> Iterator[str]:
    beside = Path(url.database or ".").resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="rerail-bench-", dir=beside if beside.is_dir() else None))
    try:
        yield f"sqlite:///{folder / 'bench.db'}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(url: URL) -> Iterator[str]:
    name = f"rerail_bench_{os.getpid()}_{next(_numbers)}"
    server = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0].rstrip(".")
        raise StoreError(f"No database to measure in can be made on {url.render_as_string()}: {reason}.") from error
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
