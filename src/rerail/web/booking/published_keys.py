"""`/keys`: what anybody needs to check tickets, with a program or a page of their own."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from anyio import to_thread
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from rerail.ticket.tables import published
from rerail.web.booking.visit import AnyRequest
from rerail.web.cache import Answer
from rerail.web.context import Frame
from rerail.web.security import Header

_HEADERS: Final[tuple[Header, ...]] = (
    # A key that was retired a moment ago verifies new forgeries no longer than this.
    (b"cache-control", b"public, max-age=300"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
)


def handler(frame: Frame) -> HTTPRouteHandler:
    """The keys of every railway that signs here, the retired ones too: tickets they signed are still good."""

    def answer(request: AnyRequest) -> Response[bytes]:
        with frame.selling.store.read() as connection:
            body = msgspec.json.encode(published(connection))
        return Answer(body, "application/json", headers=_HEADERS).response(request)

    @get("/keys")
    async def keys(request: AnyRequest) -> Response[Any]:
        return await to_thread.run_sync(answer, request)

    return keys
