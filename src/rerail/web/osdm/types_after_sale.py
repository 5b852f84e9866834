"""Offers after a sale beside refunds, as OSDM says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from rerail.web.osdm.types_common import Answer, In, Out, Price, Text
from rerail.web.osdm.types_fulfillments import Fulfillment, RefundSpecification
from rerail.web.osdm.types_offers import Code, Fee

OfferStatus = Literal["PROPOSED", "CONFIRMED"]


class AfterSaleOffer(Out, frozen=True, kw_only=True):
    """What such offers have in common."""

    id: str
    summary: str
    created_on: datetime
    valid_from: datetime
    valid_until: datetime
    confirmed_on: datetime | None = None


class CancelFulfillmentsOffer(AfterSaleOffer, frozen=True, kw_only=True):
    """Tickets that are cancelled to be made out anew, or may be."""

    status: OfferStatus
    fulfillments: Annotated[tuple[Fulfillment, ...], Meta(min_length=1)]


class CancelFulfillmentsOfferCollectionResponse(Answer, frozen=True, kw_only=True):
    """Such offers."""

    cancel_fulfillment_offers: tuple[CancelFulfillmentsOffer, ...]


class CancelFulfillmentsOfferResponse(Answer, frozen=True, kw_only=True):
    """One of them."""

    cancel_fulfillments_offer: CancelFulfillmentsOffer


class CancelFulfillmentsOfferRequest(In, frozen=True, kw_only=True):
    """Which tickets."""

    fulfillment_ids: Annotated[tuple[Text, ...], Meta(min_length=1)]


class OnHoldOffer(AfterSaleOffer, frozen=True, kw_only=True):
    """A longer deadline for a deposit."""

    on_hold_fee: Fee
    deposit: Price
    increased_ttl: datetime = field(name="increasedTTL")


class OnHoldOfferResponse(Answer, frozen=True, kw_only=True):
    """Such an offer."""

    on_hold_offer: OnHoldOffer


class OnHoldOfferRequest(In, frozen=True, kw_only=True):
    """By how many minutes places shall be held longer."""

    increase_ttl: Annotated[int, Meta(ge=1, le=2**31 - 1)] = field(name="increaseTTL")


class OnHoldOfferPatchRequest(In, frozen=True, kw_only=True):
    """Take the offer: nothing more is said."""


class ReleaseOffer(AfterSaleOffer, frozen=True, kw_only=True):
    """Tickets that are given back now and refunded later, or may be."""

    status: OfferStatus
    fulfillments: Annotated[tuple[Fulfillment, ...], Meta(min_length=1)]
    applied_overrule_code: str | None = None


class ReleaseOfferCollectionResponse(Answer, frozen=True, kw_only=True):
    """Such offers."""

    release_offers: tuple[ReleaseOffer, ...]


class ReleaseOfferResponse(Answer, frozen=True, kw_only=True):
    """One of them."""

    release_offer: ReleaseOffer


class ReleaseOfferRequest(In, frozen=True, kw_only=True):
    """What is to be released."""

    fulfillment_ids: Annotated[tuple[Text, ...], Meta(min_length=1)]
    release_specifications: tuple[RefundSpecification, ...] | None = None
    overrule_code: Code | None = None


class OfferPatchRequest(In, frozen=True, kw_only=True):
    """Take an offer."""

    status: OfferStatus
