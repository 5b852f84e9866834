"""What is said beside offers: why a trip cannot be sold, and what was wished and is not to be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rerail.sale.errors import NoPlaceLeft, NotRunning, NotYetOpen, SaleClosed, SaleError
from rerail.sale.market import Market
from rerail.web.osdm.asked_classes import ANY_CLASS
from rerail.web.osdm.conditions import FULFILLMENTS
from rerail.web.osdm.problems import Problem, problem, sentence
from rerail.web.osdm.products import flexibility
from rerail.web.osdm.types_offers import OfferCollectionRequest, OfferSearchCriteria, OfferSummary

_SOLD: Final = frozenset({"ADMISSION", "ALL"})


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
    people = "1 passenger" if passengers == 1 else f"{passengers} passengers"
    detail = f"Nothing can be sold for {people}" if trips else "There is no trip to sell"
    return problem("OFFER_NO_RESULTS", "No offer", f"{detail}; the other problems say why.")


def remarks_on(market: Market, body: OfferCollectionRequest, criteria: OfferSearchCriteria) -> Iterator[Problem]:
    """What was asked for and is not to be had, where it is no reason to refuse."""
    tariff = market.tariff
    if criteria.currency is not None and criteria.currency not in tariff.currencies:
        yield not_supported("currency", criteria.currency, ", ".join(tariff.currencies))
    own = flexibility(tariff)
    if criteria.flexibilities and own not in criteria.flexibilities:
        yield not_supported("flexibilities", ", ".join(criteria.flexibilities), own)
    if not wants_tickets(criteria):
        yield not_supported("requestedOfferParts", ", ".join(criteria.requested_offer_parts or ()), "ADMISSION")
    if criteria.offer_mode == "COLLECTIVE":
        yield not_supported("offerMode", "COLLECTIVE", "INDIVIDUAL")
    for one in body.requested_fulfillment_options or ():
        if one not in FULFILLMENTS:
            there = ", ".join(f"{option.type}/{option.media}" for option in FULFILLMENTS)
            yield not_supported("requestedFulfillmentOptions", f"{one.type}/{one.media}", there)
    for what, said in (
        ("productTags", criteria.product_tags),
        ("corporateCodes", body.corporate_codes),
        ("promotionCodes", body.promotion_codes),
    ):
        if said:
            yield problem("VALUE_NOT_SUPPORTED", f"{what}: not as asked", "There are none here, so none is looked at.")


def wants_tickets(criteria: OfferSearchCriteria) -> bool:
    """Whether what is sold is among the parts asked for: a ticket, and with it its place."""
    return not criteria.requested_offer_parts or bool(_SOLD & set(criteria.requested_offer_parts))


def of_classes(criteria: OfferSearchCriteria | None, offers: Iterable[OfferSummary]) -> Iterator[Problem]:
    """That no offer is in a class that is wished, where the trains have others."""
    if criteria is None:
        return
    found = tuple(offers)
    for what, wished, there in (
        ("travelClasses", criteria.travel_classes, {one.overall_travel_class for one in found}),
        ("serviceClassTypes", criteria.service_class_types, {one.overall_service_class.type for one in found}),
    ):
        if wished and there and ANY_CLASS not in wished and there.isdisjoint(wished):
            yield not_supported(what, ", ".join(wished), ", ".join(sorted(there)))


def not_supported(what: str, asked: str, there: str) -> Problem:
    """That a wish cannot be met, and what can be had."""
    return problem(
        "VALUE_NOT_SUPPORTED", f"{what}: not as asked", f'"{asked[:100]}" is not to be had; there is {there}.'
    )
