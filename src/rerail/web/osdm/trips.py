"""Trips: the search of the timetable, and one trip."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from msgspec.structs import replace

from rerail.web.osdm.calls import Call, Done, Read
from rerail.web.osdm.problems import Refused
from rerail.web.osdm.question import PREFIX
from rerail.web.osdm.rides import rides_of
from rerail.web.osdm.trip_search import Wanted, collection, collection_id, find, on_clock, wanted
from rerail.web.osdm.types_trips import AskedTrip, Link, TripCollectionResponse, TripResponse, TripSearchCriteria


def search(call: Call[TripSearchCriteria]) -> TripCollectionResponse:
    """The next trips between two stations. Raises `Refused`."""
    market = call.provider.market()
    return _page(call, wanted(market.line, call.body, market.now))


def page(call: Call[Any]) -> TripCollectionResponse:
    """The same again, or from where a page before ended. Raises `Refused`."""
    asked = collection(call.path["tripsCollectionId"])
    since = call.query.get("page")
    if since:
        station = call.provider.market().line.stations.get(asked.origin)
        moved = collection(since)
        if station is None or moved.origin != asked.origin or moved.destination != asked.destination:
            raise Refused(404, "RESOURCE_NOT_FOUND", "No such page", "Follow the link of the page before.")
        asked = replace(asked, at=on_clock(moved.at, station), before=0)
    return _page(call, asked)


def _page(call: Call[Any], asked: Wanted) -> TripCollectionResponse:
    market = call.provider.market()
    found = find(market.life, asked, market.now)
    links = None
    id_ = collection_id(asked)
    if not asked.arrives and len(found.rides) >= asked.after:
        following = collection_id(replace(asked, at=found.leaves[-1] + timedelta(seconds=1)))
        href = f"{call.provider.site}{PREFIX}/trips-collections/{id_}?page={following}"
        links = (Link(rel="next", href=href),)
    trips = call.provider.trips
    return TripCollectionResponse(
        id=id_,
        trips=tuple(trips.trip(market, rides, call.language) for rides in found.rides),
        problems=found.problems or None,
        links=links,
    )


def trip(call: Call[Any]) -> TripResponse:
    """One trip. Raises `Refused`."""
    market = call.provider.market()
    return TripResponse(trip=call.provider.trips.trip(market, rides_of(call.path["tripId"]), call.language))


DONE: Final[tuple[Done, ...]] = (
    Read("postTrips", search, TripCollectionResponse, takes=AskedTrip),
    Read("getTripsCollectionId", page, TripCollectionResponse, query=("page",)),
    Read("getTripsId", trip, TripResponse),
)
