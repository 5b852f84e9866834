"""Offers, as OSDM says them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from rerail.web.osdm.schema_rules import exactly_one
from rerail.web.osdm.types_common import Answer, In, LongId, NotYet, Out, Price, Ref, RefundType, no_document
from rerail.web.osdm.types_products import Product, ServiceClass
from rerail.web.osdm.types_trips import AskedTrip, Trip, TripSpecification

OfferPartType = Literal[
    "ADMISSION",
    "RESERVATION",
    "ANCILLARY",
    "FARE_ADMISSION",
    "FARE_RESERVATION",
    "FARE_ANCILLARY",
    "CONTINUOUS_SERVICE",
    "ALL",
]
Code = Annotated[str, Meta(max_length=200)]
"""A word of an open list."""


class FulfillmentOption(Out, frozen=True, kw_only=True):
    """How a ticket can be had."""

    type: Code
    media: Code


class ProductLegAssociation(Out, frozen=True, kw_only=True):
    """The product of a part, and the legs it is good on."""

    product_id: str
    leg_ids: tuple[str, ...]


class TripCoverage(Out, frozen=True, kw_only=True):
    """The trip that something is good for, or legs of it."""

    covered_trip_id: str
    covered_leg_ids: tuple[str, ...] | None = None


class TripLegCoverage(Out, frozen=True, kw_only=True):
    """One leg of a trip."""

    trip_id: LongId
    leg_id: Ref


class ReimbursementMethod(Out, frozen=True, kw_only=True):
    """How money comes back."""

    payment_method: str


class AfterSaleCondition(Out, frozen=True, kw_only=True):
    """What giving back costs, and until when."""

    condition: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    after_sale_fee: Price | None = None
    reimbursement_method: ReimbursementMethod | None = None


class PartReference(Out, frozen=True, kw_only=True):
    """Another part, by its id."""

    id: str


class ReservationGroup(Out, frozen=True, kw_only=True):
    """Places that go with a right to travel."""

    id: str
    name: str
    reservation_refs: Annotated[tuple[PartReference, ...], Meta(min_length=1)]


class ReservationRelation(Out, frozen=True, kw_only=True):
    """Whether the places are included, and how many are to be booked."""

    is_included: bool
    min_group_items_to_be_booked: int
    max_group_items_to_be_booked: int
    reservation_group: ReservationGroup


class AppliedPassengerType(Out, frozen=True, kw_only=True):
    """The category by which a passenger was priced."""

    passenger_ref: str
    type: str
    description: str


class AvailablePlace(Out, frozen=True, kw_only=True):
    """How many places of a kind are free."""

    accommodation_type: str
    accommodation_sub_type: str
    place_properties: tuple[str, ...] | None = None
    numeric_availability: int | None = None
    trip_leg_coverage: TripLegCoverage


class OfferPart(Out, frozen=True, kw_only=True):
    """What rights to travel and places have in common."""

    id: str
    summary: str
    created_on: datetime
    valid_from: datetime
    valid_until: datetime
    price: Price
    trip_coverage: TripCoverage
    price_guaranteed_until: datetime
    offer_mode: Literal["INDIVIDUAL", "COLLECTIVE"]
    passenger_refs: tuple[str, ...]
    numeric_availability: int | None = None
    refundable: RefundType
    exchangeable: RefundType
    after_sales_conditions: tuple[AfterSaleCondition, ...] | None = None
    requested_information: str | None = None
    summary_product_id: str
    products: tuple[ProductLegAssociation, ...]
    available_fulfillment_options: tuple[FulfillmentOption, ...]
    applied_passenger_types: tuple[AppliedPassengerType, ...] | None = None


class AdmissionOfferPart(OfferPart, frozen=True, kw_only=True, tag_field="objectType", tag="AdmissionOfferPart"):
    """The right to travel."""

    is_reservation_required: bool | None = None
    reservations: tuple[ReservationRelation, ...] | None = None
    regulatory_conditions: tuple[str, ...] | None = None


class ReservationOfferPart(OfferPart, frozen=True, kw_only=True, tag_field="objectType", tag="ReservationOfferPart"):
    """A place."""

    available_places: tuple[AvailablePlace, ...] | None = None
    supported_place_selection_flows: tuple[str, ...] | None = None


class Fee(Out, frozen=True, kw_only=True):
    """A fee for the whole booking."""

    id: str
    summary: str
    price: Price
    refundable: RefundType


class OfferSummary(Out, frozen=True, kw_only=True):
    """An offer in short."""

    minimal_price: Price
    overall_service_class: ServiceClass
    overall_travel_class: str
    overall_accommodation_type: str
    overall_flexibility: str


class Offer(Out, frozen=True, kw_only=True):
    """What can be bought."""

    offer_id: str
    summary: str
    offer_summary: OfferSummary
    created_on: datetime
    pre_bookable_until: datetime
    passenger_refs: tuple[str, ...]
    products: tuple[Product, ...]
    trip_coverage: TripCoverage
    admission_offer_parts: tuple[AdmissionOfferPart, ...]
    reservation_offer_parts: tuple[ReservationOfferPart, ...]
    fees: tuple[Fee, ...] | None = None


class AnonymousPassenger(Out, frozen=True, kw_only=True):
    """A passenger before anybody has a name."""

    external_ref: Ref
    date_of_birth: date | None = None
    age: Annotated[int, Meta(ge=0, le=2_147_483_647)] | None = None
    type: Code
    prm_needs: tuple[Code, ...] | None = None
    gender: Literal["MALE", "FEMALE", "X"] | None = None
    identification_card: NotYet = None

    def __post_init__(self) -> None:
        no_document(self.identification_card)


class OfferCollectionResponse(Answer, frozen=True, kw_only=True):
    """Offers, and the trips they are for."""

    offers: tuple[Offer, ...] | None = None
    anonymous_passenger_specifications: tuple[AnonymousPassenger, ...] | None = None
    trips: tuple[Trip, ...] | None = None


class OfferSearchCriteria(In, frozen=True, kw_only=True):
    """What is wished of offers."""

    requested_offer_parts: tuple[OfferPartType, ...] | None = None
    product_tags: tuple[Any, ...] | None = None
    flexibilities: tuple[Code, ...] | None = None
    travel_classes: tuple[Code, ...] | None = None
    service_class_types: tuple[Code, ...] | None = None
    offer_mode: Literal["COLLECTIVE", "INDIVIDUAL"] | None = None
    currency: Code | None = None


class OfferCollectionRequest(In, frozen=True, kw_only=True):
    """The passengers, and one of: a search, trips by id, trips as the caller knows them."""

    trip_ids: tuple[LongId, ...] | None = None
    inbound_trip_ids: tuple[LongId, ...] | None = None
    trip_specifications: tuple[TripSpecification, ...] | None = None
    inbound_trip_specifications: tuple[TripSpecification, ...] | None = None
    trip_search_criteria: AskedTrip | None = None
    non_trip_search_criteria: dict[str, Any] | None = None
    offer_search_criteria: OfferSearchCriteria | None = None
    anonymous_passenger_specifications: Annotated[tuple[AnonymousPassenger, ...], Meta(min_length=1, max_length=300)]
    corporate_codes: tuple[Any, ...] | None = None
    promotion_codes: tuple[Any, ...] | None = None
    requested_fulfillment_options: tuple[FulfillmentOption, ...] | None = None
    embed: tuple[Literal["ALL", "OFFERS", "TRIPS", "NONE"], ...] | None = None


AskedOffers = Annotated[
    OfferCollectionRequest,
    exactly_one(
        {"tripIds": "array", "tripSpecifications": "array", "tripSearchCriteria": "object"},
        refused=("nonTripSearchCriteria",),
    ),
]
"""A request for offers as it is taken."""
