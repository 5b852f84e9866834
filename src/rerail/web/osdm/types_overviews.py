"""Overviews of prices, as OSDM says them: of a route over some time, and of trips."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.schema_rules import When, exactly_one
from rerail.web.osdm.types_common import Answer, AnyPlaceRef, In, LongId, Out, Price, StopPlaceRef
from rerail.web.osdm.types_offers import AnonymousPassenger, Code
from rerail.web.osdm.types_products import Flexibility, TravelClassType
from rerail.web.osdm.types_trips import AskedTrip, Trip, TripSpecification

Passengers = Annotated[tuple[AnonymousPassenger, ...], Meta(min_length=1, max_length=300)]

# What is said


class RouteSpecification(Out, frozen=True, kw_only=True):
    """From which station to which."""

    origin: StopPlaceRef
    destination: StopPlaceRef


class OfferOverviewRoute(Out, frozen=True, kw_only=True):
    """From which price there is something in a class in a span of time."""

    price: Price
    travel_class: TravelClassType
    flexibility: Flexibility
    start_date_time: datetime
    """When the span begins, on the clock of the first station."""
    route_specification: RouteSpecification


class OfferOverviewRouteResponse(Answer, frozen=True, kw_only=True):
    """A calendar of prices."""

    offer_overviews: tuple[OfferOverviewRoute, ...] | None = None


class OfferOverviewTrip(Out, frozen=True, kw_only=True):
    """From which price there is something in a class on a trip."""

    price: Price
    trip_ids: tuple[str, ...]
    travel_class: TravelClassType
    flexibility: Flexibility


class OfferOverviewTripResponse(Answer, frozen=True, kw_only=True):
    """Trips and their prices."""

    trips: tuple[Trip, ...] | None = None
    offer_overviews: tuple[OfferOverviewTrip, ...] | None = None


# What is asked


class RouteAsked(In, frozen=True, kw_only=True):
    """From where to where."""

    origin: AnyPlaceRef
    destination: AnyPlaceRef


class OfferOverviewRouteRequest(In, frozen=True, kw_only=True):
    """A route, and from when until when. Times without an offset are the first station's own."""

    route_specification: RouteAsked
    passenger_specifications: Passengers
    start_date_time: When
    end_date_time: When
    time_frame_segmentation: Literal["HOUR", "DAY"] | None = None
    """None: by the day."""
    travel_class: Code | None = None
    flexibility: Code | None = None


class OfferOverviewTripRequest(In, frozen=True, kw_only=True):
    """The passengers, and one of: a search, trips by id, trips as the caller knows them."""

    trip_specifications: tuple[TripSpecification, ...] | None = None
    trip_ids: tuple[LongId, ...] | None = None
    trip_search_criteria: AskedTrip | None = None
    passenger_specifications: Passengers
    travel_class: Code | None = None
    flexibility: Code | None = None


AskedOverviewOfTrips = Annotated[
    OfferOverviewTripRequest,
    exactly_one({"tripIds": "array", "tripSpecifications": "array", "tripSearchCriteria": "object"}),
]
"""A request for an overview of trips as it is taken."""
