"""What is chosen of offers, as OSDM says it: the offer, its reservations, places."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from rerail.web.osdm.types_common import In, LongId, Ref, Text
from rerail.web.osdm.types_offers import Code, TripLegCoverage


class ReservationSelection(In, frozen=True, kw_only=True):
    """A reservation that is wanted."""

    reservation_id: LongId


class SelectedPlace(In, frozen=True, kw_only=True):
    """A place for a passenger."""

    coach_number: Code
    place_number: Code
    passenger_ref: Text


class SelectedReferencePlace(In, frozen=True, kw_only=True):
    """The place that one is to be near."""

    coach_number: Code
    place_number: Code


class SelectedAccommodation(In, frozen=True, kw_only=True):
    """What passengers wish of their places."""

    passenger_refs: Annotated[tuple[Text, ...], Meta(min_length=1)]
    accommodation_type: Code
    accommodation_sub_type: Code
    place_properties: tuple[Code, ...] | None = None


class PlaceSelection(In, frozen=True, kw_only=True):
    """Places on a reservation, or what is wished of them."""

    reservation_id: LongId
    reference_place: SelectedReferencePlace | None = None
    accommodations: tuple[SelectedAccommodation, ...] | None = None
    places: tuple[SelectedPlace, ...] | None = None
    trip_leg_coverage: TripLegCoverage | None = None


class OfferSelection(In, frozen=True, kw_only=True):
    """An offer to be booked."""

    offer_id: LongId
    external_ref: Ref | None = None
    passenger_refs: Annotated[tuple[Ref, ...], Meta(min_length=1)]
    optional_reservation_selections: tuple[ReservationSelection, ...] | None = None
    place_selections: tuple[PlaceSelection, ...] | None = None
