"""`POST /offer-overview-route` and `-trip`: when something is on sale, and from which price.

A price is that of the offer which `POST /offers` would make; nothing is sealed, so nothing of it can be booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final, TypeVar

from msgspec.structs import replace

from rerail.line.amount import Money
from rerail.sale.errors import SaleError
from rerail.sale.market import Market
from rerail.sale.model import Offer
from rerail.web.osdm.asked_classes import ANY_CLASS, in_classes, wishes_of
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.conditions import said
from rerail.web.osdm.kinds import quoted
from rerail.web.osdm.offer_parts import class_of
from rerail.web.osdm.offer_remarks import no_offer, not_supported, refused
from rerail.web.osdm.offers import find_offers
from rerail.web.osdm.price_calendar import Frame, frame_of, not_known, trips_in, why_none
from rerail.web.osdm.problems import Pointer, Problem
from rerail.web.osdm.products import TRAVEL_CLASS, flexibility
from rerail.web.osdm.rides import Rides
from rerail.web.osdm.types_common import StopPlaceRef
from rerail.web.osdm.types_offers import OfferCollectionRequest, OfferSearchCriteria
from rerail.web.osdm.types_overviews import (
    AskedOverviewOfTrips,
    OfferOverviewRoute,
    OfferOverviewRouteRequest,
    OfferOverviewRouteResponse,
    OfferOverviewTrip,
    OfferOverviewTripRequest,
    OfferOverviewTripResponse,
    RouteSpecification,
)
from rerail.web.osdm.types_products import TravelClassType
from rerail.web.osdm.urns import station_urn

K = TypeVar("K")
Cheapest = dict[tuple[K, TravelClassType], Money]
"""The lowest price of a day or a trip in each class."""

_PASSENGERS: Final = "/passengerSpecifications"


def route(call: Call[OfferOverviewRouteRequest]) -> OfferOverviewRouteResponse:
    """A calendar of prices between two stations. Raises `Refused`, `SaleError`."""
    market = call.provider.market()
    frame = frame_of(market.line, call.body, market.life, market.now)
    trips = trips_in(market.life, frame, market.now)
    made, unsold = _priced(call, market, frame, trips)
    prices, problems = _as_wished(market, call.body, _cheapest(made))
    problems += not_known(market.life, frame)
    problems += _reasons(unsold) if trips else why_none(market.life, frame, market.now)
    if not prices:
        problems.append(no_offer(len(call.body.passenger_specifications), trips=bool(trips)))
    own = flexibility(market.tariff)
    between = RouteSpecification(
        origin=StopPlaceRef(stop_place_ref=station_urn(frame.origin)),
        destination=StopPlaceRef(stop_place_ref=station_urn(frame.destination)),
    )
    return OfferOverviewRouteResponse(
        offer_overviews=tuple(
            OfferOverviewRoute(
                price=said(price),
                travel_class=in_class,
                flexibility=own,
                start_date_time=begins,
                route_specification=between,
            )
            for (begins, in_class), price in prices.items()
        ),
        problems=tuple(problems) or None,
    )


def trip(call: Call[OfferOverviewTripRequest]) -> OfferOverviewTripResponse:
    """Trips, and what each costs in each class. Raises `Refused`, `SaleError`."""
    market, body = call.provider.market(), call.body
    asked = OfferCollectionRequest(
        trip_ids=body.trip_ids,
        trip_specifications=body.trip_specifications,
        trip_search_criteria=body.trip_search_criteria,
        offer_search_criteria=_criteria(body),
        anonymous_passenger_specifications=body.passenger_specifications,
    )
    quoting = partial(call.retailing.prices, call.retailer)
    found = find_offers(replace(call, body=asked), market, quoting, passengers_at=_PASSENGERS)
    prices, problems = _as_wished(market, body, _cheapest((one.id, made) for one, made in found.made))
    problems += found.problems
    if found.made and not prices:
        problems.append(no_offer(len(body.passenger_specifications), trips=True))
    own = flexibility(market.tariff)
    return OfferOverviewTripResponse(
        trips=found.trips,
        offer_overviews=tuple(
            OfferOverviewTrip(price=said(price), trip_ids=(id_,), travel_class=in_class, flexibility=own)
            for (id_, in_class), price in prices.items()
        ),
        problems=tuple(problems) or None,
    )


def _criteria(body: OfferOverviewRouteRequest | OfferOverviewTripRequest) -> OfferSearchCriteria:
    return OfferSearchCriteria(travel_classes=(body.travel_class,) if body.travel_class is not None else None)


def _priced(
    call: Call[OfferOverviewRouteRequest], market: Market, frame: Frame, trips: Mapping[datetime, Sequence[Rides]]
) -> tuple[list[tuple[datetime, Offer]], dict[datetime, list[SaleError]]]:
    """The offers of each span, and why there is none in those that have none. Raises `Refused`."""
    people, tariff, criteria = call.body.passenger_specifications, market.tariff, _criteria(call.body)
    wishes = wishes_of(people)
    quoted(tariff, people, frame.days(market.now, market.life.window)[0], _PASSENGERS)
    made: list[tuple[datetime, Offer]] = []
    unsold: dict[datetime, list[SaleError]] = {begins: [] for begins in trips}
    # Who has a birthday in between travels as somebody else from then on.
    for passengers, spans in groupby(trips, lambda begins: quoted(tariff, people, begins.date(), _PASSENGERS)):
        asked = [
            (begins, legs)
            for begins in spans
            for rides in trips[begins]
            for legs in in_classes(market, rides, criteria, wishes)
        ]
        answers = call.retailing.prices(call.retailer, [legs for _, legs in asked], passengers, tariff.currencies[0])
        for (begins, _), answer in zip(asked, answers, strict=True):
            if isinstance(answer, SaleError):
                unsold[begins].append(answer)
            else:
                made.append((begins, answer))
    sold = {begins for begins, _ in made}
    return made, {begins: errors for begins, errors in unsold.items() if begins not in sold}


def _cheapest(made: Iterable[tuple[K, Offer]]) -> Cheapest[K]:
    found: Cheapest[K] = {}
    for of, one in made:
        key = (of, TRAVEL_CLASS[class_of(one)])
        if key not in found or one.total.amount < found[key].amount:
            found[key] = one.total
    return found


def _as_wished(
    market: Market, body: OfferOverviewRouteRequest | OfferOverviewTripRequest, prices: Cheapest[K]
) -> tuple[Cheapest[K], list[Problem]]:
    """The prices of the class and flexibility that are asked for; and what there is instead, if there is no such."""
    own = flexibility(market.tariff)
    if body.flexibility is not None and body.flexibility != own:
        return {}, [not_supported("flexibility", body.flexibility, own)]
    if body.travel_class is None or body.travel_class == ANY_CLASS:
        return prices, []
    wished: Cheapest[K] = {key: price for key, price in prices.items() if key[1] == body.travel_class}
    if wished or not prices:
        return wished, []
    there = ", ".join(dict.fromkeys(in_class for _, in_class in prices))
    return {}, [not_supported("travelClass", body.travel_class, there)]


def _reasons(unsold: Mapping[datetime, Iterable[SaleError]]) -> list[Problem]:
    """Why nothing is sold: each reason once, pointing to when the spans begin for which it holds."""
    found: dict[Problem, dict[datetime, None]] = {}
    for begins, errors in unsold.items():
        for one in errors:
            found.setdefault(refused(one), {})[begins] = None
    return [
        replace(reason, pointers=tuple(Pointer(title=begins.isoformat()) for begins in spans))
        for reason, spans in found.items()
    ]


DONE: Final[tuple[Done, ...]] = (
    Read("getOfferOverviewRoute", route, OfferOverviewRouteResponse, takes=OfferOverviewRouteRequest),
    Read("getOfferOverviewTrip", trip, OfferOverviewTripResponse, takes=AskedOverviewOfTrips),
)
