"""`rerail backup FILE` and `rerail restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from rerail.clock import Clock
from rerail.store.backup import backup, restore
from rerail.store.engine import Store


def run_backup(store: Store, file: Path, clock: Clock, out: TextIO) -> int:
    """Write the database to a file, table by table. Returns the exit status; raises `BackupError`."""
    manifest = backup(store, file, clock.now(), lambda note: print(f"  {note}", file=out))
    rows = sum(note.rows for note in manifest.tables.values())
    print(f"{file}: {rows} rows of {len(manifest.tables)} tables, schema {manifest.schema}.", file=out)
    print("It holds everything the database holds: keep it as safe as the database itself.", file=out)
    return 0


def run_restore(store: Store, file: Path, out: TextIO) -> int:
    """Put a backup into an empty database. Returns the exit status; raises `BackupError`."""
    manifest = restore(store, file, lambda note: print(f"  {note}", file=out))
    print(f"{store.name} holds the backup of {manifest.made:%Y-%m-%d %H:%M} UTC.", file=out)
    return 0
