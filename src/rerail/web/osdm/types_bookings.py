"""Bookings, as OSDM says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.schema_rules import Int32, some_of, text
from rerail.web.osdm.types_after_sale import CancelFulfillmentsOffer, OnHoldOffer, ReleaseOffer
from rerail.web.osdm.types_common import Answer, In, Out, Price, Ref, RefundType, Text
from rerail.web.osdm.types_exchanges import ExchangeOperation
from rerail.web.osdm.types_fulfillments import Fulfillment, FulfillmentDocument, RefundOffer
from rerail.web.osdm.types_offers import (
    AfterSaleCondition,
    AppliedPassengerType,
    Code,
    Fee,
    FulfillmentOption,
    PartReference,
    ProductLegAssociation,
    TripCoverage,
    TripLegCoverage,
)
from rerail.web.osdm.types_people import Passenger, PassengerSpecification, Purchaser
from rerail.web.osdm.types_products import Product
from rerail.web.osdm.types_selections import OfferSelection, PlaceSelection
from rerail.web.osdm.types_trips import Trip

PartStatus = Literal[
    "PREBOOKED",
    "ON_HOLD",
    "CONFIRMED",
    "FULFILLED",
    "CANCELLED",
    "RELEASED",
    "REFUNDED",
    "EXCHANGE_ONGOING",
    "EXCHANGED",
]
"""ON_HOLD: held on for a deposit; CONFIRMED: sold, and its ticket cancelled to be made out anew."""


class ReservedPlace(Out, frozen=True, kw_only=True):
    """A place on a train, and whose it is."""

    id: str
    passenger_ids: tuple[str, ...]
    vehicle_number: str
    coach_number: str
    compartment_number: str | None = None
    place_numbers: tuple[str, ...]
    place_properties: tuple[str, ...] | None = None


class PlaceAllocation(Out, frozen=True, kw_only=True):
    """The places of a reservation."""

    accommodation_type: str
    accommodation_sub_type: str
    reserved_places: tuple[ReservedPlace, ...]
    trip_leg_coverage: TripLegCoverage


class AfterSalesOverrideDetails(Out, frozen=True, kw_only=True):
    """What the conditions were, and why they hold no more."""

    initial_after_sales_conditions: tuple[AfterSaleCondition, ...] | None = None
    override_description: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    initial_exchangeable_type: RefundType
    initial_refund_type: RefundType


class BookingPart(Out, frozen=True, kw_only=True):
    """What rights to travel and places have in common."""

    id: str
    summary: str
    created_on: datetime
    confirmable_until: datetime | None = None
    valid_from: datetime
    valid_until: datetime
    confirmed_on: datetime | None = None
    confirmed_fulfillment_options: FulfillmentOption | None = None
    price: Price
    refund_amount: Price | None = None
    trip_coverage: TripCoverage
    summary_product_id: str
    products: tuple[ProductLegAssociation, ...]
    status: PartStatus
    offer_mode: Literal["INDIVIDUAL", "COLLECTIVE"]
    booking_part_code: str | None = None
    passenger_ids: tuple[str, ...]
    available_fulfillment_options: tuple[FulfillmentOption, ...]
    refundable: RefundType
    exchangeable: RefundType
    after_sale_conditions: tuple[AfterSaleCondition, ...] | None = None
    after_sales_override_details: AfterSalesOverrideDetails | None = None
    applied_passenger_types: tuple[AppliedPassengerType, ...] | None = None


class Admission(BookingPart, frozen=True, kw_only=True, tag_field="objectType", tag="Admission"):
    """A right to travel."""

    is_reservation_required: bool | None = None
    reservation_refs: tuple[PartReference, ...] | None = None


class Reservation(BookingPart, frozen=True, kw_only=True, tag_field="objectType", tag="Reservation"):
    """A place."""

    place_allocation: PlaceAllocation | None = None
    supported_place_selection_flows: tuple[str, ...] | None = None


class BookedOffer(Out, frozen=True, kw_only=True):
    """An offer that was booked."""

    offer_id: str
    external_ref: str | None = None
    summary: str
    admissions: tuple[Admission, ...]
    reservations: tuple[Reservation, ...]
    fees: tuple[Fee, ...] | None = None
    trip_coverage: TripCoverage
    products: tuple[Product, ...]


class PaymentMethod(Out, frozen=True, kw_only=True):
    """How the retailer was paid; payment itself is no matter of this interface."""

    type: Code
    transaction_id: Text | None = None


class Booking(Out, frozen=True, kw_only=True):
    """A booking."""

    id: str
    booking_code: str
    external_ref: str | None = None
    summary: str
    created_on: datetime
    passengers: tuple[Passenger, ...]
    purchaser: Purchaser | None = None
    provisional_price: Price | None = None
    provisional_refund_amount: Price | None = None
    confirmed_price: Price | None = None
    booked_offers: tuple[BookedOffer, ...] | None = None
    trips: tuple[Trip, ...] | None = None
    requested_information: str | None = None
    confirmation_time_limit: datetime | None = None
    fulfillment_type: str | None = None
    fulfillments: tuple[Fulfillment, ...] | None = None
    fulfillment_documents: tuple[FulfillmentDocument, ...] | None = None
    payment_methods: tuple[PaymentMethod, ...] | None = None
    refund_offers: tuple[RefundOffer, ...] | None = None
    release_offers: tuple[ReleaseOffer, ...] | None = None
    cancel_fulfillments_offers: tuple[CancelFulfillmentsOffer, ...] | None = None
    on_hold_offer: OnHoldOffer | None = None
    exchange_operations: tuple[ExchangeOperation, ...] | None = None


class BookingResponse(Answer, frozen=True, kw_only=True):
    """A booking."""

    booking: Booking


class BookedOfferResponse(Answer, frozen=True, kw_only=True):
    """An offer of a booking, or those that were added."""

    booked_offer: BookedOffer | None = None
    booked_offer_ids: tuple[str, ...]


# What is asked


class BookedOfferRequest(In, frozen=True, kw_only=True):
    """More offers for a booking, for passengers it has."""

    offers: Annotated[tuple[OfferSelection, ...], Meta(min_length=1, max_length=20)]
    additional_passenger_specifications: tuple[PassengerSpecification, ...] | None = None


class BookingRequest(In, frozen=True, kw_only=True):
    """What is to be booked."""

    offers: Annotated[tuple[OfferSelection, ...], Meta(min_length=1, max_length=20)]
    passenger_specifications: Annotated[tuple[PassengerSpecification, ...], Meta(min_length=1, max_length=300)]
    purchaser: Purchaser | None = None
    requested_fulfillment_type: Code | None = None
    preferred_fulfillment_media: Code | None = None
    external_ref: Ref | None = None


class BookingPatchRequest(In, frozen=True, kw_only=True):
    """What is to be changed before a booking is confirmed."""

    external_ref: Ref | None = None
    place_selections: tuple[PlaceSelection, ...] | None = None
    requested_fulfillment_type: Code | None = None
    preferred_fulfillment_media: Code | None = None
    used_payment_methods: tuple[PaymentMethod, ...] | None = None


class PersonSearch(In, frozen=True, kw_only=True):
    """A person looked for."""

    external_ref: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None


class BookingSearchParameters(In, frozen=True, kw_only=True):
    """How many bookings."""

    number_of_results: Int32 | None = None


class BookingSearchRequest(In, frozen=True, kw_only=True):
    """Bookings looked for."""

    passenger: PersonSearch | None = None
    booking_id: Text | None = None
    booking_code: Text | None = None
    external_ref: Text | None = None
    fulfillment_id: Text | None = None
    fulfillment_control_number: Text | None = None
    parameters: BookingSearchParameters | None = None


AskedSearch = Annotated[
    BookingSearchRequest,
    Meta(
        extra_json_schema=some_of(
            text("bookingId", "bookingCode", "fulfillmentId", "fulfillmentControlNumber", "externalRef")
            | {"passenger": {"type": "object", **some_of(text("firstName", "lastName"))}}
        )
    ),
]
"""A search as it is taken: for something."""


class ProductSummary(Out, frozen=True, kw_only=True):
    """A product in short."""

    id: str
    description: str
    code: str


class BookingPartSummary(Out, frozen=True, kw_only=True):
    """A part in short."""

    id: str
    summary: str
    product_summaries: tuple[ProductSummary, ...]
    status: PartStatus
    type: Literal["ADMISSION", "RESERVATION"]


class BookedOfferSummary(Out, frozen=True, kw_only=True):
    """An offer in short."""

    offer_id: str
    summary: str
    booking_part_summaries: tuple[BookingPartSummary, ...]


class BookingSearchResult(Out, frozen=True, kw_only=True):
    """A booking in short."""

    id: str
    booking_code: str
    external_ref: str | None = None
    passengers: tuple[Passenger, ...]
    provisional_price: Price | None = None
    confirmed_price: Price | None = None
    booked_offer_summaries: tuple[BookedOfferSummary, ...]


class BookingSearchResponse(Answer, frozen=True, kw_only=True):
    """Bookings found."""

    booking_search_results: tuple[BookingSearchResult, ...]
