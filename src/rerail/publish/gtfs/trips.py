"""trips.txt, stop_times.txt and calendar_dates.txt: from the life of the service to GTFS's trips."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from rerail.life.consent import Life
from rerail.line.dates import NO_DATES, Dates
from rerail.line.model import Call, Line, RouteId, StationId, Train
from rerail.publish.gtfs.service_day import ServiceDays
from rerail.publish.gtfs.table import Table

_REGULAR, _NONE, _BY_ARRANGEMENT = 0, 1, 2
"""GTFS's pickup and drop-off types: regularly scheduled, not available, must phone the agency."""

_RUNS, _DOES_NOT_RUN = "1", "2"
"""GTFS's exception types."""


class StopTime(Struct, frozen=True):
    """A call, in seconds of GTFS's service day."""

    station: StationId
    arrival: int
    departure: int
    pickup: int
    drop_off: int
    exact: bool
    """False if a time is illustrative."""


class Trip(Struct, frozen=True, kw_only=True):
    """The departures of a train that have the same times on GTFS's clock."""

    id: str
    line: Line
    """The edition that its texts are from."""
    train: Train
    route: RouteId
    number: str
    destination: StationId
    stops: tuple[StopTime, ...]
    running: Dates
    """GTFS service days on which it runs."""
    resting: Dates
    """GTFS service days on which running days, a special or a cancellation speak of it and it does not run."""


def trips(life: Life, days: ServiceDays, since: date, until: date, placed: Container[StationId]) -> list[Trip]:
    """Every trip with a service date in [since, until), trains in the folder's order.

    A call at a station without a position is left out; a train with fewer than two calls left is not published.
    """
    found: dict[str, Trip] = {}
    for train_id in life.timetable.train_ids:
        on_paper = life.on_paper(train_id).within(since, until)
        if not on_paper:
            continue
        runs = life.runs(train_id)
        for edition, reign in life.timetable.reigns(train_id):
            own = on_paper & reign
            if own:
                train = edition.line.trains[train_id]
                for trip in _of_train(edition.line, train, own, runs, days, placed):
                    known = found.get(trip.id)
                    found[trip.id] = trip if known is None else _joined(known, trip)
    return list(found.values())


def _of_train(
    line: Line, train: Train, on_paper: Dates, runs: Dates, days: ServiceDays, placed: Container[StationId]
) -> Iterator[Trip]:
    calls = [call for call in train.calls if call.station in placed]
    if len(calls) < 2:
        return
    number = "" if train.illustrative("numbers") else "/".join(dict.fromkeys(train.numbers.values()))
    for reckoning in days.reckon(train):
        dates = on_paper & reckoning.dates
        if not dates:
            continue
        stops = tuple(_stop_time(train, call, reckoning.seconds) for call in calls)
        yield Trip(
            id=_trip_id(train, number, stops),
            line=line,
            train=train,
            route=train.route,
            number=number,
            destination=calls[-1].station,
            stops=stops,
            running=_earlier(dates & runs, reckoning.days_before),
            resting=_earlier(dates - runs, reckoning.days_before),
        )


def _stop_time(train: Train, call: Call, start: int) -> StopTime:
    arrival = call.arrival if call.arrival is not None else call.departure
    departure = call.departure if call.departure is not None else call.arrival
    assert arrival is not None  # the loader lets no call through that has neither
    assert departure is not None
    boards = call.boarding and call.departure is not None
    alights = call.alighting and call.arrival is not None
    return StopTime(
        station=call.station,
        arrival=start + arrival,
        departure=start + departure,
        pickup=(_BY_ARRANGEMENT if train.groups_only else _REGULAR) if boards else _NONE,
        drop_off=_REGULAR if alights else _NONE,
        exact=not any(call.illustrative(name) for name in ("arrival", "departure") if getattr(call, name) is not None),
    )


def _trip_id(train: Train, number: str, stops: tuple[StopTime, ...]) -> str:
    """The train and what its passengers are told: the id stays as long as that does."""
    told = repr((train.route, train.direction, number, [(s.station, s.arrival, s.departure) for s in stops], stops))
    return f"{train.id}.{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _earlier(dates: Dates, days: int) -> Dates:
    return Dates(dates.bits >> days)


def _joined(one: Trip, other: Trip) -> Trip:
    """The same trip in two editions; the texts are the newer one's, which comes last."""
    return Trip(
        id=one.id,
        line=other.line,
        train=other.train,
        route=other.route,
        number=other.number,
        destination=other.destination,
        stops=one.stops,
        running=one.running | other.running,
        # GTFS allows one word on a day, even where a zone skipped a whole day and two service dates fall on it.
        resting=(one.resting | other.resting) - (one.running | other.running),
    )


def trips_table(published: Iterable[Trip], language: str) -> Table:
    """trips.txt. A trip is its own service, so that a feed compared with yesterday's shows which train changed."""
    header = ("route_id", "service_id", "trip_id", "trip_headsign", "trip_short_name", "direction_id")
    rows = [
        (
            trip.route,
            trip.id,
            trip.id,
            headsign(trip, language),
            trip.number,
            "0" if trip.train.direction == "outbound" else "1",
        )
        for trip in published
    ]
    return Table("trips.txt", header, rows)


def headsign(trip: Trip, language: str) -> str:
    """Where the train goes, in a language."""
    return trip.line.text(trip.line.stations[trip.destination].names, language)


def stop_times_table(published: Iterable[Trip]) -> Table:
    """stop_times.txt. An illustrative time is one that is not exact: `timepoint` 0."""
    header = (
        "trip_id",
        "arrival_time",
        "departure_time",
        "stop_id",
        "stop_sequence",
        "pickup_type",
        "drop_off_type",
        "timepoint",
    )
    rows = (
        (
            trip.id,
            _clock(stop.arrival),
            _clock(stop.departure),
            stop.station,
            str(sequence),
            str(stop.pickup),
            str(stop.drop_off),
            "1" if stop.exact else "0",
        )
        for trip in published
        for sequence, stop in enumerate(trip.stops, start=1)
    )
    return Table("stop_times.txt", header, rows)


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def calendar_dates_table(published: Iterable[Trip]) -> Table:
    """calendar_dates.txt: every service day by name, running or planned and not running."""
    written: dict[date, str] = {}

    def rows() -> Iterator[tuple[str, str, str]]:
        for trip in published:
            for dates, kind in ((trip.running, _RUNS), (trip.resting, _DOES_NOT_RUN)):
                for day in dates:
                    text = written.get(day)
                    if text is None:
                        text = written[day] = f"{day:%Y%m%d}"
                    yield trip.id, text, kind

    return Table("calendar_dates.txt", ("service_id", "date", "exception_type"), rows())


def period(published: Sequence[Trip], since: date, until: date) -> tuple[date, date]:
    """The first and last service day (both included) that the feed speaks of: the dates asked for, and any day before
    them on which GTFS counts a train of the first."""
    days = NO_DATES
    for trip in published:
        days |= trip.running | trip.resting
    first = days.first
    return min(since, first) if first is not None else since, until - timedelta(days=1)
