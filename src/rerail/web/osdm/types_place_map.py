"""Coaches drawn, and their places with what is free, as OSDM says them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from rerail.web.osdm.types_common import Answer, In, LongId, Out
from rerail.web.osdm.types_offers import AvailablePlace, Code

# Drawings


class GridDimension(Out, frozen=True, kw_only=True):
    """A size, in units of the grid."""

    width: int
    height: int


class GridPosition(Out, frozen=True, kw_only=True):
    """Where something is: from the left, from the top, towards the reader."""

    x: int
    y: int
    z: int


class RectangleGeometry(Out, frozen=True, kw_only=True):
    """A rectangle on the grid."""

    position: GridPosition
    dimension: GridDimension


class PlaceLayout(Out, frozen=True, kw_only=True):
    """A place where it is drawn."""

    number: str
    rectangle: RectangleGeometry
    orientation: int
    """Degrees; 0 looks to the right."""
    place_properties: tuple[str, ...] | None = None


class PlaceGroup(Out, frozen=True, kw_only=True):
    """Places of one kind."""

    service_class: str
    accommodation_type: str
    accommodation_sub_type: str
    places: Annotated[tuple[PlaceLayout, ...], Meta(min_length=1)]


class GraphicElement(Out, frozen=True, kw_only=True):
    """What is drawn beside the places."""

    rectangle: RectangleGeometry
    orientation: int
    code: str


class CoachDeckLayout(Out, frozen=True, kw_only=True):
    """A deck of a kind of coach, always whole."""

    id: str
    name: str
    dimension: GridDimension
    deck_level: Literal["SINGLE_DECK"]
    place_groups: tuple[PlaceGroup, ...]
    graphic_elements: tuple[GraphicElement, ...]


class CoachDeckLayoutCollectionResponse(Answer, frozen=True, kw_only=True):
    """The kinds of coach that trains have."""

    coach_deck_layouts: tuple[CoachDeckLayout, ...]


class CoachDeckLayoutResponse(Answer, frozen=True, kw_only=True):
    """One kind of coach."""

    coach_deck_layout: CoachDeckLayout


# What is free

AvailabilityStatus = Literal["FREE", "ALLOCATED", "RESTRICTED"]
"""RESTRICTED: free, but for somebody else."""


class Reference(Out, frozen=True, kw_only=True):
    """A reservation of an offer or of a booking."""

    context_id: LongId
    context_type: Literal["OFFER", "BOOKING"]
    resource_id: LongId
    resource_type: Literal["RESERVATION"]
    """Retailers are told no fares here."""


class SpecificPlaceAvailability(Out, frozen=True, kw_only=True):
    """A place, and for which reservations it may be chosen."""

    number: str
    status: AvailabilityStatus
    reservation_refs: Annotated[tuple[Reference, ...], Meta(min_length=1)]


class CompartmentAvailability(Out, frozen=True, kw_only=True):
    """A compartment; an open coach is one."""

    service_class: str
    accommodation_type: str
    accommodation_sub_type: str
    places: Annotated[tuple[SpecificPlaceAvailability, ...], Meta(min_length=1)]
    is_selectable: bool
    """Whether it is chosen only as a whole."""
    number: str | None = None


class DeckAvailability(Out, frozen=True, kw_only=True):
    """A deck of a coach."""

    layout_id: str
    compartments: tuple[CompartmentAvailability, ...]


class CoachAvailability(Out, frozen=True, kw_only=True):
    """A coach of the train."""

    number: str
    travel_direction: Literal["UNSPECIFIED"]
    decks: tuple[DeckAvailability, ...]


class PlacePreSelection(Out, frozen=True, kw_only=True):
    """A place that the booking has already."""

    coach: str
    place: str


class VehicleAvailability(Out, frozen=True, kw_only=True):
    """A train over the stretch asked for."""

    coaches: tuple[CoachAvailability, ...]
    pre_selected_places: tuple[PlacePreSelection, ...] | None = None


class PlaceAvailabilityMapResponse(Answer, frozen=True, kw_only=True):
    """The map of a train."""

    vehicle: VehicleAvailability


class PlaceRestriction(In, frozen=True, kw_only=True):
    """A reservation that a place is looked for, and of what kind the place is to be."""

    reservation_ref: Reference
    service_class: Code | None = None
    accommodation_sub_types: tuple[Code, ...] | None = None


class PlaceAvailabilityMapRequest(In, frozen=True, kw_only=True):
    """Reservations on one train."""

    place_restrictions: Annotated[tuple[PlaceRestriction, ...], Meta(min_length=1, max_length=300)]


class PlaceAvailabilityCollectionResponse(Answer, frozen=True, kw_only=True):
    """How many places there are, by their kinds."""

    available_places: tuple[AvailablePlace, ...]


# The same as it was before version 3.5


class PlacePosition(Out, frozen=True, kw_only=True):
    """A place."""

    number: str
    status: AvailabilityStatus
    reservation_refs: tuple[str, ...]
    place_properties: tuple[str, ...] | None = None


class Compartment(Out, frozen=True, kw_only=True):
    """A compartment; an open coach is one."""

    places: Annotated[tuple[PlacePosition, ...], Meta(min_length=1)]
    number: str | None = None
    is_selectable: bool
    service_class: str


class Coach(Out, frozen=True, kw_only=True):
    """A coach of the train."""

    number: str
    layout_id: str
    direction: Literal["UNSPECIFIED"]
    compartments: tuple[Compartment, ...]


class Vehicle(Out, frozen=True, kw_only=True):
    """A train over the stretch asked for."""

    coaches: tuple[Coach, ...]


class PlaceAvailability(Out, frozen=True, kw_only=True):
    """The map of a train for one reservation."""

    reference: Reference
    vehicle: Vehicle
    pre_selections: tuple[PlacePreSelection, ...] | None = None


class PlaceAvailabilityResponse(Answer, frozen=True, kw_only=True):
    """The map of a train."""

    vehicle_availability: PlaceAvailability


class AvailabilityScope(In, frozen=True, kw_only=True):
    """The reservations that maps are asked for."""

    part_references: Annotated[tuple[Reference, ...], Meta(min_length=1, max_length=50)]
