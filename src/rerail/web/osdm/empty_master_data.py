"""Master data that the line has none of: a list that is asked for is given, and is empty."""

from __future__ import annotations

from typing import Any, Final

from rerail.web.osdm.calls import Call, Done, Read, Reply
from rerail.web.osdm.master_data import kept
from rerail.web.osdm.types_products import (
    PromotionCodeCollectionResponse,
    ReductionCardCollectionResponse,
    ZoneCollectionResponse,
)


def promotion_codes(call: Call[Any]) -> Reply:
    """None are given out."""
    return kept(call, PromotionCodeCollectionResponse(promotion_codes=()))


def reduction_cards(call: Call[Any]) -> Reply:
    """None changes a price here."""
    return kept(call, ReductionCardCollectionResponse(reduction_card_types=()))


def zones(call: Call[Any]) -> Reply:
    """Fares go from station to station."""
    return kept(call, ZoneCollectionResponse(zones=()))


DONE: Final[tuple[Done, ...]] = (
    Read("getPromotionCodes", promotion_codes, PromotionCodeCollectionResponse),
    Read("getReductionCards", reduction_cards, ReductionCardCollectionResponse),
    Read("getZones", zones, ZoneCollectionResponse),
)
