"""Backup and restore: the whole database as one file that either kind of database can read.

A backup is a zip: `manifest.json` (format, schema, line, instant, rows and SHA-256 per table) and one file
of JSON lines per table. It is taken in one snapshot while the service runs, and restored into an empty
database only, whole or not at all; a backup of an older schema is migrated on the way in.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from alembic.runtime.migration import MigrationContext
from msgspec import Struct
from sqlalchemy import Connection, LargeBinary, MetaData, Table, func, insert, select

from rerail.store.engine import Store, StoreError

FORMAT: Final = "rerail-backup-1"
_BATCH: Final = 500

_DAMAGE: Final = (KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
"""What reading a damaged zip raises: a member gone, a stream cut or bent, a method or a lock nobody put there."""


class BackupError(StoreError):
    """A backup that cannot be made or restored; the sentence says why, and that nothing was changed."""


class TableNote(Struct, frozen=True):
    """What the manifest says of one table."""

    rows: int
    sha256: str


class Manifest(Struct, frozen=True):
    """What a backup holds."""

    format: str
    schema: str
    made: datetime
    tables: dict[str, TableNote]


Progress = Callable[[str], None]


def backup(store: Store, file: Path, now: datetime, progress: Progress) -> Manifest:
    """Write the whole database, as one snapshot has it, to a new file that only its owner can read.

    Raises `BackupError` if the file exists or cannot be written, or the database is empty.
    """
    if file.exists():
        raise BackupError(f"{file} exists; name a new file, so that no backup is ever written over.")
    schema = store.revision()
    if schema is None:
        raise BackupError(f"The database {store.name} is empty; there is nothing to back up.")
    part = file.with_name(file.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = _write(store, archive, schema, now, progress)
            archive.writestr("manifest.json", msgspec.json.encode(manifest))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from None
    return manifest


def restore(store: Store, file: Path, progress: Progress) -> Manifest:
    """Put a backup into an empty database, and bring it to the newest schema.

    Raises `BackupError` if the file is no backup or is damaged, or the database is not empty; then the
    database holds what it held.
    """
    with _opened(file) as archive:
        manifest = _manifest(file, archive)
        for name, note in manifest.tables.items():
            _verify(file, archive, name, note)
        with store.write() as connection:
            if MigrationContext.configure(connection).get_current_revision() is not None:
                raise BackupError(
                    f"The database {store.name} is not empty; restore into a new one with --db, nothing was changed."
                )
            store.migrate_within(connection, manifest.schema)
            tables = _tables(connection)
            for name, note in manifest.tables.items():
                if name not in tables:
                    raise BackupError(f"{file} holds a table {name} that schema {manifest.schema} does not have.")
                _fill(connection, tables[name], _lines(archive, name))
                progress(f"{name}: {note.rows} rows")
    store.migrate()
    return manifest


def _tables(connection: Connection) -> dict[str, Table]:
    # Reflected, not the rooms' own: a backup can be of an older schema than this program's.
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def _write(store: Store, archive: zipfile.ZipFile, schema: str, now: datetime, progress: Progress) -> Manifest:
    notes = {}
    with store.read() as connection:
        for name, table in _tables(connection).items():
            total = connection.execute(select(func.count()).select_from(table)).scalar_one()
            digest, rows = hashlib.sha256(), 0
            with archive.open(f"{name}.jsonl", "w") as out:
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                    line = msgspec.json.encode({key: _plain(value) for key, value in row._mapping.items()}) + b"\n"
                    digest.update(line)
                    out.write(line)
                    rows += 1
            notes[name] = TableNote(rows, digest.hexdigest())
            progress(f"{name}: {rows} of {total} rows")
    return Manifest(FORMAT, schema, now.astimezone(UTC), notes)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    return value.isoformat() if isinstance(value, date) else value


def _fill(connection: Connection, table: Table, lines: Iterator[bytes]) -> None:
    dates = {c.name for c in table.columns if c.type.python_type is date}
    blobs = {c.name for c in table.columns if isinstance(c.type, LargeBinary)}
    batch: list[dict[str, Any]] = []
    for line in lines:
        row = msgspec.json.decode(line)
        for name in dates & row.keys():
            row[name] = None if row[name] is None else date.fromisoformat(row[name])
        for name in blobs & row.keys():
            row[name] = None if row[name] is None else base64.b64decode(row[name]["base64"])
        batch.append(row)
        if len(batch) == _BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(file.read_bytes()))
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from None
    except zipfile.BadZipFile:
        raise BackupError(f"{file} is not a backup, or only part of one; nothing was changed.") from None


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
    except (*_DAMAGE, msgspec.MsgspecError):
        raise BackupError(f"{file} has no readable manifest, so it is not a backup of Rerail's.") from None
    if manifest.format != FORMAT:
        raise BackupError(f"{file} is a {manifest.format}; this Rerail reads {FORMAT}.")
    return manifest


def _verify(file: Path, archive: zipfile.ZipFile, name: str, note: TableNote) -> None:
    try:
        digest, rows = hashlib.sha256(), 0
        for line in _lines(archive, name):
            digest.update(line)
            rows += 1
    except _DAMAGE:
        raise BackupError(f"{file}: the table {name} is damaged; nothing was changed.") from None
    if (rows, digest.hexdigest()) != (note.rows, note.sha256):
        raise BackupError(f"{file}: the table {name} is not what the manifest says; nothing was changed.")


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(f"{name}.jsonl") as lines:
        yield from lines
