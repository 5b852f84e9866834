"""Answers kept as bytes: made once per state of the database, language and minute, and sent without rendering.

An answer is valid while two things hold: the journal and the edition are those it was made from, and the
clock is in the span it was made for. Nothing is ever invalidated by hand; whoever records an entry changes
the versions, and the next question finds the old answer stale.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response
from msgspec import Struct

from rerail.web.packing import Packer
from rerail.web.security import Header, with_security

Key = tuple[str, bytes]
"""Path and query string, both in their one canonical form."""

Versions = tuple[int, int]

MINUTE: Final = 60.0

DEEP: Final = 4
"""Slashes in a path from which on there is a page per train and date: /en/departures/TRAIN/DATE."""

_COMPRESSED: Final = ("text/", "application/atom+xml", "application/json", "application/wasm", "image/svg+xml")
_SMALLEST_COMPRESSED: Final = 512


class Span(Struct, frozen=True):
    """Seconds of the clock, [start, until), in which an answer is true."""

    start: float
    until: float


def minute_of(now: datetime) -> Span:
    """The minute of the clock that `now` (aware) falls in: pages that speak of "next" are true that long."""
    start = now.timestamp() // MINUTE * MINUTE
    return Span(start, start + MINUTE)


_gzip: Final = Packer(0).gzip
"""For bodies without drawings."""


class Answer:
    """One answer, ready to send: its bytes, plain and compressed, and the headers of each."""

    __slots__ = (
        "_pack",
        "_packed",
        "body",
        "etag",
        "headers",
        "media_type",
        "not_modified",
        "packed_start",
        "start",
        "status",
    )

    def __init__(
        self,
        body: bytes,
        media_type: str,
        *,
        headers: tuple[Header, ...] = (),
        status: int = 200,
        etag: bool = True,
        pack: Callable[[bytes], bytes] = _gzip,
    ) -> None:
        self.body: Final = body
        self.media_type: Final = media_type
        self.headers: Final = headers
        self.status: Final = status
        # Weak, because the same entity goes out plain and compressed.
        self.etag: Final = b'W/"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"' if etag else b""
        self._pack: Final = pack
        self._packed: bytes | None = None
        common: list[Header] = [(b"content-type", media_type.encode()), *headers]
        if etag:
            common.append((b"etag", self.etag))
        if self.compressible:
            common.append((b"vary", b"accept-encoding"))
        common = with_security(common)
        self.start: Final = _start(status, [*common, (b"content-length", str(len(body)).encode())])
        self.packed_start: dict[str, Any] | None = None
        self.not_modified: Final = _start(304, [header for header in common if header[0] != b"content-type"])

    @property
    def compressible(self) -> bool:
        """Whether compressing the body is worth it."""
        return len(self.body) >= _SMALLEST_COMPRESSED and self.media_type.startswith(_COMPRESSED)

    @property
    def size(self) -> int:
        """Bytes it takes to keep, with room for the compressed form."""
        return len(self.body) * 4 // 3 + 1024

    def packed(self) -> bytes:
        """The body compressed with gzip; made when first asked for, kept from then on."""
        if self._packed is None:
            self._packed = self._pack(self.body)
            headers = [header for header in self.start["headers"] if header[0] != b"content-length"]
            length = str(len(self._packed)).encode()
            self.packed_start = _start(
                self.status, [*headers, (b"content-encoding", b"gzip"), (b"content-length", length)]
            )
        return self._packed

    def messages(self, request_headers: list[Header] | tuple[Header, ...]) -> tuple[dict[str, Any], bytes]:
        """The ASGI start message and the body for a request with these headers: whole, compressed, or 304."""
        accepts_gzip = False
        for name, value in request_headers:
            if name == b"accept-encoding":
                accepts_gzip = _accepts_gzip(value)
            elif name == b"if-none-match" and self.etag and _matches(value, self.etag):
                return self.not_modified, b""
        if accepts_gzip and self.compressible:
            body = self.packed()
            assert self.packed_start is not None
            return self.packed_start, body
        return self.start, self.body

    def response(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The same, as a Litestar response, for handlers that are behind the router."""
        start, body = self.messages(list(request.scope["headers"]))
        headers = {
            name.decode(): value.decode()
            for name, value in start["headers"]
            if name not in (b"content-length", b"content-type")
        }
        # Litestar adds the charset to text itself.
        media_type = self.media_type.removesuffix("; charset=utf-8") if self._is_text else self.media_type
        return Response(body, status_code=start["status"], media_type=media_type, headers=headers)

    @property
    def _is_text(self) -> bool:
        return self.media_type.startswith("text/")


