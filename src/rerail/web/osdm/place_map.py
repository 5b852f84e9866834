"""The map of a train for one stretch: which places are free, taken (ALLOCATED), or somebody else's (RESTRICTED)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from rerail.desk import retailing_places
from rerail.desk.retailing_places import CoachSought, Pair, Sought
from rerail.line.model import CoachType, Place
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.coach_layouts import layout_id
from rerail.web.osdm.kinds import accommodation, properties
from rerail.web.osdm.problems import Pointer, Refused
from rerail.web.osdm.products import SERVICE_CLASS
from rerail.web.osdm.types_place_map import (
    AvailabilityScope,
    AvailabilityStatus,
    Coach,
    CoachAvailability,
    Compartment,
    CompartmentAvailability,
    DeckAvailability,
    PlaceAvailability,
    PlaceAvailabilityMapRequest,
    PlaceAvailabilityMapResponse,
    PlaceAvailabilityResponse,
    PlacePosition,
    PlacePreSelection,
    PlaceRestriction,
    Reference,
    SpecificPlaceAvailability,
    Vehicle,
    VehicleAvailability,
)

_ANY_CLASS: Final = "ANY_CLASS"
_ANY_SEAT: Final = "ANY_SEAT"


class Wanted(Struct, frozen=True):
    """A reservation that a place is looked for, and what was found."""

    asked: PlaceRestriction
    found: Sought

    def fits(self, kind: CoachType, place: Place) -> bool:
        """Whether a place is of the kind wished."""
        if self.asked.service_class not in (None, _ANY_CLASS, SERVICE_CLASS[kind.travel_class]):
            return False
        kinds = self.asked.accommodation_sub_types
        return not kinds or _ANY_SEAT in kinds or accommodation(kind, place)[1] in kinds


class Room(Struct, frozen=True):
    """A compartment, or an open coach, with the places of one kind that a map shows of it."""

    number: str | None
    places: tuple[Place, ...]


def sought(call: Call[Any], reference: Reference) -> Sought:
    """What a reference means. Raises `Refused`, `SaleError`."""
    of = retailing_places.of_offer if reference.context_type == "OFFER" else retailing_places.of_booking
    return of(call.retailing, call.retailer, reference.context_id, reference.resource_id)


def status(found: Sought, pair: Pair) -> AvailabilityStatus:
    """What a place is for a reservation."""
    return "FREE" if pair in found.free else "RESTRICTED" if pair in found.kept else "ALLOCATED"


def rooms(one: CoachSought, shown: Callable[[Place], bool] = lambda _place: True) -> tuple[Room, ...]:
    """The compartments of a coach with the places of each that are sold and shown; those with none are left out."""
    found: dict[tuple[str | None, tuple[str, str]], list[Place]] = {}
    for place in one.kind.places:
        if place.number in one.places and shown(place):
            found.setdefault((place.compartment, accommodation(one.kind, place)), []).append(place)
    return tuple(Room(number, tuple(places)) for (number, _), places in found.items())


def vehicle_map(call: Call[PlaceAvailabilityMapRequest]) -> PlaceAvailabilityMapResponse:
    """The map of the train that some reservations are on. Raises `Refused`, `SaleError`."""
    wanted = [Wanted(one, sought(call, one.reservation_ref)) for one in call.body.place_restrictions]
    leg = wanted[0].found.leg
    for position, one in enumerate(wanted):
        other = one.found.leg
        if (other.key, other.board, other.alight) != (leg.key, leg.board, leg.alight):
            raise _another_train(position)
    return PlaceAvailabilityMapResponse(
        vehicle=VehicleAvailability(
            coaches=tuple(_coach(one, wanted) for one in retailing_places.coaches(call.provider.market(), leg)),
            pre_selected_places=_selected([one.found for one in wanted]),
        )
    )


def _another_train(position: int) -> Refused:
    return Refused(
        400,
        "VALIDATION_ERROR",
        "Reservations on several trains",
        "A map is of one train and one stretch: ask for each leg by itself.",
        pointers=[Pointer(request_pointer=f"/placeRestrictions/{position}/reservationRef")],
    )


def _selected(found: Sequence[Sought]) -> tuple[PlacePreSelection, ...] | None:
    pairs = dict.fromkeys(pair for one in found for pair in one.has)
    return tuple(PlacePreSelection(coach=coach, place=place) for coach, place in pairs) or None


def _coach(one: CoachSought, wanted: Sequence[Wanted]) -> CoachAvailability:
    shown = rooms(one, lambda place: any(each.fits(one.kind, place) for each in wanted))
    return CoachAvailability(
        number=one.coach.number,
        travel_direction="UNSPECIFIED",
        decks=(
            DeckAvailability(
                layout_id=layout_id(one.kind), compartments=tuple(_compartment(one, room, wanted) for room in shown)
            ),
        ),
    )


def _compartment(one: CoachSought, room: Room, wanted: Sequence[Wanted]) -> CompartmentAvailability:
    kind, sub_kind = accommodation(one.kind, room.places[0])
    return CompartmentAvailability(
        service_class=SERVICE_CLASS[one.kind.travel_class],
        accommodation_type=kind,
        accommodation_sub_type=sub_kind,
        places=tuple(_place(one, place, wanted) for place in room.places),
        is_selectable=False,
        number=room.number,
    )


def _place(one: CoachSought, place: Place, wanted: Sequence[Wanted]) -> SpecificPlaceAvailability:
    """A place for those who may have it: where it is free for some and not for others, for the former alone."""
    fitting = [
        (each.asked.reservation_ref, status(each.found, (one.coach.number, place.number)))
        for each in wanted
        if each.fits(one.kind, place)
    ]
    free_for = [reference for reference, said in fitting if said == "FREE"]
    return SpecificPlaceAvailability(
        number=place.number,
        status="FREE" if free_for else fitting[0][1],
        reservation_refs=tuple(free_for or [reference for reference, _ in fitting]),
    )


# As it was before version 3.5


def _one_map(call: Call[Any], reference: Reference) -> PlaceAvailability:
    found = sought(call, reference)
    return PlaceAvailability(
        reference=reference,
        vehicle=Vehicle(
            coaches=tuple(
                Coach(
                    number=one.coach.number,
                    layout_id=layout_id(one.kind),
                    direction="UNSPECIFIED",
                    compartments=tuple(_old_compartment(one, room, found, reference) for room in rooms(one)),
                )
                for one in retailing_places.coaches(call.provider.market(), found.leg)
            )
        ),
        pre_selections=_selected([found]),
    )


def _old_compartment(one: CoachSought, room: Room, found: Sought, reference: Reference) -> Compartment:
    return Compartment(
        places=tuple(
            PlacePosition(
                number=place.number,
                status=status(found, (one.coach.number, place.number)),
                reservation_refs=(reference.resource_id,),
                place_properties=properties(place) or None,
            )
            for place in room.places
        ),
        number=room.number,
        is_selectable=False,
        service_class=SERVICE_CLASS[one.kind.travel_class],
    )


def referred(call: Call[Any]) -> Reference:
    """The reservation that the parameters of a call name."""
    words: dict[str, Any] = {name: call.query[name] for name in REFERENCE}
    return Reference(
        context_id=words["contextId"],
        context_type=words["contextType"],
        resource_id=words["resourceId"],
        resource_type=words["resourceType"],
    )


def place_map(call: Call[Any]) -> PlaceAvailabilityResponse:
    """The map for one reservation. Raises `Refused`, `SaleError`."""
    return PlaceAvailabilityResponse(vehicle_availability=_one_map(call, referred(call)))


def place_maps(call: Call[AvailabilityScope]) -> tuple[PlaceAvailability, ...]:
    """A map for each reservation. Raises `Refused`, `SaleError`."""
    return tuple(_one_map(call, one) for one in call.body.part_references)


REFERENCE: Final[dict[str, tuple[str, ...]]] = {
    "contextId": (),
    "contextType": ("OFFER", "BOOKING"),
    "resourceId": (),
    "resourceType": ("RESERVATION",),
}
"""The parameters that name a reservation, and what each may be."""

DONE: Final[tuple[Done, ...]] = (
    Read("getAvailabilitiesVehiclePlaceMap", vehicle_map, PlaceAvailabilityMapResponse, PlaceAvailabilityMapRequest),
    Read("getAvailabilitiesPlaceMap", place_map, PlaceAvailabilityResponse, needs=REFERENCE),
    Read("getAvailabilitiesPlaceMaps", place_maps, tuple[PlaceAvailability, ...], AvailabilityScope),
)
