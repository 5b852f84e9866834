"""The scripts that read a ticket on a phone: `static/office/inspect/`, and the schema made for them.

They name one another by file, so they stand together under one address that names the content of them all, and may
be kept for ever. Nothing of the other pages needs them, so nothing is read before somebody asks.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import msgspec

from rerail.ticket.inspection import schema
from rerail.web.cache import Answer

_FOLDER: Final = Path(__file__).parent / "static" / "office" / "inspect"
_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm"}
_A_YEAR: Final = (b"cache-control", b"public, max-age=31536000, immutable")

# Compressed once in a process and sent to every phone: thoroughly.
_pack: Final = partial(gzip.compress, compresslevel=9, mtime=0)


class InspectorFiles:
    """The scripts and the reader by their addresses."""

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What is at each address."""
        return {
            f"{self._base}{name}": Answer(content, _TYPES[Path(name).suffix], headers=(_A_YEAR,), pack=_pack)
            for name, content in self._files.items()
        }

    def address(self, name: str) -> str:
        """Where `inspect.js` is: a page imports it and `reader.js` from there. Raises `KeyError`."""
        address = f"{self._base}{name}"
        if address not in self.answers:
            raise KeyError(name)
        return address

    @property
    def addresses(self) -> tuple[str, ...]:
        """All of them: what a service worker keeps so that the page works without a network."""
        return tuple(self.answers)

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return dict(sorted(_contents()))

    @cached_property
    def _base(self) -> str:
        whole = hashlib.sha256(b"".join(name.encode() + content for name, content in self._files.items()))
        return f"/static/inspect/{whole.hexdigest()[:12]}/"


def _contents() -> Iterator[tuple[str, bytes]]:
    yield "schema.js", b"export default " + msgspec.json.encode(schema()) + b";\n"
    for file in _FOLDER.rglob("*"):
        if file.suffix in _TYPES:
            yield file.relative_to(_FOLDER).as_posix(), file.read_bytes()
