"""`POST /offers`: each trip asked for, in each class, priced and sealed; or why not.

What cannot be respected and is no reason to refuse (a currency, a flexibility) is said in `problems`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from rerail.sale.errors import SaleError
from rerail.sale.market import Market
from rerail.sale.model import LegAsk
from rerail.sale.retail import QuotedPassenger
from rerail.web.osdm.asked_classes import in_classes, wishes_of
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.given_trips import rides_given
from rerail.web.osdm.kinds import quoted
from rerail.web.osdm.offer_parts import said_offer
from rerail.web.osdm.offer_remarks import no_offer, of_classes, refused, remarks_on, wants_tickets
from rerail.web.osdm.problems import Problem, Refused
from rerail.web.osdm.rides import Rides, rides_of
from rerail.web.osdm.trip_search import find, wanted
from rerail.web.osdm.types_offers import (
    AskedOffers,
    OfferCollectionRequest,
    OfferCollectionResponse,
    OfferSearchCriteria,
)
from rerail.web.osdm.types_trips import ReturnSearchParameters, Trip, TripSearchCriteria

T = TypeVar("T")

_MOST_TRIPS: Final = 20
_PASSENGERS: Final = "/anonymousPassengerSpecifications"


class Asked(Struct, frozen=True, kw_only=True):
    """A trip that offers are asked for."""

    rides: Rides
    trip: Trip


class Found(Struct, Generic[T], frozen=True, kw_only=True):
    """What was found for a request."""

    trips: tuple[Trip, ...]
    made: tuple[tuple[Trip, T], ...]
    problems: tuple[Problem, ...]


Quoting = Callable[[list[tuple[LegAsk, ...]], tuple[QuotedPassenger, ...], str], list[T | SaleError]]
"""The desk that prices journeys for passengers in a currency."""


def offers(call: Call[OfferCollectionRequest]) -> OfferCollectionResponse:
    """Offers for a search, or for trips that are given. Raises `Refused`, `SaleError`."""
    market = call.provider.market()
    found = find_offers(call, market, partial(call.retailing.quotes, call.retailer))
    said = tuple(said_offer(call, market, trip, one) for trip, one in found.made)
    problems = (*of_classes(call.body.offer_search_criteria, (one.offer_summary for one in said)), *found.problems)
    return OfferCollectionResponse(
        offers=said,
        anonymous_passenger_specifications=call.body.anonymous_passenger_specifications,
        trips=found.trips,
        problems=problems or None,
    )


def find_offers(call: Call[Any], market: Market, quoting: Quoting[T], *, passengers_at: str = _PASSENGERS) -> Found[T]:
    """What `quoting` prices of the trips that are asked for, and why not the rest. Raises `Refused`, `SaleError`.

    `passengers_at`: where in the request the passengers stand.
    """
    body: OfferCollectionRequest = call.body
    criteria = body.offer_search_criteria or OfferSearchCriteria()
    trips, reasons = _trips(call, market)
    day = trips[0].trip.start_time.date() if trips else market.now.date()
    passengers = quoted(market.tariff, body.anonymous_passenger_specifications, day, passengers_at)
    remarks = list(remarks_on(market, body, criteria))
    made: list[tuple[Trip, T]] = []
    if wants_tickets(criteria):
        made, unsold = _quoted(call, market, trips, passengers, criteria, quoting)
        reasons += unsold
    if not made:
        reasons.append(no_offer(len(passengers), trips=bool(trips)))
    return Found(
        trips=tuple(one.trip for one in trips),
        made=tuple(made),
        problems=(*remarks, *dict.fromkeys(reasons)),
    )


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
    quoting: Quoting[T],
) -> tuple[list[tuple[Trip, T]], list[Problem]]:
    wishes = wishes_of(call.body.anonymous_passenger_specifications)
    currency = criteria.currency if criteria.currency in market.tariff.currencies else market.tariff.currencies[0]
    asked = [(one.trip, legs) for one in trips for legs in in_classes(market, one.rides, criteria, wishes)]
    answers = quoting([legs for _, legs in asked], passengers, currency)
    made: list[tuple[Trip, T]] = []
    reasons: list[Problem] = []
    for (trip, _), answer in zip(asked, answers, strict=True):
        if isinstance(answer, SaleError):
            reasons.append(refused(answer))
        else:
            made.append((trip, answer))
    return made, reasons


DONE: Final[tuple[Done, ...]] = (
    Read("createOffers", offers, OfferCollectionResponse, takes=AskedOffers, threaded=False),
)
