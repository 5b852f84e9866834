"""When sale opens and closes, when lists are handed over and allotments handed back, and a group's dates.

Every instant is UTC. "So many days before" is the start of that day on the clock of the train's first station,
which also counts the service date; "so many minutes before" is elapsed time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from rerail.fares.model import NotSold
from rerail.fares.pricing import NO_TARIFF
from rerail.line.course import Border, course
from rerail.line.model import Line, Train
from rerail.line.tariff import Allotment, CrossingDeadline, Tariff
from rerail.line.timing import first_call_instant, instant

SALE_OPENS_DAYS: Final = 60
"""Where the folder does not say: sixty days before departure."""


class ListDeadline(Struct, frozen=True, kw_only=True):
    """When the passenger list of one border is handed over for one departure."""

    border: Border
    at: datetime
    """UTC."""
    amendments: bool
    """Whether names can still be added afterwards."""


class GroupDates(Struct, frozen=True, kw_only=True):
    """A group's dates, UTC."""

    option_until: datetime
    """Until when its places are held without a deposit."""
    balance_by: datetime
    names_by: datetime
    """Not after the first list on the way that takes no amendments."""


def sale_opens(line: Line, train: Train, service_date: date) -> datetime:
    """When tickets for a departure go on sale (UTC): the start of the day `sale_opens_days` before."""
    days = SALE_OPENS_DAYS if line.sale_opens_days is None else line.sale_opens_days
    return _day_start(line, train, service_date, days)


def sale_closes(line: Line, train: Train, service_date: date, board: int, alight: int) -> datetime:
    """When the sale of a stretch of a departure ends (UTC).

    So many minutes before the train is due to leave `board`, and not after the passenger list of a border on the
    way is handed over, unless that list can be amended. Raises `NotSold` if the line has no tariff.
    """
    tariff = _tariff(line)
    leaves = first_call_instant(train, service_date) + _departs(train, board)
    lists = [one.at for one in list_deadlines(line, train, service_date, board, alight) if not one.amendments]
    return min([leaves - timedelta(minutes=tariff.sale.closes_minutes), *lists])


def list_deadlines(line: Line, train: Train, service_date: date, board: int, alight: int) -> tuple[ListDeadline, ...]:
    """When the lists of the borders on a stretch are handed over, in the order of travel.

    A deadline that names the train goes before one for all trains. Raises `NotSold` if the line has no tariff.
    """
    tariff = _tariff(line)
    return tuple(
        ListDeadline(
            border=border,
            at=first_call_instant(train, service_date)
            + _departs(train, border.near_call)
            - timedelta(minutes=deadline.minutes),
            amendments=deadline.amendments,
        )
        for border, deadline in _deadlines(tariff, line, train, board, alight)
    )


def _deadlines(
    tariff: Tariff, line: Line, train: Train, board: int, alight: int
) -> Iterator[tuple[Border, CrossingDeadline]]:
    for border in course(line, train).crossed(board, alight):
        deadline = tariff.deadline(border.crossing, train.id)
        if deadline is not None:
            yield border, deadline


def release_at(line: Line, train: Train, service_date: date, allotment: Allotment) -> datetime:
    """From when on (UTC) the places of an allotment are everybody's on a departure."""
    return _day_start(line, train, service_date, allotment.release_days)


def group_dates(
    line: Line, train: Train, service_date: date, board: int, alight: int, *, booked: datetime
) -> GroupDates:
    """The dates of a group that books a stretch at an instant (UTC).

    None is after the sale of the stretch closes. A group that books after the day on which the rest is paid or
    the names are known has until its option ends. Raises `NotSold` if the line has no rules for groups.
    """
    rules = _tariff(line).groups
    if rules is None:
        raise NotSold("This line has no rules for groups. Book as single passengers.")
    closes = sale_closes(line, train, service_date, board, alight)
    option = min(booked + timedelta(days=rules.option_days), closes)

    def due(days: int) -> datetime:
        return min(max(_day_start(line, train, service_date, days), option), closes)

    return GroupDates(option_until=option, balance_by=due(rules.balance_days), names_by=due(rules.names_days))


def _day_start(line: Line, train: Train, service_date: date, days_before: int) -> datetime:
    clock = line.stations[train.calls[0].station].clock
    return instant(datetime.combine(service_date - timedelta(days=days_before), time()), clock)


def _departs(train: Train, call: int) -> timedelta:
    seconds = train.calls[call].departure
    if seconds is None:
        raise ValueError(f"Nobody boards train {train.id} at its last call.")
    return timedelta(seconds=seconds)


def _tariff(line: Line) -> Tariff:
    if line.tariff is None:
        raise NotSold(NO_TARIFF)
    return line.tariff
