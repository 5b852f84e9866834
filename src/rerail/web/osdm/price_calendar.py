"""The time that a price calendar is asked for, and the trips that leave in each day or hour of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from rerail.journey.model import Journey
from rerail.journey.search import on_day, planned_on_day, search
from rerail.life.consent import Life
from rerail.line.model import Line, Station
from rerail.line.timing import instant, zone
from rerail.web.osdm.problems import Pointer, Problem, Refused, problem
from rerail.web.osdm.rides import Rides, outside
from rerail.web.osdm.trip_search import NO_TRIP, on_clock, rides_in, station_of, why
from rerail.web.osdm.types_overviews import OfferOverviewRouteRequest

MOST_DAYS: Final = 62
"""Two months: sale is seldom open for longer."""
MOST_TRIPS: Final = 500
"""Trips that are priced for one calendar: of about so many departures a process keeps in sight what is taken."""
_DAY: Final = timedelta(days=1)


class Frame(Struct, frozen=True, kw_only=True):
    """A route, and the time to look at it."""

    origin: Station
    destination: Station
    start: datetime
    """UTC."""
    end: datetime
    """UTC; who leaves then leaves too late."""
    hourly: bool

    @property
    def clock(self) -> ZoneInfo:
        """The first station's."""
        return zone(self.origin.clock)

    def span(self, leaves: datetime) -> datetime:
        """When the day or hour of a departure (UTC) begins, on the first station's clock."""
        local = leaves.astimezone(self.clock)
        if self.hourly:
            begins = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        else:
            begins = instant(datetime.combine(local.date(), time()), self.origin.clock)
        return max(begins, self.start).astimezone(self.clock)

    def days(self, since: datetime, window: tuple[date, date]) -> Sequence[date]:
        """The dates of the first station's clock in it, from an instant (UTC) on, as far as the timetable goes."""
        first = max(self.start, since).astimezone(self.clock).date()
        last = (self.end - timedelta(microseconds=1)).astimezone(self.clock).date()
        return [first + number * _DAY for number in range((min(last, window[1] - _DAY) - first).days + 1)]


def frame_of(line: Line, asked: OfferOverviewRouteRequest, life: Life, now: datetime) -> Frame:
    """The route and time that are asked for. Raises `Refused`."""
    origin = station_of(line, asked.route_specification.origin, "/routeSpecification/origin")
    destination = station_of(line, asked.route_specification.destination, "/routeSpecification/destination")
    start, end = on_clock(asked.start_date_time, origin), on_clock(asked.end_date_time, origin)
    if end <= start:
        raise _wrong("The end is not after the start", "endDateTime must be later than startDateTime.")
    clock = zone(origin.clock)
    if end.astimezone(clock).replace(tzinfo=None) - start.astimezone(clock).replace(tzinfo=None) > MOST_DAYS * _DAY:
        raise _wrong("Too long a time", f"Ask for at most {MOST_DAYS} days at once.")
    if end <= now:
        raise outside("The time asked for is past.")
    if start.astimezone(clock).date() >= life.window[1]:
        raise outside(_known_until(life))
    return Frame(
        origin=origin,
        destination=destination,
        start=start,
        end=end,
        hourly=asked.time_frame_segmentation == "HOUR",
    )


def trips_in(life: Life, frame: Frame, now: datetime) -> dict[datetime, list[Rides]]:
    """The trips that leave in each span that has any, by when it begins. Raises `Refused` if they are too many.

    Where no train runs, those that the timetable has on paper: what sells them says why it does not.
    """
    found: dict[datetime, list[Rides]] = {}
    count = 0
    for day in frame.days(now, life.window):
        running = _in(frame, on_day(life, frame.origin.id, frame.destination.id, day), now)
        for one in running or _in(frame, planned_on_day(life, frame.origin.id, frame.destination.id, day), now):
            found.setdefault(frame.span(one.departure), []).append(rides_in(one))
            count += 1
        if count > MOST_TRIPS:
            detail = f"More than {MOST_TRIPS} trips leave in that time; ask for fewer days at once."
            raise _wrong("Too many trips", detail)
    return found


def why_none(life: Life, frame: Frame, now: datetime) -> Sequence[Problem]:
    """Why no trip leaves in the time, and when the next one does."""
    day = frame.days(now, life.window)[0]
    answer = search(life, frame.origin.id, frame.destination.id, day, not_before=max(frame.start, now))
    return why(answer) or (NO_TRIP,)


def not_known(life: Life, frame: Frame) -> Sequence[Problem]:
    """That the timetable does not go as far as is asked, if it does not."""
    last = (frame.end - timedelta(microseconds=1)).astimezone(frame.clock).date()
    if last < life.window[1]:
        return ()
    return (problem("TRIP_SEARCH_CRITERIA_OUTSIDE_BOUNDARY", "Beyond the timetable", _known_until(life)),)


def _in(frame: Frame, journeys: Sequence[Journey], now: datetime) -> list[Journey]:
    return [one for one in journeys if max(frame.start, now) <= one.departure < frame.end]


def _known_until(life: Life) -> str:
    return f"The timetable is known until {life.window[1] - _DAY}."


def _wrong(title: str, detail: str) -> Refused:
    return Refused(400, "VALIDATION_ERROR", title, detail, pointers=[Pointer(request_pointer="/endDateTime")])
