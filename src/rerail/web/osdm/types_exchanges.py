"""Exchanges, as OSDM says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.schema_rules import exactly_one
from rerail.web.osdm.types_common import Answer, In, Out, Price, Text
from rerail.web.osdm.types_fulfillments import Fulfillment
from rerail.web.osdm.types_offers import Code, Offer, OfferCollectionRequest
from rerail.web.osdm.types_people import Passenger
from rerail.web.osdm.types_selections import OfferSelection
from rerail.web.osdm.types_trips import Trip


class ExchangeOffer(Offer, frozen=True, kw_only=True):
    """What can be had for tickets that are given back."""

    exchange_fee: Price
    exchange_price: Price
    refundable_amount: Price | None = None
    amount_to_be_paid: Price | None = None
    applied_overrule_code: str | None = None
    fulfillments: Annotated[tuple[Fulfillment, ...], Meta(min_length=1)]


class ExchangeOfferCollectionResponse(Answer, frozen=True, kw_only=True):
    """Exchange offers, and the trips they are for."""

    exchange_offers: tuple[ExchangeOffer, ...]
    trips: tuple[Trip, ...]
    passengers: tuple[Passenger, ...]


class ExchangeOperation(Out, frozen=True, kw_only=True):
    """An exchange: its new places held, or confirmed."""

    id: str
    status: Literal["PREBOOKED", "FULFILLED"]
    exchange_offers: tuple[ExchangeOffer, ...] | None = None
    ticket_time_limit: datetime | None = None
    fulfillment_type: str | None = None
    fulfillments: tuple[Fulfillment, ...] | None = None
    trips: tuple[Trip, ...] | None = None


class ExchangeOperationResponse(Answer, frozen=True, kw_only=True):
    """An exchange."""

    exchange_operation: ExchangeOperation


# What is asked


class ExchangeOfferCollectionRequest(OfferCollectionRequest, frozen=True, kw_only=True):
    """The tickets, and a trip as for offers."""

    fulfillment_ids: Annotated[tuple[Text, ...], Meta(min_length=1)]
    overrule_code: Code | None = None


AskedExchange = Annotated[
    ExchangeOfferCollectionRequest,
    exactly_one(
        {"tripIds": "array", "tripSpecifications": "array", "tripSearchCriteria": "object"},
        refused=("nonTripSearchCriteria",),
    ),
]
"""A request for exchange offers as it is taken."""


class ExchangeOperationRequest(In, frozen=True, kw_only=True):
    """The exchange offer to be held."""

    exchange_offers: Annotated[tuple[OfferSelection, ...], Meta(min_length=1, max_length=1)]


class ExchangeOperationPatchRequest(In, frozen=True, kw_only=True):
    """How the new tickets are wanted."""

    requested_fulfillment_type: Code | None = None
    preferred_fulfillment_media: Code | None = None
