"""Scripts of one part of the office, and what they load, by their addresses.

They name one another by file, so they stand together under one address that names the content of them all, and may
be kept for ever. Nothing of the other pages needs them, so nothing is read before somebody asks.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from rerail.web.cache import Answer

_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm"}
_A_YEAR: Final = (b"cache-control", b"public, max-age=31536000, immutable")

# Compressed once in a process and sent to every phone: thoroughly.
_pack: Final = partial(gzip.compress, compresslevel=9, mtime=0)


class ScriptFiles:
    """The scripts of a folder, served below `/static/<part>/`."""

    def __init__(self, part: str, folder: Path) -> None:
        self._part: Final = part
        self._folder: Final = folder

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What is at each address."""
        return {
            f"{self._base}{name}": Answer(content, _TYPES[Path(name).suffix], headers=(_A_YEAR,), pack=_pack)
            for name, content in self._files.items()
        }

    def address(self, name: str) -> str:
        """Where a script is: a page, or another script, imports it from there. Raises `KeyError`."""
        address = f"{self._base}{name}"
        if address not in self.answers:
            raise KeyError(name)
        return address

    @property
    def addresses(self) -> tuple[str, ...]:
        """All of them: what a service worker keeps so that the page works without a network."""
        return tuple(self.answers)

    def made(self) -> Mapping[str, bytes]:
        """Scripts that lie in no file, by name."""
        return {}

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return dict(sorted({**self.made(), **dict(self._read())}.items()))

    def _read(self) -> Iterator[tuple[str, bytes]]:
        for file in self._folder.rglob("*"):
            if file.suffix in _TYPES:
                yield file.relative_to(self._folder).as_posix(), file.read_bytes()

    @cached_property
    def _base(self) -> str:
        whole = hashlib.sha256(b"".join(name.encode() + content for name, content in self._files.items()))
        return f"/static/{self._part}/{whole.hexdigest()[:12]}/"
