"""A trip as its rides: what its id says, and its shape on the stations' clocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from rerail.life.consent import Departure, Life
from rerail.line.model import Line, Station, StationId, Train, TrainId
from rerail.line.stretch import stretch
from rerail.line.timing import CallTimes, StationTime, call_times
from rerail.sale.market import Market
from rerail.web.osdm.problems import Refused, not_found
from rerail.web.osdm.types_common import StopPlaceRef
from rerail.web.osdm.types_trips import (
    Alight,
    Board,
    DatedJourney,
    Intermediate,
    NamedCompany,
    ProductCategory,
    ServiceStatus,
    ServiceTime,
    StopCallStatus,
    TimedLeg,
    TrainMode,
    Trip,
    TripLeg,
    TripStatus,
)
from rerail.web.osdm.urns import company_urn, station_urn

_KEPT: Final = 4096
_LONGEST_NUMBER: Final = 5
"""Letters of a train's number that older systems behind OSDM can take."""


class Ride(NamedTuple):
    """A ride on one train."""

    train: TrainId
    service_date: date
    board: StationId
    alight: StationId


Rides = tuple[Ride, ...]
_RIDE: Final = re.compile(r"([a-z0-9-]+)\.(\d{4})(\d\d)(\d\d)\.([a-z0-9-]+)\.([a-z0-9-]+)", re.ASCII)


def trip_id(rides: Iterable[Ride]) -> str:
    """What a trip is called: its rides. Nothing has to be kept to find it again."""
    return _trip_id(tuple(rides))


@lru_cache(maxsize=4096)
def _trip_id(rides: Rides) -> str:
    return "_".join(f"{one.train}.{one.service_date:%Y%m%d}.{one.board}.{one.alight}" for one in rides)


def rides_of(trip: str) -> Rides:
    """The rides that a trip's id names. Raises `Refused`."""
    found = []
    for text in trip.split("_"):
        match = _RIDE.fullmatch(text)
        try:
            day = date(int(match[2]), int(match[3]), int(match[4])) if match is not None else None
        except ValueError:
            day = None
        if match is None or day is None:
            raise not_found("trip", trip, "OFFER_TRIP_NOT_FOUND")
        found.append(Ride(match[1], day, match[5], match[6]))
    return tuple(found)


class TripBook:
    """Trips put into OSDM's words, kept while the life they were made from is the present one."""

    def __init__(self) -> None:
        self._life: Life | None = None
        self._trips: dict[tuple[Rides, str], Trip] = {}

    def trip(self, market: Market, rides: Rides, language: str) -> Trip:
        """A trip. Raises `Refused` if there is no such."""
        if market.life is not self._life or len(self._trips) >= _KEPT:
            self._trips, self._life = {}, market.life
        key = (rides, language)
        made = self._trips.get(key)
        if made is None:
            made = self._trips[key] = _trip(market.life, rides, language)
        return made


def _trip(life: Life, rides: Rides, language: str) -> Trip:
    legs: list[TripLeg] = []
    ends: list[tuple[CallTimes, CallTimes]] = []
    metres, cancelled = 0, False
    for number, ride in enumerate(rides, start=1):
        departure = life.departure(ride.train, ride.service_date)
        calls = stretch(departure.train, ride.board, ride.alight) if departure is not None else None
        if departure is None or calls is None or calls[0] >= calls[1]:
            raise not_found("trip", trip_id(rides), "OFFER_TRIP_NOT_FOUND")
        times = call_times(departure.line, departure.train, ride.service_date, language)
        legs.append(TripLeg(id=str(number), timed_leg=_leg(departure, times, *calls, language)))
        ends.append((times[calls[0]], times[calls[1]]))
        cancelled = cancelled or not departure.runs
        metres += round(sum(departure.train.segment_km[calls[0] : calls[1]]) * 1000)
    first, last = ends[0][0], ends[-1][1]
    start, end = _at(first.departure), _at(last.arrival)
    line = life.line
    return Trip(
        id=trip_id(rides),
        summary=f"{line.text(first.station.names, language)} – {line.text(last.station.names, language)}",
        duration=duration(end - start),
        direction="OUT_BOUND",
        origin=_ref(first.station),
        origin_name=line.text(first.station.names, language),
        destination=_ref(last.station),
        destination_name=line.text(last.station.names, language),
        start_time=start,
        end_time=end,
        transfers=len(rides) - 1,
        distance=metres,
        legs=tuple(legs),
        trip_status=TripStatus(cancelled=True) if cancelled else None,
    )


