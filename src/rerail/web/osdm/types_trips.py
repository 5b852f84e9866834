"""Trips and the search for them, as OSDM says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from rerail.web.osdm.schema_rules import Int32, When, exactly_one
from rerail.web.osdm.types_common import Answer, AnyPlaceRef, In, LongId, Out, StopPlaceRef

# What is said


class ServiceTime(Out, frozen=True, kw_only=True):
    """A time on the station's clock, with its offset."""

    timetabled_time: datetime


class StopCallStatus(Out, frozen=True, kw_only=True):
    """What is particular about a call."""

    order: int | None = None
    no_boarding_at_stop: bool | None = None
    no_alighting_at_stop: bool | None = None
    is_border_point: bool | None = None


class Board(Out, frozen=True, kw_only=True):
    """Where one boards."""

    stop_place_ref: StopPlaceRef
    stop_place_name: str
    service_departure: ServiceTime
    status: StopCallStatus | None = None


class Alight(Out, frozen=True, kw_only=True):
    """Where one alights."""

    stop_place_ref: StopPlaceRef
    stop_place_name: str
    service_arrival: ServiceTime
    status: StopCallStatus | None = None


class Intermediate(Out, frozen=True, kw_only=True):
    """A call on the way."""

    stop_place_ref: StopPlaceRef
    stop_place_name: str
    service_arrival: ServiceTime
    service_departure: ServiceTime
    status: StopCallStatus | None = None


class NamedCompany(Out, frozen=True, kw_only=True):
    """A railway."""

    ref: str
    name: str


class ProductCategory(Out, frozen=True, kw_only=True):
    """What kind of train it is, as the public knows it."""

    name: str
    short_name: str
    product_category_ref: str


class TrainMode(Out, frozen=True, kw_only=True):
    """The means of transport."""

    pt_mode: str


class ServiceStatus(Out, frozen=True, kw_only=True):
    """Whether the train runs."""

    cancelled: bool | None = None


class DatedJourney(Out, frozen=True, kw_only=True):
    """A train on its service date."""

    operating_day_ref: str
    mode: TrainMode
    product_category: ProductCategory
    published_service_name: str
    vehicle_numbers: tuple[str, ...]
    service_status: ServiceStatus | None = None
    carriers: tuple[NamedCompany, ...]


class TimedLeg(Out, frozen=True, kw_only=True):
    """A ride on one train."""

    start: Board
    intermediates: tuple[Intermediate, ...] | None = None
    end: Alight
    service: DatedJourney
    duration: str


class TripLeg(Out, frozen=True, kw_only=True):
    """A part of a trip."""

    id: str
    timed_leg: TimedLeg


class TripStatus(Out, frozen=True, kw_only=True):
    """Whether the trip can be made."""

    cancelled: bool | None = None


class Trip(Out, frozen=True, kw_only=True):
    """A way to get there."""

    id: str
    external_ref: str | None = None
    summary: str
    duration: str
    """ISO 8601."""
    direction: Literal["OUT_BOUND", "IN_BOUND"]
    origin: StopPlaceRef
    origin_name: str
    destination: StopPlaceRef
    destination_name: str
    start_time: datetime
    """On the first station's clock."""
    end_time: datetime
    """On the last station's clock."""
    transfers: int
    distance: int | None = None
    """Metres."""
    legs: tuple[TripLeg, ...]
    trip_status: TripStatus | None = None


class Link(Out, frozen=True, kw_only=True):
    """Where to read on."""

    rel: str
    href: str


class TripCollectionResponse(Answer, frozen=True, kw_only=True):
    """A page of trips."""

    id: str
    trips: tuple[Trip, ...] | None = None
    links: tuple[Link, ...] | None = field(name="_links", default=None)


class TripResponse(Answer, frozen=True, kw_only=True):
    """One trip."""

    trip: Trip


# What is asked


class TripVia(In, frozen=True, kw_only=True):
    """A station to go over."""

    via_place: AnyPlaceRef


class NotVia(In, frozen=True, kw_only=True):
    """Stations not to go over."""

    not_via_place: tuple[AnyPlaceRef, ...] | None = None


class TripParameters(In, frozen=True, kw_only=True):
    """How many trips, and with how many changes."""

    number_of_results: Int32 | None = None
    number_of_results_before: Int32 | None = None
    number_of_results_after: Int32 | None = None
    transfer_limit: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None


class ReturnSearchParameters(In, frozen=True, kw_only=True):
    """When to go back."""

    departure_time: When | None = None
    arrival_time: When | None = None
    inward_return_date: When | None = None
    outbound_trip_ids: tuple[LongId, ...] | None = None
    outward_offer_ids: tuple[LongId, ...] | None = None


class TripSearchCriteria(In, frozen=True, kw_only=True):
    """A journey as asked for. Times without an offset are the station's own."""

    departure_time: When | None = None
    arrival_time: When | None = None
    origin: AnyPlaceRef
    destination: AnyPlaceRef
    vias: tuple[TripVia, ...] | None = None
    not_vias: tuple[NotVia, ...] | None = None
    parameters: TripParameters | None = None
    embed: tuple[Literal["ALL", "TRIPS", "TRIPSUMMARIES", "NONE"], ...] | None = None
    return_search_parameters: ReturnSearchParameters | None = None


AskedTrip = Annotated[TripSearchCriteria, exactly_one({"departureTime": "string", "arrivalTime": "string"})]
"""A search as it is taken."""


class TimeGiven(In, frozen=True, kw_only=True):
    """A time of a trip that the caller knows."""

    timetabled_time: When


class StopGiven(In, frozen=True, kw_only=True):
    """A call of a trip that the caller knows."""

    stop_place_ref: StopPlaceRef
    service_departure: TimeGiven | None = None
    service_arrival: TimeGiven | None = None


class ServiceGiven(In, frozen=True, kw_only=True):
    """A train that the caller knows."""

    vehicle_numbers: Annotated[tuple[str | None, ...], Meta(min_length=1)]
    operating_day_ref: str | None = None


class TimedLegGiven(In, frozen=True, kw_only=True):
    """A ride that the caller knows."""

    start: StopGiven
    end: StopGiven
    service: ServiceGiven


class LegGiven(In, frozen=True, kw_only=True):
    """A part of a trip that the caller knows; a walk between trains is let pass."""

    external_ref: str | None = None
    timed_leg: TimedLegGiven | None = None
    transfer_leg: dict[str, Any] | None = None


class TripSpecification(In, frozen=True, kw_only=True):
    """A trip that the caller knows, to be priced."""

    external_ref: str | None = None
    legs: Annotated[tuple[LegGiven, ...], Meta(min_length=1)]
