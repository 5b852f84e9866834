"""On which dates the printed times of a line shift, because a clock does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from rerail.line.model import Line, RailwayId, StationId, Train, TrainId
from rerail.line.timing import first_call_instant, zone
from rerail.line.transitions import transitions

DAY = timedelta(days=1)

Day = date
"""A date, where a field is called so."""


class Shift(Struct, frozen=True):
    """At one call the station's clock shows another time than it did for the train of the day before."""

    date: Day
    """The date at the station on which the new time is first shown."""
    service_date: Day
    """The train that it is shown for."""
    train: TrainId
    railway: RailwayId
    """The station's railway."""
    station: StationId
    call: int
    """Index into the train's calls."""
    kind: Literal["arrival", "departure"]
    before: str
    """ "HH:MM" on the station's clock."""
    after: str
    minutes: int
    """How much later the clock shows it; negative: earlier."""


def printed_shifts(line: Line, year: int) -> tuple[Shift, ...]:
    """Every shift of a printed time in a year, in order of date, train and call.

    Running days are not looked at: the timetable shifts whether or not a train happens to run on that date.
    Exact for every date, and quick: times are compared only on the dates about a change of one of the clocks
    that a time depends on, its station's and the one that the train is timed by.
    """
    found = [shift for train in line.trains.values() for shift in _of_train(line, train, year)]
    order = {train: index for index, train in enumerate(line.trains)}
    return tuple(sorted(found, key=lambda shift: (shift.date, order[shift.train], shift.call, shift.kind)))


def _of_train(line: Line, train: Train, year: int) -> Iterator[Shift]:
    longest = (train.calls[-1].arrival or 0) // 86_400 + 1
    clocks = {train.timing_clock, *(line.stations[call.station].clock for call in train.calls)}
    changes = {
        transition.instant.date()
        for clock in clocks
        for transition in transitions(clock, date(year, 1, 1) - (longest + 3) * DAY, date(year + 1, 1, 1) + 3 * DAY)
    }
    # A change can first show for a train that left some days before it, and last for one that leaves after it.
    dates = sorted({day + days * DAY for day in changes for days in range(-longest - 2, 4)})
    starts: dict[date, datetime] = {}
    for service_date in dates:
        for day in (service_date - DAY, service_date):
            if day not in starts:
                starts[day] = first_call_instant(train, day)
        for index, call in enumerate(train.calls):
            station = line.stations[call.station]
            for kind, seconds in _times(call.arrival, call.departure):
                after = (starts[service_date] + timedelta(seconds=seconds)).astimezone(zone(station.clock))
                if after.year != year:
                    continue
                before = (starts[service_date - DAY] + timedelta(seconds=seconds)).astimezone(zone(station.clock))
                later = after.replace(tzinfo=None) - before.replace(tzinfo=None) - DAY
                if later:
                    yield Shift(
                        after.date(),
                        service_date,
                        train.id,
                        station.railway,
                        station.id,
                        index,
                        kind,
                        f"{before:%H:%M}",
                        f"{after:%H:%M}",
                        round(later.total_seconds() / 60),
                    )


def _times(arrival: int | None, departure: int | None) -> Iterator[tuple[Literal["arrival", "departure"], int]]:
    if arrival is not None:
        yield "arrival", arrival
    if departure is not None:
        yield "departure", departure
