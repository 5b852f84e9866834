"""A folder as the way to an authority and back: each version of a list is a file there, whole or not at all.

The name of a file is its list's and version's, so that putting it there twice is putting it there once. Only the
owner can read it: it holds travel documents. Whoever answers can write into the folder of answers: nothing there is
followed, waited for or believed to be small.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from rerail.border.errors import BorderError
from rerail.border.forms import Rendered

LARGEST: Final = 1_000_000
"""Bytes of an answer: it is a few lines for each passenger it speaks of."""

READ: Final = "read"
UNREADABLE: Final = "unreadable"
ASIDE: Final = (READ, UNREADABLE)
"""Where an answer is moved once it was looked at."""

Stamp = tuple[int, int]
"""Size and time of change of a file: one that is still being written has another at the next look."""

_NO_PLAIN_FILE: Final = frozenset({errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.EMLINK})
_LOOKING: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK: Final = 1 << 20


class NotAnAnswer(BorderError):
    """Something in the folder of answers that is no file of a few lines."""


def put(folder: Path, files: Iterable[Rendered]) -> None:
    """Write files, each durably and whole; one that is there already is replaced by the same. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in files:
        part = folder / _part(one.name)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(one.content)
                out.flush()
                os.fsync(out.fileno())
            part.replace(folder / one.name)
        finally:
            part.unlink(missing_ok=True)
    with _opened(folder) as handle:
        os.fsync(handle)


def erase(folder: Path, names: Iterable[str]) -> int:
    """Take files away that nobody fetched, their content written over first. Returns how many there were.

    What a process left half-written that was killed while it wrote one goes too. Raises `OSError`.
    """
    if not folder.is_dir():
        return 0
    wanted = set(names)
    with _opened(folder) as handle:
        found = {one for one in _names(handle) if one in wanted or _whole(one) in wanted}
        return sum(_wiped(handle, name) for name in sorted(found))


# Answers


def answers(folder: Path) -> list[str]:
    """The names of the files in a folder of answers that may be answers; none if there is no folder."""
    try:
        return sorted(one.name for one in folder.iterdir() if one.name.endswith(".edi"))
    except FileNotFoundError:
        return []


def answer(folder: Path, name: str) -> tuple[bytes, Stamp]:
    """What a file says, and its stamp. Raises `NotAnAnswer` for a link, a pipe or a giant, `OSError`."""
    with _opened(folder) as handle:
        try:
            file = os.open(name, os.O_RDONLY | _LOOKING, dir_fd=handle)
        except OSError as error:
            if error.errno in _NO_PLAIN_FILE:
                raise _no_plain_file(name) from None
            raise
        with os.fdopen(file, "rb") as there:
            known = os.fstat(there.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise _no_plain_file(name)
            if known.st_size > LARGEST:
                raise NotAnAnswer(
                    "%(file)s has more than %(most)d bytes and is no answer to a list.", file=name, most=LARGEST
                )
            return there.read(LARGEST), (known.st_size, known.st_mtime_ns)


def set_aside(folder: Path, name: str, where: str) -> None:
    """Move a file into a folder beside it, so that it is not looked at again, and over no other. Raises `OSError`."""
    with _opened(folder) as handle:
        with suppress(FileExistsError):
            os.mkdir(where, 0o700, dir_fd=handle)
        with _opened(Path(where), handle) as there:
            taken = _names(there)
            stem = name.removesuffix(".edi")
            names = (name, *(f"{stem}.{number}.edi" for number in range(2, len(taken) + 3)))
            free = next(one for one in names if one not in taken)
            os.rename(name, free, src_dir_fd=handle, dst_dir_fd=there)


def aside_before(folder: Path, before: datetime) -> int:
    """How many files lie set aside that are from before an instant."""
    return sum(1 for _ in _aside(folder, before))


def erase_aside(folder: Path, before: datetime) -> int:
    """Take them away as `erase` does. Returns how many there were. Raises `OSError`."""
    return sum(_wiped(handle, name) for handle, name in _aside(folder, before))


def _aside(folder: Path, before: datetime) -> Iterator[tuple[int, str]]:
    """Each of them by the folder it lies in and its name."""
    for where in ASIDE:
        try:
            with _opened(folder) as handle, _opened(Path(where), handle) as there:
                for name in sorted(_names(there)):
                    known = os.stat(name, dir_fd=there, follow_symlinks=False)
                    # It keeps the time that whoever wrote it says; it was moved there by our clock.
                    since = min(known.st_mtime, known.st_ctime)
                    if not stat.S_ISDIR(known.st_mode) and since < before.timestamp():
                        yield there, name
        except (FileNotFoundError, NotADirectoryError):
            continue


def _part(name: str) -> str:
    """What a file is called while it is written."""
    return f".{name}.{secrets.token_hex(4)}"


def _whole(part: str) -> str:
    """What a file will be called that is being written."""
    return part.removeprefix(".").rpartition(".")[0] if part.startswith(".") else ""


def _names(folder: int) -> set[str]:
    with os.scandir(folder) as found:
        return {one.name for one in found}


def _no_plain_file(name: str) -> NotAnAnswer:
    return NotAnAnswer("%(file)s is no plain file, and is not followed.", file=name)


@contextmanager
def _opened(folder: Path, within: int | None = None) -> Iterator[int]:
    """A folder, so that what is done in it is done in this very one; below another it is not followed if a link."""
    links = 0 if within is None else os.O_NOFOLLOW
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | links, dir_fd=within)
    try:
        yield handle
    finally:
        os.close(handle)


def _wiped(folder: int, name: str) -> bool:
    """Write a file's content over and take it away; whether it was there. What is no plain file is only taken away."""
    try:
        file = os.open(name, os.O_WRONLY | _LOOKING, dir_fd=folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno not in _NO_PLAIN_FILE:
            raise
    else:
        with os.fdopen(file, "wb", buffering=0) as there:
            known = os.fstat(file)
            # A second name of it may be anybody's, somewhere else.
            if stat.S_ISREG(known.st_mode) and known.st_nlink == 1:
                for start in range(0, known.st_size, _CHUNK):
                    there.write(b"\0" * min(_CHUNK, known.st_size - start))
                os.fsync(file)
    os.unlink(name, dir_fd=folder)
    return True
