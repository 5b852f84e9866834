"""How many places are free for a reservation, by their kinds: all of them, or those near another place.

The answer of the specification names no place: it says what may be wished when booking. Whoever wants to name one
reads the map.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from rerail.desk import retailing_places
from rerail.desk.retailing_places import Pair, Sought
from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.kinds import accommodation, properties
from rerail.web.osdm.place_map import REFERENCE, referred, sought
from rerail.web.osdm.rides import Ride, trip_id
from rerail.web.osdm.types_offers import AvailablePlace, TripLegCoverage
from rerail.web.osdm.types_place_map import PlaceAvailabilityCollectionResponse

_PLACE: Final[dict[str, tuple[str, ...]]] = {"coachNumber": (), "placeNumber": ()}


def nearby(call: Call[Any]) -> PlaceAvailabilityCollectionResponse:
    """What is free near a place. Raises `Refused`, `SaleError`."""
    found = sought(call, referred(call))
    at = (call.query["coachNumber"], call.query["placeNumber"])
    return _counted(call, found, retailing_places.near(call.provider.market(), found, *at))


def preferences(call: Call[Any]) -> PlaceAvailabilityCollectionResponse:
    """What is free, and what can be wished of it. Raises `Refused`, `SaleError`."""
    found = sought(call, referred(call))
    return _counted(call, found, found.free)


def _counted(call: Call[Any], found: Sought, places: Collection[Pair]) -> PlaceAvailabilityCollectionResponse:
    kinds: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for one in retailing_places.coaches(call.provider.market(), found.leg):
        for place in one.kind.places:
            if (one.coach.number, place.number) in places:
                kinds.setdefault(accommodation(one.kind, place), []).append(properties(place))
    trip = trip_id(Ride(key.train, key.service_date, board, alight) for key, board, alight in found.trip)
    where = TripLegCoverage(trip_id=trip, leg_id=str(found.number))
    return PlaceAvailabilityCollectionResponse(
        available_places=tuple(one for kind, its in kinds.items() for one in _of_kind(kind, its, where))
    )


def _of_kind(
    kind: tuple[str, str], places: Sequence[tuple[str, ...]], where: TripLegCoverage
) -> Iterator[AvailablePlace]:
    """All places of a kind with every property that can be wished; where these are several, how many have each."""
    there = tuple(dict.fromkeys(one for its in places for one in its))
    counts = [(there, len(places))]
    if len(there) > 1:
        counts += [((one,), sum(one in its for its in places)) for one in there]
    for these, count in counts:
        yield AvailablePlace(
            accommodation_type=kind[0],
            accommodation_sub_type=kind[1],
            place_properties=these or None,
            numeric_availability=count,
            trip_leg_coverage=where,
        )


DONE: Final[tuple[Done, ...]] = (
    Read("getAvailabilitiesNearby", nearby, PlaceAvailabilityCollectionResponse, needs={**REFERENCE, **_PLACE}),
    Read("getAvailabilitiesPreferences", preferences, PlaceAvailabilityCollectionResponse, needs=REFERENCE),
)