def _leg(departure: Departure, times: Sequence[CallTimes], board: int, alight: int, language: str) -> TimedLeg:
    line, train = departure.line, departure.train
    start, end = times[board], times[alight]
    left, reached = _at(start.departure), _at(end.arrival)
    borders = _border_stations(line)
    return TimedLeg(
        start=Board(
            stop_place_ref=_ref(start.station),
            stop_place_name=line.text(start.station.names, language),
            service_departure=ServiceTime(timetabled_time=left),
            status=_status(board, start.station, borders),
        ),
        intermediates=tuple(
            Intermediate(
                stop_place_ref=_ref(call.station),
                stop_place_name=line.text(call.station.names, language),
                service_arrival=ServiceTime(timetabled_time=_at(call.arrival)),
                service_departure=ServiceTime(timetabled_time=_at(call.departure)),
                status=_status(call.index, call.station, borders, train),
            )
            for call in times[board + 1 : alight]
        )
        or None,
        end=Alight(
            stop_place_ref=_ref(end.station),
            stop_place_name=line.text(end.station.names, language),
            service_arrival=ServiceTime(timetabled_time=reached),
            status=_status(alight, end.station, borders),
        ),
        service=_service(departure, board, alight, language),
        duration=duration(reached - left),
    )


def _service(departure: Departure, board: int, alight: int, language: str) -> DatedJourney:
    line, train = departure.line, departure.train
    railways = tuple(dict.fromkeys(one for segment in train.segment_railways[board:alight] for one in segment))
    numbers = tuple(dict.fromkeys(train.numbers[one] for one in railways if one in train.numbers))
    route = line.routes[train.route]
    name = line.text(route.names, language)
    return DatedJourney(
        operating_day_ref=departure.service_date.isoformat(),
        mode=TrainMode(pt_mode="TRAIN"),
        product_category=ProductCategory(
            name=name, short_name=name, product_category_ref=f"urn:x_rerail:route:{route.id}"
        ),
        published_service_name=line.text(train.names, language),
        vehicle_numbers=tuple(one[:_LONGEST_NUMBER] for one in numbers) or (train.id[:_LONGEST_NUMBER],),
        service_status=None if departure.runs else ServiceStatus(cancelled=True),
        carriers=tuple(
            NamedCompany(ref=company_urn(line.railways[one]), name=line.text(line.railways[one].names, language))
            for one in railways
        ),
    )


def _border_stations(line: Line) -> frozenset[StationId]:
    """Where one side or the other controls, and the border itself."""
    controls = {control.station for crossing in line.crossings.values() for control in crossing.controls}
    return frozenset(controls | {crossing.border for crossing in line.crossings.values()})


def _status(order: int, station: Station, borders: frozenset[StationId], train: Train | None = None) -> StopCallStatus:
    call = train.calls[order] if train is not None else None
    return StopCallStatus(
        order=order,
        no_boarding_at_stop=True if call is not None and not call.boarding else None,
        no_alighting_at_stop=True if call is not None and not call.alighting else None,
        is_border_point=True if station.id in borders else None,
    )


def _ref(station: Station) -> StopPlaceRef:
    return StopPlaceRef(stop_place_ref=station_urn(station))


def _at(time: StationTime | None) -> datetime:
    assert time is not None  # one boards where the train leaves, and alights where it arrives
    return time.local


def duration(span: timedelta) -> str:
    """ISO 8601, in hours and minutes: "PT9H20M"."""
    minutes = int(span.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    return f"PT{hours}H{rest}M" if rest or not hours else f"PT{hours}H"


def outside(detail: str) -> Refused:
    """The date asked for is not one that anything is known of."""
    return Refused(400, "TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY", "Outside of the dates of the timetable", detail)