class _Kept(Struct):
    answer: Answer
    versions: Versions
    span: Span
    template: str
    """The route's template, for the metrics."""


class Shelf:
    """Answers in the order they were last asked for, bounded in number and in bytes."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most: Final = most
        self._most_bytes: Final = most_bytes
        self._kept: Final[OrderedDict[Key, _Kept]] = OrderedDict()
        self._bytes = 0
        self._lock: Final = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes kept, counting room for compressed forms."""
        return self._bytes

    def get(self, key: Key) -> _Kept | None:
        """What is kept under a key, valid or not."""
        return self._kept.get(key)

    def put(self, key: Key, kept: _Kept) -> None:
        """Keep it, and let go of what was longest not renewed."""
        if self._most == 0 or kept.answer.size > self._most_bytes // 4:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._bytes += kept.answer.size - (old.answer.size if old else 0)
            self._kept[key] = kept
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone.answer.size


class PageCache:
    """The answers of one process.

    Addresses of which there are very many, searches and dated departures, have a shelf of their own, so that
    whoever walks through all of them pushes out others of their kind and never the home page.
    """

    def __init__(self, *, pages: int = 1024, searches: int = 256, most_bytes: int = 48 * 1024 * 1024) -> None:
        self._pages: Final = Shelf(pages, most_bytes)
        self._searches: Final = Shelf(searches, most_bytes // 4)
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._pages) + len(self._searches)

    def _shelf(self, key: Key) -> Shelf:
        path, query = key
        return self._searches if query or path.count("/") >= DEEP else self._pages

    @property
    def size(self) -> int:
        """Bytes kept, counting room for compressed forms."""
        return self._pages.size + self._searches.size

    def find(self, key: Key, versions: Versions, now: float) -> tuple[Answer, str] | None:
        """A valid answer and its route's template, for the database's versions and the clock's seconds."""
        kept = self._shelf(key).get(key)
        if kept is None or kept.versions != versions or not kept.span.start <= now < kept.span.until:
            return None
        self.hits += 1
        return kept.answer, kept.template

    def holds(self, key: Key) -> bool:
        """Whether anything, valid or not, is kept under this key: if not, nobody need ask the database."""
        return self._shelf(key).get(key) is not None

    def keep(self, key: Key, answer: Answer, versions: Versions, span: Span, template: str) -> None:
        """Keep an answer. Only canonical keys of things that exist belong here: an address a stranger made up
        must not take the place of one that is asked for."""
        self._shelf(key).put(key, _Kept(answer, versions, span, template))

    def answer(
        self,
        request: Request[Any, Any, Any],
        *,
        key: Key,
        versions: Versions,
        span: Span,
        make: Callable[[], Answer],
    ) -> Response[bytes]:
        """The kept answer if it is valid, else the one `make` makes, kept: for handlers of fixed addresses."""
        found = self.find(key, versions, span.start)
        if found is not None:
            return found[0].response(request)
        self.misses += 1
        made = make()
        self.keep(key, made, versions, span, str(request.scope.get("path_template", "")))
        return made.response(request)


def _start(status: int, headers: list[Header]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _accepts_gzip(value: bytes) -> bool:
    if b"gzip" not in value:
        return False
    for part in value.split(b","):
        coding, _, parameters = part.partition(b";")
        if coding.strip().lower() == b"gzip":
            return parameters.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


def _matches(if_none_match: bytes, etag: bytes) -> bool:
    if if_none_match.strip() == b"*":
        return True
    wanted = etag.removeprefix(b"W/")
    return any(part.strip().removeprefix(b"W/") == wanted for part in if_none_match.split(b","))
