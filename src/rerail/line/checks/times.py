"""Times: one after the other as instants, no faster than the track allows, and read off a clock that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from rerail.line.draft import DraftCall, DraftFolder, DraftTrain
from rerail.line.finishing import first_call_time
from rerail.line.network import MAX_SPEED_KMH
from rerail.line.printed_time import PrintedTime, printed_instant
from rerail.line.problem import At, Finding, error, warning
from rerail.line.timing import instant, is_doubled, is_skipped, zone

PRINTED_TO_SECONDS: Final = 60
"""Timetables are printed to the minute: a running time may be this much longer than it looks."""

SLOW_KMH: Final = 5
SLOW_SECONDS: Final = 12 * 3600


def first_call_day(draft: DraftFolder) -> Iterator[Finding]:
    """The first call is on the service date: that is what the service date is."""
    for train in draft.trains:
        first = train.calls[0] if train.calls else None
        if first and first.departure and first.departure.days:
            message = f'"{first.departure}" at the first call is not on the service date.'
            yield error(first.at.key("departure"), message, "Count the days from the date at the first call.")


def backwards(draft: DraftFolder) -> Iterator[Finding]:
    """No train arrives before it left, as instants: on the clock it may, where the clock goes back."""
    for train in draft.trains:
        before: tuple[int, str] | None = None
        for call in train.calls:
            station = call.station.id if call.station else ""
            for name, seconds in (("arrival", call.arrives), ("departure", call.departs)):
                printed = getattr(call, name)
                if seconds is None or printed is None:
                    continue
                if before is not None and seconds < before[0]:
                    minutes = (before[0] - seconds) // 60
                    message = f'the {name} at "{station}" ({printed}) is {minutes} minutes before the {before[1]}.'
                    fix = "Times are each station's own clock; after a midnight of that clock add +1."
                    yield error(call.at.key(name), message, fix)
                before = (seconds, f'{name} at "{station}"')


def running_time(draft: DraftFolder) -> Iterator[Finding]:
    """No train beats the speed limit of its sections, nor 350 km/h where the limit is not known."""
    for train, before, call, index in _runs(draft):
        way = train.ways[index]
        assert call.arrives is not None
        assert before.departs is not None
        took = call.arrives - before.departs
        if way is None or took < 0 or took + PRINTED_TO_SECONDS >= way.least_seconds:
            continue
        least = -(-way.least_seconds // 60)
        limit = "at the speed limits of its sections" if way.limited else f"at {MAX_SPEED_KMH} km/h"
        names = f'"{way.stations[0]}" to "{way.stations[-1]}"'
        message = f"{took // 60} minutes for the {way.km:g} km from {names}, which takes {least:.0f} {limit}."
        yield error(call.at.key("arrival"), message, "Check the times, the midnights (+1), km and speed_kmh.")


def slow_run(draft: DraftFolder) -> Iterator[Finding]:
    """A run of half a day and more at walking pace is a midnight too many."""
    for train, before, call, index in _runs(draft):
        way = train.ways[index]
        assert call.arrives is not None
        assert before.departs is not None
        hours = (call.arrives - before.departs) / 3600
        if way is not None and hours * 3600 >= SLOW_SECONDS and way.km < hours * SLOW_KMH:
            message = f"{hours:.0f} hours for {way.km:g} km."
            yield warning(call.at.key("arrival"), message, "Is +1 one midnight too many?")


def _runs(draft: DraftFolder) -> Iterator[tuple[DraftTrain, DraftCall, DraftCall, int]]:
    for train in draft.trains:
        for index in range(len(train.ways)):
            before, call = train.calls[index], train.calls[index + 1]
            if before.departs is not None and call.arrives is not None:
                yield train, before, call, index


def skipped_time(draft: DraftFolder) -> Iterator[Finding]:
    """A printed time is one that the station's clock shows on the printed date.

    A time that the clock skips is taken as later by the skip.
    """
    for at, printed, service_date, clock in _printed(draft):
        if _oddity(printed.local(service_date), clock) == "skipped":
            shows = printed_instant(printed, service_date, clock).astimezone(zone(clock))
            day = printed.local(service_date).date()
            message = f'the clock of {clock} skips "{printed}" on {day}; taken as {shows:%H:%M}.'
            yield warning(at, message, "Print the timetable for another date (printed_for).")


def doubled_time(draft: DraftFolder) -> Iterator[Finding]:
    """A printed time is one that the station's clock shows once on the printed date.

    A time that it shows twice is taken as the first.
    """
    for at, printed, service_date, clock in _printed(draft):
        if _oddity(printed.local(service_date), clock) == "doubled":
            day = printed.local(service_date).date()
            message = f'the clock of {clock} shows "{printed}" twice on {day}; taken as the first.'
            yield warning(at, message, "Print the timetable for another date (printed_for).")


def _printed(draft: DraftFolder) -> Iterator[tuple[At, PrintedTime, date, str]]:
    for train in draft.trains:
        if train.printed_for is None:
            continue
        for call in train.calls:
            if call.station is None:
                continue
            for name, printed in (("arrival", call.arrival), ("departure", call.departure)):
                if printed is not None:
                    yield call.at.key(name), printed, train.printed_for, call.station.clock


@lru_cache(maxsize=65_536)
def _oddity(local: datetime, clock: str) -> str:
    return "skipped" if is_skipped(local, clock) else "doubled" if is_doubled(local, clock) else ""


def timing_clock(draft: DraftFolder) -> Iterator[Finding]:
    """The clock of `timed_by` shows the first departure once, to the minute, on the printed date."""
    for train in draft.trains:
        first = train.calls[0] if train.calls else None
        if train.printed_for is None or train.timing_clock is None or not first or not first.station:
            continue
        if first.departure is None or train.timing_clock == first.station.clock:
            continue
        text, _ = first_call_time(train)
        leaves = printed_instant(first.departure, train.printed_for, first.station.clock)
        local = leaves.astimezone(zone(train.timing_clock)).replace(tzinfo=None)
        if instant(local.replace(second=0), train.timing_clock) != leaves:
            message = (
                f"{train.timing_clock} shows {text} for the second time, or between two minutes, as the train leaves."
            )
            yield error(train.at.key("printed_for"), message, "Print the timetable for another date.")


RULES: Final = (first_call_day, backwards, running_time, timing_clock)
WARNINGS: Final = (slow_run, skipped_time, doubled_time)
