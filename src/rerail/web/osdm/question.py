"""One request under /osdm as ASGI brings it, and its answer as it is sent and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from rerail.web.osdm.problems import Refused

if TYPE_CHECKING:
    from litestar.types import Receive, Send

PREFIX: Final = "/osdm"
JSON: Final = "application/json"
_GREATEST_BODY: Final = 4 * 2**20
"""A group of 300, and 20 offers with their ids."""


class Packed(Struct, frozen=True, array_like=True):
    """An answer as it is sent, and kept under a key."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


unpack: Final = msgspec.msgpack.Decoder(Packed)


class Question:
    """A request: what is asked of which address, and the body when it is wanted."""

    __slots__ = ("_receive", "headers", "method", "path", "scope", "values")

    def __init__(self, scope: Mapping[str, Any], receive: Receive, values: Mapping[str, str]) -> None:
        """`values` are those of the path's parameters."""
        self.scope: Final = scope
        self.method: Final[str] = self.scope["method"]
        self.path: Final[str] = self.scope["path"]
        self.values: Final = values
        self.headers: Final[Mapping[str, str]] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]
        }
        """By their names in lower case."""
        self._receive: Final = receive

    @property
    def query(self) -> bytes:
        """What stands behind the question mark."""
        found: bytes = self.scope["query_string"]
        return found

    async def content(self) -> bytes:
        """The body. Raises `Refused` if it is larger than four mebibytes, or does not come whole."""
        found: list[bytes] = []
        size, more = 0, True
        while more:
            message: Mapping[str, Any] = await self._receive()
            if message["type"] != "http.request":
                raise Refused(400, "MALFORMED_REQUEST", "The body ended early", "Send the body whole.")
            found.append(message.get("body", b""))
            size += len(found[-1])
            if size > _GREATEST_BODY:
                raise Refused(413, "TOO_LARGE", "Too large", "The body has more than four mebibytes.", own=True)
            more = message.get("more_body", False)
        return found[0] if len(found) == 1 else b"".join(found)


_NO_STORE: Final = (b"cache-control", b"no-store")
_OF_JSON: Final = (b"content-type", JSON.encode())


async def send(answer: Packed, to: Send) -> None:
    """Send an answer. It is JSON, and kept by nobody on the way, if it does not say otherwise."""
    own = {name for name, _ in answer.headers}
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"content-length", b"%d" % len(answer.body)))
    if "cache-control" not in own:
        headers.append(_NO_STORE)
    if answer.status not in (204, 304) and "content-type" not in own:
        headers.append(_OF_JSON)
    await to({"type": "http.response.start", "status": answer.status, "headers": headers})
    await to({"type": "http.response.body", "body": answer.body, "more_body": False})
