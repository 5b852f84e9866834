"""Trips as a retailer knows them from elsewhere: train numbers, stations and times, found in our timetable."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from rerail.life.consent import Life
from rerail.line.model import Station, Train
from rerail.line.stretch import stretch
from rerail.line.timing import call_times, zone
from rerail.web.osdm.problems import Pointer, Refused
from rerail.web.osdm.rides import Ride, Rides
from rerail.web.osdm.trip_search import on_clock
from rerail.web.osdm.types_trips import TimedLegGiven, TripSpecification
from rerail.web.osdm.urns import stations_by_urn

_CLOSE: Final = timedelta(minutes=1)
_LONGEST_DAYS: Final = 8
"""Days from a service date to a call on its train."""


def rides_given(life: Life, trip: TripSpecification, at: str) -> Rides:
    """The rides of a trip as told; `at` is where in the request. Raises `Refused`."""
    rides = tuple(
        _ride(life, leg.timed_leg, f"{at}/legs/{number}/timedLeg")
        for number, leg in enumerate(trip.legs)
        if leg.timed_leg is not None
    )
    if not rides:
        raise _unknown("The trip has no ride on a train.", f"{at}/legs")
    return rides


def _ride(life: Life, leg: TimedLegGiven, at: str) -> Ride:
    stations = stations_by_urn(life.line)
    start, end = (
        stations.get(leg.start.stop_place_ref.stop_place_ref),
        stations.get(leg.end.stop_place_ref.stop_place_ref),
    )
    time = leg.start.service_departure
    if start is None or end is None or time is None:
        raise _unknown("Give two stations of this line, and when the train leaves the first.", at)
    leaves = on_clock(time.timetabled_time, start)
    numbers = {one for one in leg.service.vehicle_numbers if one}
    trains = [train for train in life.line.trains.values() if _is_called(train, numbers, start, end)]
    if not trains:
        raise _unknown("No train of this number goes from the one station to the other.", f"{at}/service")
    day = leaves.astimezone(zone(start.clock)).date()
    for train in trains:
        for back in range(_LONGEST_DAYS):
            ride = Ride(train.id, day - timedelta(days=back), start.id, end.id)
            if _leaves_at(life, ride, leaves.timestamp()):
                return ride
    raise Refused(
        409,
        "OFFER_SCHEDULE_MISMATCH",
        "Not as in the timetable",
        f"The train does not leave {start.names.get('en', start.id)} at that time.",
        pointers=[Pointer(request_pointer=f"{at}/start/serviceDeparture")],
    )


def _is_called(train: Train, numbers: set[str], start: Station, end: Station) -> bool:
    own = {*train.numbers.values(), *(one[:5] for one in train.numbers.values())}
    calls = stretch(train, start.id, end.id)
    return bool(own & numbers) and calls is not None and calls[0] < calls[1]


def _leaves_at(life: Life, ride: Ride, at: float) -> bool:
    if not _in(life, ride.service_date):
        return False
    departure = life.departure(ride.train, ride.service_date)
    calls = stretch(departure.train, ride.board, ride.alight) if departure is not None else None
    if departure is None or calls is None:
        return False
    left = call_times(departure.line, departure.train, ride.service_date)[calls[0]].departure
    return left is not None and abs(left.instant.timestamp() - at) < _CLOSE.total_seconds()


def _in(life: Life, day: date) -> bool:
    return life.window[0] <= day < life.window[1]


def _unknown(detail: str, at: str) -> Refused:
    pointers = [Pointer(request_pointer=at)]
    return Refused(404, "OFFER_TRIP_NOT_FOUND", "No such trip", detail, pointers=pointers)
