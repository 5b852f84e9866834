"""`POST /offers`: each trip asked for, in each class, priced and sealed; or why not.

What cannot be respected and is no reason to refuse (a currency, a flexibility) is said in `problems`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from rerail.desk.retailing import Quoted
from rerail.line.stretch import stretch
from rerail.line.tariff import TravelClass
from rerail.places.model import Wishes
from rerail.sale.errors import NoPlaceLeft, NotRunning, NotYetOpen, SaleClosed, SaleError
from rerail.sale.market import Market
from rerail.sale.model import LegAsk
from rerail.sale.retail import QuotedPassenger
from rerail.sale.rules import classes
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.conditions import FULFILLMENTS
from rerail.web.osdm.given_trips import rides_given
from rerail.web.osdm.kinds import quoted
from rerail.web.osdm.offer_parts import said_offer
from rerail.web.osdm.problems import Problem, Refused, problem, sentence
from rerail.web.osdm.products import SERVICE_CLASS, TRAVEL_CLASS, flexibility
from rerail.web.osdm.rides import Rides, rides_of
from rerail.web.osdm.trip_search import find, wanted
from rerail.web.osdm.types_offers import (
    AskedOffers,
    OfferCollectionRequest,
    OfferCollectionResponse,
    OfferSearchCriteria,
)
from rerail.web.osdm.types_trips import ReturnSearchParameters, Trip, TripSearchCriteria

_MOST_TRIPS: Final = 20
_SOLD: Final = frozenset({"ADMISSION", "ALL"})
_ANY_CLASS: Final = "ANY_CLASS"


class Asked(Struct, frozen=True, kw_only=True):
    """A trip that offers are asked for."""

    rides: Rides
    trip: Trip


class Priced(Struct, frozen=True, kw_only=True):
    """A trip in a class: what is asked of the desk."""

    trip: Trip
    legs: tuple[LegAsk, ...]


class Found(Struct, frozen=True, kw_only=True):
    """What was found for a request."""

    trips: tuple[Trip, ...]
    made: tuple[tuple[Trip, Quoted], ...]
    problems: tuple[Problem, ...]


Quoting = Callable[[list[tuple[LegAsk, ...]], tuple[QuotedPassenger, ...], str], list[Quoted | SaleError]]
"""The desk that prices journeys for passengers in a currency."""


def offers(call: Call[OfferCollectionRequest]) -> OfferCollectionResponse:
    """Offers for a search, or for trips that are given. Raises `Refused`, `SaleError`."""
    market = call.provider.market()
    found = find_offers(call, market, partial(call.retailing.quotes, call.retailer))
    return OfferCollectionResponse(
        offers=tuple(said_offer(call, market, trip, one) for trip, one in found.made),
        anonymous_passenger_specifications=call.body.anonymous_passenger_specifications,
        trips=found.trips,
        problems=found.problems or None,
    )


def find_offers(call: Call[Any], market: Market, quoting: Quoting) -> Found:
    """What `quoting` prices of the trips that are asked for, and why not the rest. Raises `Refused`, `SaleError`."""
    body: OfferCollectionRequest = call.body
    criteria = body.offer_search_criteria or OfferSearchCriteria()
    trips, reasons = _trips(call, market)
    day = trips[0].trip.start_time.date() if trips else market.now.date()
    passengers = quoted(market.tariff, body.anonymous_passenger_specifications, day)
    remarks = list(_remarks(market, body, criteria))
    made: list[tuple[Trip, Quoted]] = []
    if _wants_tickets(criteria):
        made, refused = _quoted(call, market, trips, passengers, criteria, quoting)
        reasons += refused
    if not made:
        reasons.append(_no_offer(trips, passengers))
    return Found(
        trips=tuple(one.trip for one in trips),
        made=tuple(made),
        problems=(*remarks, *dict.fromkeys(reasons)),
    )


def _wants_tickets(criteria: OfferSearchCriteria) -> bool:
    return not criteria.requested_offer_parts or bool(_SOLD & set(criteria.requested_offer_parts))


def _no_offer(trips: Sequence[Asked], passengers: Sequence[QuotedPassenger]) -> Problem:
    detail = f"Nothing can be sold for {len(passengers)} passengers" if trips else "There is no trip to sell"
    return problem("OFFER_NO_RESULTS", "No offer", f"{detail}; the other problems say why.")


def _trips(call: Call[OfferCollectionRequest], market: Market) -> tuple[list[Asked], list[Problem]]:
    """The trips that are asked for, out and back, and why a search found none. Raises `Refused`."""
    body = call.body
    given = (body.trip_ids, body.trip_specifications, body.trip_search_criteria, body.non_trip_search_criteria)
    if sum(one is not None and one != () for one in given) != 1:
        raise Refused(
            400,
            "VALIDATION_ERROR",
            "Trips in one way, not in several and not in none",
            "Give exactly one of tripSearchCriteria, tripSpecifications and tripIds.",
        )
    if body.non_trip_search_criteria is not None:
        detail = "Tickets are for trips; zones and areas have none."
        raise Refused(400, "PARAMETER_NOT_SUPPORTED", "nonTripSearchCriteria is not supported", detail)
    problems: list[Problem] = []
    out: list[tuple[Rides, str | None]] = []
    back: list[tuple[Rides, str | None]] = []
    if body.trip_search_criteria is not None:
        for search, found in _searches(body.trip_search_criteria, out, back):
            result = find(market.life, wanted(market.line, search, market.now, at="/tripSearchCriteria"), market.now)
            found += [(rides, None) for rides in result.rides]
            problems += result.problems
    else:
        out += [(rides_of(one), None) for one in body.trip_ids or ()]
        back += [(rides_of(one), None) for one in body.inbound_trip_ids or ()]
        for name, specifications, found in (
            ("tripSpecifications", body.trip_specifications, out),
            ("inboundTripSpecifications", body.inbound_trip_specifications, back),
        ):
            for number, one in enumerate((specifications or ())[:_MOST_TRIPS]):
                found.append((rides_given(market.life, one, f"/{name}/{number}"), one.external_ref))
    return [
        *(_asked(call, market, *one) for one in out[:_MOST_TRIPS]),
        *(_asked(call, market, *one, inbound=True) for one in back[:_MOST_TRIPS]),
    ], problems


def _searches(
    criteria: TripSearchCriteria, out: list[tuple[Rides, str | None]], back: list[tuple[Rides, str | None]]
) -> Iterator[tuple[TripSearchCriteria, list[tuple[Rides, str | None]]]]:
    again = criteria.return_search_parameters
    # Somebody who has chosen how to go asks for the way back by itself.
    returning = again is not None and bool(again.outward_offer_ids or again.outbound_trip_ids)
    yield criteria, back if returning else out
    if again is not None and not returning and (time := _back_at(again)) is not None:
        yield (
            TripSearchCriteria(
                origin=criteria.destination,
                destination=criteria.origin,
                departure_time=time if again.arrival_time is None else None,
                arrival_time=again.arrival_time,
                parameters=criteria.parameters,
            ),
            back,
        )


def _back_at(again: ReturnSearchParameters) -> datetime | None:
    return again.departure_time or again.arrival_time or again.inward_return_date


def _asked(
    call: Call[OfferCollectionRequest], market: Market, rides: Rides, external_ref: str | None, *, inbound: bool = False
) -> Asked:
    trip = call.provider.trips.trip(market, rides, call.language)
    if inbound or external_ref is not None:
        trip = replace(trip, direction="IN_BOUND" if inbound else trip.direction, external_ref=external_ref)
    return Asked(rides=rides, trip=trip)


def _quoted(
    call: Call[OfferCollectionRequest],
    market: Market,
    trips: Sequence[Asked],
    passengers: tuple[QuotedPassenger, ...],
    criteria: OfferSearchCriteria,
    quoting: Quoting,
) -> tuple[list[tuple[Trip, Quoted]], list[Problem]]:
    wheelchairs = sum(
        one.type.upper() == "WHEELCHAIR" or "WHEELCHAIR" in (one.prm_needs or ())
        for one in call.body.anonymous_passenger_specifications
    )
    currency = criteria.currency if criteria.currency in market.tariff.currencies else market.tariff.currencies[0]
    asked = [one for trip in trips for one in _in_classes(market, trip, criteria, Wishes(wheelchair=wheelchairs))]
    answers = quoting([one.legs for one in asked], passengers, currency)
    made: list[tuple[Trip, Quoted]] = []
    refused: list[Problem] = []
    for one, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Quoted):
            made.append((one.trip, answer))
        else:
            refused.append(_refused(answer))
    return made, refused


def _in_classes(market: Market, asked: Asked, criteria: OfferSearchCriteria, wishes: Wishes) -> Iterator[Priced]:
    """A trip in each class that some train of it has; on the others in their first."""
    offered: list[tuple[TravelClass, ...]] = []
    for ride in asked.rides:
        departure = market.life.departure(ride.train, ride.service_date)
        calls = stretch(departure.train, ride.board, ride.alight) if departure is not None else None
        there = classes(departure.line, departure.train, *calls) if departure is not None and calls else ()
        offered.append(there)
    every = tuple(dict.fromkeys(one for there in offered for one in there))
    wished = tuple(one for one in every if _is_wished(one, criteria))
    combinations: list[tuple[TravelClass | None, ...]] = [
        tuple(one if one in there else (there[0] if there else None) for there in offered) for one in wished or every
    ]
    for chosen in dict.fromkeys(combinations or [tuple(None for _ in offered)]):
        yield Priced(
            trip=asked.trip,
            legs=tuple(
                LegAsk(
                    train=ride.train,
                    service_date=ride.service_date,
                    board=ride.board,
                    alight=ride.alight,
                    travel_class=one,
                    wishes=wishes,
                )
                for ride, one in zip(asked.rides, chosen, strict=True)
            ),
        )


def _is_wished(travel_class: TravelClass, criteria: OfferSearchCriteria) -> bool:
    in_class = criteria.travel_classes
    of_service = criteria.service_class_types
    if in_class and _ANY_CLASS not in in_class and TRAVEL_CLASS[travel_class] not in in_class:
        return False
    return not of_service or _ANY_CLASS in of_service or SERVICE_CLASS[travel_class] in of_service


def _refused(error: SaleError) -> Problem:
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


def _remarks(market: Market, body: OfferCollectionRequest, criteria: OfferSearchCriteria) -> Iterator[Problem]:
    """What was asked for and is not to be had, where it is no reason to refuse."""
    tariff = market.tariff
    if criteria.currency is not None and criteria.currency not in tariff.currencies:
        yield _not_supported("currency", criteria.currency, ", ".join(tariff.currencies))
    own = flexibility(tariff)
    if criteria.flexibilities and own not in criteria.flexibilities:
        yield _not_supported("flexibilities", ", ".join(criteria.flexibilities), own)
    if criteria.offer_mode == "COLLECTIVE":
        yield _not_supported("offerMode", "COLLECTIVE", "INDIVIDUAL")
    for one in body.requested_fulfillment_options or ():
        if one not in FULFILLMENTS:
            there = ", ".join(f"{option.type}/{option.media}" for option in FULFILLMENTS)
            yield _not_supported("requestedFulfillmentOptions", f"{one.type}/{one.media}", there)


def _not_supported(what: str, asked: str, there: str) -> Problem:
    return problem(
        "VALUE_NOT_SUPPORTED", f"{what}: not as asked", f'"{asked[:100]}" is not to be had; there is {there}.'
    )


DONE: Final[tuple[Done, ...]] = (
    Read("createOffers", offers, OfferCollectionResponse, takes=AskedOffers, threaded=False),
)
