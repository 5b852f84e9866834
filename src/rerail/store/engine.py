"""The database: SQLite by default, PostgreSQL by URL, and the one writer.

Reading is a snapshot and waits for nobody. Writing is one transaction at a time per SQLite database, over
all threads and processes; a commit that returned is on the disk.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TextIO

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_BUSY_MILLISECONDS: Final = 10_000


class StoreError(Exception):
    """The database cannot be used; the sentence says which and what to do."""


class Store:
    """One database. Rooms are handed its connections and never open their own."""

    def __init__(self, url: str) -> None:
        self.url = _parsed(url)
        self.dialect: Final = self.url.get_backend_name()
        self.engine: Final = self._engine()
        # PostgreSQL's usual level gives each statement a snapshot of its own; SQLite has no other than one for all.
        self._reading: Final = (
            self.engine.execution_options(isolation_level="REPEATABLE READ")
            if self.dialect == "postgresql"
            else self.engine
        )
        self._lock_file: Final = self._lock_path()
        self._thread_lock: Final = threading.Lock()

    @property
    def name(self) -> str:
        """The database as a person may see it: no password."""
        return self.url.database or "" if self.dialect == "sqlite" else self.url.render_as_string()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in one snapshot. Raises `StoreError` if the database is out of reach."""
        with self._reachable(), self._reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Callable[[], Connection]]:
        """A snapshot that is opened when it is first asked for: most offers are made of what is known."""
        with ExitStack() as opened:
            connections: list[Connection] = []

            def connected() -> Connection:
                if not connections:
                    connections.append(opened.enter_context(self.read()))
                return connections[0]

            yield connected

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: committed, durably, when the block ends; undone if it raises."""
        with self._reachable(), self._only_writer(), self.engine.connect() as connection:
            writing = connection.execution_options(rerail_write=True)
            with writing.begin():
                yield writing

    def migrate(self) -> None:
        """Bring the database to the newest schema. Safe to call from several processes at once.

        Raises `StoreError` if a newer Rerail wrote the database.
        """
        with self.write() as connection:
            self.migrate_within(connection, "head")

    def migrate_within(self, connection: Connection, revision: str) -> None:
        """Bring the schema to a revision in a transaction the caller holds. Raises `StoreError` as `migrate`."""
        if self.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('rerail.migrate'))")
        at = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        for named in (at, revision):
            if named not in (None, "head", *known):
                raise StoreError(
                    f"The data for {self.name} was written by a newer Rerail (schema {named}); "
                    "use that version, or a backup made by this one."
                )
        command.upgrade(self._alembic(connection), revision)

    def forget_log(self) -> bool:
        """Empty SQLite's write-ahead log, which holds pages as they were; call it after erasing.

        Waits for no reader: what one still needs stays, and goes with the next call; whether all is gone. PostgreSQL's
        old rows go with its vacuum.
        """
        if self.dialect != "sqlite":
            return True
        with self._reachable(), self._only_writer(), self.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None  # just checked out
            # Nobody else writes meanwhile: waiting for a reader here would be waiting for all that want to.
            raw.execute("PRAGMA busy_timeout = 0")
            try:
                busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        return not busy

    def revision(self) -> str | None:
        """The schema the database is at; None if it is empty."""
        with self.read() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def _alembic(self, connection: Connection) -> Config:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        return config

    def _engine(self) -> Engine:
        if self.dialect == "postgresql":
            return create_engine(self.url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        if self.dialect != "sqlite":
            raise StoreError(
                f'The database URL names "{self.dialect}"; Rerail keeps its data in sqlite:///FILE '
                "or postgresql://USER@HOST/NAME."
            )
        if not self.url.database or self.url.database == ":memory:":
            raise StoreError(
                "A database in memory would be lost at the first restart; name a file: sqlite:///rerail.db."
            )
        folder = Path(self.url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The database's folder {folder} cannot be made: {error.strerror}.") from None
        engine = create_engine(self.url, module=_sqlite())
        event.listen(engine, "do_connect", partial(_made_for_its_owner, self.url.database))
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _lock_path(self) -> Path | None:
        if self.dialect != "sqlite" or self.url.database is None:
            return None
        return Path(self.url.database + ".lock")

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        # Waiting in the kernel for a file lock is fair and wakes at once; SQLite's own busy handler sleeps
        # and lets a latecomer through first.
        if self._lock_file is None:
            yield
            return
        with self._thread_lock, self._opened(self._lock_file) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _opened(self, lock_file: Path) -> TextIO:
        try:
            return lock_file.open("w")
        except OSError as error:
            raise StoreError(f"The database {self.name} cannot be written: {lock_file}: {error.strerror}.") from None

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            # Exactly DatabaseError is SQLite's word for a file that is no database, or a damaged one; its other
            # kinds (a constraint, a trigger) are an answer to the caller, not a database out of reach.
            if isinstance(error, OperationalError) or type(error) is DatabaseError:
                raise StoreError(f"The database {self.name} cannot be used: {_first_line(error)}.") from error
            raise


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise StoreError(f'"{url}" is no database URL; write sqlite:///FILE or postgresql://USER@HOST/NAME.') from None


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or ["unknown error"])[0].rstrip(".")


def _sqlite() -> ModuleType:
    """SQLite from pysqlite3, which brings its own library: Debian 12's 3.40 can lose commits in WAL mode."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415  (only here, so that PostgreSQL does without it)
    except ImportError:
        raise StoreError(
            "pysqlite3-binary is not installed, and the system's SQLite may lose commits; "
            "install it, or give a PostgreSQL URL with --db."
        ) from None
    module: ModuleType = dbapi2
    return module


def _made_for_its_owner(database: str, *_: object) -> None:
    """A database that is new is its owner's alone; the files that SQLite puts beside it take its mode."""
    with suppress(OSError):  # SQLite says what is wrong with the place
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not guessed by the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is erased is written over, not only let go of. Pages that a transaction changes are written anyway.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA cache_size = -32768")
    cursor.execute("PRAGMA wal_autocheckpoint = 4000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("rerail_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
