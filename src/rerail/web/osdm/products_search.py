"""Products by what they are like."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rerail.sale.rules import tariff_of
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.conditions import FULFILLMENTS
from rerail.web.osdm.problems import Refused
from rerail.web.osdm.products import of_line
from rerail.web.osdm.types_products import Product, ProductSearchRequest, ProductSearchResponse

_ANY_CLASS: Final = "ANY_CLASS"


def search(call: Call[ProductSearchRequest]) -> ProductSearchResponse:
    """The products that are as asked. Raises `Refused` if none is: the answer has at least one. Raises `NotOnSale`."""
    market = call.provider.market()
    all_ = of_line(market.line, tariff_of(market.life), call.language)
    found = tuple(one for one in all_ if _is_asked(one, call.body))
    if not found:
        there = ", ".join(one.id for one in all_)
        raise Refused(
            404, "RESOURCE_NOT_FOUND", "No such product", f"No product is as asked; these are all there are: {there}."
        )
    return ProductSearchResponse(products=found)


def _is_asked(one: Product, asked: ProductSearchRequest) -> bool:
    services = [each.type for each in asked.service_classes or ()]
    ways = [(each.type, each.media) for each in asked.fulfillment_options or ()]
    return (
        asked.id in (None, one.id)
        and _among([one.type], asked.types)
        and _among([one.code], asked.codes)
        and _among([one.flexibility], asked.flexibilities)
        and _among([one.service_class.type, _ANY_CLASS], services)
        and _among([one.travel_class, _ANY_CLASS], asked.travel_classes)
        and _among([(each.type, each.media) for each in FULFILLMENTS], ways)
        and _among([], [each for each in asked.product_tags or () if each is not None])
    )


def _among(own: Collection[object], asked: Collection[object] | None) -> bool:
    """Whether it has something of what is asked for, if anything is."""
    return not asked or any(one in asked for one in own)


DONE: Final[tuple[Done, ...]] = (Read("searchProducts", search, ProductSearchResponse, takes=ProductSearchRequest),)
