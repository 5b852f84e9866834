"""Which address of the shop answers with what."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from rerail.web.context import Frame
from rerail.web.shop.book import choose_page, names_page
from rerail.web.shop.desk import AnyRequest, Shop
from rerail.web.shop.open_holds import OpenHolds
from rerail.web.shop.sell import Till


def routes(frame: Frame) -> list[HTTPRouteHandler]:
    """Every handler of the shop."""
    shop = Shop(frame)
    till = Till(shop, OpenHolds())

    @get("/{language:str}/buy")
    async def choose(request: AnyRequest) -> Response[Any]:
        """Who travels, when back, which places, and what it costs."""
        return await to_thread.run_sync(choose_page, shop, request)

    @get("/{language:str}/buy/names")
    async def names(request: AnyRequest) -> Response[Any]:
        """The fixed price, and the form of who travels."""
        return await to_thread.run_sync(names_page, shop, request)

    @post("/{language:str}/buy/names", status_code=200)
    async def sell(request: AnyRequest, body: RawBody) -> Response[Any]:
        """Hold the places, and on to the payment."""
        return await till.sell(request, body)

    return [choose, names, sell]
