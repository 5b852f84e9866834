"""Compressing a page whose drawings were compressed before.

Most bytes of a page with a drawing are the drawing's, and they stay the same for months while the page around
them is made anew each minute. A gzip stream (RFC 1952) is one deflate stream (RFC 1951) between a header and a
checksum, and deflate streams that end in a full flush can be put one after the other. So a drawing is
compressed once, thoroughly, and the rest of the page each time, quickly.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""No name, no time, no system: the same page is the same bytes."""

_ENOUGH_TO_FIND: Final = 160

_RAW: Final = -15
"""Deflate without a wrapper, with the largest window."""


class Packer:
    """Compresses with gzip, and keeps the drawings of one app in their compressed form."""

    def __init__(self, most: int = 64) -> None:
        self._most: Final = most
        self._kept: Final[OrderedDict[str, tuple[bytes, bytes]]] = OrderedDict()
        self._lock: Final = threading.Lock()

    def gzip(self, body: bytes, drawings: Iterable[str] = ()) -> bytes:
        """The body compressed; `drawings` are texts that stand in it, each once and in this order."""
        parts = [_HEADER]
        at = 0
        for drawing in drawings:
            plain, packed = self._packed(drawing)
            # The first bytes find it (searching for all of it is slow), the rest is only compared.
            begin = body.find(plain[:_ENOUGH_TO_FIND], at)
            if begin >= 0 and body.startswith(plain, begin):
                parts += [_deflated(body[at:begin], 4), packed]
                at = begin + len(plain)
        parts.append(_deflated(body[at:], 4, last=True))
        parts.append(struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF))
        return b"".join(parts)

    def _packed(self, drawing: str) -> tuple[bytes, bytes]:
        kept = self._kept.get(drawing)
        if kept is None:
            plain = drawing.encode()
            kept = plain, _deflated(plain, 9)
            with self._lock:
                self._kept[drawing] = kept
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return kept


def _deflated(plain: bytes, level: int, *, last: bool = False) -> bytes:
    """A stretch of a deflate stream: it refers to nothing before it, and is the stream's end or not."""
    stream = zlib.compressobj(level, zlib.DEFLATED, _RAW)
    return stream.compress(plain) + stream.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
