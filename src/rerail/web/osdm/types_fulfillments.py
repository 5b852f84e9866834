"""Tickets and refund offers, as OSDM says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.schema_rules import When
from rerail.web.osdm.types_common import Answer, In, Out, Price, Text
from rerail.web.osdm.types_offers import Code, PartReference, ReimbursementMethod, TripCoverage


class SecurityFeatureType(Out, frozen=True, kw_only=True):
    """A barcode, as bytes."""

    type: Literal["BAR_CODE"]
    format: Literal["BINARY"]
    symbology: Literal["AZTEC"]


class SecurityFeature(Out, frozen=True, kw_only=True):
    """What proves the right to travel."""

    type: SecurityFeatureType
    data: bytes
    """Base64 in the answer."""


class FulfillmentPart(Out, frozen=True, kw_only=True):
    """What a ticket that the retailer makes itself must show."""

    fulfillment_media: tuple[str, ...]
    passenger_ref: str
    control_id: str
    security_features: tuple[SecurityFeature, ...]
    is_mandatory: bool


class FulfillmentDocument(Out, frozen=True, kw_only=True):
    """A ticket as a file, made when it is fetched."""

    id: str
    medium: str
    type: str
    download_link: str
    format: str
    control_number: str


FulfillmentStatus = Literal["FULFILLED", "RELEASED", "REFUNDED", "EXCHANGED", "CANCELLED"]


class Fulfillment(Out, frozen=True, kw_only=True):
    """A ticket."""

    id: str
    status: FulfillmentStatus
    booking_ref: str
    summary: str
    created_on: datetime
    control_number: str
    booking_parts: tuple[PartReference, ...]
    issuer: str
    fulfillment_document_refs: tuple[str, ...] | None = None
    issuing_language: str | None = None
    fulfillment_parts: tuple[FulfillmentPart, ...] | None = None
    content_complete: bool
    trip_coverage: TripCoverage


class FulfillmentPostRequest(In, frozen=True, kw_only=True):
    """Confirm and issue."""

    issuing_language: Annotated[str, Meta(max_length=35)] | None = None


class FulfillmentCollectionResponse(Answer, frozen=True, kw_only=True):
    """The tickets of a booking."""

    fulfillments: tuple[Fulfillment, ...]
    fulfillment_documents: tuple[FulfillmentDocument, ...] | None = None


class FulfillmentResponse(Answer, frozen=True, kw_only=True):
    """One ticket."""

    fulfillment: Fulfillment
    fulfillment_documents: tuple[FulfillmentDocument, ...] | None = None


class FulfillmentPatchRequest(In, frozen=True, kw_only=True):
    """Finish what is not issued yet."""

    fulfillment_updates: tuple[Text, ...] | None = None


class FulfillmentActivationPatchRequest(In, frozen=True, kw_only=True):
    """Make a ticket good from a moment on."""

    start_of_usage: When | None


class RefundSpecification(In, frozen=True, kw_only=True):
    """Which part of a ticket is given back. A ticket here is one passenger on one train."""

    fulfillment_id: Text
    booking_part_ids: tuple[Text, ...] | None = None
    passenger_ids: tuple[Text, ...] | None = None


class RefundOfferRequest(In, frozen=True, kw_only=True):
    """What is to be given back."""

    fulfillment_ids: Annotated[tuple[Text, ...], Meta(min_length=1)]
    refund_specifications: tuple[RefundSpecification, ...] | None = None
    overrule_code: Code | None = None
    refund_date: When | None = None


class RefundOfferPatchRequest(In, frozen=True, kw_only=True):
    """Take a refund offer."""

    status: Literal["PROPOSED", "CONFIRMED"]


class RefundOfferBreakdownItem(Out, frozen=True, kw_only=True):
    """What comes back for one ticket."""

    refund_fee: Price
    refundable_amount: Price
    booking_parts: tuple[PartReference, ...]


class RefundOffer(Out, frozen=True, kw_only=True):
    """What would come back, or came."""

    id: str
    summary: str
    created_on: datetime
    valid_from: datetime
    valid_until: datetime
    confirmed_on: datetime | None = None
    status: Literal["PROPOSED", "CONFIRMED"]
    reimbursement_status: str | None = None
    applied_overrule_code: str | None = None
    fulfillments: Annotated[tuple[Fulfillment, ...], Meta(min_length=1)]
    issued_fulfillments: tuple[Fulfillment, ...] | None = None
    refund_fee: Price
    refundable_amount: Price
    refund_offer_breakdown: tuple[RefundOfferBreakdownItem, ...]
    reimbursement_method: ReimbursementMethod


class RefundOfferCollectionResponse(Answer, frozen=True, kw_only=True):
    """Refund offers."""

    refund_offers: tuple[RefundOffer, ...]


class RefundOfferResponse(Answer, frozen=True, kw_only=True):
    """One refund offer."""

    refund_offer: RefundOffer
