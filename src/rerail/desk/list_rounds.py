"""Which departures a round about crossing lists has to look at: from the life of the service alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from rerail.border.model import Passing
from rerail.border.passing import authorities, closes_at, passings
from rerail.life.consent import Departure
from rerail.line.border import Authority
from rerail.line.model import Line
from rerail.sale.market import Market

LATE: Final = timedelta(days=2)
"""How long after the train has left a list is still closed that nobody closed in time: the service was down."""

_AHEAD: Final = timedelta(days=366)
"""How far ahead a list can be closed: longer than any deadline."""
_A_DAY: Final = timedelta(days=1)


def closing_window(market: Market) -> tuple[date, date]:
    """The service dates [start, until) of which a list can be due now."""
    longest = timedelta(minutes=_longest_deadline(market.line))
    return on_their_way_since(market), (market.now + longest).date() + 2 * _A_DAY


def amending_window(market: Market) -> tuple[date, date]:
    """The service dates [start, until) of which a closed list can still change."""
    return on_their_way_since(market), (market.now + _AHEAD).date()


def at_their_deadline(market: Market) -> Iterator[tuple[Departure, Passing, tuple[Authority, ...]]]:
    """The passings, ahead and just behind, of which some authorities' deadline has passed; with those authorities."""
    if market.line.border is None or not market.line.border.authorities:
        return
    for departure in market.life.departures(*closing_window(market)):
        for passing in passings(departure.line, departure.train, departure.service_date):
            if passing.leaves <= market.now - LATE:
                continue
            due = tuple(
                one
                for one in authorities(departure.line, passing)
                if closes_at(departure.line, passing, one) <= market.now
            )
            if due:
                yield departure, passing, due


def on_their_way_since(market: Market) -> date:
    """The first service date of which a train can be on its way to a border, or have just left for it."""
    return (market.now - LATE - _longest_way(market)).date() - _A_DAY


def _longest_way(market: Market) -> timedelta:
    """How long the train that takes longest of all is on its way: a border can lie at the end of a week."""
    lines = (edition.line for edition in market.life.timetable.editions)
    arrivals = (train.calls[-1].arrival or 0 for line in lines for train in line.trains.values())
    return timedelta(seconds=max(arrivals, default=0))


def _longest_deadline(line: Line) -> int:
    """The longest time before a border, in minutes, at which any list of a line closes."""
    own = [one.minutes or 0 for one in line.border.authorities.values()] if line.border is not None else []
    return max([0, *own, *(one.minutes for one in (line.tariff.deadlines if line.tariff is not None else ()))])
