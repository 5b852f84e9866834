"""What is said beside offers: why a trip cannot be sold, and what was wished and is not to be had."""

from __future__ import annotations

from collections.abc import Iterator

from rerail.sale.errors import NoPlaceLeft, NotRunning, NotYetOpen, SaleClosed, SaleError
from rerail.sale.market import Market
from rerail.web.osdm.conditions import FULFILLMENTS
from rerail.web.osdm.problems import Problem, problem, sentence
from rerail.web.osdm.products import flexibility
from rerail.web.osdm.types_offers import OfferCollectionRequest, OfferSearchCriteria


def refused(error: SaleError) -> Problem:
    """Why a trip cannot be sold, as a remark."""
    if isinstance(error, NoPlaceLeft):
        return problem("FULLY_BOOKED", "Fully booked", sentence(error))
    if isinstance(error, NotYetOpen):
        return problem("BOOKING_NOT_YET_OPEN", "Sale has not begun", sentence(error))
    if isinstance(error, SaleClosed):
        return problem("BOOKING_ALREADY_CLOSED", "Sale is over", sentence(error))
    if isinstance(error, NotRunning):
        return problem("SERVICE_SUSPENDED", "The train does not run", sentence(error), own=True)
    return problem("NOT_ON_SALE", "Not on sale", sentence(error), own=True)


def no_offer(passengers: int, *, trips: bool) -> Problem:
    """That there is nothing for so many passengers; `trips`: whether there are any at all."""
    detail = f"Nothing can be sold for {passengers} passengers" if trips else "There is no trip to sell"
    return problem("OFFER_NO_RESULTS", "No offer", f"{detail}; the other problems say why.")


def remarks_on(market: Market, body: OfferCollectionRequest, criteria: OfferSearchCriteria) -> Iterator[Problem]:
    """What was asked for and is not to be had, where it is no reason to refuse."""
    tariff = market.tariff
    if criteria.currency is not None and criteria.currency not in tariff.currencies:
        yield not_supported("currency", criteria.currency, ", ".join(tariff.currencies))
    own = flexibility(tariff)
    if criteria.flexibilities and own not in criteria.flexibilities:
        yield not_supported("flexibilities", ", ".join(criteria.flexibilities), own)
    if criteria.offer_mode == "COLLECTIVE":
        yield not_supported("offerMode", "COLLECTIVE", "INDIVIDUAL")
    for one in body.requested_fulfillment_options or ():
        if one not in FULFILLMENTS:
            there = ", ".join(f"{option.type}/{option.media}" for option in FULFILLMENTS)
            yield not_supported("requestedFulfillmentOptions", f"{one.type}/{one.media}", there)


def not_supported(what: str, asked: str, there: str) -> Problem:
    """That a wish cannot be met, and what can be had."""
    return problem(
        "VALUE_NOT_SUPPORTED", f"{what}: not as asked", f'"{asked[:100]}" is not to be had; there is {there}.'
    )
