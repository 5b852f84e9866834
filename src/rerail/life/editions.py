"""What changed between two editions of a folder, and what a change would take from a passenger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from rerail.life.consent import Life
from rerail.line.model import Line, StationId, Train, TrainId
from rerail.line.stretch import stretch
from rerail.line.timing import call_times


class Sold(Struct, frozen=True):
    """What a passenger has bought, as far as a timetable can take it away."""

    reference: str
    """The booking, as its passenger knows it."""
    train: TrainId
    service_date: date
    board: StationId
    alight: StationId
    coach: str | None = None
    place: str | None = None


class TakenAway(Struct, frozen=True):
    """One thing sold that a new edition would not honour, and why."""

    sold: Sold
    why: str


def differences(old: Line, new: Line) -> list[str]:
    """What the new edition changes, one sentence each; empty if only the wording of the files changed."""
    found: list[str] = []
    _named("railway", old.railways, new.railways, found)
    _named("station", old.stations, new.stations, found)
    if old.sections != new.sections:
        found.append("The sections of track changed.")
    if old.gauge_breaks != new.gauge_breaks:
        found.append("The gauge breaks changed.")
    _named("crossing", old.crossings, new.crossings, found)
    _named("route", old.routes, new.routes, found)
    _named("coach type", old.coach_types, new.coach_types, found)
    for train in old.trains.keys() - new.trains.keys():
        found.append(f"Train {train} is gone.")
    for train in new.trains.keys() - old.trains.keys():
        found.append(f"Train {train} is new.")
    for train in old.trains.keys() & new.trains.keys():
        found.extend(f"Train {train}: {change}" for change in _train(old, new, train))
    if old.tariff != new.tariff:
        found.append(_fares(old, new))
    if old.border != new.border:
        found.append(_border(old, new))
    if old.notices != new.notices:
        found.append("The notices changed.")
    if old.history != new.history:
        found.append("history.toml changed; the journal is in the database and stays as it is.")
    return sorted(found)


def _fares(old: Line, new: Line) -> str:
    if old.tariff is None or new.tariff is None:
        return "Tickets are sold: fares.toml is new." if old.tariff is None else "fares.toml is gone: nothing is sold."
    return "The fares or the rules of sale changed; what was sold stays as it was sold."


def _border(old: Line, new: Line) -> str:
    if old.border is None or new.border is None:
        new_file = "The borders ask for something: border.toml is new."
        return new_file if old.border is None else "border.toml is gone: no border asks for anything."
    return "What a border asks for changed, or who gets its lists, or how long data is kept."


def _named(what: str, old: Mapping[str, Any], new: Mapping[str, Any], found: list[str]) -> None:
    found.extend(f"{what.capitalize()} {name} is gone." for name in old.keys() - new.keys())
    found.extend(f"{what.capitalize()} {name} is new." for name in new.keys() - old.keys())
    found.extend(f"{what.capitalize()} {name} changed." for name in old.keys() & new.keys() if old[name] != new[name])


def _train(old: Line, new: Line, train: TrainId) -> Iterable[str]:
    before, after = old.trains[train], new.trains[train]
    if [call.station for call in before.calls] != [call.station for call in after.calls]:
        yield f"it calls at {_stations(after)} (was {_stations(before)})."
    elif _times(before) != _times(after):
        yield f"times changed: {_printed(new, after)} (was {_printed(old, before)})."
    if before.running_days != after.running_days:
        yield "the running days changed."
    if before.numbers != after.numbers:
        yield f"its number is {'/'.join(after.numbers.values())} (was {'/'.join(before.numbers.values())})."
    if before.consist != after.consist:
        yield "the consist changed."


def _stations(train: Train) -> str:
    return ", ".join(call.station for call in train.calls)


def _times(train: Train) -> tuple[object, ...]:
    calls = tuple((call.arrival, call.departure) for call in train.calls)
    return train.first_time, train.first_day, train.timing_clock, calls


def _printed(line: Line, train: Train) -> str:
    parts = []
    for call in call_times(line, train, train.printed_for):
        times = "/".join(time.clock for time in (call.arrival, call.departure) if time is not None)
        parts.append(f"{call.station.id} {times}")
    return ", ".join(parts)


def taken_away(after: Life, sold: Iterable[Sold]) -> list[TakenAway]:
    """What was sold that the life over the new edition does not honour any more.

    A departure that a railway stopped is no matter of the folder: consent is left out, only what the
    edition itself says (train, running days, calls, coach and place) is held against what was sold.
    """
    found = []
    for one in sold:
        why = _why_taken(after, one)
        if why is not None:
            found.append(TakenAway(one, why))
    return found


def stopped(before: Life, after: Life, sold: Iterable[Sold]) -> list[TakenAway]:
    """What was sold on departures that run, and do not under the new edition though no railway decided anything.

    A railway renamed, or one more on the way, has consented to nothing: nobody would have seen its passengers lose
    their train.
    """
    found = []
    for one in sold:
        was, now = (life.departure(one.train, one.service_date) for life in (before, after))
        if was is not None and was.runs and now is not None and not now.runs:
            missing = ", ".join(now.missing)
            why = f"no consent of {missing} covers it" if missing else "the train would not run on this date"
            found.append(TakenAway(one, why))
    return found


def _why_taken(after: Life, one: Sold) -> str | None:
    version = after.timetable.at(one.train, one.service_date)
    if version is None:
        return "the train is gone"
    line, train = version
    if one.service_date not in after.on_paper(one.train):
        return "the train is no longer planned on this date"
    calls = stretch(train, one.board, one.alight)
    if calls is None:
        there = {call.station for call in train.calls}
        return f"the train no longer calls at {one.board if one.board not in there else one.alight}"
    board, alight = calls
    if board >= alight or not train.calls[board].boarding or not train.calls[alight].alighting:
        return f"one can no longer travel from {one.board} to {one.alight}"
    if one.coach is None:
        return None
    for coach in train.consist:
        if coach.number == one.coach and coach.first_call <= board and alight <= coach.last_call:
            places = {place.number for place in line.coach_types[coach.type].places}
            return None if one.place is None or one.place in places else f"coach {one.coach} has no place {one.place}"
    return f"coach {one.coach} is no longer in the train all the way"
