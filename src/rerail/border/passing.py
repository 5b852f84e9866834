"""Which borders a departure passes, where each side controls, and when each authority's list closes.

Pure: from the line and a service date. What a side checks it checks on its own station's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeVar

from rerail.border.model import Checkpoint, ListKey, Passing
from rerail.line.border import Authority, Collection
from rerail.line.course import Border, course
from rerail.line.model import Control, Line, RailwayId, Train, TrainId
from rerail.line.timing import CallTimes, call_times, first_call_instant, zone
from rerail.places.model import DepartureKey


class ForTrains(Protocol):
    """A rule of the folder that holds for some trains, or for all that no other rule names."""

    @property
    def trains(self) -> tuple[TrainId, ...] | None:
        """None: all."""
        ...


R = TypeVar("R", bound=ForTrains)


def naming(rules: Sequence[R], train: TrainId) -> tuple[R, ...]:
    """The rules that hold for a train: those that name it, else those for all trains."""
    named = tuple(one for one in rules if one.trains is not None and train in one.trains)
    return named or tuple(one for one in rules if one.trains is None)


def passings(line: Line, train: Train, service_date: date) -> tuple[Passing, ...]:
    """The borders that a departure passes, in the order of travel."""
    times = call_times(line, train, service_date)
    start = first_call_instant(train, service_date)
    return tuple(_passing(line, train, service_date, border, times, start) for border in course(line, train).borders)


def passing_of(line: Line, train: Train, service_date: date, crossing: str) -> Passing | None:
    """The departure going over one crossing; the first time, should it go over it twice."""
    return next((one for one in passings(line, train, service_date) if one.crossing == crossing), None)


def controls(line: Line, crossing: str, railway: RailwayId, towards: RailwayId, train: TrainId) -> tuple[Control, ...]:
    """One side's controls of a train over a crossing; more than one if it is controlled before boarding at several."""
    side = [one for one in line.crossings[crossing].controls if (one.railway, one.towards) == (railway, towards)]
    return naming(side, train)


def _passing(
    line: Line, train: Train, service_date: date, border: Border, times: Sequence[CallTimes], start: datetime
) -> Passing:
    leaves = train.calls[border.near_call].departure
    assert leaves is not None  # only the last call has none, and no border lies behind it
    return Passing(
        departure=DepartureKey(train.id, service_date),
        crossing=border.crossing,
        leaving=border.leaving,
        entering=border.entering,
        near_call=border.near_call,
        leaves=start + timedelta(seconds=leaves),
        checkpoints=tuple(
            _checkpoint(line, train, border, control, times)
            for railway in (border.leaving, border.entering)
            for control in controls(line, border.crossing, railway, border.entering, train.id)[:1]
        ),
    )


def _checkpoint(line: Line, train: Train, border: Border, control: Control, times: Sequence[CallTimes]) -> Checkpoint:
    calls = [number for number, call in enumerate(train.calls) if call.station == control.station]
    # A train can call twice at a station; the control is at the call next to the border.
    near = min(calls, key=lambda number: abs(number - border.near_call), default=None)
    call = times[near if near is not None else border.near_call]
    moment = call.arrival or call.departure
    assert moment is not None  # every call has one of the two
    halt = None
    if near is not None and call.arrival is not None and call.departure is not None:
        halt = round((call.departure.instant - call.arrival.instant).total_seconds() / 60)
    clock = line.stations[control.station].clock
    return Checkpoint(
        railway=control.railway,
        station=control.station,
        mode=control.mode,
        at=moment.instant,
        day=moment.instant.astimezone(zone(clock)).date(),
        halt_minutes=halt,
    )


def direction(passing: Passing, authority: Authority) -> Literal["exit", "entry"]:
    """Whether the passengers leave or enter the authority's country."""
    return "exit" if authority.railway == passing.leaving else "entry"


def authorities(line: Line, passing: Passing) -> tuple[Authority, ...]:
    """Who gets a list of the passengers that a departure takes over a crossing, in the order of the folder."""
    if line.border is None:
        return ()
    return tuple(
        one
        for one in line.border.authorities.values()
        if one.crossing == passing.crossing
        and (one.trains is None or passing.departure.train in one.trains)
        and (one.towards is None or passing.entering in one.towards)
    )


def closes_at(line: Line, passing: Passing, authority: Authority) -> datetime:
    """When an authority's list closes (UTC): as it says, else as `fares.toml` says of the crossing.

    Where nothing is said, when the train leaves the last call before the border.
    """
    minutes = authority.minutes
    if minutes is None and line.tariff is not None:
        deadline = line.tariff.deadline(passing.crossing, passing.departure.train)
        minutes = deadline.minutes if deadline is not None else None
    return passing.leaves - timedelta(minutes=minutes or 0)


def collected_by(line: Line, passing: Passing) -> datetime:
    """Until when passengers give their documents for a crossing (UTC): its own deadline, else the first list's."""
    closes = [closes_at(line, passing, one) for one in authorities(line, passing)]
    own = _collection(line, passing)
    if own is not None:
        closes.append(passing.leaves - timedelta(minutes=own.minutes))
    return min(closes, default=passing.leaves)


def _collection(line: Line, passing: Passing) -> Collection | None:
    if line.border is None:
        return None
    here = [one for one in line.border.collections if one.crossing == passing.crossing]
    return next(iter(naming(here, passing.departure.train)), None)


def keys_of(line: Line, passing: Passing, operators: Sequence[str]) -> Iterator[tuple[ListKey, Authority]]:
    """The lists of a passing: each control's one, and a named list for each tour operator who has passengers."""
    for authority in authorities(line, passing):
        if authority.kind == "control":
            yield ListKey(passing.departure, authority.id), authority
        else:
            for operator in operators:
                yield ListKey(passing.departure, authority.id, operator), authority
