"""A folder as the way to an authority: each version of a list is a file there, whole or not at all.

The name of a file is its list's and version's, so that putting it there twice is putting it there once. Only the
owner can read it: it holds travel documents.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from rerail.border.forms import Rendered


def put(folder: Path, files: Iterable[Rendered]) -> None:
    """Write files, each durably and whole; one that is there already is replaced by the same. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in files:
        part = folder / f".{one.name}.{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(one.content)
                out.flush()
                os.fsync(out.fileno())
            part.replace(folder / one.name)
        finally:
            part.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def set_aside(file: Path, where: str) -> None:
    """Move a file into a folder beside it, so that it is not looked at again. Raises `OSError`."""
    there = file.parent / where
    there.mkdir(mode=0o700, exist_ok=True)
    file.replace(there / file.name)


def erase(folder: Path, names: Iterable[str]) -> int:
    """Take files away that nobody fetched, their content written over first. Returns how many there were."""
    gone = 0
    for name in names:
        file = folder / name
        with contextlib.suppress(FileNotFoundError):
            with file.open("r+b") as there:
                there.write(b"\0" * file.stat().st_size)
                there.flush()
                os.fsync(there.fileno())
            file.unlink()
            gone += 1
    return gone
