"""A folder and its database, opened for one command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rerail.clock import Clock
from rerail.desk.opening import Opened, open_folder, read_folder
from rerail.store.engine import Store
from rerail.store.location import url_for_line


@contextmanager
def opened(folder: Path, database: str | None, clock: Clock, notes: TextIO) -> Iterator[Opened]:
    """The line of a folder with its database, for a command that does not change the edition.

    Raises `LineFolderError` or `StoreError`.
    """
    read = read_folder(folder)
    store = Store(url_for_line(read.line.id, database, os.environ))
    try:
        ready = open_folder(folder, store, clock, read=read, adopt=False)
        if ready.folder_differs:
            print(
                f"rerail: {folder} has changed since edition {ready.edition}, which is what the database goes by; "
                "rerail serve takes the change up.",
                file=notes,
            )
        yield ready
    finally:
        store.close()
