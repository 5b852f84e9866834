"""What the clocks will do to a timetable on coming dates: in the year it was printed for, and the two after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from rerail.line.checks.trains import train_at
from rerail.line.model import Line, Train
from rerail.line.problem import At, Finding, warning
from rerail.line.running import running_dates
from rerail.line.timing import first_call_instant, zone
from rerail.line.transitions import Transition, transitions

YEARS: Final = 3


def clock_change_on_the_way(line: Line) -> Iterator[Finding]:
    """On a date when a clock is put forward or back, a call falls into the hour that is skipped or shown twice.

    The train is then printed with a time that passengers do not expect: later by the skip, or ambiguous. Dates
    on which the train is not planned to run are left out.
    """
    for index, train in enumerate(line.trains.values()):
        start, until = _years(train)
        zones = {line.stations[call.station].clock for call in train.calls}
        for zone_name in sorted(zones):
            for transition in transitions(zone_name, start, until):
                yield from _met(line, train, train_at(index), transition)


def _met(line: Line, train: Train, at: At, transition: Transition) -> Iterator[Finding]:
    skip = transition.shift.total_seconds()
    # In UTC: the clock shows nothing that it would have shown for `skip` after it is put forward, and shows twice
    # what it shows from `skip` before it is put back until as long after.
    begins, ends = (0.0, skip) if skip > 0 else (skip, -skip)
    starts = [
        (day, (first_call_instant(train, day) - transition.instant).total_seconds())
        for day in _service_dates(train, transition.instant.date())
    ]
    for number, call in enumerate(train.calls):
        if line.stations[call.station].clock != transition.zone:
            continue
        for name, seconds in (("arrival", call.arrival), ("departure", call.departure)):
            if seconds is None:
                continue
            for service_date, start in starts:
                if begins <= start + seconds < ends and _planned(train, service_date):
                    moment = transition.instant + timedelta(seconds=start + seconds)
                    yield _unlucky(at.key("call").item(number).key(name), transition, moment, service_date)


def _service_dates(train: Train, day: date) -> list[date]:
    """Every service date on which the train can be under way on a date (UTC), and a few more."""
    last = train.calls[-1].arrival or 0
    return [day + timedelta(days=days) for days in range(-2 - last // 86_400, 3)]


def _unlucky(at: At, transition: Transition, moment: datetime, service_date: date) -> Finding:
    shows = moment.astimezone(zone(transition.zone))
    what = "skips the time" if transition.shift > timedelta() else "shows twice the time"
    message = f"on {shows.date()} the clock of {transition.zone} {what} of this {at.path.rpartition('.')[2]}: "
    fix = f"Tell passengers of the train of {service_date}; see rerail clocks."
    return warning(at, f"{message}it is printed as {shows:%H:%M}.", fix)


def first_call_over_midnight(line: Line) -> Iterator[Finding]:
    """`timed_by` another clock can move the first call over midnight, off its service date.

    Tickets and consents are for service dates: a train that leaves on another date than they say confuses both.
    """
    for index, train in enumerate(line.trains.values()):
        clock = line.stations[train.calls[0].station].clock
        if clock == train.timing_clock:
            continue
        start, until = _years(train)
        days = {train.printed_for}
        for zone_name in (clock, train.timing_clock):
            for transition in transitions(zone_name, start, until):
                days.update(_service_dates(train, transition.instant.date()))
        for day in sorted(days):
            shows = first_call_instant(train, day).astimezone(zone(clock))
            if shows.date() != day and _planned(train, day):
                message = f"the train of {day} leaves its first call at {shows:%H:%M} on {shows.date()}."
                fix = "Move the departure away from midnight, or take timed_by out."
                yield warning(train_at(index).key("timed_by"), message, fix)
                break


def _years(train: Train) -> tuple[date, date]:
    year = train.printed_for.year
    return date(year, 1, 1), date(year + YEARS, 1, 1)


def _planned(train: Train, service_date: date) -> bool:
    """Whether a train is planned on a date; one that is planned on no date of these years may run on any."""
    start, until = _years(train)
    planned = running_dates(train.running_days, start, until)
    return service_date in planned if planned else True


WARNINGS: Final = (clock_change_on_the_way, first_call_over_midnight)
